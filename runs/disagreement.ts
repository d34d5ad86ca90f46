/** A difference between a kernel and its model, told: what was done, seen, and allowed. */
import { stepsInLanes } from '../evidence/lanes.ts';
import { COLUMNS, count, labelled, lines, wrap } from '../evidence/text.ts';
import { tell } from '../evidence/trace.ts';
import type { Seen, Operation, Trace } from '../traces/format.ts';
import { operationsOf } from './conform.ts';
import type { Difference, Judge } from './conform.ts';
import { ASPECTS, isSame } from './sight.ts';
import type { Aspect, Sight } from './sight.ts';
import { wayTo } from './way.ts';

const WORDS: Readonly<Record<Aspect, string>> = {
  ret: 'return value',
  size: 'size',
  ext: 'extents',
  cache: 'pages',
  data: 'data',
  free: 'free blocks',
  size2: 'size of the second file',
  ext2: 'extents of the second file',
  cache2: 'pages of the second file',
};

/** So many outcomes are listed at most. */
const LISTED = 6;

/** What differs, in words. */
export const inWords = (what: Difference['what']): string => {
  if (what === 'too many states') return 'not known: the model has too many states';
  return what === 'together' ? 'each is allowed, but not all of it together' : WORDS[what];
};

/** `where`: file and line; `called`: the name of its class, where it has one. */
export function disagreement(
  judge: Judge,
  trace: Trace,
  { at, what, kernel, allowed, before }: Difference,
  { where, called }: { readonly where: string; readonly called?: string },
): string {
  const all = operationsOf(trace);
  const op = all[at]!;
  const own = at >= trace.ops.length;
  const only: readonly Aspect[] = own ? ['data'] : ASPECTS;
  const nearest = ordered(kernel, allowed, only)[0];
  return lines([
    ...wrap(`${where}: ${called ?? inWords(what)}`, COLUMNS),
    '',
    ...labelled('Kernel', kernelOf(trace)),
    ...labelled('Model', `${judge.design.name}: ${judge.design.about}`),
    ...labelled('Differs', `operation ${at + 1}, ${operation(op)}: ${inWords(what)}`),
    '',
    ...table(trace, all.slice(0, at + 1)),
    '',
    ...outcomes(kernel, allowed, only),
    ...(nearest === undefined ? [] : way(judge, { trace, op, before }, nearest)),
  ]);
}

const kernelOf = ({ fs, kernel, pb, bc, mode, seed, q }: Trace): string =>
  `${kernel === undefined ? '' : `Linux ${kernel}, `}${fs}, ${count(pb, 'block')} a page, ` +
  `${count(bc, 'cell')} a block; ${mode}, seed ${seed}, sequence ${q}`;

/** An operation with its arguments, in cells; of sync_file_range in pages. */
function operation(op: Operation): string {
  const file = op.file === 1 ? ' (2nd file)' : '';
  switch (op.op) {
    case 'write': {
      const good = op.good === undefined ? '' : ` faults at ${op.good}`;
      return `write ${op.pos}+${op.count} as ${op.name}${good}${file}`;
    }
    case 'held':
      return `write ${op.pos}+${op.count} as ${op.name}, held at ${op.held}${file}`;
    case 'store':
      return `store ${op.pos}+${op.count} as ${op.name}${file}`;
    case 'sfr':
      return `sync_file_range pages ${op.a}..${op.b - 1}${file}`;
    case 'truncate':
      return `truncate ${op.pos}${file}`;
    case 'fallocate':
    case 'punch_hole':
    case 'zero_range':
      return `${op.op} ${op.pos}+${op.count}${file}`;
    case 'drop':
      return `fadvise DONTNEED${file}`;
    case 'crash':
      return `crash, log ${op.how === 1 ? 'flushed' : 'lost'}`;
    case 'read':
      return `read ${op.data}${file}`;
    case 'fsync':
      return `fsync${file}`;
  }
}

