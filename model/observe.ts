/** What promises see: the state, what a read would return now, and what a crash would leave now. */
import type { Cells } from './cells.ts';
import { ZERO, isForeign } from './cells.ts';
import { NOT_MADE, RETURNED, RUNNING, WRITE } from './core.ts';
import type { KnownCall } from './core.ts';
import { DELALLOC, EXTENT_TYPES, MAPPED, blockAt, typeOf } from './extents.ts';
import type { Filesystem } from './filesystem.ts';
import { cellsOf, fileBlocksOf, pageCells } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import type { KernelState } from './kernel.ts';

/** A read of this cell would have to wait for a page lock, or could not be told now. */
export const UNKNOWN = -1;

/** Who can go on and who waits for whom, as masks of tasks. */
export interface Waits {
  readonly moves: number;
  readonly waiting: number;
  readonly waitsFor: Int32Array;
  /** Of these tasks those that have begun and not ended; looks at no others. */
  unfinished(among?: number): number;
}

/** Pages, extents and cells are numbered over all files here, as in the state. */
export class Observer {
  readonly s: KernelState;
  readonly geometry: Geometry;
  readonly fs: Filesystem;
  readonly cells: Cells;
  readonly calls: readonly KnownCall[];
  readonly tasks: readonly string[];
  readonly threads: number;
  /** The task at the far end of the socket, or -1. */
  readonly peer: number;
  /** Do the calls take their bytes from a socket? */
  readonly socket: boolean;
  /** i_size of each file before anything was done. */
  readonly initial_size: readonly number[];
  readonly block_size: number;
  readonly file_cells: number;
  readonly #fileBlocks: number;
  readonly #pageSize: number;
  #waits: Waits | undefined;

  constructor(parts: {
    readonly state: object;
    readonly geometry: Geometry;
    readonly cells: Cells;
    readonly filesystem: Filesystem;
    readonly calls: readonly KnownCall[];
    readonly tasks: readonly string[];
    readonly threads: number;
    readonly initial_size: readonly number[];
  }) {
    // The struct has what all subsystems declare.
    this.s = parts.state as KernelState;
    this.geometry = parts.geometry;
    this.cells = parts.cells;
    this.fs = parts.filesystem;
    this.calls = parts.calls;
    this.tasks = parts.tasks;
    this.threads = parts.threads;
    this.peer = parts.tasks.indexOf('peer');
    this.socket = this.peer >= 0;
    this.initial_size = parts.initial_size;
    this.block_size = parts.geometry.block_cells;
    this.file_cells = cellsOf(parts.geometry);
    this.#fileBlocks = fileBlocksOf(parts.geometry);
    this.#pageSize = pageCells(parts.geometry);
  }

  /** The system is made after its observer. */
  watch(waits: Waits): void {
    this.#waits = waits;
  }

  get waits(): Waits {
    return this.#waits!;
  }

  // How things are named in a breach: the file is said where there are two.

  cellName(cell: number): string {
    return `cell ${this.placeOf(cell)}${this.#ofFile(this.fileOf(cell))}`;
  }

  extentName(extent: number): string {
    const fb = extent % this.#fileBlocks;
    return `file block ${fb}${this.#ofFile(this.fileOfExtent(extent))}`;
  }

  /** `writer1`; of one that makes several calls, which. */
  callName(call: number): string {
    const { thread, name } = this.calls[call]!;
    const several = this.calls.filter((one) => one.thread === thread).length > 1;
    return `${this.tasks[thread]}${several ? `, call ${name}` : ''}`;
  }

  /** What user space would see of a cell: `read(4) = STALE`. */
  reads(cell: number, value: number): string {
    const place = this.placeOf(cell);
    return `read(${place}) = ${this.cells.name(value, place)}${this.#ofFile(this.fileOf(cell))}`;
  }

  /** The origins in a mask. */
  originNames(mask: number): string {
    return Array.from({ length: this.cells.origins }, (_, i) => i)
      .filter((i) => (mask >>> i) & 1)
      .map((i) => this.cells.originName(i))
      .join(' or ');
  }

  /** Is the call one that writes? */
  writes(call: number): boolean {
    return this.calls[call]!.call === WRITE;
  }

