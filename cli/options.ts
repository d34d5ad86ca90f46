/** The bounds that a command line may set, each with its range; refused before anything runs. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { RANGES, unfit } from '../evidence/fit.ts';
import type { Range } from '../evidence/fit.ts';
import { thousands } from '../evidence/text.ts';
import { StateTable } from '../explorer/table.ts';
import type { Limits } from '../explorer/search.ts';
import { DEFAULT_LIMITS, prepare } from '../scenarios/check.ts';
import type { Bounds } from '../scenarios/scenario.ts';
import { setupOf } from '../scenarios/scenario.ts';
import { UsageError } from './exit.ts';
import type { Pair } from './select.ts';

const MIB = 2 ** 20;

/** What commander makes of the options below. */
export interface BoundOptions {
  readonly pages?: number;
  readonly pageBlocks?: number;
  readonly blocks?: number;
  readonly cells?: number;
  readonly faults?: number;
}

export interface LimitOptions {
  readonly maxStates: number;
  readonly maxDepth: number;
  readonly maxMemory: number;
}

/** A whole number of a range; the message of anything else names the range. */
export function whole({ min, max }: Range): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (/^\d{1,12}$/.test(text) && n >= min && n <= max) return n;
    throw new InvalidArgumentError(`Expected a number in ${thousands(min)}..${thousands(max)}.`);
  };
}

function pageBlocks(text: string): number {
  if (['1', '2', '4'].includes(text)) return Number(text);
  throw new InvalidArgumentError('Expected 1, 2 or 4.');
}

/** The sizes of a run. */
export function withBounds(command: Command): Command {
  return command
    .option('--pages <n>', 'pages of the file, 1..32', whole(RANGES.pages))
    .option('--page-blocks <n>', 'filesystem blocks a page: 1, 2 or 4', pageBlocks)
    .option('--blocks <n>', 'blocks of the device, 1..64', whole(RANGES.blocks))
    .option('--cells <n>', 'cells a block, 2..3', whole(RANGES.block_cells))
    .option('--faults <n>', 'injected faults in one run at most, 0..8', whole(RANGES.faults_max));
}

/** How far a search may go. */
export function withLimits(command: Command): Command {
  const states = whole({ min: 1, max: 100_000_000 });
  const depth = whole({ min: 1, max: 1_000_000 });
  const memory = whole({ min: 16, max: 65_536 });
  return command
    .addOption(
      new Option('--max-states <n>', 'states kept at most')
        .argParser(states)
        .default(DEFAULT_LIMITS.states),
    )
    .addOption(
      new Option('--max-depth <n>', 'steps from the start at most')
        .argParser(depth)
        .default(DEFAULT_LIMITS.depth),
    )
    .addOption(
      new Option('--max-memory <mib>', 'states take at most so many MiB')
        .argParser(memory)
        .default(4096),
    );
}

export function boundsOf(options: BoundOptions): Bounds {
  const { pages, pageBlocks: page_blocks, blocks, cells: block_cells, faults } = options;
  const given = { pages, page_blocks, block_cells, blocks, faults_max: faults };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export const limitsOf = (options: LimitOptions): Limits => ({
  states: options.maxStates,
  depth: options.maxDepth,
  bytes: options.maxMemory * MIB,
});

/**
 * The runs that can be represented. A scenario that was named and cannot be is an error; one that
 * was not named is skipped, and said to be.
 */
export function fitting(
  pairs: readonly Pair[],
  bounds: Bounds,
  on: { readonly named: boolean; readonly skipped: (why: string) => void },
): readonly Pair[] {
  const skipped = new Set<string>();
  const found = pairs.filter(({ design, scenario }) => {
    const why = unfit(setupOf(scenario, design, bounds));
    if (why === undefined) return true;
    skipped.add(`${scenario.name}: ${why}`);
    return false;
  });
  const [first] = skipped;
  if (first !== undefined && (on.named || found.length === 0)) throw new UsageError(first);
  skipped.forEach(on.skipped);
  return found;
}

/** Throws where one of the runs may need too much memory. */
export function refuseTooLarge(
  pairs: readonly Pair[],
  bounds: Bounds,
  options: LimitOptions,
): void {
  // Nobody asked for so many: the search then ends where the memory does.
  if (options.maxStates === DEFAULT_LIMITS.states) return;
  for (const { design, scenario, properties } of pairs) {
    const words = wordsOf({ design, scenario, properties }, bounds);
    const mib = Math.ceil(StateTable.bytes(words, options.maxStates) / MIB);
    if (mib > options.maxMemory) {
      throw new UsageError(
        `${design.name} in ${scenario.name}: ${thousands(options.maxStates)} states of ` +
          `${words * 4} bytes may need ${thousands(mib)} MiB, more than --max-memory ` +
          `${options.maxMemory}; lower --max-states`,
      );
    }
  }
}

/** Words of a state; a design that cannot be made ready is told of when its turn comes. */
function wordsOf({ design, scenario, properties }: Pair, bounds: Bounds): number {
  try {
    return prepare(design, scenario, bounds, properties).system.words;
  } catch {
    return 0;
  }
}

/** The options as they are written, for the command that finds a counterexample again. */
export function written(bounds: BoundOptions, limits?: LimitOptions): string {
  const parts: string[] = [];
  const add = (name: string, value: number | undefined, usual?: number) => {
    if (value !== undefined && value !== usual) parts.push(` --${name} ${value}`);
  };
  add('pages', bounds.pages);
  add('page-blocks', bounds.pageBlocks);
  add('blocks', bounds.blocks);
  add('cells', bounds.cells);
  add('faults', bounds.faults);
  add('max-states', limits?.maxStates, DEFAULT_LIMITS.states);
  add('max-depth', limits?.maxDepth, DEFAULT_LIMITS.depth);
  return parts.join('');
}
