/**
 * The block allocator and its counters. Lock: the free-space counter's own, or the allocation
 * group's; each function here is used inside one command.
 */
import { Memory } from './memory.ts';
import { BUSY, DELALLOC, FILE, FREE, HOLE, MAPPED, STALE, UNWRITTEN, allCells } from './state.ts';

export class Allocator extends Memory {
  /** Takes `blocks` out of the free counter; false when they are not there. */
  protected reserve(blocks: number): boolean {
    const { s } = this;
    if (s.free < blocks) return false;
    s.free -= blocks;
    s.reserved += blocks;
    return true;
  }

  protected unreserve(blocks: number): void {
    this.s.free += blocks;
    this.s.reserved -= blocks;
  }

  /**
   * Gives file block `fb` a block of the device, paid for by a reservation or else by free space;
   * false when there is none. First fit: which free block it is makes no difference to the file.
   */
  protected allocateBlock(
    fb: number,
    reserved: boolean,
    type: typeof MAPPED | typeof UNWRITTEN,
  ): boolean {
    const { s } = this;
    if (reserved ? s.reserved === 0 : s.free === 0) return false;
    const b = this.#firstFree();
    if (b < 0) return false;
    if (reserved) s.reserved--;
    else s.free--;
    s.disk[b]!.owner = FILE;
    s.extent[fb]!.type = type;
    s.extent[fb]!.blkno = b + 1;
    return true;
  }

  #firstFree(): number {
    const { disk } = this.s;
    for (let b = 0; b < disk.length; b++) if (disk[b]!.owner === FREE) return b;
    return -1;
  }

  /** Takes file block `fb` out of the extent map. A real block is busy until the commit. */
  protected unmapBlock(fb: number): void {
    const { s } = this;
    const extent = s.extent[fb]!;
    if (extent.type === DELALLOC) this.unreserve(1);
    if (extent.blkno > 0) this.freeBlock(extent.blkno - 1);
    extent.type = HOLE;
    extent.blkno = 0;
  }

  /** From now on what is in the block is some earlier owner's. */
  protected freeBlock(b: number): void {
    const block = this.s.disk[b]!;
    block.owner = BUSY;
    block.cells = allCells(STALE, this.block_size);
  }

  /** The transaction that freed blocks has committed: they may be used again. */
  protected releaseBusy(): void {
    const { disk } = this.s;
    for (let b = 0; b < disk.length; b++) {
      if (disk[b]!.owner === BUSY) {
        disk[b]!.owner = FREE;
        this.s.free++;
      }
    }
  }

  /** The state in which this filesystem leaves a block that it has just allocated. */
  protected get newBlock(): typeof MAPPED | typeof UNWRITTEN {
    return this.fs.allocates_as === 'mapped' ? MAPPED : UNWRITTEN;
  }
}
