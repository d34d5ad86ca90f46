/**
 * What is true, apart from what the kernel counts. Every command says here what it did; promises
 * are held against it. No kernel code can read it: nothing here returns anything.
 */
import { counter, flag, range, untold } from '../machine/struct.ts';
import type { Cells } from './cells.ts';
import { cellsOf, fileBlocksOf } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import { declare } from './subsystem.ts';
import type { State } from './subsystem.ts';

/** Begins and ends are counted so far; a design that goes on without end is not decided. */
const OPEN_MAX = 63;

export const ledger = declare({
  name: 'ledger',
  call: (z) => ({
    /** Mask of the calls that returned while this one was running. */
    overlapped: untold(range(2 ** z.calls - 1)),
    /** What was taken from the socket, and what of it the caller was told is gone, in cells. */
    consumed: untold(range(z.socket ? cellsOf(z.geometry) : 0)),
    discarded: untold(range(z.socket ? cellsOf(z.geometry) : 0)),
    /** Blocks reserved for this call, and neither paid with nor given back. */
    claims: untold(counter(2 * z.geometry.blocks)),
    /** write_begin and ->iomap(READ) without their ends. */
    write_begins: untold(counter(OPEN_MAX)),
    maps: untold(counter(OPEN_MAX)),
    /** An end without its begin, or with another private value. */
    mispaired: untold(flag),
    /** A block was allocated for it without a reservation, where one was due. */
    overdrawn: untold(flag),
    /** When it last asked for space it was told that there is none. */
    told_enospc: untold(flag),
    /** And that was not true: a block could be had. */
    refused: untold(flag),
    /** It was told so at least once. */
    no_space: untold(flag),
    /** It was throttled. */
    throttled: untold(flag),
    /** It had returned when the fsync() began that has returned last, or that runs. */
    settled: untold(z.syncs ? flag : range(0)),
  }),
  extent: () => ({
    /** A reservation is held for the file block itself (a delayed allocation). */
    claimed: untold(flag),
    /** It was there, beyond EOF, before anything was done: fallocate() has put it there. */
    preallocated: untold(flag),
  }),
  cell: (z) => ({
    /** Mask of the origins of which user space may find any one here; 0: nothing was promised. */
    promised: untold(range(2 ** z.cells.origins - 1)),
    /** What fsync() will have made durable, and what it has: masks of origins, any one of which. */
    to_sync: untold(range(z.syncs ? 2 ** z.cells.origins - 1 : 0)),
    synced: untold(range(z.syncs ? 2 ** z.cells.origins - 1 : 0)),
    /** An error was recorded for what was written here, so that fsync will report it. */
    reported: untold(flag),
    /** Old data that was on disk before anything was done. */
    durable: untold(flag),
  }),
});

const KNOWN = declare({
  name: 'known',
  call: (z) => ({
    state: range(3),
    pos: range(cellsOf(z.geometry)),
    ret: range(cellsOf(z.geometry)),
  }),
  disk: () => ({ owner: range(3) }),
});

type LedgerState = State<typeof ledger | typeof KNOWN>;

const RUNNING = 2;
const RETURNED = 3;

export class Ledger {
  readonly #s: LedgerState;
  readonly #cells: Cells;
  readonly #files: readonly number[];
  readonly #fileCells: number;
  readonly #fileBlocks: number;
  readonly #blockCells: number;

  /** `files`: the file of each call. */
  constructor(state: object, g: Geometry, cells: Cells, files: readonly number[]) {
    // The state has what all subsystems declare; this is the part that is kept here.
    this.#s = state as LedgerState;
    this.#cells = cells;
    this.#files = files;
    this.#fileCells = cellsOf(g);
    this.#fileBlocks = fileBlocksOf(g);
    this.#blockCells = g.block_cells;
  }

  begins(call: number): void {
    this.#s.call[call]!.overlapped = 0;
  }

  /**
   * From now on user space may rely on the first `ret` cells. `enospc`: it returns -ENOSPC, which
   * may be its own invention.
   */
  returns(call: number, enospc = false): void {
    const s = this.#s;
    const own = s.call[call]!;
    if (enospc && own.told_enospc === 0) own.refused = this.#available() > 0 ? 1 : 0;
    const { pos, ret, overlapped } = own;
    const origin = 1 << this.#cells.originOf(call);
    const earlier = overlapped << this.#cells.originOf(0);
    const first = this.#files[call]! * this.#fileCells + pos;
    for (let cell = first; cell < first + ret; cell++) {
      const at = s.cell[cell]!;
      if (at.reported) continue;
      // Of two calls that overlapped either may have been the later one.
      at.promised = origin | (at.promised & earlier);
    }
    own.claims = 0;
    for (let i = 0; i < s.call.length; i++) {
      if (i !== call && s.call[i]!.state === RUNNING) s.call[i]!.overlapped |= 1 << call;
    }
  }

