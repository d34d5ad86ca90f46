/**
 * The reference space: a small model of a multipage write with all that races with it, whose counts
 * of states, transitions and levels are known from other checkers. It is here to measure the
 * general layer, and to show that the layer counts right; what is claimed of Linux is in model/.
 *
 * Two writers each read the mapping of the longest run of pages of one kind, reserve if it is a
 * hole, lock, copy and unlock page by page, allocate what was copied and give the rest back. Beside
 * them run writeback, a reader, reclaim, and at most one power cut.
 */
import { DONE } from '../machine/rows.ts';
import type { AnyRows, Program, Task } from '../machine/rows.ts';
import { Struct } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import { Kernel, STALE, layout, promises } from './reference-kernel.ts';
import type { Frame, Geometry, Held } from './reference-kernel.ts';

type WriteLabel = 'read' | 'reserve' | 'lock' | 'copy' | 'unlock' | 'allocate' | 'unreserve';
export type WriteRows = Program<Kernel, Frame, WriteLabel>['rows'];

export const write: WriteRows = {
  read(k, f) {
    if (f.pos === k.pages) {
      f.pos = 0;
      return DONE;
    }
    f.len = k.map(f.pos);
    f.need = k.hole;
    return f.need ? 'reserve' : 'lock';
  },
  reserve(k, f) {
    if (k.reserve(f.len)) return 'lock';
    f.pos = f.len = f.need = 0;
    return DONE;
  },
  lock(k, f) {
    k.lockPage(f.pos + f.i);
    return 'copy';
  },
  copy(k, f) {
    f.short = k.copyFromUser(f.pos + f.i);
    return 'unlock';
  },
  unlock(k, f) {
    k.unlockPage(f.pos + f.i);
    if (!f.short) f.i++;
    if (!f.short && f.i < f.len) return 'lock';
    return f.need && f.i > 0 ? 'allocate' : 'unreserve';
  },
  allocate(k, f) {
    if (!k.allocate(f.pos, f.pos + f.i)) {
      f.i = 0;
      f.short = 1;
    }
    return 'unreserve';
  },
  unreserve(k, f) {
    k.unreserve(f.need ? f.len - f.i : 0);
    f.pos = f.short ? 0 : f.pos + f.i;
    const next = f.short ? DONE : 'read';
    f.len = f.i = f.need = f.short = 0;
    return next;
  },
};

const writeback: Program<Kernel, Held, 'pick' | 'clean' | 'submit' | 'convert' | 'unlock'>['rows'] =
  {
    pick(k, f) {
      f.page = k.lockDirtyPage();
      return 'clean';
    },
    clean(k, f) {
      k.clearDirty(f.page);
      return 'submit';
    },
    submit(k, f) {
      return k.writePage(f.page) ? 'convert' : 'unlock';
    },
    convert(k, f) {
      k.convertUnwritten(f.page);
      return 'unlock';
    },
    unlock(k, f) {
      k.unlockPage(f.page);
      f.page = 0;
      return 'pick';
    },
  };

const reader: Program<Kernel, Held, 'pick' | 'fill' | 'unlock'>['rows'] = {
  pick(k, f) {
    f.page = k.lockMissingPage();
    return 'fill';
  },
  fill(k, f) {
    k.readPage(f.page);
    return 'unlock';
  },
  unlock(k, f) {
    k.unlockPage(f.page);
    f.page = 0;
    return 'pick';
  },
};

const reclaim: Program<Kernel, object, 'evict'>['rows'] = {
  evict(k) {
    k.evictPage();
    return 'evict';
  },
};

const power: Program<Kernel, object, 'cut'>['rows'] = {
  cut(k) {
    k.crash();
    return DONE;
  },
};

export type Sizes = Geometry & { readonly crash: boolean };

/** The machine; a mutant gives other rows for the write, or a kernel of its own. */
export function reference(
  sizes: Sizes,
  rows: WriteRows = write,
  kernelClass: typeof Kernel = Kernel,
): System<ReturnType<typeof layout>, Kernel> {
  const struct = new Struct(layout(sizes, { write: rows, writeback, reader, reclaim, power }));
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  const kernel = new kernelClass(sizes, view);
  const task = (
    name: string,
    table: AnyRows<Kernel>,
    path: string,
    frame: object,
  ): Task<Kernel> => ({
    name,
    pc: `${path}.pc`,
    work: [{ rows: table, frame: { path, view: frame } }],
    daemon: table !== rows,
  });
  const tasks = [
    task('writer1', rows, 'writer[0]', view.writer[0]!),
    task('writer2', rows, 'writer[1]', view.writer[1]!),
    task('writeback', writeback, 'writeback', view.writeback),
    task('reader', reader, 'reader', view.reader),
    task('reclaim', reclaim, 'reclaim', view.reclaim),
  ];
  if (sizes.crash) tasks.push(task('power', power, 'power', view.power));
  return new System({
    struct,
    memory,
    kernel,
    tasks,
    checks: () => promises(sizes, view),
    start: (s) => {
      for (const block of s.disk) block.data = STALE;
    },
  });
}

/** The sizes whose counts are known, with those counts: `levels` includes that of the start. */
export const KNOWN = {
  XXS: { pages: 2, blocks: 2, hints: 1, states: 12_600, transitions: 54_250, levels: 38 },
  XS: { pages: 3, blocks: 3, hints: 1, states: 131_922, transitions: 648_624, levels: 50 },
  S: { pages: 3, blocks: 3, hints: 3, states: 419_294, transitions: 2_032_024, levels: 50 },
  M: { pages: 4, blocks: 4, hints: 1, states: 1_079_212, transitions: 5_815_012, levels: 62 },
  L: { pages: 4, blocks: 4, hints: 4, states: 5_034_038, transitions: 26_237_690, levels: 63 },
} as const;
