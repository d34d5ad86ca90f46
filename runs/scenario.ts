/**
 * What a scenario is: one question, put to every design that it can be put to. Geometry, tasks, the
 * faults that may happen, and what must happen for the question to have been asked at all.
 */
import type { Design } from '../model/design.ts';
import { cellsOf, fileBlocksOf, geometry } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import type { Observer } from '../model/observe.ts';
import type { Call, InitialFile, Setup } from '../model/system.ts';
import { othersOf } from '../model/workers.ts';

/**
 * Something without which the question was not asked: one of these faults, or a state like this.
 */
export interface Must {
  readonly what: string;
  readonly faults?: readonly string[];
  /** Only where a call meets the fault, and not where a task of the kernel does. */
  readonly in_call?: boolean;
  readonly happened?: (o: Observer) => boolean;
  /** The command without which that cannot happen: a design that has no use for it is not asked. */
  readonly by?: string;
}

export interface Scenario {
  readonly name: string;
  /** What a mail may quote in place of the name, and a table has; it never changes. */
  readonly code?: string;
  readonly question: string;
  /** The promises that it is about, the first one first: of a run that breaks it, it is shown. */
  readonly about?: readonly string[];
  /** Line of the mail or the patch, or what else it was taken from. */
  readonly source: string;
  readonly geometry: Geometry;
  /** Tasks of the kernel at work. */
  readonly others: readonly string[];
  readonly faults: readonly string[];
  /** Faults in one run at most. */
  readonly faults_max: number;
  /** For each writer the calls that it makes, one after the other. */
  readonly writers: (g: Geometry) => readonly (readonly Call[])[];
  /** Too large for `npm test`: `npm start` and `npm run golden` put it. */
  readonly large?: true;
  /** The file is made for these calls: random runs make no others. */
  readonly own_calls?: true;
  /** Each file as it is found. */
  readonly files: (g: Geometry) => readonly InitialFile[];
  /** What a design must be able to do, and why the question is not put to one that cannot. */
  readonly asks?: { readonly can: (design: Design) => boolean; readonly otherwise: string };
  readonly must: readonly Must[];
  /** The counterexample that stands beside the scenario in full: design and property. */
  readonly shown?: readonly [design: string, property: string];
}

/** Sizes that most scenarios start from. */
export const SMALL: Geometry = geometry();

/** All of the kernel that is always at work, and the peer of a design that receives. */
export const EVERYBODY = ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'] as const;

export const COPIES = {
  can: (design: Design) => !design.socket,
  otherwise: 'it copies nothing from user space',
};
export const RECEIVES = {
  can: (design: Design) => design.socket,
  otherwise: 'it receives nothing',
};
export const HAS_IOMAP = {
  can: (design: Design) => design.filesystem.patch !== undefined,
  otherwise: "its filesystem has not the patch's ->iomap",
};

/** All scenarios with a code each; one that has none is numbered: it is a user's own. */
export function coded(scenarios: readonly Scenario[]): readonly { name: string; code: string }[] {
  let others = 0;
  return scenarios.map(({ name, code }) => ({ name, code: code ?? `x${++others}` }));
}

/** What a run changes in a scenario's bounds. */
export type Bounds = Partial<Geometry> & { readonly faults_max?: number };

/** The whole file. */
export const wholeFile = (g: Geometry): Call => ({ pos: 0, count: cellsOf(g) });

/** From the middle of the first block to the end. */
export const fromTheMiddle = (g: Geometry): Call => ({ pos: 1, count: cellsOf(g) - 1 });

/** From inside the first block to inside the last one. */
export const inside = (g: Geometry): Call => ({ pos: 1, count: cellsOf(g) - 2 });

export const emptyFile = (): readonly InitialFile[] => [{ i_size: 0, blocks: '' }];

/** A file whose size is set, as SMB clients do before they write; a letter a block. */
export const sizedFile =
  (blocks: (blocks: number) => string = () => '') =>
  (g: Geometry): readonly InitialFile[] => [
    { i_size: cellsOf(g), blocks: blocks(fileBlocksOf(g)).slice(0, fileBlocksOf(g)) },
  ];

/** A fault, or one of several that stand for the same. */
export const fails = (...faults: readonly string[]): Must => ({
  what: `${faults.length > 1 ? 'one of ' : ''}${faults.join(', ')}`,
  faults,
});

/** Why the scenario's question cannot be put to the design; undefined where it can. */
export const notAsked = (scenario: Scenario, design: Design): string | undefined =>
  (scenario.asks?.can(design) ?? true) ? undefined : scenario.asks?.otherwise;

export const isAsked = (scenario: Scenario, design: Design): boolean =>
  notAsked(scenario, design) === undefined;

export function setupOf(scenario: Scenario, design: Design, bounds: Bounds = {}): Setup {
  const { faults_max = scenario.faults_max, ...sizes } = bounds;
  const g = { ...scenario.geometry, ...sizes };
  return {
    geometry: g,
    files: scenario.files(g),
    writers: scenario.writers(g),
    others: othersOf(scenario.others, design),
    faults: scenario.faults,
    faults_max,
  };
}

/**
 * Does a pattern, with `*` for any part, stand for this name? A regular expression would look for
 * many such parts in every way that there is, and take years.
 */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (parts.length === 1) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length && name.endsWith(last);
}
