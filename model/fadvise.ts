/**
 * posix_fadvise(POSIX_FADV_DONTNEED): writes dirty pages and waits for none of them, then takes out
 * of the cache what is clean by then. generic_fadvise(), mm/fadvise.c.
 */
import type { Row } from '../machine/rows.ts';
import type { core } from './core.ts';
import type { Filesystem } from './filesystem.ts';
import { fsync, write_all } from './fsync.ts';
import type { SyncLabel } from './fsync.ts';
import type { Geometry } from './geometry.ts';
import { dropFolio, isDirty, isUnderWriteback, pageOf } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, syscall } from './subsystem.ts';
import type { Face } from './subsystem.ts';
import type { writeback } from './writeback.ts';

const FADVISE = declare({ name: 'fadvise' });

const commands = {
  /**
   * mapping_evict_folio(): the folio of page `index` goes, where it is there, clean, not under
   * writeback, and its lock is free. Returns the index behind it. PG_locked, by trylock.
   */
  invalidate_page(this: PageCache, index: number): number {
    this.command();
    const { present, locked_by } = pageOf(this, index);
    const next = this.folioLast(index) + 1;
    const busy = isUnderWriteback(this, index) || isDirty(this, index);
    const goes = present === 1 && locked_by === 0 && !busy;
    if (goes) dropFolio(this, index);
    if (this.tracing) this.say(`mapping_evict_folio(${index})${goes ? '' : ': stays'}`);
    return next;
  },
};

type Rows = Face<{ commands: typeof commands }> &
  Face<Pick<typeof fsync, 'commands'>> &
  Face<Pick<typeof writeback, 'commands' | 'looks'>> &
  Face<Pick<typeof core, 'commands'>>;

type F = { page: number; next: number; size: number; index: number; pos: number; end: number };
type Label = Exclude<SyncLabel, 'wait'> | 'invalidate' | 'ret';

function rowsOfFadvise(
  _: Filesystem,
  g: Geometry,
): { readonly [label in Label]: Row<Rows, F, Label> } {
  return {
    ...write_all<Rows, F, 'invalidate'>(g, 'invalidate'),
    invalidate(k, f) {
      f.index = k.invalidate_page(f.index);
      return f.index < g.pages ? 'invalidate' : 'ret';
    },
    ret(k) {
      k.returns(0, 0);
      return 'done';
    },
  };
}

export const fadvise = {
  ...FADVISE,
  commands,
  calls: {
    fadvise_dontneed: syscall<Rows>()(
      () => 'calls posix_fadvise(DONTNEED)',
      { page: 'page', next: 'page', size: 'cells', index: 'page' },
      rowsOfFadvise,
    ),
  },
};
