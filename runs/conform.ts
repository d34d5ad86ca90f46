/**
 * A trace held against a model: the set of its states that agree with everything seen so far. What
 * a kernel did, the model has to allow.
 */
import { ZERO } from '../model/cells.ts';
import { BUSY, FREE } from '../model/space.ts';
import { errorName } from '../model/errno.ts';
import { EXTENT_TYPES } from '../model/extents.ts';
import { extentType } from '../model/extents.ts';
import { cellsOf, fileBlocksOf } from '../model/geometry.ts';
import { isDirty, isUnderWriteback, pageOf } from '../model/page-cache.ts';
import type { Design } from '../model/design.ts';
import type { Operation, Trace } from '../traces/format.ts';
import { modelOf } from './models.ts';
import { Specification, unique } from './specification.ts';
import type { Asked, States } from './specification.ts';

/** What is seen of a state, or of a file after an operation: by these names it is said to differ. */
export interface Sight {
  readonly ret: string;
  readonly size: number;
  readonly ext: string;
  readonly free: number;
  readonly cache: string;
  readonly data: string;
}

const LETTERS = EXTENT_TYPES.map((type) => ({ HOLE: '.', DELALLOC: 'd', UNWRITTEN: 'U', MAPPED: 'M' })[type]);

/** Free blocks more than which make no difference. */
const plenty = (blocks: number): number => 2 * blocks;

export class Judge {
  readonly spec: Specification;
  readonly #blocks: number;

  constructor(design: Design, trace: Trace) {
    const file_blocks = trace.pages * trace.pb;
    this.#blocks = Math.min(64, 3 * file_blocks + 4);
    this.spec = new Specification(
      design,
      {
        pages: trace.pages,
        page_blocks: trace.pb,
        block_cells: trace.bc,
        blocks: this.#blocks,
        large_folios: 1,
        index_blocks: trace.fs === 'xfs' ? 4 + { 1: 1, 2: 2, 4: 3 }[trace.pb] : 0,
      },
      ['write', 'fsync', 'sync_file_range', 'read', 'fadvise_dontneed'],
      [...'abcdefghijklmnpqrstuvwxyz'],
    );
  }

  begin(trace: Trace): { readonly states: States; readonly free: number } {
    const free = Math.min(trace.init.avail, plenty(this.#blocks));
    const state = this.spec.found([{ i_size: trace.init.size, blocks: trace.init.blocks }], free);
    const tree = trace.init.obs.extents > (spec_fs(this).extents_in_inode ?? Infinity);
    const states = [
      this.spec.made.edit(state, ({ s }) => {
        if (tree) s.inode[0]!.tree = s.inode[0]!.logged_tree = 1;
      }),
    ];
    return { states, free };
  }

  /** What would be seen of a state. */
  sees(state: Int32Array, free: number, ret: string): Sight {
    const { made, geometry: g } = this.spec;
    made.system.show(state, 0);
    const k = made.kernel;
    k.file = 0;
    const { i_size } = k.s.inode[0]!;
    const ext = Array.from({ length: fileBlocksOf(g) }, (_, fb) => LETTERS[extentType(k, fb)]).join('');
    // What an uncommitted transaction has freed counts as free.
    let busy = 0;
    if (!k.fs.counts_busy) for (const { owner } of k.s.disk) if (owner === BUSY) busy++;
    const cache = Array.from({ length: g.pages }, (_, index) => {
      const { present } = pageOf(k, index);
      const io = isUnderWriteback(k, index);
      return `${present ? 'p' : '-'}${isDirty(k, index) ? 'd' : '-'}${io ? 'w' : '-'}`;
    }).join(' ');
    const data = Array.from({ length: Math.min(i_size, cellsOf(g)) }, (_, cell) => this.#letter(cell)).join('');
    return { ret, size: i_size, ext, free: free - Math.max(0, k.s.free) - busy, cache, data };
  }

  #letter(cell: number): string {
    const { made, geometry: g } = this.spec;
    const k = made.kernel;
    const page = pageOf(k, Math.floor(cell / k.page_size));
    const fb = Math.floor(cell / g.block_cells);
    const block = page.block[fb % g.page_blocks]!;
    if (!block.uptodate) return '?';
    const value = k.cells.at(block.cells, cell % g.block_cells);
    if (value === ZERO) return '0';
    const origin = k.cells.origin(value);
    if (origin < 0 || k.cells.place(value) !== cell) return '?';
    return origin === 0 ? 'o' : k.cells.originName(origin);
  }
}

const spec_fs = ({ spec }: Judge) => spec.made.kernel.fs;

export const askedOf = (op: Operation, trace: Trace): Asked => {
  const whole = { pos: 0, count: trace.pages * trace.pb * trace.bc };
  switch (op.op) {
    case 'write':
      return {
        call: 'write',
        pos: op.pos,
        count: op.count,
        name: op.name,
        ...(op.good === undefined ? {} : { readable: op.good }),
      };
    case 'fsync':
      return { call: 'fsync', ...whole };
    case 'sfr': {
      const page = trace.pb * trace.bc;
      return { call: 'sync_file_range', pos: op.a * page, count: (op.b - op.a) * page };
    }
    case 'read':
      return { call: 'read', ...whole };
    case 'drop':
      return { call: 'fadvise_dontneed', ...whole };
    default:
      throw new RangeError(`no ${op.op} here`);
  }
};

export interface Difference {
  readonly at: number;
  readonly what: string;
  readonly kernel: Sight;
  readonly allowed: readonly Sight[];
}

const seenOf = (op: Operation): Sight => ({
  ret: 'ret' in op ? String(op.ret) : '0',
  size: op.obs.size,
  ext: op.obs.ext,
  free: op.obs.free,
  cache: op.obs.cache,
  data: op.op === 'read' ? op.data : '',
});

const ORDER = ['ret', 'size', 'ext', 'cache', 'data', 'free'] as const;

export interface Judged {
  readonly operations: number;
  readonly outcomes: number[];
  readonly states?: States;
  readonly difference?: Difference;
}

export function judgeTrace(judge: Judge, trace: Trace): Judged {
  let { states, free } = judge.begin(trace);
  const outcomes: number[] = [];
  for (const [at, op] of trace.ops.entries()) {
    const sights = new Map<string, Sight>();
    const seen = seenOf(op);
    const agree: Int32Array[] = [];
    let next: States;
    let ret = (_: Int32Array): string => '0';
    if (op.op === 'crash') {
      const found = [...trace.init.blocks].filter((letter) => letter !== '.').length;
      const before = op.how === 1 ? judge.spec.commit(states) : judge.spec.settle(states, 'journal');
      next = judge.spec.crash(before, free + found, trace.init.obs.extents > 4);
    } else {
      const asked = askedOf(op, trace);
      next = judge.spec.after(states, asked);
      ret = (state) => {
        const { ret: n, err } = judge.spec.result(state, asked);
        return err ? errorName(err) : String(n);
      };
    }
    for (const state of next) {
      const sight = judge.sees(state, free, ret(state));
      const about = op.op === 'read' ? sight : { ...sight, data: '' };
      sights.set(JSON.stringify(about), about);
      if (ORDER.every((name) => about[name] === seen[name])) agree.push(state);
    }
    outcomes.push(sights.size);
    if (agree.length === 0) {
      const all = [...sights.values()];
      const what = ORDER.find((name) => !all.some((one) => one[name] === seen[name])) ?? 'together';
      return { operations: at, outcomes, difference: { at, what, kernel: seen, allowed: all } };
    }
    states = unique(agree);
  }
  return { operations: trace.ops.length, outcomes, states };
}

export { FREE, modelOf };
