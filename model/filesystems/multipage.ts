/** The half that the multipage patch leaves to the filesystem, each question answered in each way. */
import {
  DELALLOC,
  HOLE,
  MAPPED,
  UNWRITTEN,
  allocateDelayed,
  allocateExtent,
  extentType,
} from '../extents.ts';
import type { Allocated } from '../extents.ts';
import { LEAVES_OUT, MAPS, NO_SPACE } from '../filesystem.ts';
import type { Filesystem, MapResult } from '../filesystem.ts';
import { outsideOfIomap } from '../iomap.ts';
import { convertAndSetSize, needsConversion } from './xfs.ts';

export interface Answers {
  /** Does READ lock the mapping, as iomap.h says? */
  readonly read: 'locked' | 'unlocked';
  /** The state in which ALLOCATE, and writeback, leave a new block. */
  readonly allocate: 'unwritten' | 'mapped';
  /** What writeback does with a dirty page over a hole. */
  readonly hole: 'redirties' | 'skips' | 'allocates';
  /** Does write_begin accept a page outside of the iomap? Without it, it refuses: -ERANGE. */
  readonly accepts?: boolean;
}

export function multipageFs({ read, allocate, hole, accepts = false }: Answers): Filesystem {
  const type: Allocated = allocate === 'mapped' ? MAPPED : UNWRITTEN;
  return {
    name: [read, allocate, hole, ...(accepts ? ['accepts'] : [])].join(','),
    about:
      `READ ${read === 'locked' ? 'locks the mapping' : 'takes no lock'}, ` +
      `ALLOCATE leaves blocks ${allocate}, writeback ${hole} over a hole` +
      (accepts ? ', write_begin accepts any page' : ''),
    source: 'include/linux/iomap.h as patched',
    maps_by: '->iomap',
    handles: false,
    ordered: false,
    logs_size_at_write_end: false,
    zeroes_eof: true,
    has_unwritten: true,
    patch: { read_locks: read === 'locked', allocates_as: type },
    get_block: () => false,
    // The iomap says so, whatever the extent map has become since.
    reads_as_zero: (k) => k.s.stack[k.current]!.iomap_type !== MAPPED,
    ...(accepts ? {} : { refuses_page: outsideOfIomap }),
    map_for_writeback(k, fb): MapResult {
      const now = extentType(k, fb);
      if (now === MAPPED || now === UNWRITTEN) return MAPS;
      if (now === HOLE && hole === 'skips') return LEAVES_OUT;
      const mapped =
        now === DELALLOC ? allocateDelayed(k, fb, type) : allocateExtent(k, fb, false, type);
      return mapped ? MAPS : NO_SPACE;
    },
    redirties: (k, fb) => hole === 'redirties' && extentType(k, fb) === HOLE,
    needs_end_io: needsConversion,
    end_io: convertAndSetSize,
    failed_write: () => undefined,
  };
}