  #ofFile(file: number): string {
    return this.geometry.files === 1 ? '' : ` of file ${file + 1}`;
  }

  // Which file, and where in it.

  fileOf(cell: number): number {
    return Math.floor(cell / this.file_cells);
  }

  placeOf(cell: number): number {
    return cell % this.file_cells;
  }

  /** The file block that a cell lies in, and the file of a file block. */
  extentOf(cell: number): number {
    return this.fileOf(cell) * this.#fileBlocks + Math.floor(this.placeOf(cell) / this.block_size);
  }

  fileOfExtent(extent: number): number {
    return Math.floor(extent / this.#fileBlocks);
  }

  /** The first cell of a file block, in its file. */
  placeOfExtent(extent: number): number {
    return (extent % this.#fileBlocks) * this.block_size;
  }

  /** The file block's share of its page. */
  block(extent: number): KernelState['page'][number]['block'][number] {
    const { page_blocks, pages } = this.geometry;
    const file = this.fileOfExtent(extent);
    const fb = extent % this.#fileBlocks;
    return this.s.page[file * pages + Math.floor(fb / page_blocks)]!.block[fb % page_blocks]!;
  }

  pageOf(cell: number): KernelState['page'][number] {
    const { pages } = this.geometry;
    const page = Math.floor(this.placeOf(cell) / this.#pageSize);
    return this.s.page[this.fileOf(cell) * pages + page]!;
  }

  type(extent: number): number {
    return typeOf(this.s.extent[extent]!.map);
  }

  /** Is this file block, or some of it, below i_size? */
  belowEof(extent: number): boolean {
    return this.placeOfExtent(extent) < this.s.inode[this.fileOfExtent(extent)]!.i_size;
  }

  /** What read(2) of a cell would return now; UNKNOWN while it would wait for a page lock. */
  visible(cell: number): number {
    const { s } = this;
    if (this.placeOf(cell) >= s.inode[this.fileOf(cell)]!.i_size) return ZERO;
    const extent = this.extentOf(cell);
    const block = this.block(extent);
    if (block.uptodate) return this.cells.at(block.cells, cell % this.block_size);
    if (this.pageOf(cell).locked_by !== 0) return UNKNOWN;
    return this.#onDisk(s.extent[extent]!.map, cell);
  }

  /** What a mapping makes of a cell: what is on disk, or zero. */
  #onDisk(map: number, cell: number, stable = false): number {
    if (typeOf(map) !== MAPPED) return ZERO;
    const { cells, media } = this.s.disk[blockAt(map)]!;
    return this.cells.at(stable ? media : cells, cell % this.block_size);
  }

  /** What the cell would hold after a crash now and the journal's recovery; beyond EOF, zero. */
  afterCrash(cell: number): number {
    const { s } = this;
    if (this.placeOf(cell) >= s.inode[this.fileOf(cell)]!.logged_size) return ZERO;
    const stable = this.geometry.write_cache === 1;
    return this.#onDisk(s.extent[this.extentOf(cell)]!.logged, cell, stable);
  }

  foreignAfterCrash(cell: number): boolean {
    return isForeign(this.afterCrash(cell));
  }

  /** How long the file may be without data: as it was found, or as a call has asked for. */
  sizeAsked(file: number): number {
    return Math.max(this.initial_size[file]!, this.s.inode[file]!.size_asked);
  }

  /** Reservations that a running call or a delayed allocation has a claim to. */
  claims(): number {
    const { s } = this;
    let sum = 0;
    for (let i = 0; i < s.call.length; i++) sum += s.call[i]!.claims;
    for (let i = 0; i < s.extent.length; i++) sum += s.extent[i]!.claimed;
    return sum;
  }

  isDelayed(extent: number): boolean {
    return this.type(extent) === DELALLOC;
  }

  typeName(extent: number): string {
    return EXTENT_TYPES[this.type(extent)]!;
  }

  /** By fallocate(), or as the filesystem does it. */
  isPreallocated(extent: number): boolean {
    if (this.s.extent[extent]!.preallocated === 1) return true;
    return this.fs.preallocates?.(this.type(extent)) ?? false;
  }

  /** Does the block lie beyond EOF, where a truncate() that has failed has left it? */
  isHalfTruncated(extent: number): boolean {
    return this.s.inode[this.fileOfExtent(extent)]!.half_removed === 1 && !this.belowEof(extent);
  }

  /** Was the cell old data on disk before anything was done? */
  isDurable(cell: number): boolean {
    return this.s.cell[cell]?.durable === 1;
  }

  hasGrownOnDisk(): boolean {
    for (let i = 0; i < this.s.inode.length; i++) {
      if (this.s.inode[i]!.logged_size > this.sizeAsked(i)) return true;
    }
    return false;
  }

  isRunning(call: number): boolean {
    return this.s.call[call]!.state === RUNNING;
  }

  hasReturned(call: number): boolean {
    return this.s.call[call]!.state === RETURNED;
  }

  hasBegun(call: number): boolean {
    return this.s.call[call]!.state >= RUNNING;
  }

  isMade(call: number): boolean {
    return this.s.call[call]!.state !== NOT_MADE;
  }

  /** The call's cells, numbered over all files: where they begin. */
  firstCell(call: number): number {
    return this.calls[call]!.file * this.file_cells + this.s.call[call]!.pos;
  }

  /** Does the page cache hold what the call has written to this cell of its file? */
  holds(call: number, place: number): boolean {
    if (place >= this.file_cells) return false;
    const cell = this.calls[call]!.file * this.file_cells + place;
    const { cells } = this.block(this.extentOf(cell));
    return this.cells.callOf(this.cells.at(cells, cell % this.block_size)) === call;
  }

  /** Has the call returned with something written? */
  wrote(call: number): boolean {
    return this.hasReturned(call) && this.s.call[call]!.ret > 0;
  }

  /** Has this call been acknowledged for the cell? */
  acknowledged(call: number, cell: number): boolean {
    const first = this.firstCell(call);
    return this.hasReturned(call) && cell >= first && cell < first + this.s.call[call]!.ret;
  }

  /** Does the thread run a call now? */
  inCall(thread: number): boolean {
    for (let i = 0; i < this.calls.length; i++) {
      if (this.calls[i]!.thread === thread && this.isRunning(i)) return true;
    }
    return false;
  }

  /** Has the thread made a call and returned from it, and runs none now? */
  betweenCalls(thread: number): boolean {
    if (this.inCall(thread)) return false;
    for (let i = 0; i < this.calls.length; i++) {
      if (this.calls[i]!.thread === thread && this.hasReturned(i)) return true;
    }
    return false;
  }

  /** Nobody is in the middle of anything. */
  atRest(): boolean {
    for (let task = 0; task < this.tasks.length; task++) {
      if (this.waits.unfinished(1 << task) !== 0) return false;
    }
    for (let i = 0; i < this.s.page.length; i++) if (this.s.page[i]!.writeback) return false;
    return true;
  }
}
