/**
 * The others at work, which every design shares: a reader, writeback and the completion of its I/O,
 * the journal, reclaim, another file on the same disk, the peer at the socket's far end.
 *
 * A daemon is at rest at its first row. Rows as in a design; locals are declared beside them.
 */
import type { AnyRows, Row } from '../machine/rows.ts';
import type { Frame, LocalKind } from './design.ts';
import type { Filesystem } from './filesystem.ts';
import type { Kernel } from './kernel.ts';

export interface Other {
  readonly about: string;
  readonly daemon: boolean;
  readonly locals: Readonly<Record<string, LocalKind>>;
  readonly rows: AnyRows<Kernel>;
  /** Rows that it does not have on such a filesystem. */
  readonly absent: (fs: Filesystem) => readonly string[];
}

const PAGE = { index: 'page' } as const;

const other = <D extends Readonly<Record<string, LocalKind>>, L extends string>(
  about: string,
  locals: D,
  rows: { readonly [label in L]: Row<Kernel, Frame<D>, NoInfer<L>> },
  options: Partial<Pick<Other, 'daemon' | 'absent'>> = {},
): Other => ({ about, daemon: true, absent: () => [], locals, rows, ...options });

export const OTHERS = {
  reader: other('reads pages of the file that are not uptodate', PAGE, {
    // do_generic_file_read(): find_get_page(), lock_page().
    find_page(k, f) {
      const index = k.find_page_to_read();
      if (k.blocked) return 'find_page';
      f.index = index;
      return 'readpage';
    },
    // ->readpage(). PG_locked, until the I/O has ended.
    readpage(k, f) {
      k.readpage(f.index);
      if (k.blocked) return 'readpage';
      f.index = 0;
      return 'find_page';
    },
  }),

  writeback: other('writes dirty pages', PAGE, {
    // write_cache_pages(): lock_page().
    lock(k, f) {
      const index = k.lock_dirty_page();
      if (k.blocked) return 'lock';
      f.index = index;
      return 'writepage';
    },
    // clear_page_dirty_for_io(), ->writepage(), unlock_page().
    writepage(k, f) {
      k.writepage(f.index);
      if (k.blocked) return 'writepage';
      f.index = 0;
      return 'lock';
    },
  }),

  ioend: other(
    'completes the I/O of writeback',
    PAGE,
    {
      // bio_endio(), in interrupt.
      bio(k, f) {
        const index = k.bio_endio();
        if (k.blocked) return 'bio';
        f.index = index;
        return !k.bio_error && k.needs_conversion(index) ? 'convert' : 'end';
      },
      // xfs_end_io(): a transaction, from a workqueue.
      convert(k, f) {
        k.convert_unwritten(f.index);
        return 'end';
      },
      // end_page_writeback().
      end(k, f) {
        k.end_page_writeback(f.index);
        f.index = 0;
        return 'bio';
      },
    },
    { absent: (fs) => (fs.journalled ? ['convert'] : []) },
  ),

  journal: other(
    'commits metadata',
    {},
    {
      commit(k) {
        k.journal_commit();
        return 'commit';
      },
    },
  ),

  reclaim: other(
    'takes clean pages out of the cache',
    {},
    {
      shrink(k) {
        k.reclaim_page();
        return 'shrink';
      },
    },
  ),

  neighbour: other(
    'another file takes a block and gives it back',
    {},
    {
      take(k) {
        k.neighbour_takes();
        return k.blocked ? 'take' : 'give';
      },
      give(k) {
        k.neighbour_gives();
        return k.blocked ? 'give' : 'take';
      },
    },
  ),

  peer: other(
    'sends what is to be received',
    {},
    {
      send(k) {
        k.peer_send();
        return 'finish';
      },
      finish(k) {
        k.peer_finish();
        return 'done';
      },
    },
    { daemon: false },
  ),
} as const;

export type OtherName = keyof typeof OTHERS;
