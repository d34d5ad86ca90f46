/**
 * How large everything is. Data, so that one model serves every size: this table gives each number
 * its type, its range, the value it has where nothing is said, its option on the command line, and
 * its field in a replay file. Sizes and offsets within a file are counted in cells: a cell is a run
 * of bytes with one origin.
 */

/** A number of the geometry. */
export interface Size {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  /** Where not every number of the range will do. */
  readonly only?: readonly number[];
  /** Name of the option; without one, a scenario alone may set it. */
  readonly option?: string;
  readonly about: string;
}

const size = (usual: number, min: number, max: number, about: string, option?: string): Size => ({
  usual,
  min,
  max,
  about,
  ...(option === undefined ? {} : { option }),
});

export const SIZES = {
  files: size(1, 1, 2, 'files, each with an i_rwsem of its own'),
  pages: size(2, 1, 32, 'pages of a file', 'pages'),
  page_blocks: {
    ...size(1, 1, 4, 'filesystem blocks a page', 'page-blocks'),
    only: [1, 2, 4],
  },
  block_cells: size(2, 2, 3, 'cells a block; with 3 a write can begin and end inside one', 'cells'),
  blocks: size(3, 1, 64, 'blocks of the device', 'blocks'),
  kmap_slots: size(32, 1, 64, 'pages that can be kmapped at one time', 'kmap-slots'),
  dirty_limit: size(32, 0, 64, 'dirty pages above which writers are throttled', 'dirty-limit'),
  bio_pages: size(1, 1, 32, 'pages that one bio of writeback has at most', 'bio-pages'),
  write_cache: size(0, 0, 1, 'the disk has a write cache that a power cut loses', 'write-cache'),
  range_cyclic: size(
    0,
    0,
    1,
    '1: writeback wraps around to the first page before it submits its bio, as until 4.20',
  ),
  stable_pages: size(
    0,
    0,
    1,
    '1: the device wants a page left alone while it is written, as RAID 5 does',
  ),
  large_folios: size(0, 0, 1, '1: a write makes folios of several pages, as since 6.6 on XFS'),
  index_blocks: size(
    0,
    0,
    8,
    'blocks that a delayed extent reserves for its index, where the filesystem does (XFS: 5 to 8)',
  ),
  segment_pages: size(
    1024,
    1,
    4096,
    'pages of one multipage segment at most; the patch says 1024',
    'segment-pages',
  ),
} as const satisfies Readonly<Record<string, Size>>;

export type SizeName = keyof typeof SIZES;
export type Geometry = { readonly [N in SizeName]: number };

/** A geometry of usual numbers, but for those given. */
export function geometry(given: Partial<Geometry> = {}): Geometry {
  const usual = Object.entries(SIZES).map(([name, { usual: n }]) => [name, n]);
  // Every name is there: the entries are those of the table.
  return { ...(Object.fromEntries(usual) as Geometry), ...given };
}

/** Cells of a page, of a file; blocks of a file. */
export const pageCells = (g: Geometry): number => g.page_blocks * g.block_cells;
export const cellsOf = (g: Geometry): number => g.pages * pageCells(g);
export const fileBlocksOf = (g: Geometry): number => g.pages * g.page_blocks;
