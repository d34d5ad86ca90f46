/**
 * What a scenario is: one question, put to every design that it can be put to. Geometry, tasks, the
 * faults that may happen, and what each design is expected to do; a surprise either way fails.
 */
import type { Design } from '../model/design.ts';
import type { WriteCall } from '../model/base.ts';
import { SITES } from '../model/faults.ts';
import type { FaultName, FaultSite } from '../model/faults.ts';
import type { OtherName } from '../model/others.ts';
import type { Geometry } from '../model/state.ts';
import { othersOf } from '../model/system.ts';
import type { InitialFile, Setup } from '../model/system.ts';
import type { Expectation } from './reasons.ts';

export interface Scenario {
  readonly name: string;
  readonly question: string;
  /** Line of the mail or the patch, or what else it was taken from. */
  readonly source: string;
  readonly geometry: Geometry;
  readonly others: readonly OtherName[];
  readonly faults: readonly FaultName[];
  /** Faults in one run at most. */
  readonly faults_max: number;
  readonly writers: (g: Geometry) => readonly WriteCall[];
  readonly file: (g: Geometry) => InitialFile;
  /** Designs that the question can be put to; without it, all. */
  readonly asks?: (design: Design) => boolean;
  /** Rows that cannot run here, whatever the design, and need not. */
  readonly quiet?: readonly string[];
  /** What is expected to break; all that fits a design counts. One that nothing fits is to hold. */
  readonly breaks: readonly Expectation[];
  /** The counterexample that stands beside the scenario in full: design and property. */
  readonly shown: readonly [design: string, property: string] | undefined;
}

/** Sizes that most scenarios start from. */
export const SMALL: Geometry = {
  pages: 2,
  page_blocks: 1,
  block_cells: 2,
  blocks: 3,
  kmap_slots: 32,
  dirty_limit: 32,
  segment_pages: 1024,
};

/** What a run changes in a scenario's bounds. */
export interface Bounds {
  readonly pages?: number;
  readonly page_blocks?: number;
  readonly block_cells?: number;
  readonly blocks?: number;
  readonly faults_max?: number;
}

/** The whole file, in cells. */
export const wholeFile = (g: Geometry): WriteCall => ({
  pos: 0,
  count: g.pages * g.page_blocks * g.block_cells,
});

/** From the middle of the first block to the end. */
export const fromTheMiddle = (g: Geometry): WriteCall => ({
  pos: 1,
  count: g.pages * g.page_blocks * g.block_cells - 1,
});

export const emptyFile = (): InitialFile => ({ i_size: 0, blocks: '' });

/** A sparse file: i_size is set, as SMB clients do before they write; nothing is allocated. */
export const sparseFile = (g: Geometry): InitialFile => ({
  i_size: g.pages * g.page_blocks * g.block_cells,
  blocks: '',
});

/** Can the scenario's question be put to the design? */
export const isAsked = (scenario: Scenario, design: Design): boolean =>
  scenario.asks?.(design) ?? true;

export function setupOf(scenario: Scenario, design: Design, bounds: Bounds = {}): Setup {
  const { faults_max = scenario.faults_max, ...sizes } = bounds;
  const geometry = { ...scenario.geometry, ...sizes };
  return {
    geometry,
    file: scenario.file(geometry),
    writers: scenario.writers(geometry),
    others: othersOf(scenario.others, design),
    faults: scenario.faults.filter((name) => meets(name, design)),
    faults_max,
  };
}

/** Can this fault happen to the design at all? */
function meets(name: FaultName, design: Design): boolean {
  const site: FaultSite = SITES.find((s) => s.name === name)!;
  switch (site.meets) {
    case 'any':
      return true;
    case 'user':
      return !design.socket;
    case 'socket':
      return design.socket;
    case 'iomap':
      return design.filesystem.allocates === 'iomap';
    case 'no-iomap':
      return design.filesystem.allocates !== 'iomap';
  }
}

/** Names of the properties that the design is expected to break here. */
export function expected(scenario: Scenario, design: string): readonly string[] {
  const fitting = scenario.breaks.filter(({ designs }) => fits(designs, design));
  return [...new Set(fitting.flatMap(({ breaks }) => breaks))];
}

/** Does a pattern, with `*` for any part, stand for this name? */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
