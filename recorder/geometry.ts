/** Which filesystem is recorded, how it is made and mounted, and the sizes that follow. */
import type { FilesystemName } from '../traces/format.ts';
import { PAGE_BYTES } from './abi.ts';

export type Mode = 'plain' | 'enospc';
export type Blocks = 1 | 2 | 4;

/** What a session is asked to record. */
export interface Setup {
  readonly fs: FilesystemName;
  /** Blocks a page. */
  readonly blocks: Blocks;
  readonly mode: Mode;
}

/** Pages of the file, cells a block: as in the traces that are compared with. */
export const PAGES = 3;
export const CELLS_A_BLOCK = 2;

export interface Sizes {
  readonly pages: number;
  readonly pb: Blocks;
  readonly bc: typeof CELLS_A_BLOCK;
  /** Of the file: blocks, cells. */
  readonly blocks: number;
  readonly cells: number;
  readonly block_bytes: number;
  readonly cell_bytes: number;
}

export function sizesOf(pb: Blocks): Sizes {
  const block_bytes = PAGE_BYTES / pb;
  const blocks = PAGES * pb;
  return {
    pages: PAGES,
    pb,
    bc: CELLS_A_BLOCK,
    blocks,
    cells: blocks * CELLS_A_BLOCK,
    block_bytes,
    cell_bytes: block_bytes / CELLS_A_BLOCK,
  };
}

/** How the kernel is asked for one filesystem. */
export interface Kind {
  /** As /proc/filesystems has it. */
  readonly type: string;
  readonly image_bytes: number;
  readonly mkfs: readonly string[];
  readonly mkfsOptions: (block_bytes: number) => readonly string[];
  /** Mount options: a value, or true for a flag. */
  readonly mount: Readonly<Record<string, string | true>>;
  /** Has it GOINGDOWN? */
  readonly crashes: boolean;
  /** Are blocks that fallocate() left unwritten part of what a sequence finds? */
  readonly unwritten: boolean;
  /** So many blocks are free at most as a sequence of `enospc` begins; undefined: no such mode. */
  readonly avail_max?: (pb: Blocks) => number;
}

const MIB = 2 ** 20;

// Never discarded: what lay there before must stay, to be recognised.
const ext4 = {
  type: 'ext4',
  image_bytes: 16 * MIB,
  mkfs: ['mkfs.ext4'],
  mkfsOptions: (block: number) => ['-F', '-q', '-m', '0', '-E', 'nodiscard', '-b', `${block}`],
  crashes: true,
  unwritten: false,
  // Fewer than the file has: about half of the sequences are to meet their end.
  avail_max: (pb: Blocks) => pb + 2,
} as const;

export const KINDS: Readonly<Record<FilesystemName, Kind>> = {
  xfs: {
    type: 'xfs',
    image_bytes: 16 * MIB,
    mkfs: ['mkfs.xfs', '--unsupported'],
    mkfsOptions: (block) => ['-f', '-q', '-K', '-m', 'reflink=0', '-b', `size=${block}`],
    mount: { allocsize: '4k' },
    crashes: true,
    unwritten: true,
    // Some of them for the worst case of an index, whatever the size of a block.
    avail_max: () => 11,
  },
  ext4: { ...ext4, mount: { nodelalloc: true, data: 'ordered' } },
  ext4d: { ...ext4, mount: { delalloc: true, data: 'ordered' } },
  btrfs: {
    type: 'btrfs',
    image_bytes: 128 * MIB,
    mkfs: ['mkfs.btrfs'],
    mkfsOptions: (block) => ['-f', '-q', '-K', '-s', `${block}`],
    // Else the data of a small file lie in its inode.
    mount: { max_inline: '0' },
    crashes: false,
    // fallocate() up to EOF within a block writes that block.
    unwritten: false,
  },
};
