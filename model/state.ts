/**
 * The whole kernel, as far as a buffered write is concerned: one flat record.
 *
 * Sizes and offsets are counted in cells. A cell is a run of bytes with one origin: what it holds is
 * the name of the write that made it, never bytes.
 */
import { array, flag, oneOf, range } from '../machine/struct.ts';
import type { Spec, View } from '../machine/struct.ts';

/** How large everything is. Data, so that one model serves every size. */
export interface Geometry {
  /** Pages of the file. */
  readonly pages: number;
  /** Filesystem blocks a page: 1, 2 or 4. */
  readonly page_blocks: number;
  /** Cells a block: 2 or 3. With three a write can begin and end inside a block. */
  readonly block_cells: number;
  /** Blocks of the device. */
  readonly blocks: number;
  /** Pages that can be kmapped at one time. */
  readonly kmap_slots: number;
  /** Dirty pages above which balance_dirty_pages() throttles. */
  readonly dirty_limit: number;
  /** Pages of one multipage segment at most; the patch says 1024. */
  readonly segment_pages: number;
}

// What a cell holds.
export const ZERO = 0;
/** What some earlier owner left in the block. */
export const STALE = 1;
/** Memory that was never initialised. */
export const GARBAGE = 2;
/** Written, and acknowledged, before the scenario began. */
export const OLD = 3;
/** Written by the first writer; the others follow. */
export const WRITE = 4;
export const CELL_BITS = 3;
const CELL_MAX = 7;

export function cellName(value: number): string {
  if (value >= WRITE) return `w${value - WRITE + 1}`;
  return ['zero', 'STALE', 'GARBAGE', 'old'][value]!;
}

export const cellAt = (cells: number, i: number): number => (cells >>> (CELL_BITS * i)) & CELL_MAX;

export const withCell = (cells: number, i: number, value: number): number =>
  (cells & ~(CELL_MAX << (CELL_BITS * i))) | (value << (CELL_BITS * i));

/** A block full of one value. */
export function allCells(value: number, cells: number): number {
  let all = 0;
  for (let i = 0; i < cells; i++) all = withCell(all, i, value);
  return all;
}

/** Does any cell of the block hold what the file never wrote? */
export function hasForeign(cells: number): boolean {
  // Values STALE (1) and GARBAGE (2): bit 2 clear and exactly one of the bits 0 and 1 set.
  const low = 0o111111111;
  return ((cells ^ (cells >>> 1)) & ~(cells >>> 2) & low) !== 0;
}

export const showCells =
  (count: number) =>
  (cells: number): string =>
    Array.from({ length: count }, (_, i) => cellName(cellAt(cells, i))).join(',');

// States of a file block in the extent map.
export const HOLE = 0;
export const DELALLOC = 1;
export const UNWRITTEN = 2;
export const MAPPED = 3;
export const EXTENT_TYPES = ['HOLE', 'DELALLOC', 'UNWRITTEN', 'MAPPED'] as const;

// Who owns a block of the device, as the allocator has it.
export const FREE = 0;
export const FILE = 1;
export const NEIGHBOUR = 2;
/** Freed, but the transaction that freed it has not committed: it may not be used yet. */
export const BUSY = 3;

// Errors, as small numbers; commands return 0 or one of these.
export const EIO = 1;
export const ENOMEM = 2;
export const ENOSPC = 3;
export const EFAULT = 4;
export const ERANGE = 5;
export const EINTR = 6;
export const ECONNRESET = 7;
export const EAGAIN = 8;
export const EINVAL = 9;
const ERRORS = [
  'EIO',
  'ENOMEM',
  'ENOSPC',
  'EFAULT',
  'ERANGE',
  'EINTR',
  'ECONNRESET',
  'EAGAIN',
  'EINVAL',
];

/** As C returns it: 0 or -ENAME. */
export const errorName = (error: number): string => (error === 0 ? '0' : `-${ERRORS[error - 1]}`);
export const errno = range(ERRORS.length, errorName);

// Where a system call stands.
export const RUNNING = 0;
export const RETURNED = 1;

export const cellsOf = (g: Geometry): number => g.pages * g.page_blocks * g.block_cells;
export const fileBlocksOf = (g: Geometry): number => g.pages * g.page_blocks;
export const pageCells = (g: Geometry): number => g.page_blocks * g.block_cells;

