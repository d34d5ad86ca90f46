/**
 * Numbers of the kernel's interface, from its uapi headers: of 64-bit Linux, and the same on x86-64
 * and arm64.
 */

export const PAGE_BYTES = 4096;

/** asm-generic/fcntl.h */
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_CLOEXEC = 0o2000000;

/** linux/mman.h, asm-generic/mman-common.h */
export const PROT_NONE = 0;
export const PROT_READ_WRITE = 3;
export const MAP_SHARED = 1;
export const MAP_PRIVATE_ANONYMOUS = 0x22;
export const MADV_RANDOM = 1;
export const MADV_DONTNEED = 4;
export const MFD_CLOEXEC = 1;

export const SEEK_END = 2;
export const POSIX_FADV_DONTNEED = 4;
/** SYNC_FILE_RANGE_WAIT_BEFORE | WRITE | WAIT_AFTER */
export const SYNC_FILE_RANGE_AND_WAIT = 7;

/** linux/falloc.h */
export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
export const FALLOC_FL_ZERO_RANGE = 0x10;

/** System calls that libc may not have yet; numbered alike on all machines. */
export const NR_FSOPEN = 430;
export const NR_FSCONFIG = 431;
export const NR_FSMOUNT = 432;
export const NR_CACHESTAT = 451;

/** linux/mount.h */
export const FSOPEN_CLOEXEC = 1;
export const FSMOUNT_CLOEXEC = 1;
export const FSCONFIG_SET_FLAG = 0;
export const FSCONFIG_SET_STRING = 1;
export const FSCONFIG_CMD_CREATE = 6;

/** struct statfs: where its longs are, in bytes. */
export const STATFS_BYTES = 120;
export const STATFS_BFREE = 24;
export const STATFS_BAVAIL = 32;

/** linux/fiemap.h: struct fiemap, then struct fiemap_extent. */
export const FS_IOC_FIEMAP = 0xc020660b;
export const FIEMAP_MAPPED = 20;
export const FIEMAP_COUNT = 24;
export const FIEMAP_HEAD_BYTES = 32;
export const FIEMAP_EXTENT_BYTES = 56;
export const EXTENT_LENGTH = 16;
export const EXTENT_FLAGS = 40;
export const FIEMAP_EXTENT_DELALLOC = 0x4;
export const FIEMAP_EXTENT_UNWRITTEN = 0x800;

/** linux/mman.h: struct cachestat_range, struct cachestat. */
export const CACHESTAT_RANGE_BYTES = 16;
export const CACHESTAT_BYTES = 40;
export const NR_CACHE = 0;
export const NR_DIRTY = 8;
export const NR_WRITEBACK = 16;

/** XFS_IOC_GOINGDOWN and EXT4_IOC_SHUTDOWN: _IOR('X', 125, __u32). */
export const GOINGDOWN = 0x8004587d;
/** XFS_IOC_SET_RESBLKS: _IOWR('X', 114, struct xfs_fsop_resblks). */
export const XFS_IOC_SET_RESBLKS = 0xc0105872;

/** linux/loop.h: struct loop_config. */
export const LOOP_CTL_GET_FREE = 0x4c82;
export const LOOP_CONFIGURE = 0x4c0a;
export const LOOP_CONFIG_FD = 0;
export const LOOP_CONFIG_FLAGS = 60;
export const LO_FLAGS_AUTOCLEAR = 4;

/** linux/fs.h */
export const BLKFLSBUF = 0x1261;

/** linux/userfaultfd.h */
export const O_NONBLOCK = 0o4000;
export const USERFAULTFD_IOC_NEW = 0xaa00;
export const UFFD_API = 0xaa;
export const UFFDIO_API = 0xc018aa3f;
export const UFFDIO_REGISTER = 0xc020aa00;
export const UFFDIO_REGISTER_MODE_MISSING = 1;
export const UFFDIO_WAKE = 0x8010aa02;
export const UFFDIO_COPY = 0xc028aa03;
export const UFFD_MESSAGE_BYTES = 32;

/** XFS_IOC_FREE_EOFBLOCKS, of a struct xfs_fs_eofblocks: it waits for inodes that are unlinked. */
export const FREE_EOFBLOCKS = 0x8080_583a;
export const EOFBLOCKS_VERSION = 1;
export const EOF_FLAGS_SYNC = 1;
export const EOFBLOCKS_BYTES = 128;
