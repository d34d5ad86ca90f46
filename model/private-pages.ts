/**
 * Pages that no file has: a call allocates them for itself, receives into them while it holds no
 * lock, and copies from them into the page cache, or gives them to it.
 */
import { range, untold } from '../machine/struct.ts';
import { GARBAGE } from './cells.ts';
import { heldMax } from './core.ts';
import { EEXIST } from './errno.ts';
import { cellsOf } from './geometry.ts';
import { allocate, allocated, isReclaiming } from './memory.ts';
import type { Gfp, Memory } from './memory.ts';
import { lockPage, mustHoldAll, pageOf, putCell, waitForWriteback } from './page-cache.ts';
import { receive } from './socket.ts';
import type { Socket } from './socket.ts';
import { declare } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

const PRIVATE_PAGES = declare({
  name: 'private-pages',
  thread: (z) => {
    const cells = untold(range(z.socket ? cellsOf(z.geometry) : 0));
    return {
      private_pages: untold(range(z.socket ? heldMax(z.geometry) : 0)),
      /** Cells that the last receive has put into them, and which of the stream is the first. */
      in_private: cells,
      private_from: cells,
      /** How far the iterator had come then: what it does from there on is done to these cells. */
      private_at: cells,
    };
  },
});
type K = Ctx<typeof PRIVATE_PAGES> & Socket & Memory;

/** What the iterator has come to, `cells` of it, as private pages have them, at [pos, ...). */
function putPrivate(k: K, pos: number, cells: number): void {
  const { iterated, pos: start } = k.call;
  const { in_private, private_from, private_at } = k.s.thread[k.me]!;
  for (let i = 0; i < cells; i++) {
    const at = iterated - private_at + i;
    const there = at >= 0 && at < in_private;
    const place = start + private_from + at;
    putCell(k, pos + i, there ? k.cells.written(k.current, place) : GARBAGE);
  }
}

/** A private page becomes the page at `pos`, from its beginning to its end. */
function givePage(k: K, pos: number): void {
  const thread = k.s.thread[k.me]!;
  if (pos % k.page_size !== 0) k.wrong(`moves a page to cell ${pos}, where none begins`);
  if (thread.private_pages === 0) k.wrong('moves a private page, and has none');
  putPrivate(k, pos, k.page_size);
  thread.private_pages--;
}

export const privatePages = {
  ...PRIVATE_PAGES,
  commands: {
    /** alloc_page() for the caller itself: 0 or -ENOMEM. */
    alloc_private_page(this: K, gfp: Gfp): number {
      this.command();
      this.mayTake(this.s.thread[this.me]!.private_pages, 'private pages, and takes another');
      const error = allocate(this, gfp);
      if (error === 0 && !this.undone) this.s.thread[this.me]!.private_pages++;
      if (this.tracing) this.say(`alloc_page(${gfp})${allocated(this, error)}`);
      return error;
    },

    /** __free_page() of all of them. */
    free_private_pages(this: K): void {
      this.command();
      const thread = this.s.thread[this.me]!;
      const pages = thread.private_pages;
      thread.private_pages = thread.in_private = thread.private_from = thread.private_at = 0;
      if (this.tracing) this.say(`__free_page() of ${pages} private pages`);
    },

    /** kernel_recvmsg() into the private pages: cells received; with none, an error below zero. */
    recv_private(this: K, count: number): number {
      this.command();
      const thread = this.s.thread[this.me]!;
      if (count > thread.private_pages * this.page_size) {
        this.wrong(`receives ${count} cells into ${thread.private_pages} private pages`);
      }
      const { taken, iterated } = this.s.call[this.current]!;
      if (iterated < 0) this.wrong('receives with the iterator before its beginning');
      const received = receive(this, count);
      if (received > 0) {
        thread.in_private = received;
        thread.private_from = taken;
        thread.private_at = iterated;
      }
      return received;
    },

    /**
     * Copies from the private pages to [pos, end) of a locked page, from where the iterator has
     * come to since they were filled. They are in memory: it is never short. Lock: PG_locked.
     */
    copy_from_private(this: K, pos: number, end: number): number {
      this.command();
      mustHoldAll(this, pos, end);
      putPrivate(this, pos, end - pos);
      if (this.tracing) this.say(`copy_from_private(${pos}..${end}) = ${end - pos}`);
      return end - pos;
    },

    /**
     * add_to_page_cache_lru() of the private page that holds what is for the page at `pos`: no
     * copy. 0, and it is locked, and not uptodate; -EEXIST, where there is a page already; -ENOMEM,
     * since the tree may need a node. Lock: that of the tree.
     */
    add_private_page(this: K, pos: number, gfp: Gfp): number {
      this.command();
      const index = this.page_index(pos);
      const page = pageOf(this, index);
      const isThere = page.present === 1 || page.locked_by !== 0;
      let error = isThere && !isReclaiming(this) ? EEXIST : allocate(this, gfp);
      if (isThere && !this.undone) error = EEXIST;
      if (error === 0 && !this.undone) {
        lockPage(this, index);
        page.present = 1;
        givePage(this, pos);
      }
      if (this.tracing) {
        const failed = error === EEXIST ? ' = -EEXIST' : allocated(this, error);
        this.say(`add_to_page_cache_lru(${index})${failed || ', locked'}`);
      }
      return error;
    },

    /**
     * replace_page_cache_page(): the private page takes the place of the one that is there and
     * locked, with its lock, once no I/O reads from that: no copy. What the old one's buffer_heads
     * say of its blocks is kept. Lock: PG_locked; that of the tree.
     */
    replace_page(this: K, pos: number): void {
      this.command();
      mustHoldAll(this, pos, pos + this.page_size);
      const index = this.page_index(pos);
      if (pageOf(this, index).writeback) return waitForWriteback(this, index);
      givePage(this, pos);
      if (this.tracing) this.say(`replace_page_cache_page(${index})`);
    },
  },
  must_be_free: [
    {
      what: 'private pages',
      by: (k: K, thread: number) => k.s.thread[thread]!.private_pages > 0,
    },
  ],
};
