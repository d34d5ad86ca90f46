/**
 * What is true, apart from what the kernel counts. Every command says here what it did; promises
 * are held against it. No kernel code can read it: nothing here returns anything.
 */
import { counter, flag, range, untold } from '../machine/struct.ts';
import type { Cells } from './cells.ts';
import { cellsOf, fileBlocksOf } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import { declare } from './subsystem.ts';
import type { Sizes, State } from './subsystem.ts';

type Made = Pick<Sizes, 'made'>;

/** Calls that return errors of writeback: is any made? */
const TELL_ERRORS = ['fsync', 'sync_file_range'];
export const tells = ({ made }: Made): boolean => TELL_ERRORS.some((call) => made.has(call));
/** Calls that write dirty pages, wait for them, and fail where that has failed: is any made? */
const CHECK_ERRORS = ['truncate', 'punch_hole', 'zero_range'];
export const checks = ({ made }: Made): boolean => CHECK_ERRORS.some((call) => made.has(call));

/** Begins and ends are counted so far; a design that goes on without end is not decided. */
const OPEN_MAX = 63;

const syncs = (z: Sizes, max: number) => untold(range(tells(z) ? max : 0));

/** Calls that take data out of a file, or make it longer without any. */
const REMOVES = ['truncate', 'fallocate', 'punch_hole', 'zero_range'] as const;
const removes = (z: Made): boolean =>
  z.made.has('store') || REMOVES.some((call) => z.made.has(call));

/**
 * Where data may be taken out, cells do not tell how long fsync() has promised that the file is;
 * nor how far it was written when truncate() has set its size.
 */
const sizesMatter = (z: Made): boolean =>
  z.made.has('truncate') || (z.made.has('fsync') && removes(z));
const sizes = (z: Sizes) => untold(range(sizesMatter(z) ? cellsOf(z.geometry) : 0));
const covers = (z: Sizes) => untold(range(z.made.has('truncate') ? cellsOf(z.geometry) : 0));

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
    /** It had returned when the fsync() began that runs; and that has succeeded last. */
    to_settle: syncs(z, 1),
    settled: syncs(z, 1),
    /** It has returned, and has not told of an error; or has told of one twice. */
    told_wrongly: untold(range(tells(z) || checks(z) ? 1 : 0)),
    /** When it had written and waited an error was on record. */
    must_fail: untold(range(checks(z) ? 1 : 0)),
    /** truncate(): so far what it leaves of the file had been written when it began. */
    covers: covers(z),
  }),
  inode: (z) => ({
    /** 1 + the fsync() that is kept account of, while it runs. */
    syncing: syncs(z, z.calls),
    /**
     * Masks of the openers: who is in fsync(); of them, for whom an error was recorded meanwhile;
     * who may be told of an error; and who must be.
     */
    in_fsync: syncs(z, 2 ** z.threads - 1),
    meanwhile: syncs(z, 2 ** z.threads - 1),
    may_tell: syncs(z, 2 ** z.threads - 1),
    must_tell: syncs(z, 2 ** z.threads - 1),
    /** An error was recorded, and nobody has asked since. */
    unasked: untold(range(checks(z) ? 1 : 0)),
    /**
     * The file is at least so long: as far as calls that have returned have written it; what of
     * that fsync() will have made durable; and what it has.
     */
    size_promised: sizes(z),
    size_to_sync: sizes(z),
    size_synced: sizes(z),
    /** The same, of a truncate() that has returned: the size that it has logged covers this. */
    covered_to: covers(z),
    /** The size that truncate() or fallocate() has set, without data. */
    size_asked: untold(range(removes(z) ? cellsOf(z.geometry) : 0)),
    /** Up to here the file may end in a block without data: it was taken out. */
    emptied_to: untold(range(removes(z) ? cellsOf(z.geometry) : 0)),
    /** A call that takes data out has failed: what is on disk then nobody has promised. */
    half_removed: untold(range(removes(z) ? 1 : 0)),
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
    to_sync: syncs(z, 2 ** z.cells.origins - 1),
    synced: syncs(z, 2 ** z.cells.origins - 1),
    /**
     * Origins that were cut off or punched out here; that were zeroed in the page cache alone; and
     * of whose removal the journal knows.
     */
    removed: untold(range(removes(z) ? 2 ** z.cells.origins - 1 : 0)),
    zeroed: untold(range(removes(z) ? 2 ** z.cells.origins - 1 : 0)),
    removed_on_disk: untold(range(removes(z) ? 2 ** z.cells.origins - 1 : 0)),
    /** An error was recorded for what was written here, so that fsync will report it. */
    reported: untold(flag),
    /** Old data that was on disk before anything was done. */
    durable: untold(flag),
  }),
});

