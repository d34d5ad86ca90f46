/** What properties see: the state, what a read would return now, and what a crash would leave now. */
import type { Filesystem } from './filesystem.ts';
import type { WriteCall } from './base.ts';
import {
  DELALLOC,
  HOLE,
  MAPPED,
  RUNNING,
  WRITE,
  ZERO,
  cellAt,
  cellsOf,
  pageCells,
} from './state.ts';
import type { Geometry, KernelState } from './state.ts';

/** A read of this cell would have to wait for a page lock, or could not be told now. */
export const UNKNOWN = -1;

/** Who can go on and who waits for whom, as masks of tasks. */
export interface Waits {
  readonly moves: number;
  readonly waiting: number;
  readonly waitsFor: Int32Array;
  unfinished(): number;
}

export class Observer {
  readonly s: KernelState;
  readonly geometry: Geometry;
  readonly fs: Filesystem;
  readonly writers: readonly WriteCall[];
  readonly tasks: readonly string[];
  readonly cells: number;
  /** The task at the far end of the socket, or -1. */
  readonly peer: number;
  /** Do the calls take their bytes from a socket? */
  readonly socket: boolean;
  /** i_size before anything was done. */
  readonly initial_size: number;
  readonly #blockSize: number;
  readonly #pageSize: number;
  #waits: Waits | undefined;

  constructor(parts: {
    readonly state: KernelState;
    readonly geometry: Geometry;
    readonly filesystem: Filesystem;
    readonly writers: readonly WriteCall[];
    readonly tasks: readonly string[];
    readonly initial_size: number;
  }) {
    this.s = parts.state;
    this.geometry = parts.geometry;
    this.fs = parts.filesystem;
    this.writers = parts.writers;
    this.tasks = parts.tasks;
    this.peer = parts.tasks.indexOf('peer');
    this.socket = this.peer >= 0;
    this.initial_size = parts.initial_size;
    this.cells = cellsOf(parts.geometry);
    this.#blockSize = parts.geometry.block_cells;
    this.#pageSize = pageCells(parts.geometry);
  }

  /** The system is made after its observer. */
  watch(waits: Waits): void {
    this.#waits = waits;
  }

  get waits(): Waits {
    return this.#waits!;
  }

  /** The file block's share of its page. */
  block(fb: number) {
    const { page_blocks } = this.geometry;
    return this.s.page[Math.floor(fb / page_blocks)]!.block[fb % page_blocks]!;
  }

  fileBlock(cell: number): number {
    return Math.floor(cell / this.#blockSize);
  }

  /** Is this file block, or some of it, below i_size? */
  belowEof(fb: number): boolean {
    return fb * this.#blockSize < this.s.i_size;
  }

  /** What read(2) of a cell would return now; UNKNOWN while it would wait for a page lock. */
  visible(cell: number): number {
    const { s } = this;
    if (cell >= s.i_size) return ZERO;
    const fb = this.fileBlock(cell);
    const block = this.block(fb);
    if (block.uptodate) return cellAt(block.cells, cell % this.#blockSize);
    if (s.page[Math.floor(cell / this.#pageSize)]!.locked_by !== 0) return UNKNOWN;
    return this.#onDisk(fb, cell);
  }

  /** What reading the cell from disk would give now. */
  #onDisk(fb: number, cell: number): number {
    const { type, blkno } = this.s.extent[fb]!;
    return type === MAPPED ? cellAt(this.s.disk[blkno - 1]!.cells, cell % this.#blockSize) : ZERO;
  }

  /** Would a crash now leave in this cell what the file never wrote? What it would be, or ZERO. */
  foreignAfterCrash(cell: number): number {
    const { s } = this;
    if (cell >= s.log.i_size) return ZERO;
    const fb = this.fileBlock(cell);
    const { type, blkno } = s.log.extent[fb]!;
    if (type !== MAPPED) return ZERO;
    const value = cellAt(s.disk[blkno - 1]!.cells, cell % this.#blockSize);
    return isForeign(value) ? value : ZERO;
  }

  /** Reservations that a running call holds, and delayed allocations: what `reserved` must equal. */
  reservedTruth(): number {
    const { s } = this;
    let sum = 0;
    for (let i = 0; i < s.call.length; i++) sum += s.call[i]!.iomap_reserved;
    for (let fb = 0; fb < s.extent.length; fb++) if (s.extent[fb]!.type === DELALLOC) sum++;
    return sum;
  }

  /** Does a running call hold a reservation for this file block? */
  isReservedFor(fb: number): boolean {
    const cell = fb * this.#blockSize;
    for (let i = 0; i < this.s.call.length; i++) {
      const call = this.s.call[i]!;
      if (call.iomap_reserved > 0 && call.iomap_type === HOLE) {
        if (cell >= call.iomap_pos && cell < call.iomap_end) return true;
      }
    }
    return false;
  }

  /** Has this call been acknowledged for the cell? */
  acknowledged(writer: number, cell: number): boolean {
    const { state, ret } = this.s.call[writer]!;
    const { pos } = this.writers[writer]!;
    return state !== RUNNING && cell >= pos && cell < pos + ret;
  }

  isRunning(writer: number): boolean {
    return this.s.call[writer]!.state === RUNNING;
  }

  /** Nobody is in the middle of anything. */
  atRest(): boolean {
    if (this.waits.unfinished() !== 0) return false;
    for (let i = 0; i < this.s.page.length; i++) if (this.s.page[i]!.writeback) return false;
    return true;
  }

  /** The writer that made a value, or -1. */
  writerOf(value: number): number {
    return value >= WRITE ? value - WRITE : -1;
  }
}

/** STALE or GARBAGE. */
export const isForeign = (value: number): boolean => value === 1 || value === 2;
