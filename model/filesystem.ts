/** What filesystems do differently below the same write path. Data: the commands read it. */

export interface Filesystem {
  readonly name: string;
  readonly about: string;
  /** When blocks are chosen: by write_begin, by writeback (delalloc), or by ->iomap(ALLOCATE). */
  readonly allocates: 'write_begin' | 'writeback' | 'iomap';
  /** write_begin opens a journal handle that write_end closes. */
  readonly journalled: boolean;
  /** A transaction commits only after the data of the blocks that it maps was written. */
  readonly ordered: boolean;
  /** ->iomap(READ) locks the mapping, and ->iomap(UNRESERVE) releases it, as iomap.h says. */
  readonly read_locks: boolean;
  /** The state in which ->iomap(ALLOCATE) and writeback leave a new block. */
  readonly allocates_as: 'mapped' | 'unwritten';
  /** What writeback does with a dirty page over a hole. */
  readonly hole_in_writeback: 'allocates' | 'skips' | 'redirties';
}

const allocating: Filesystem = {
  name: 'ordered',
  about: 'allocates in write_begin; data is written before its transaction commits',
  allocates: 'write_begin',
  journalled: true,
  ordered: true,
  read_locks: false,
  allocates_as: 'mapped',
  hole_in_writeback: 'allocates',
};

/** ext3, and ext4 with nodelalloc, data=ordered. */
export const ORDERED = allocating;

/** The same, data=writeback. */
export const UNORDERED: Filesystem = {
  ...allocating,
  name: 'unordered',
  about: 'allocates in write_begin; a transaction may commit before its data is written',
  ordered: false,
};

/** XFS since 5.9: reserves in write_begin, allocates unwritten in writeback, converts after the I/O. */
export const DELALLOC_FS: Filesystem = {
  name: 'delalloc',
  about: 'reserves in write_begin, allocates in writeback as unwritten, converts after the I/O',
  allocates: 'writeback',
  journalled: false,
  ordered: false,
  read_locks: false,
  allocates_as: 'unwritten',
  hole_in_writeback: 'allocates',
};

/** The half that the multipage patch leaves to the filesystem, each question answered one way. */
export function iomapFs(
  lock: 'locked' | 'unlocked',
  allocates_as: Filesystem['allocates_as'],
  hole_in_writeback: Filesystem['hole_in_writeback'],
): Filesystem {
  return {
    name: `${lock},${allocates_as},${hole_in_writeback}`,
    about:
      `READ ${lock === 'locked' ? 'locks the mapping' : 'takes no lock'}, ` +
      `ALLOCATE leaves blocks ${allocates_as}, writeback ${hole_in_writeback} over a hole`,
    allocates: 'iomap',
    journalled: false,
    ordered: false,
    read_locks: lock === 'locked',
    allocates_as,
    hole_in_writeback,
  };
}
