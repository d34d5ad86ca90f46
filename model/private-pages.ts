/**
 * Pages that no file has: a call allocates them for itself, receives into them while it holds no
 * lock, and copies from them into the page cache.
 */
import { range, untold } from '../machine/struct.ts';
import { GARBAGE } from './cells.ts';
import { heldMax } from './core.ts';
import { cellsOf } from './geometry.ts';
import { allocate, allocated } from './memory.ts';
import type { Gfp } from './memory.ts';
import { mustHoldAll, putCell } from './page-cache.ts';
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
type K = Ctx<typeof PRIVATE_PAGES> & Socket;

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
      const { iterated, pos: start } = this.call;
      const { in_private, private_from, private_at } = this.s.thread[this.me]!;
      for (let i = 0; i < end - pos; i++) {
        const at = iterated - private_at + i;
        const there = at >= 0 && at < in_private;
        const place = start + private_from + at;
        putCell(this, pos + i, there ? this.cells.written(this.current, place) : GARBAGE);
      }
      if (this.tracing) this.say(`copy_from_private(${pos}..${end}) = ${end - pos}`);
      return end - pos;
    },
  },
  must_be_free: [
    {
      what: 'private pages',
      by: (k: K, thread: number) => k.s.thread[thread]!.private_pages > 0,
    },
  ],
};
