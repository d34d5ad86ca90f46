/**
 * The patch's ->iomap(mapping, pos, length, iomap, cmd), as include/linux/iomap.h of the patch defines
 * it. The filesystem's side; what the patch leaves open is in filesystem.ts.
 */
import { site } from './faults.ts';
import { Disk } from './disk.ts';
import { EIO, ENOSPC, EXTENT_TYPES, HOLE, errorName } from './state.ts';

const READ_EIO = site('iomap-read-eio');
const READ_TRIM = site('iomap-read-trim');
const RESERVE_ENOSPC = site('iomap-reserve-enospc');
const ALLOCATE_EIO = site('iomap-allocate-eio');
const ALLOCATE_PARTIAL = site('iomap-allocate-partial');

export class Iomap extends Disk {
  /**
   * IOMAP_READ: the mapping at `pos`, of one type, trimmed to `length` and maybe further; "FS's should
   * use this to obtain and lock resources within this range". Lock: the extent map's, kept where the
   * filesystem locks.
   */
  iomap_read(pos: number, length: number): number {
    this.command();
    if (this.fs.allocates !== 'iomap')
      this.fault('asks for ->iomap, which this filesystem has not');
    const { s, call } = this;
    if (s.ilock !== 0) {
      this.waitFor(s.ilock, 'the lock that ->iomap(READ) took');
      return 0;
    }
    const error = this.fails(READ_EIO) ? EIO : 0;
    if (error === 0) {
      this.#map(pos, length);
      if (this.fs.read_locks) s.ilock = this.me + 1;
      call.reads_open = Math.min(3, call.reads_open + 1);
    }
    if (this.tracing) this.say(`->iomap(READ, ${pos}, ${length})${this.#mapped(error)}`);
    return error;
  }

  #mapped(error: number): string {
    const { call } = this;
    if (error) return ` = ${errorName(error)}`;
    return `: ${EXTENT_TYPES[call.iomap_type]} ${call.iomap_pos}..${call.iomap_end}`;
  }

  /** The longest run of blocks of one type from the block of `pos` on, and not beyond `length`. */
  #map(pos: number, length: number): void {
    const { s, call, block_size } = this;
    const first = this.blockOf(pos);
    const last = this.blockOf(pos + length - 1);
    const { type } = s.extent[first]!;
    let end = first + 1;
    while (end <= last && s.extent[end]!.type === type) end++;
    end -= this.fails(READ_TRIM, end - first - 1);
    call.iomap_type = type;
    call.iomap_pos = first * block_size;
    call.iomap_end = end * block_size;
    call.iomap_reserved = 0;
  }

  /** Type of the iomap that READ filled in: does it need an allocation? (iomap_needs_allocation()) */
  get iomap_needs_allocation(): boolean {
    return this.call.iomap_type === HOLE;
  }

  /** How far the mapping that READ returned reaches: iomap.offset + iomap.length. */
  get iomap_end(): number {
    return this.call.iomap_end;
  }

  /**
   * IOMAP_RESERVE: "reserve space for an allocation that spans the given iomap": one block for every
   * block of [pos, pos + length), as asked. Lock: the free-space counter's.
   */
  iomap_reserve(pos: number, length: number): number {
    this.command();
    const blocks = this.blockOf(pos + length - 1) - this.blockOf(pos) + 1;
    const error = this.fails(RESERVE_ENOSPC) || !this.reserve(blocks) ? ENOSPC : 0;
    if (error === 0) this.call.iomap_reserved += blocks;
    if (this.tracing) this.say(`->iomap(RESERVE, ${pos}, ${length}) = ${errorName(error)}`);
    return error;
  }

  /**
   * IOMAP_ALLOCATE: "allocate space in a given iomap - must have first been reserved". Blocks that
   * somebody has allocated meanwhile are left as they are. 0 or -EIO; what it allocated of
   * [pos, pos + length) is in the iomap's length. Lock: the extent map's, in a transaction.
   */
  iomap_allocate(pos: number, length: number): number {
    this.command();
    const { s, call } = this;
    const first = this.blockOf(pos);
    const last = this.blockOf(pos + length - 1);
    let error = this.fails(ALLOCATE_EIO) ? EIO : 0;
    const partial = error ? 0 : this.fails(ALLOCATE_PARTIAL, last - first);
    const stop = error ? first : partial > 0 ? first + partial : last + 1;
    for (let fb = first; fb < stop && error === 0; fb++) {
      if (s.extent[fb]!.type !== HOLE) continue;
      const reserved = call.iomap_reserved > 0;
      if (!this.allocateBlock(fb, reserved, this.newBlock)) error = ENOSPC;
      else if (reserved) call.iomap_reserved--;
    }
    call.iomap_end = Math.min(call.iomap_end, stop * this.block_size);
    if (this.tracing) {
      const short = partial > 0 ? `, ${partial} of ${last - first + 1} blocks` : '';
      this.say(`->iomap(ALLOCATE, ${pos}, ${length}) = ${errorName(error)}${short}`);
    }
    return error;
  }

  /**
   * IOMAP_UNRESERVE: "return unused reserved space for the given iomap and used space", and release
   * what READ obtained. Never fails.
   */
  iomap_unreserve(pos: number, used: number): void {
    this.command();
    const { s, call } = this;
    this.unreserve(call.iomap_reserved);
    call.iomap_reserved = 0;
    if (call.reads_open === 0) call.mispaired = 1;
    else call.reads_open--;
    if (s.ilock === this.me + 1) s.ilock = 0;
    if (this.tracing) this.say(`->iomap(UNRESERVE, ${pos}, ${used})`);
  }
}
