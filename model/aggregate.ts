/**
 * What Synology's do_aggregate_recvfile() keeps in static variables from one system call to the
 * next: pages that are locked, kmapped and filled, and are to be committed later, by whoever comes
 * then. PG_locked has no owner in Linux, and nor has kmap(): another task may undo them.
 *
 * It is there only below a design that says `uses: ['aggregate']`.
 */
import { range, untold } from '../machine/struct.ts';
import type { Field } from '../machine/struct.ts';
import { owner } from './core.ts';
import { cellsOf } from './geometry.ts';
import { pageOf } from './page-cache.ts';
import { declare } from './subsystem.ts';
import type { Ctx, Sizes, Lock } from './subsystem.ts';
import { endWrite } from './write-begin.ts';
import type { WriteBegin } from './write-begin.ts';
import type { Locks } from './locks.ts';

// What should_do_aggregate() says.
/** Another call is in there now: this one does without. */
export const ALONE = 0;
/** This call's pages go with those that are kept, or are the first. */
export const AGGREGATES = 1;
/** Pages of another file or place are kept: they are to be committed first. */
export const FLUSHES = 2;

const kept = (z: Sizes, field: Field): Field => untold(z.uses.has('aggregate') ? field : range(0));

const AGGREGATE = declare({
  name: 'aggregate',
  world: (z) => ({
    /** aggregate_fd and last_file: 1 + the file whose pages are kept; 0: -1. */
    aggregate_file: kept(z, range(z.geometry.files)),
    /** rgPos[0], and the end of the last page in rgPageList[], in cells of that file. */
    aggregate_pos: kept(z, range(cellsOf(z.geometry))),
    aggregate_end: kept(z, range(cellsOf(z.geometry))),
    /** syno_aggregate_recvfile_count: whose call is in there. */
    aggregate_by: kept(z, owner(z)),
  }),
});
type K = Ctx<typeof AGGREGATE> & WriteBegin & Locks;

const AGGREGATE_COUNT: Lock<K> = {
  what: 'syno_aggregate_recvfile_count',
  count: () => 1,
  holders: (k) => (k.s.aggregate_by > 0 ? 1 << (k.s.aggregate_by - 1) : 0),
};

export const aggregate = {
  ...AGGREGATE,
  locks: [AGGREGATE_COUNT],
  commands: {
    /**
     * should_do_aggregate() of a call at `pos`; `again`: it has flushed. A call whose own file's
     * pages another one is about to commit waits for it. Lock: aggregate_lock.
     */
    should_do_aggregate(this: K, pos: number, again: boolean): number {
      this.command();
      this.mustUse('aggregate');
      const { s } = this;
      const own = this.file + 1;
      let how = ALONE;
      if (s.aggregate_by !== 0) {
        if (s.aggregate_file === own) {
          this.waitFor(s.aggregate_by, AGGREGATE_COUNT.what, AGGREGATE_COUNT, 0);
          return ALONE;
        }
      } else if (s.aggregate_file === 0) {
        s.aggregate_file = own;
        s.aggregate_pos = s.aggregate_end = pos;
        how = AGGREGATES;
      } else if (!again) {
        how = s.aggregate_file === own && s.aggregate_end === pos ? AGGREGATES : FLUSHES;
      }
      if (how !== ALONE) s.aggregate_by = this.me + 1;
      if (this.tracing) {
        this.say(`should_do_aggregate(): ${['no', 'yes', 'others are to be flushed'][how]}`);
      }
      return how;
    },

    /** atomic_dec(&syno_aggregate_recvfile_count). */
    aggregate_leave(this: K): void {
      this.command();
      if (this.s.aggregate_by !== this.me + 1) this.wrong('leaves aggregation without being in it');
      this.s.aggregate_by = 0;
      if (this.tracing) this.say('atomic_dec(&syno_aggregate_recvfile_count)');
    },

    /** kunmap() of a page that is kept: the slot was taken by whoever has locked it. */
    aggregate_kunmap(this: K, pos: number): void {
      this.command();
      this.file = this.s.aggregate_file - 1;
      const index = this.page_index(pos);
      this.s.thread[pageOf(this, index).locked_by - 1]!.kmaps--;
      if (this.tracing) this.say(`kunmap(${index})`);
    },

    /**
     * ->aggregate_write_end(), the share of one page that is kept: as write_end, whoever has locked
     * the page. Lock: PG_locked. i_rwsem it should have, and has not where the file is another
     * call's: as in C, nobody looks.
     */
    aggregate_write_end(
      this: K,
      pos: number,
      end: number,
      copied: number,
      by_block = false,
    ): number {
      this.command();
      this.file = this.s.aggregate_file - 1;
      const index = this.page_index(pos);
      const page = pageOf(this, index);
      if (page.locked_by === 0) this.wrong(`commits page ${index}, which nobody has locked`);
      const accepted = endWrite(this, pos, end, copied, by_block);
      this.ledger.closesAt(this.file, pos);
      page.locked_by = 0;
      if (this.tracing) {
        this.say(`aggregate_write_end(${pos}..${end}, copied ${copied}) = ${accepted}`);
      }
      return accepted;
    },
  },
  looks: {
    /** Static variables: where the pages that are kept begin, and end, and how many there are. */
    aggregate_pos(this: K): number {
      return this.s.aggregate_pos;
    },
    aggregate_end(this: K): number {
      return this.s.aggregate_end;
    },
    aggregate_pages(this: K): number {
      const { aggregate_pos, aggregate_end } = this.s;
      return Math.ceil(aggregate_end / this.page_size) - this.page_index(aggregate_pos);
    },
    /** rgPageList[pages_allocated++] = page, which ends at `end`. Who is in there alone does it. */
    aggregate_adds(this: K, end: number): void {
      this.s.aggregate_end = end;
    },
    /** pages_allocated = 0; aggregate_fd = -1. */
    aggregate_forgets(this: K): void {
      this.s.aggregate_file = this.s.aggregate_pos = this.s.aggregate_end = 0;
    },
  },
};