const KNOWN = declare({
  name: 'known',
  call: (z) => ({
    state: range(4),
    pos: range(cellsOf(z.geometry)),
    count: range(cellsOf(z.geometry)),
    ret: range(cellsOf(z.geometry)),
  }),
  disk: () => ({ owner: range(3) }),
});

type LedgerState = State<typeof ledger | typeof KNOWN>;

const TO_COME = 1;
const RUNNING = 2;
const RETURNED = 3;
const LOST = 4;

/** A call: what is made, and on which file. */
interface LedgerCall {
  readonly call: string;
  readonly file: number;
  readonly after_crash?: boolean;
}

export class Ledger {
  readonly #s: LedgerState;
  readonly #cells: Cells;
  readonly #calls: readonly LedgerCall[];
  readonly #files: readonly number[];
  readonly #fileCells: number;
  readonly #fileBlocks: number;
  readonly #blockCells: number;
  /** Does any call take data out of a file; does any ask what it could not write before? */
  readonly #removes: boolean;
  readonly #checks: boolean;
  /** Is anybody asked how long a file is after a crash, apart from its data? */
  readonly #sizes: boolean;

  constructor(state: object, g: Geometry, cells: Cells, calls: readonly LedgerCall[]) {
    const made = new Set(calls.map(({ call }) => call));
    this.#removes = removes({ made });
    this.#checks = checks({ made });
    this.#sizes = sizesMatter({ made });
    this.#calls = calls;
    // The state has what all subsystems declare; this is the part that is kept here.
    this.#s = state as LedgerState;
    this.#cells = cells;
    this.#files = calls.map(({ file }) => file);
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
      if (at.reported || this.#mayBeRemoved(call, cell)) continue;
      // Of two calls that overlapped either may have been the later one.
      at.promised = origin | (at.promised & earlier);
      this.#reaches(call, cell);
    }
    own.claims = 0;
    for (let i = 0; i < s.call.length; i++) {
      if (i !== call && s.call[i]!.state === RUNNING) s.call[i]!.overlapped |= 1 << call;
    }
  }

