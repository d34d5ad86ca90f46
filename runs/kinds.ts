/**
 * Kinds of outcome, by operation: which the model allows, and which a kernel was seen to have. What
 * was allowed and never seen is where a model may be too wide, or the traces too few.
 */
import { COLUMNS, count, lines, thousands, wrap } from '../evidence/text.ts';
import type { Operation, Trace } from '../traces/format.ts';
import type { Judged } from './conform.ts';
import { isSame, seenOf } from './sight.ts';
import type { Aspect, Sight } from './sight.ts';

interface Times {
  /** In so many operations one outcome of the kind, or more, was allowed. */
  allowed: number;
  /** In so many the kernel had it. */
  seen: number;
}

export class Kinds {
  /** By filesystem and operation, then by kind. */
  readonly #all = new Map<string, Map<string, Times>>();

  add(trace: Trace, judged: Judged): void {
    let before = seenOf({ op: 'fsync', ret: 0, obs: trace.init.obs, ...second(trace) });
    for (const [i, { allowed }] of judged.outcomes.entries()) {
      const op = trace.ops[i]!;
      const after = seenOf(op);
      const was = before;
      before = after;
      if (i >= judged.operations) return;
      const kinds = new Set(allowed.map((sight) => kindOf(op, was, sight)));
      const name = `${trace.fs} ${op.op}`;
      const of = this.#all.get(name) ?? new Map<string, Times>();
      this.#all.set(name, of);
      const had = kindOf(op, was, after);
      for (const kind of kinds) {
        const times = of.get(kind) ?? { allowed: 0, seen: 0 };
        times.allowed++;
        if (kind === had) times.seen++;
        of.set(kind, times);
      }
    }
  }

  /** Of each filesystem and operation the kinds that were allowed, and never seen. */
  unseen(): readonly {
    readonly name: string;
    readonly kinds: number;
    readonly never: readonly { readonly kind: string; readonly allowed: number }[];
  }[] {
    return [...this.#all]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, of]) => ({
        name,
        kinds: of.size,
        never: [...of]
          .filter(([, { seen }]) => seen === 0)
          .map(([kind, { allowed }]) => ({ kind, allowed }))
          .toSorted((a, b) => b.allowed - a.allowed || (a.kind < b.kind ? -1 : 1)),
      }));
  }

  text(): string {
    return lines([
      ...wrap(
        'Kinds of outcome that the model allows and that no trace has, with the number of ' +
          'operations that might have had them: what the call returned; what became of the size, ' +
          "of pages, of extents ('.>d': holes became delayed allocations).",
        COLUMNS,
      ),
      ...this.unseen().flatMap(({ name, kinds, never }) => [
        '',
        `${name}: ${never.length} of ${count(kinds, 'kind')} never seen`,
        ...never.flatMap(({ kind, allowed }) =>
          wrap(kind, COLUMNS - 10).map(
            (line, i) => `${(i === 0 ? thousands(allowed) : '').padStart(8)}  ${line}`,
          ),
        ),
      ]),
    ]);
  }
}

const second = ({ init2 }: Trace): Partial<Pick<Operation, 'obs2'>> =>
  init2 === undefined ? {} : { obs2: init2.obs };

/** `short; size grows; pages added, dirtied; .>d`. */
export function kindOf(op: Operation, before: Sight, after: Sight): string {
  const parts = [
    returned(op, after),
    ...changes(before, after, { size: 'size', cache: 'cache', ext: 'ext' }, ''),
    ...changes(before, after, { size: 'size2', cache: 'cache2', ext: 'ext2' }, '2nd file: '),
  ];
  return parts.join('; ');
}

function returned(op: Operation, { ret }: Sight): string {
  if (op.op !== 'write' && op.op !== 'held') return ret === '0' ? 'returns' : ret;
  if (ret === String(op.count)) return 'all';
  return ret === '0' || ret.startsWith('-') ? ret : 'short';
}

/** What became of a file whose aspects are called so. */
function changes(
  before: Sight,
  after: Sight,
  { size, cache, ext }: Readonly<Record<'size' | 'cache' | 'ext', Aspect>>,
  file: string,
): string[] {
  if (isSame(before, after, [size, cache, ext])) return [];
  const by = Number(after[size]) - Number(before[size]);
  const pages = pairs(before[cache].split(' '), after[cache].split(' ')).flatMap(became);
  const extents = pairs(before[ext].split(''), after[ext].split('')).flatMap(([a, b]) =>
    a === b ? [] : [`${a}>${b}`],
  );
  const once = (words: readonly string[]): string => [...new Set(words)].toSorted().join(', ');
  return [
    ...(by === 0 ? [] : [`${file}size ${by > 0 ? 'grows' : 'shrinks'}`]),
    ...(pages.length === 0 ? [] : [`${file}pages ${once(pages)}`]),
    ...(extents.length === 0 ? [] : [`${file}${once(extents)}`]),
  ];
}

const pairs = (a: readonly string[], b: readonly string[]): [string, string][] =>
  a.map((one, i) => [one, b[i] ?? '']);

function became([before, after]: readonly [string, string]): string[] {
  const is = (word: string, letter: string): boolean => word.includes(letter);
  if (is(before, 'p') && !is(after, 'p')) return [is(before, 'd') ? 'dropped dirty' : 'dropped'];
  return [
    ...(!is(before, 'p') && is(after, 'p') ? ['added'] : []),
    ...(!is(before, 'd') && is(after, 'd') ? ['dirtied'] : []),
    ...(is(before, 'd') && !is(after, 'd') ? ['cleaned'] : []),
    ...(!is(before, 'w') && is(after, 'w') ? ['under writeback'] : []),
  ];
}
