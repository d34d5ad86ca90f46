/** A filesystem on a disk of its own, with the files of one sequence after the other. */
import {
  EOFBLOCKS_BYTES,
  EOFBLOCKS_VERSION,
  EOF_FLAGS_SYNC,
  FREE_EOFBLOCKS,
  GOINGDOWN,
  O_CLOEXEC,
  O_CREAT,
  O_RDWR,
  POSIX_FADV_DONTNEED,
} from './abi.ts';
import { openBallast } from './ballast.ts';
import type { Ballast } from './ballast.ts';
import { openDevice } from './device.ts';
import { KINDS } from './geometry.ts';
import type { Setup, Sizes } from './geometry.ts';
import { must } from './libc.ts';
import type { Libc } from './libc.ts';
import { markImage } from './marks.ts';
import { makeFilesystem, mount } from './mount.ts';
import type { Mount } from './mount.ts';
import type { Observer } from './observe.ts';

const NAMES = ['first', 'second'] as const;
const ATTEMPTS = 50;
const PAUSE_MICROSECONDS = 200;

export interface Disk {
  /** File descriptors, of one file or two. */
  readonly files: readonly number[];
  /** Removes the files of the sequence before, and makes new ones. */
  begin(count: number): void;
  /** Leaves so many blocks free. */
  leave(avail: number): void;
  /** Everything is committed, and no page of the files is in memory. */
  settle(): void;
  /** GOINGDOWN, unmounted, mounted again. */
  crash(how: number): void;
  close(): void;
}

export function openDisk(libc: Libc, setup: Setup, sizes: Sizes, look: Observer): Disk {
  const kind = KINDS[setup.fs];
  const device = openDevice(libc, kind.image_bytes);
  let mounted: Mount;
  try {
    device.fill(markImage);
    makeFilesystem(kind, device.path, sizes.block_bytes);
    mounted = mount(libc, kind, device.path);
  } catch (error) {
    device.close();
    throw error;
  }
  let files: number[] = [];
  let ballast: Ballast | undefined;
  if (setup.mode === 'enospc') {
    ballast = openBallast(libc, mounted.root, { fs: setup.fs, observer: look, sizes });
  }

  const open = (name: string, flags: number): number =>
    must('a file', libc.openat(mounted.root, name, O_RDWR | O_CLOEXEC | flags, 0o600));
  function closeFiles(): void {
    for (const fd of files) libc.close(fd);
    files = [];
  }

  /** A page that was written a moment ago may be held by another processor's list for a while. */
  function forget(fd: number): void {
    for (let i = 0; i < ATTEMPTS; i++) {
      libc.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      if (look.cached(fd) === 0) return;
      libc.usleep(PAUSE_MICROSECONDS);
    }
  }

  /** XFS frees inodes that were unlinked in the background: not while somebody counts blocks. */
  function freeInodes(): void {
    const { view, address } = libc.scratch();
    for (let at = 0; at < EOFBLOCKS_BYTES; at += 4) view.setUint32(at, 0, true);
    view.setUint32(0, EOFBLOCKS_VERSION, true);
    view.setUint32(4, EOF_FLAGS_SYNC, true);
    must('XFS_IOC_FREE_EOFBLOCKS', libc.ioctl(mounted.root, FREE_EOFBLOCKS, address));
  }

  return {
    get files() {
      return files;
    },
    begin: (count) => {
      closeFiles();
      for (const name of NAMES) libc.unlinkat(mounted.root, name, 0);
      // A commit makes the blocks of what was unlinked free to use.
      if (setup.fs === 'xfs') freeInodes();
      must('syncfs()', libc.syncfs(mounted.root));
      ballast?.release();
      files = NAMES.slice(0, count).map((name) => open(name, O_CREAT));
    },
    leave: (avail) => ballast?.leave(avail),
    settle: () => {
      must('syncfs()', libc.syncfs(mounted.root));
      for (const fd of files) forget(fd);
    },
    crash: (level) => {
      const how = libc.scratch();
      how.view.setUint32(0, level, true);
      must('GOINGDOWN', libc.ioctl(files[0]!, GOINGDOWN, how.address));
      const count = files.length;
      closeFiles();
      mounted.close();
      // Blocks smaller than a page: unmounting leaves those beside the superblock in memory.
      device.forget();
      mounted = mount(libc, kind, device.path);
      files = NAMES.slice(0, count).map((name) => open(name, 0));
    },
    close: () => {
      closeFiles();
      ballast?.close();
      mounted.close();
      device.close();
    },
  };
}