/** What a filesystem's ->iomap needs in the state; the others do without. */
export interface StateOptions {
  readonly geometry: Geometry;
  readonly tasks: readonly string[];
  readonly writers: number;
  readonly faults: number;
  readonly iomap: boolean;
  readonly socket: boolean;
}

/** One system call that writes: what it holds, and what it was promised. */
function callSpec({ geometry: g, iomap, writers }: StateOptions) {
  const cells = cellsOf(g);
  const mapped = iomap ? cells : 0;
  return {
    state: oneOf('running', 'returned'),
    ret: range(cells),
    err: errno,
    /** Nesting depth of the journal handle that the task has open. */
    handle: range(g.pages),
    kmaps: range(g.pages),
    /** It asked for memory, there was none, and it is in direct reclaim. */
    reclaiming: flag,
    // struct iomap, on the stack of the caller; what is reserved for it is the filesystem's.
    iomap_type: iomap ? oneOf(...EXTENT_TYPES) : range(0),
    iomap_pos: range(mapped),
    iomap_end: range(mapped),
    iomap_reserved: range(iomap ? g.blocks : 0),
    // Ghost: begins without an end, and ends without a begin.
    reads_open: range(iomap ? 3 : 0),
    begins_open: range(g.pages),
    mispaired: flag,
    /** Ghost: mask of the other writers that returned while this one was running. */
    overlapped: range(2 ** writers - 1),
  };
}

function pageSpec({ geometry: g, tasks }: StateOptions) {
  return {
    present: flag,
    /** 1 + the task that holds PG_locked. */
    locked_by: range(tasks.length, (n) => (n === 0 ? 'nobody' : tasks[n - 1]!)),
    writeback: flag,
    /** As buffer_heads have it. */
    block: array(g.page_blocks, {
      uptodate: flag,
      dirty: flag,
      /** BH_New: instantiated by the write_begin that holds the page lock. */
      fresh: flag,
      cells: range(8 ** g.block_cells - 1, showCells(g.block_cells)),
      /** 1 + the device block that the I/O in flight goes to. */
      io: range(g.blocks),
    }),
  };
}

/** A file block in the extent map: type, and 1 + the device block. */
const extentSpec = (g: Geometry) => ({ type: oneOf(...EXTENT_TYPES), blkno: range(g.blocks) });

export function kernelSpec(options: StateOptions) {
  const { geometry: g, tasks, socket } = options;
  const cells = cellsOf(g);
  const owner = range(tasks.length, (n) => (n === 0 ? 'nobody' : tasks[n - 1]!));
  const received = range(socket ? cells : 0);
  return {
    i_size: range(cells),
    /** The size that the next transaction to commit will carry. */
    i_disksize: range(cells),
    i_rwsem: owner,
    /** What ->iomap(READ) obtained and locked, where the filesystem does. */
    ilock: owner,
    page: array(g.pages, pageSpec(options)),
    extent: array(fileBlocksOf(g), extentSpec(g)),
    /** The free-space counters, as the kernel keeps them. */
    free: range(g.blocks),
    reserved: range(g.blocks),
    disk: array(g.blocks, {
      owner: oneOf('free', 'file', 'neighbour', 'busy'),
      cells: range(8 ** g.block_cells - 1, showCells(g.block_cells)),
    }),
    /** What the journal has committed: all the metadata that a crash leaves. */
    log: { i_size: range(cells), extent: array(fileBlocksOf(g), extentSpec(g)) },
    socket: {
      sent: received,
      taken: received,
      state: socket ? oneOf('open', 'closed', 'reset', 'stalled') : range(0),
    },
    call: array(options.writers, callSpec(options)),
    faults_left: range(options.faults),
    /** Ghost: what user space was promised of each cell; see no-lost-write. */
    promise: array(cells, { value: range(CELL_MAX, promiseName) }),
  } satisfies Spec;
}

// What is promised of a cell: the name of a write, or one of these, which no write is called.
export const NOTHING = 0;
/** Two writes that overlapped in time were both acknowledged: either may be found. */
export const EITHER = 1;
/** An error was recorded for what was written here, so that fsync will report it. */
export const REPORTED = 2;

function promiseName(value: number): string {
  if (value === NOTHING) return 'nothing';
  if (value === EITHER) return 'either write';
  return value === REPORTED ? 'error' : cellName(value);
}

export type KernelState = View<ReturnType<typeof kernelSpec>>;
