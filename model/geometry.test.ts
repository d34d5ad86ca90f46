/** What the command line and replay files may ask for: a range that grows is to be seen. */
import { expect, it } from 'vitest';
import { SIZES } from './geometry.ts';

const RANGES = {
  files: [1, 2],
  pages: [1, 32],
  page_blocks: [1, 4],
  block_cells: [2, 3],
  blocks: [1, 64],
  kmap_slots: [1, 64],
  bio_pages: [1, 32],
  write_cache: [0, 1],
  range_cyclic: [0, 1],
  stable_pages: [0, 1],
  dirty_limit: [0, 64],
  large_folios: [0, 1],
  index_blocks: [0, 8],
  segment_pages: [1, 4096],
};

it('every number has its range, and what it usually is lies within', () => {
  const ranges = Object.entries(SIZES).map(([name, { min, max }]) => [name, [min, max]]);
  expect(Object.fromEntries(ranges)).toEqual(RANGES);
  for (const { usual, min, max } of Object.values(SIZES)) {
    expect(usual >= min && usual <= max).toBe(true);
  }
});
