/**
 * A second file that takes up the space, so that few blocks are free when a sequence begins. The
 * filesystem gives it to that file by its own means, and refuses the rest by its own rules.
 */
import { O_CLOEXEC, O_CREAT, O_RDWR, XFS_IOC_SET_RESBLKS } from './abi.ts';
import type { Sizes } from './geometry.ts';
import { must } from './libc.ts';
import type { Libc } from './libc.ts';
import type { Observer } from './observe.ts';

/** Free between sequences: enough to remove a file and make the next one. */
const SPARE_BLOCKS = 256;
const ATTEMPTS = 200;

export interface Ballast {
  /** Leaves room for a file to be made. */
  release(): void;
  /** Leaves so many blocks. */
  leave(blocks: number): void;
  close(): void;
}

export function openBallast(libc: Libc, root: number, setup: BallastSetup): Ballast {
  const fd = must('a file', libc.openat(root, 'ballast', O_RDWR | O_CREAT | O_CLOEXEC, 0o600));
  const { observer, sizes } = setup;
  const pool = setup.fs === 'xfs' ? reservePool(libc, fd) : undefined;
  const { block_bytes } = sizes;
  let taken = 0;

  const avail = () => observer.free(fd).avail;
  function take(blocks: number): boolean {
    const [at, bytes] = [taken * block_bytes, blocks * block_bytes];
    if (libc.fallocate(fd, 0, at, bytes) < 0) return false;
    taken += blocks;
    return true;
  }
  function giveBack(blocks: number): void {
    taken = Math.max(0, taken - blocks);

    must('ftruncate()', libc.ftruncate(fd, taken * block_bytes));
  }

  return {
    release: () => {
      pool?.set(0);
      if (avail() < SPARE_BLOCKS) giveBack(SPARE_BLOCKS);
      must('syncfs()', libc.syncfs(root));
    },
    leave: (blocks) => {
      // Blocks of the ballast's own extent tree come and go: not always at the first attempt.
      for (let i = 0; i < ATTEMPTS && avail() !== blocks; i++) {
        const more = avail() - blocks;
        if (more < 0) giveBack(-more);
        else if (!take(more) && !take(Math.ceil(more / 2)) && !take(1)) break;
        must('syncfs()', libc.syncfs(root));
      }
      // XFS allocates nothing more without blocks for a worst case; its reserve can have the rest.
      const rest = avail() - blocks;
      if (rest > 0) pool?.set(rest);
    },
    close: () => void libc.close(fd),
  };
}

interface BallastSetup {
  readonly fs: string;
  readonly observer: Observer;
  readonly sizes: Sizes;
}

/** The reserved blocks of XFS, by ioctl: what is added to them is no longer free. */
function reservePool(libc: Libc, fd: number): { set(more: number): void } {
  const request = (blocks: number): number => {
    const memory = libc.scratch();
    memory.view.setBigUint64(0, BigInt(blocks), true);
    must('XFS_IOC_SET_RESBLKS', libc.ioctl(fd, XFS_IOC_SET_RESBLKS, memory.address));
    return Number(memory.view.getBigUint64(0, true));
  };
  const FIRST = 64;
  request(FIRST);
  return { set: (more) => void request(FIRST + more) };
}
