/** Which bounds can be represented: everything outside is refused before anything runs. */
import { cellsOf, fileBlocksOf } from '../model/geometry.ts';
import type { Setup } from '../model/system.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Ranges of single numbers. A page has 1, 2 or 4 blocks. */
export const RANGES = {
  pages: { min: 1, max: 32 },
  page_blocks: { min: 1, max: 4 },
  block_cells: { min: 2, max: 3 },
  blocks: { min: 1, max: 64 },
  kmap_slots: { min: 1, max: 64 },
  dirty_limit: { min: 0, max: 64 },
  segment_pages: { min: 1, max: 4096 },
  faults_max: { min: 0, max: 8 },
} as const satisfies Readonly<Record<string, Range>>;

/** A question has at most 256 answers, and a short receive may end at every cell, also at none. */
const FILE_CELLS_MAX = 254;

const within = (n: number, { min, max }: Range): boolean =>
  Number.isInteger(n) && n >= min && n <= max;

/** Why these bounds cannot be run, in words; undefined where they can. */
export function unfit(setup: Setup): string | undefined {
  const { geometry: g, file, writers, others, faults_max } = setup;
  const numbers = { ...g, faults_max };
  for (const [name, range] of Object.entries(RANGES) as [keyof typeof RANGES, Range][]) {
    if (!within(numbers[name], range)) {
      return `${name} = ${numbers[name]} is not in ${range.min}..${range.max}`;
    }
  }
  if (g.page_blocks === 3) return 'page_blocks = 3 is not 1, 2 or 4';
  const cells = cellsOf(g);
  if (cells > FILE_CELLS_MAX) {
    return `a file of ${cells} cells is too large; ${FILE_CELLS_MAX} are possible`;
  }
  if (!within(file.i_size, { min: 0, max: cells })) {
    return `i_size = ${file.i_size} is not in 0..${cells}, the cells of the file`;
  }
  if (new Set(others).size < others.length) return 'somebody is at work twice';
  return blocksUnfit(setup) ?? writersUnfit(writers, cells);
}

function blocksUnfit({ geometry: g, file }: Setup): string | undefined {
  if (file.blocks.length > fileBlocksOf(g)) {
    return `the file begins with ${file.blocks.length} blocks, and can have ${fileBlocksOf(g)}`;
  }
  const used = Array.from(file.blocks).filter((letter) => letter !== '.').length;
  return used > g.blocks
    ? `the file begins with ${used} blocks of data, and the device has ${g.blocks}`
    : undefined;
}

function writersUnfit(writers: Setup['writers'], cells: number): string | undefined {
  if (!within(writers.length, { min: 1, max: 4 })) {
    return `${writers.length} writers; 1..4 are possible`;
  }
  for (const [i, { pos, count }] of writers.entries()) {
    if (!within(pos, { min: 0, max: cells - 1 }) || !within(count, { min: 1, max: cells - pos })) {
      return `writer${i + 1} writes cells ${pos}..${pos + count}, and the file has ${cells}`;
    }
  }
  return undefined;
}
