/** Is a trace, line by line as it should be, one that somebody can have recorded? */
import type { Operation, Seen, Trace } from './format.ts';

/** Why not, in a few words; undefined where it is. */
export function unfit(trace: Trace): string | undefined {
  const { init, init2, ops, pages, pb, bc } = trace;
  const blocks = pages * pb;
  const cells = blocks * bc;
  const two = init2 !== undefined;

  const seen = ({ ext, cache, size }: Seen): string | undefined => {
    const letters = ext.replace('+', '').length;
    // Of a call beside a write that is held nothing is known.
    if (letters !== blocks && ext !== '') return `ext: ${letters} blocks in place of ${blocks}`;
    const words = cache.split(' ').length;
    if (words !== pages) return `cache: ${words} pages in place of ${pages}`;
    return size > cells ? `size: ${size} cells, and the pages have ${cells}` : undefined;
  };
  const observed = ({ obs, obs2 }: Pick<Operation, 'obs' | 'obs2'>): string | undefined => {
    const why = seen(obs) ?? (obs2 === undefined ? undefined : seen(obs2));
    if (why !== undefined) return `obs.${why}`;
    if (two !== (obs2 !== undefined)) return two ? 'obs2: missing' : 'obs2: of no second file';
    return undefined;
  };
  const asked = (op: Operation): string | undefined => {
    if (op.file === 1 && !two) return 'file: there is no second one';
    if (op.op === 'truncate' && op.pos > cells) return `pos: beyond ${cells} cells`;
    if (op.op === 'sfr') return op.a < op.b && op.b <= pages ? undefined : `a, b: no pages`;
    if (!('count' in op)) return undefined;
    if (op.count === 0) return 'count: nothing to do';
    if (op.op === 'write' && op.good !== undefined && op.good > op.count) {
      return 'good: more than count';
    }
    if (op.op === 'held' && op.held > op.count) return 'held: more than count';
    return op.pos + op.count > cells ? `pos, count: beyond ${cells} cells` : undefined;
  };
  const operation = (op: Operation): string | undefined => {
    const why = asked(op) ?? observed(op);
    if (why !== undefined || op.op !== 'held') return why;
    return first(op.meanwhile, 'meanwhile', (one: Operation) =>
      one.op === 'crash' ? 'op: a crash beside a write that is held' : operation(one),
    );
  };

  for (const [name, found] of [
    ['init', init],
    ['init2', init2],
  ] as const) {
    if (found === undefined) continue;
    if (found.blocks.length !== blocks)
      return `${name}.blocks: ${found.blocks.length} in place of ${blocks}`;
    if (found.size > cells) return `${name}.size: beyond ${cells} cells`;
    const why = seen(found.obs) ?? begins(found);
    if (why !== undefined) return `${name}.obs.${why}`;
  }
  if (two !== (trace.end2 !== undefined)) return two ? 'end2: missing' : 'end2: of no second file';
  return first(ops, 'ops', operation);
}

/** A file is seen as it was made, with nothing in memory, before anything else is allocated. */
function begins({ size, blocks, obs }: Omit<Trace['init'], 'avail'>): string | undefined {
  if (obs.size !== size) return `size: ${obs.size}, and the file was made with ${size}`;
  if (obs.ext !== blocks) return `ext: ${obs.ext}, and the file was made with ${blocks}`;
  if (obs.free !== undefined && obs.free !== 0) return `free: ${obs.free} before the first call`;
  return /^[- ]*$/.test(obs.cache) ? undefined : `cache: ${obs.cache} before the first call`;
}

function first<T>(
  all: readonly T[],
  name: string,
  why: (one: T) => string | undefined,
): string | undefined {
  for (const [i, one] of all.entries()) {
    const found = why(one);
    if (found !== undefined) return `${name}.${i}.${found}`;
  }
  return undefined;
}
