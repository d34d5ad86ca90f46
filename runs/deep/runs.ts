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
  readonly others: readonly string[];
  readonly call?: Call;
}

const WRITEBACK = ['writeback', 'ioend'];
const truncate: Call = { call: 'truncate', pos: 1, count: 1 };
const store: Call = { call: 'store', pos: 1, count: 1 };

/** Who is at work beside the writer: the kernel's tasks, or another writer's call. */
const COMPANY: Readonly<Record<string, Company>> = {
  nobody: { others: [] },
  reader: { others: ['reader'] },
  writeback: { others: WRITEBACK },
  journal: { others: ['journal'] },
  reclaim: { others: ['reclaim'] },
  neighbour: { others: ['neighbour'] },
  truncate: { others: [], call: truncate },
  store: { others: [], call: store },
  'writeback and journal': { others: [...WRITEBACK, 'journal'] },
  'writeback and reclaim': { others: [...WRITEBACK, 'reclaim'] },
  'writeback and truncate': { others: WRITEBACK, call: truncate },
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

function setupOf(design: Design, g: Geometry, { others, call }: Company): Setup {
  return {
    geometry: g,
    // From inside old data over an unwritten block into holes.
    files: [{ i_size: 3, blocks: design.filesystem.has_unwritten ? 'Mu' : 'M' }],
    writers: [[{ pos: 1, count: cellsOf(g) - 2 }], ...(call === undefined ? [] : [[call]])],
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
