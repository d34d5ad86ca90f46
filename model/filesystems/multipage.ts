/**
 * The half that the multipage patch leaves to the filesystem, each question answered in each way.
 */
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
import type { Filesystem, FsFlaw, FsKernel, MapResult } from '../filesystem.ts';
import { outsideOfIomap } from '../iomap.ts';
import type { PatchedFs } from '../iomap.ts';
import { RECLAIM_2_6_37_XFS } from './reclaim.ts';
import { punchBlock } from './xfs.ts';
import { EOF_PAGE_STAYS_WRITABLE, READS_BESIDE_A_PUNCH } from './years.ts';

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

/** Answers that break something, and the answer that does not. */
function flawsOf({ read, allocate, hole, accepts = false }: Answers): FsFlaw[] {
  const source = 'include/linux/iomap.h as patched';
  return [
    EOF_PAGE_STAYS_WRITABLE,
    READS_BESIDE_A_PUNCH,
    ...(read === 'locked'
      ? [
          {
            name: 'read-keeps-a-lock',
            says: 'what READ has locked is held over page locks, faults and throttling',
            source: `${source}: "FS's should use this to obtain and lock resources"`,
            mend: (fs: Filesystem) => patched(fs, { read_locks: false }),
          },
        ]
      : []),
    ...(allocate === 'mapped'
      ? [
          {
            name: 'allocate-maps-before-the-data',
            says: 'ALLOCATE and writeback map a block as written before its data is on disk',
            source: `${source}: "blocks allocated @blkno"`,
            mend: (fs: Filesystem) => ({
              ...patched(fs, { allocates_as: UNWRITTEN }),
              map_for_writeback: writebackOf(hole, UNWRITTEN),
            }),
          },
        ]
      : []),
    ...(hole === 'skips'
      ? [
          {
            name: 'writeback-skips-a-hole',
            says: 'writeback leaves a dirty page over a hole clean, and has not written it',
            source: 'mm/filemap.c:2395 as patched: "XXX: needs to be done per-filesystem"',
            mend: (fs: Filesystem) => ({ ...fs, redirties: overAHole }),
          },
        ]
      : []),
    ...(accepts
      ? [
          {
            name: 'write-begin-accepts-any-page',
            says: 'write_begin takes a page outside of the iomap for one inside',
            source: 'a contract that is written nowhere',
            mend: (fs: Filesystem) => ({ ...fs, refuses_page: outsideOfIomap }),
          },
        ]
      : []),
  ];
}

const patched = (fs: Filesystem, patch: Partial<PatchedFs>): Filesystem => ({
  ...fs,
  patch: { ...fs.patch!, ...patch },
});

const overAHole = (k: FsKernel, fb: number): boolean => extentType(k, fb) === HOLE;

const writebackOf =
  (hole: Answers['hole'], type: Allocated) =>
  (k: FsKernel, fb: number): MapResult => {
    const now = extentType(k, fb);
    if (now === MAPPED || now === UNWRITTEN) return MAPS;
    if (now === HOLE && hole === 'skips') return LEAVES_OUT;
    const mapped =
      now === DELALLOC ? allocateDelayed(k, fb, type) : allocateExtent(k, fb, false, type);
    return mapped ? MAPS : NO_SPACE;
  };

export function multipageFs(answers: Answers): Filesystem {
  const { read, allocate, hole, accepts = false } = answers;
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
    zeroes_eof: 'before',
    flushes_eof: true,
    has_unwritten: true,
    keeps_eof_page_writable: true,
    reclaim: RECLAIM_2_6_37_XFS,
    patch: { read_locks: read === 'locked', allocates_as: type },
    // The iomap says so, whatever the extent map has become since.
    reads_as_zero: (k) => k.s.stack[k.current]!.iomap_type !== MAPPED,
    ...(accepts ? {} : { refuses_page: outsideOfIomap }),
    map_for_writeback: writebackOf(hole, type),
    redirties: hole === 'redirties' ? overAHole : () => false,
    end_io: ['convert', 'set_size'],
    discard: punchBlock,
    failed_write: () => undefined,
    preallocates: (now) => now !== DELALLOC,
    flaws: flawsOf(answers),
  };
}