interface Line {
  readonly number: string;
  readonly what: string;
  readonly ret: string;
  readonly seen: Seen;
  readonly second: Seen | undefined;
}

/** One line an operation, with what was seen after it; where that is too wide, on two. */
function table({ init, init2 }: Trace, all: readonly Operation[]): string[] {
  const found = { number: '', what: 'found', ret: '', seen: init.obs, second: init2?.obs };
  const rows: readonly Line[] = [
    found,
    ...all.map((op, i) => ({
      number: String(i + 1),
      what: operation(op),
      ret: 'ret' in op ? String(op.ret) : '',
      seen: op.obs,
      second: op.obs2,
    })),
  ];
  const longest = (texts: readonly string[], least: number): number =>
    2 + Math.max(least, ...texts.map((text) => text.length));
  const wide = {
    what: longest(
      rows.map(({ what }) => what),
      9,
    ),
    ret: longest(
      rows.map(({ ret }) => ret),
      3,
    ),
    ext: longest(
      rows.map(({ seen }) => seen.ext),
      6,
    ),
  };
  const seenIn = ({ size, ext, free, cache }: Seen): string =>
    `${String(size).padEnd(6)}${ext.padEnd(wide.ext)}${String(free).padEnd(6)}${cache}`;
  const head = `size  ${'blocks'.padEnd(wide.ext)}used  pages`;
  const called = (number: string, what: string, ret: string): string =>
    `${number.padStart(3)}  ${what.padEnd(wide.what)}${ret.padEnd(wide.ret)}`;
  const two = 5 + wide.what + wide.ret + seenIn(init.obs).length > COLUMNS;
  const line = (start: string, seen: string): string[] =>
    two ? [start, `${' '.repeat(9)}${seen}`] : [start + seen];
  return [
    ...line(called('', 'operation', 'ret'), head),
    ...rows.flatMap(({ number, what, ret, seen, second }) => [
      ...line(called(number, what, ret), seenIn(seen)),
      ...(second ? line(called('', '  second file', ''), seenIn(second)) : []),
    ]),
  ];
}

/** The outcomes that the model allows, the nearest first: each by what differs. */
function outcomes(kernel: Sight, allowed: readonly Sight[], only: readonly Aspect[]): string[] {
  const all = ordered(kernel, allowed, only);
  const more = all.length - LISTED;
  return [
    ...wrap(`The model allows ${count(all.length, 'outcome')}; by what differs:`, COLUMNS),
    ...all.slice(0, LISTED).flatMap((sight) => {
      const differing = only.filter((aspect) => sight[aspect] !== kernel[aspect]);
      const parts = differing.map(
        (aspect) => `${WORDS[aspect]} '${sight[aspect]}', and the kernel has '${kernel[aspect]}'`,
      );
      return wrap(parts.join('; '), COLUMNS - 6).map(
        (line, i) => (i === 0 ? '    ' : '      ') + line,
      );
    }),
    ...(more > 0 ? [`    ... and ${count(more, 'more', 'more')}`] : []),
  ];
}

/** Those that differ in less come first. */
function ordered(kernel: Sight, allowed: readonly Sight[], only: readonly Aspect[]): Sight[] {
  const unlike = (sight: Sight): number =>
    only.filter((aspect) => sight[aspect] !== kernel[aspect]).length;
  return allowed
    .filter((sight, i) => !allowed.slice(0, i).some((other) => isSame(sight, other, only)))
    .toSorted((a, b) => unlike(a) - unlike(b));
}

function way(judge: Judge, at: Parameters<typeof wayTo>[1], nearest: Sight): string[] {
  const found = wayTo(judge, at, nearest);
  if (found === undefined) return [];
  const { system } = judge.spec.made;
  const { op } = at.op;
  const steps = tell(system, found.actions, found.from).map((one) => ({
    ...one,
    task: /^writer\d+$/.test(one.task) ? op : one.task,
  }));
  return ['', 'How the model comes to the first of them:', ...stepsInLanes(steps)];
}
