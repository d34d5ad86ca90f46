/**
 * What `npm run check:deep` closes: every sound design, in two shapes, with each other task in turn
 * and with the three that are most hostile beside writeback. Two faults anywhere; a power cut is
 * looked at in every state.
 */
import type { Design } from '../../model/design.ts';
import { DESIGNS } from '../../model/designs/all.ts';
import { cellsOf, geometry } from '../../model/geometry.ts';
import type { Geometry } from '../../model/geometry.ts';
import { FAULTS } from '../../model/kernel.ts';
import { othersOf } from '../../model/system.ts';
import type { Call, Setup } from '../../model/system.ts';
import type { Recorded } from '../../evidence/record.ts';

export interface DeepRun {
  readonly id: string;
  readonly design: Design;
  readonly setup: Setup;
}

const SHAPES: Readonly<Record<string, Geometry>> = {
  '2 pages of 2 blocks of 2 cells': geometry({
    pages: 2,
    page_blocks: 2,
    block_cells: 2,
    blocks: 5,
  }),
  '3 pages of 1 block of 3 cells': geometry({
    pages: 3,
    page_blocks: 1,
    block_cells: 3,
    blocks: 4,
  }),
};

interface Company {
  readonly others?: readonly string[];
  /** The calls of other threads, one each. */
  readonly calls?: readonly Call[];
  /** The disk has a cache of this many blocks. */
  readonly write_cache?: number;
}

const WRITEBACK = ['writeback', 'ioend'];
const call = (name: string, count = 1): Call => ({ call: name, pos: 1, count });

/** Who is at work beside the writer: the kernel's tasks, or calls of others. */
const COMPANY: Readonly<Record<string, Company>> = {
  nobody: {},
  reader: { others: ['reader'] },
  writeback: { others: WRITEBACK },
  journal: { others: ['journal'] },
  reclaim: { others: ['reclaim'] },
  neighbour: { others: ['neighbour'] },
  'another writer': { calls: [{ pos: 1, count: 2 }] },
  truncate: { calls: [call('truncate')] },
  fallocate: { calls: [call('fallocate', 3)] },
  'punch hole': { others: ['ioend'], calls: [call('punch_hole', 3)] },
  'zero range': { others: ['ioend'], calls: [call('zero_range', 3)] },
  fsync: { others: ['ioend'], calls: [call('fsync')] },
  'seek data': { calls: [call('seek_data')] },
  store: { calls: [call('store')] },
  'store and mmap': { calls: [call('store'), call('mmap')] },
  "fsync and the disk's cache": {
    others: ['ioend', 'disk'],
    calls: [call('fsync')],
    write_cache: 1,
  },
  'writeback and journal': { others: [...WRITEBACK, 'journal'] },
  'writeback and reclaim': { others: [...WRITEBACK, 'reclaim'] },
  'writeback and truncate': { others: WRITEBACK, calls: [call('truncate')] },
};

/** Designs that are on record to break nothing. */
export function soundDesigns(recorded: Recorded): readonly Design[] {
  const broken = new Set(
    Object.values(recorded).flatMap((results) =>
      results.flatMap(({ verdict, designs }) => (verdict === 'violated' ? designs : [])),
    ),
  );
  return DESIGNS.filter(({ name }) => !broken.has(name));
}

function setupOf(
  design: Design,
  g: Geometry,
  { others = [], calls = [], write_cache = 0 }: Company,
): Setup {
  return {
    geometry: { ...g, write_cache },
    // From inside old data over an unwritten block into holes.
    files: [{ i_size: 3, blocks: design.filesystem.has_unwritten ? 'Mu' : 'M' }],
    writers: [[{ pos: 1, count: cellsOf(g) - 2 }], ...calls.map((one) => [one])],
    others: othersOf([...others, 'peer'], design),
    faults: FAULTS.map(({ name }) => name),
    faults_max: 2,
  };
}

export const deepRuns = (designs: readonly Design[]): DeepRun[] =>
  designs.flatMap((design) =>
    Object.entries(SHAPES).flatMap(([shape, g]) =>
      Object.entries(COMPANY).map(([who, company]) => ({
        id: `${design.name}, ${shape}, with ${who}`,
        design,
        setup: setupOf(design, g, company),
      })),
    ),
  );