  /** User space may rely on it that the file is long enough for this cell. */
  #reaches(call: number, cell: number): void {
    if (!this.#sizes) return;
    const inode = this.#s.inode[this.#files[call]!]!;
    const end = (cell % this.#fileCells) + 1;
    if (end > inode.size_promised) inode.size_promised = end;
  }

  /** A call begins that returns errors of writeback. */
  asksForErrors(call: number, thread: number): void {
    this.#s.inode[this.#files[call]!]!.in_fsync |= 1 << thread;
  }

  /** It returns. */
  toldErrors(call: number, thread: number, succeeded: boolean): void {
    this.#tells(call, 1 << thread, succeeded);
  }

  /**
   * fsync() begins: it is about what user space may rely on now. Of several that run at one time
   * the first is kept account of; what is acknowledged by the others is judged in other runs.
   */
  syncs(call: number, thread: number): void {
    const s = this.#s;
    const inode = s.inode[this.#files[call]!]!;
    this.asksForErrors(call, thread);
    if (inode.syncing !== 0) return;
    inode.syncing = 1 + call;
    const first = this.#files[call]! * this.#fileCells;
    for (let cell = first; cell < first + this.#fileCells; cell++) {
      s.cell[cell]!.to_sync = s.cell[cell]!.promised;
    }
    inode.size_to_sync = inode.size_promised;
    for (let i = 0; i < s.call.length; i++) {
      s.call[i]!.to_settle = s.call[i]!.state === RETURNED ? 1 : 0;
    }
  }

  /** fsync() returns; where it is not with an error, what it was about survives a crash. */
  synced(call: number, thread: number, succeeded: boolean): void {
    const s = this.#s;
    const inode = s.inode[this.#files[call]!]!;
    this.#tells(call, 1 << thread, succeeded);
    if (inode.syncing !== 1 + call) return;
    inode.syncing = 0;
    const first = this.#files[call]! * this.#fileCells;
    for (let cell = first; cell < first + this.#fileCells; cell++) {
      const at = s.cell[cell]!;
      if (succeeded) at.synced = at.to_sync;
      at.to_sync = 0;
    }
    if (succeeded) inode.size_synced = inode.size_to_sync;
    inode.size_to_sync = 0;
    for (let i = 0; i < s.call.length; i++) {
      if (succeeded) s.call[i]!.settled = s.call[i]!.to_settle;
      s.call[i]!.to_settle = 0;
    }
  }

  /**
   * An error that is recorded while somebody is in fsync() he may be told of now, or by the next.
   */
  #tells(call: number, own: number, succeeded: boolean): void {
    const inode = this.#s.inode[this.#files[call]!]!;
    const { must_tell, may_tell, meanwhile } = inode;
    const wrong = succeeded ? must_tell & own : ~may_tell & own;
    if (wrong !== 0) this.#s.call[call]!.told_wrongly = 1;
    inode.in_fsync &= ~own;
    inode.meanwhile &= ~own;
    if (succeeded) inode.must_tell |= meanwhile & own;
    else {
      inode.must_tell &= ~own;
      inode.may_tell = (may_tell & ~own) | (meanwhile & own);
    }
  }

  /** Everybody who has the file open is to be told of an error, once. */
  errs(file: number, openers: number): void {
    const inode = this.#s.inode[file]!;
    inode.covered_to = 0;
    for (let i = 0; i < this.#files.length; i++) {
      if (this.#files[i] === file) this.#s.call[i]!.covers = 0;
    }
    inode.may_tell = openers;
    inode.meanwhile = inode.in_fsync;
    inode.must_tell |= openers & ~inode.in_fsync;
    if (this.#checks) inode.unasked = 1;
  }

  /** The call has waited for what it has written; what it finds on record now it is to tell. */
  waited(call: number): void {
    if (!CHECK_ERRORS.includes(this.#calls[call]!.call)) return;
    this.#s.call[call]!.must_fail = this.#s.inode[this.#files[call]!]!.unasked;
  }

  /** Somebody asks for errors of the file: who asks after him is told of none that was before. */
  asked(file: number, by: number): void {
    if (!this.#checks) return;
    const s = this.#s;
    s.inode[file]!.unasked = 0;
    for (let i = 0; i < s.call.length; i++) {
      if (i !== by && this.#files[i] === file) s.call[i]!.must_fail = 0;
    }
  }

  /** It returns. */
  checked(call: number, succeeded: boolean): void {
    const own = this.#s.call[call]!;
    if (succeeded && own.must_fail === 1) own.told_wrongly = 1;
    own.must_fail = 0;
  }

  /** Does a call that `call` has overlapped with, or does, take the cell away? */
  #mayBeRemoved(call: number, cell: number): boolean {
    if (!this.#removes) return false;
    const s = this.#s;
    const place = cell % this.#fileCells;
    for (let i = 0; i < this.#calls.length; i++) {
      const kind = this.#calls[i]!.call;
      if (this.#files[i] !== this.#files[call]) continue;
      if (s.call[i]!.state !== RUNNING && !((s.call[call]!.overlapped >>> i) & 1)) continue;
      const { pos, count } = s.call[i]!;
      if (kind === 'truncate' && place >= pos) return true;
      if ((kind === 'punch_hole' || kind === 'zero_range') && place >= pos && place < pos + count)
        return true;
    }
    return false;
  }

  /** A call begins to take [pos, end) of its file away: nothing there is promised any more. */
  removes(call: number, pos: number, end: number): void {
    const s = this.#s;
    const first = this.#files[call]! * this.#fileCells;
    for (let cell = first + pos; cell < first + end; cell++) {
      const at = s.cell[cell]!;
      at.promised = at.durable = at.to_sync = at.synced = 0;
    }
    const inode = s.inode[this.#files[call]!]!;
    inode.covered_to = 0;
    if (end > inode.emptied_to) inode.emptied_to = end;
    const blocks = this.#files[call]! * this.#fileBlocks;
    for (let fb = Math.ceil(pos / this.#blockCells); (fb + 1) * this.#blockCells <= end; fb++) {
      s.extent[blocks + fb]!.preallocated = 0;
    }
  }

  /** It returns; where it has succeeded, what was there when it began must not be found again. */
  removed(call: number, pos: number, end: number, succeeded: boolean): void {
    if (!succeeded) {
      this.#s.inode[this.#files[call]!]!.half_removed = 1;
      return;
    }
    const calls = ~this.#s.call[call]!.overlapped;
    const file = this.#files[call]!;
    // Of a block that is not removed whole the data is zeroed, and written as other data is.
    const toEof = end === this.#fileCells;
    const first = toEof ? pos : Math.ceil(pos / this.#blockCells) * this.#blockCells;
    const last = Math.max(first, Math.floor(end / this.#blockCells) * this.#blockCells);
    this.#forbids(file, pos, Math.min(first, end), calls, 'zeroed');
    this.#forbids(file, first, Math.min(last, end), calls, 'removed');
    this.#forbids(file, Math.max(last, pos), end, calls, 'zeroed');
  }

  /** truncate() returns. Where other calls are under way nothing is said of its size. */
  sized(call: number, succeeded: boolean): void {
    const s = this.#s;
    const own = s.call[call]!;
    let alone = succeeded && own.overlapped === 0;
    for (let i = 0; i < s.call.length; i++) {
      if (i !== call && s.call[i]!.state === RUNNING) alone = false;
    }
    if (alone) s.inode[this.#files[call]!]!.covered_to = own.covers;
    own.covers = 0;
  }

  /**
   * i_size grows from `before` to `size`, by a call: nothing is between that was written, or stored
   * beyond EOF, before it began.
   */
  grows(call: number, before: number, size: number): void {
    if (!this.#removes) return;
    const calls = ~this.#s.call[call]!.overlapped;
    this.#forbids(this.#files[call]!, before, size, calls, 'removed');
  }

  /** Old data, and what calls of the mask have written that have returned, is not for them. */
  #forbids(file: number, pos: number, end: number, calls: number, how: 'removed' | 'zeroed'): void {
    const s = this.#s;
    const one = this.#cells.originOf(0);
    let origins = 2 ** one - 1;
    for (let i = 0; i < s.call.length; i++) {
      if (s.call[i]!.state === RETURNED && (calls >>> i) & 1) origins |= 1 << (one + i);
    }
    const first = file * this.#fileCells;
    for (let cell = first + pos; cell < first + end; cell++) s.cell[cell]![how] |= origins;
  }

  /** truncate() begins: the file may be as long as `size` without data, and no longer. */
  sizes(call: number, size: number): void {
    const inode = this.#s.inode[this.#files[call]!]!;
    inode.size_promised = Math.min(inode.size_promised, size);
    inode.size_to_sync = Math.min(inode.size_to_sync, size);
    inode.size_synced = Math.min(inode.size_synced, size);
    this.#s.call[call]!.covers = inode.size_promised;
    if (size > inode.size_asked) inode.size_asked = size;
  }

  /** fallocate() has put blocks there. */
  preallocates(call: number, pos: number, end: number): void {
    const blocks = this.#files[call]! * this.#fileBlocks;
    for (let fb = Math.floor(pos / this.#blockCells); fb * this.#blockCells < end; fb++) {
      this.#s.extent[blocks + fb]!.preallocated = 1;
    }
  }

  /**
   * The power has failed: what runs never returns, and what was to be made before is not. What
   * fsync() has made durable is promised still, or what is newer.
   */
  crashes(): void {
    const s = this.#s;
    for (let i = 0; i < s.call.length; i++) {
      const at = s.call[i]!;
      const after = this.#calls[i]!.after_crash === true;
      if (at.state === RUNNING || (at.state === TO_COME && !after)) at.state = LOST;
      at.claims = at.write_begins = at.maps = at.to_settle = at.must_fail = at.covers = 0;
    }
    for (let i = 0; i < s.cell.length; i++) {
      const at = s.cell[i]!;
      at.promised = at.synced === 0 ? 0 : at.synced | at.promised;
      at.removed = at.removed_on_disk;
      at.reported = at.to_sync = at.zeroed = 0;
    }
    for (let i = 0; i < s.extent.length; i++) s.extent[i]!.claimed = 0;
    for (let i = 0; i < s.inode.length; i++) {
      s.inode[i]!.size_promised = s.inode[i]!.size_synced;
      s.inode[i]!.size_to_sync = 0;
    }
  }

  /** The journal has committed: what was removed by then is gone on disk as well. */
  commits(): void {
    if (!this.#removes) return;
    const { cell, inode } = this.#s;
    for (let i = 0; i < cell.length; i++) {
      if (inode[Math.floor(i / this.#fileCells)]!.half_removed) continue;
      cell[i]!.removed_on_disk = cell[i]!.removed;
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

  /** The write_begin at `pos` of a file is ended by its own call, or by a later one. */
  closesAt(file: number, pos: number): void {
    const { call } = this.#s;
    for (let i = 0; i < call.length; i++) {
      const { pos: start, count, write_begins } = call[i]!;
      const its = this.#files[i] === file && pos >= start && pos < start + count;
      if (its && write_begins > 0) return this.closes(i, 'write_begins');
    }
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
    const inode = this.#s.inode[Math.floor(extent / this.#fileBlocks)]!;
    inode.size_promised = Math.min(inode.size_promised, first % this.#fileCells);
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

/** Keeps no account: for who judges no promise. */
export function noLedger(): Ledger {
  const none = Object.create(Ledger.prototype) as Ledger;
  for (const name of Object.getOwnPropertyNames(Ledger.prototype)) {
    if (name !== 'constructor') Object.defineProperty(none, name, { value: () => undefined });
  }
  return none;
}
