/**
 * read(2): fills the pages of its range that are not uptodate, one after the other. What the copy
 * to the user buffer finds in them is for who asks what a read returns; see observe.ts.
 */
import type { Row } from '../machine/rows.ts';
import type { core } from './core.ts';
import type { Filesystem } from './filesystem.ts';
import type { mmap } from './mmap.ts';
import { wantsReading } from './page-cache.ts';
import type { PageCache, pageCache } from './page-cache.ts';
import { declare, syscall, without } from './subsystem.ts';
import type { Face } from './subsystem.ts';

const READ = declare({ name: 'read' });

const commands = {
  /**
   * filemap_get_pages(): the first page of [pos, end), from index `from` on, that is below EOF and
   * not uptodate. Returns 1 + its number; 0: there is none. No lock.
   */
  next_page_to_read(this: PageCache, from: number, pos: number, end: number): number {
    this.command();
    for (let index = Math.max(from, this.page_index(pos)); index * this.page_size < end; index++) {
      if (!wantsReading(this, index)) continue;
      if (this.tracing) this.say(`find_get_page(${index}): to be read`);
      return 1 + this.pageNumber(index);
    }
    if (this.tracing) this.say('copy_page_to_iter()');
    return 0;
  },
};

type Rows = Face<{ commands: typeof commands }> &
  Face<Pick<typeof mmap, 'commands'>> &
  Face<Pick<typeof pageCache, 'commands' | 'looks'>> &
  Face<Pick<typeof core, 'commands'>>;

type F = { page: number; pos: number; end: number };
type Label = 'next' | 'enter' | 'find_page' | 'readpage' | 'leave' | 'ret';

function rowsOfRead(fs: Filesystem): { readonly [label in Label]: Row<Rows, F, Label> } {
  const leave = fs.invalidate_lock ? 'leave' : 'next';
  const rows: { readonly [label in Label]: Row<Rows, F, Label> } = {
    next(k, f) {
      f.page = k.next_page_to_read(0, f.pos, f.end);
      if (f.page === 0) return 'ret';
      return fs.invalidate_lock ? 'enter' : 'find_page';
    },
    // filemap_create_folio(), since 5.15: invalidate_lock, shared.
    enter(k) {
      k.invalidate_lock_shared();
      return 'find_page';
    },
    find_page(k, f) {
      return k.find_page_to_read(f.page) > 0 ? 'readpage' : leave;
    },
    // ->read_folio(). PG_locked, until the I/O has ended.
    readpage(k, f) {
      k.readpage(f.page - 1);
      f.page = 0;
      return leave;
    },
    leave(k) {
      k.invalidate_unlock_shared();
      return 'next';
    },
    ret(k) {
      k.returns(0, 0);
      return 'done';
    },
  };
  return without(rows, fs.invalidate_lock ? [] : ['enter', 'leave']);
}

export const read = {
  ...READ,
  commands,
  calls: {
    /** It returns 0 here: how much there was to read is not asked. */
    read: syscall<Rows>()((pos, end) => `reads ${pos}..${end}`, { page: 'page' }, rowsOfRead),
  },
};
