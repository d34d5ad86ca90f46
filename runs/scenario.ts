/**
 * What a scenario is: one question, put to every design that it can be put to. Geometry, tasks, the
 * faults that may happen, and what each design is expected to do; a surprise either way fails.
 */
import type { Design } from '../model/design.ts';
import { geometry } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import { othersOf } from '../model/system.ts';
import type { Call, InitialFile, Setup } from '../model/system.ts';
import type { Expectation } from '../scenarios/reasons.ts';

export interface Scenario {
  readonly name: string;
  readonly question: string;
  /** Line of the mail or the patch, or what else it was taken from. */
  readonly source: string;
  readonly geometry: Geometry;
  readonly others: readonly string[];
  readonly faults: readonly string[];
  /** Faults in one run at most. */
  readonly faults_max: number;
  readonly writers: (g: Geometry) => readonly Call[];
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
export const SMALL: Geometry = geometry();

/** What a run changes in a scenario's bounds. */
export type Bounds = Partial<Geometry> & { readonly faults_max?: number };

/** The whole file, in cells. */
export const wholeFile = (g: Geometry): Call => ({
  pos: 0,
  count: g.pages * g.page_blocks * g.block_cells,
});

/** From the middle of the first block to the end. */
export const fromTheMiddle = (g: Geometry): Call => ({
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
  const g = { ...scenario.geometry, ...sizes };
  return {
    geometry: g,
    files: [scenario.file(g)],
    writers: scenario.writers(g).map((call) => [call]),
    others: othersOf(scenario.others, design),
    faults: scenario.faults.filter((name) => meets(name, design)),
    faults_max,
  };
}

/** Can this fault happen to the design at all? */
function meets(name: string, design: Design): boolean {
  if (/^(fault-in|copy|signal)/.test(name)) return !design.socket;
  if (name.startsWith('peer')) return design.socket;
  if (name.startsWith('iomap')) return design.filesystem.maps_by === '->iomap';
  return name !== 'write-begin-enospc' || design.filesystem.maps_by === 'get_block';
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