  /** fsync() begins: it is about what user space may rely on now. */
  syncs(call: number): void {
    const s = this.#s;
    const first = this.#files[call]! * this.#fileCells;
    for (let cell = first; cell < first + this.#fileCells; cell++) {
      s.cell[cell]!.to_sync = s.cell[cell]!.promised;
    }
    for (let i = 0; i < s.call.length; i++)
      s.call[i]!.settled = s.call[i]!.state === RETURNED ? 1 : 0;
  }

  /** fsync() returns; where it is not with an error, what it was about survives a crash. */
  synced(call: number, succeeded: boolean): void {
    const s = this.#s;
    const first = this.#files[call]! * this.#fileCells;
    for (let cell = first; cell < first + this.#fileCells; cell++) {
      const at = s.cell[cell]!;
      if (succeeded) at.synced = at.to_sync;
      at.to_sync = 0;
    }
  }

  consumes(call: number, cells: number): void {
    this.#s.call[call]!.consumed += cells;
  }

  discards(call: number, cells: number): void {
    this.#s.call[call]!.discarded += cells;
  }

  /** Space is reserved for the call; `blocks` below zero: given back. */
  claims(call: number, blocks: number): void {
    this.#s.call[call]!.claims += blocks;
  }

  /** What was reserved for the call before can no longer be found by it. */
  abandons(call: number): void {
    this.#s.call[call]!.claims = 0;
  }

  /** A block is allocated for which the call has, or should have, a reservation. */
  pays(call: number): void {
    const at = this.#s.call[call]!;
    if (at.claims > 0) at.claims--;
    else at.overdrawn = 1;
  }

  /** Space is reserved for a file block itself, or that reservation is used or given back. */
  claimsFor(extent: number, claimed: 0 | 1): void {
    this.#s.extent[extent]!.claimed = claimed;
  }

  /** The file block was there before anything was done. */
  finds(extent: number): void {
    this.#s.extent[extent]!.preallocated = 1;
  }

  opens(call: number, what: 'write_begins' | 'maps'): void {
    this.#s.call[call]![what]++;
  }

  /** `wrong`: it ends with another private value than the begin handed out. */
  closes(call: number, what: 'write_begins' | 'maps', wrong = false): void {
    const at = this.#s.call[call]!;
    if (at[what] <= 0 || wrong) at.mispaired = 1;
    if (at[what] > 0) at[what]--;
  }

  /** The call is told that there is no space: is that true? `injected`: it is so by assumption. */
  refuses(call: number, injected = false): void {
    const at = this.#s.call[call]!;
    at.no_space = at.told_enospc = 1;
    at.refused = !injected && this.#available() > 0 ? 1 : 0;
  }

  /** The call has asked for space, and got some, or needed none. */
  obtains(call: number): void {
    const at = this.#s.call[call]!;
    at.told_enospc = at.refused = 0;
  }

  /** Blocks that nobody owns, and nobody has a claim to. */
  #available(): number {
    const { disk, extent, call } = this.#s;
    let blocks = 0;
    for (let b = 0; b < disk.length; b++) if (disk[b]!.owner === 0) blocks++;
    for (let i = 0; i < extent.length; i++) blocks -= extent[i]!.claimed;
    for (let i = 0; i < call.length; i++) blocks -= call[i]!.claims;
    return blocks;
  }

  throttles(call: number): void {
    this.#s.call[call]!.throttled = 1;
  }

  /** mapping_set_error() for a file block: what it held is promised no more, fsync will tell. */
  reports(extent: number): void {
    const first = this.#firstCell(extent);
    for (let i = 0; i < this.#blockCells; i++) {
      this.#s.cell[first + i]!.reported = 1;
      this.#s.cell[first + i]!.promised = 0;
    }
  }

  /** New data was taken in: an error that was reported is about older data. */
  takesIn(cell: number): void {
    const at = this.#s.cell[cell]!;
    at.reported = 0;
  }

  #firstCell(extent: number): number {
    const file = Math.floor(extent / this.#fileBlocks);
    return file * this.#fileCells + (extent % this.#fileBlocks) * this.#blockCells;
  }
}
