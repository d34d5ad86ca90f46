/** The bounds that a command line may set, each with its range; refused before anything runs. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { FAULTS_MAX, impossible } from '../evidence/possible.ts';
import type { Range } from '../evidence/possible.ts';
import { SIZES } from '../model/geometry.ts';
import type { Geometry, Size, SizeName } from '../model/geometry.ts';
import { thousands } from '../evidence/text.ts';
import { STATES_MAX, StateTable } from '../explorer/table.ts';
import type { Limits } from '../explorer/search.ts';
import { DEFAULT_LIMITS, prepare } from '../runs/check.ts';
import type { Bounds } from '../runs/scenario.ts';
import { setupOf } from '../runs/scenario.ts';
import { UsageError } from './exit.ts';
import type { Pair } from './select.ts';
import { SHARDS_MAX } from './shards.ts';
import type { Shard } from './shards.ts';

const MIB = 2 ** 20;

/** Geometry numbers that have an option, each with its name as commander has it. */
const OPTIONS = (Object.entries(SIZES) as [SizeName, Size][]).flatMap(([name, size]) =>
  size.option === undefined ? [] : [{ name, size, option: size.option, key: camel(size.option) }],
);

/** What commander makes of the options below: `faults`, and a number of the geometry each. */
export type BoundOptions = Readonly<Partial<Record<string, unknown>>> & {
  readonly faults?: number;
};

export interface LimitOptions {
  readonly maxStates: number;
  readonly maxDepth: number;
  readonly maxMemory: number;
  /** An option of `check` alone. */
  readonly compact?: boolean;
}

/** A whole number of a range; the message of anything else names the range. */
export function whole({ min, max }: Range): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (/^\d{1,12}$/.test(text) && n >= min && n <= max) return n;
    throw new InvalidArgumentError(`Expected a number in ${thousands(min)}..${thousands(max)}.`);
  };
}

/** One of the numbers given. */
function oneOf(only: readonly number[]): (text: string) => number {
  return (text) => {
    if (only.map(String).includes(text)) return Number(text);
    throw new InvalidArgumentError(`Expected ${only.slice(0, -1).join(', ')} or ${only.at(-1)}.`);
  };
}

/** A part of a run, as `3/10`. */
export function shard(text: string): Shard {
  const [, k = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (k >= 1 && k <= of && of <= SHARDS_MAX) return { k, of };
  throw new InvalidArgumentError(`Expected K/N, 1/N to N/N, N at most ${thousands(SHARDS_MAX)}.`);
}

function camel(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The sizes of a run. */
export function withBounds(command: Command): Command {
  for (const { size, option } of OPTIONS) {
    const { only, min, max, about } = size;
    const range = only === undefined ? `${min}..${max}` : only.join(', ');
    const parse = only === undefined ? whole(size) : oneOf(only);
    command.option(`--${option} <n>`, `${about} (${range})`, parse);
  }
  return command.option(
    '--faults <n>',
    'injected faults in one run at most (0..8)',
    whole(FAULTS_MAX),
  );
}

/** In which form a matrix is drawn. */
export function withForms(command: Command): Command {
  return command
    .option('--json', 'as one JSON object')
    .option('--markdown', 'as a table in Markdown')
    .option('--html <file>', 'also write a page that has the same')
    .option('--junit <file>', 'also write JUnit XML: a case fails where it is not as on record')
    .option('--tap <file>', 'also write the same as TAP 14')
    .option('--wide', 'a row for each design, in place of one for each family')
    .option('--all', 'also why each question was not asked, and what was explored of each design');
}

/** How far a search may go. */
export function withLimits(command: Command): Command {
  const states = whole({ min: 1, max: STATES_MAX });
  const depth = whole({ min: 1, max: 1_000_000 });
  const memory = whole({ min: 16, max: 2 ** 20 });
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
  const given = OPTIONS.flatMap(({ name, key }) =>
    options[key] === undefined ? [] : [[name, options[key]]],
  );
  const faults = options.faults === undefined ? {} : { faults_max: options.faults };
  // Numbers, as the options were parsed.
  return { ...(Object.fromEntries(given) as Partial<Geometry>), ...faults };
}

export const limitsOf = (options: LimitOptions): Limits => ({
  states: options.maxStates,
  depth: options.maxDepth,
  bytes: options.maxMemory * MIB,
  ...(options.compact && { compact: true }),
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
    const why = impossible(setupOf(scenario, design, bounds), design.filesystem);
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
    const bytes = options.compact ? 8 : words * 4;
    const mib = Math.ceil(StateTable.bytes(words, options.maxStates, options.compact) / MIB);
    if (mib > options.maxMemory) {
      throw new UsageError(
        `${design.name} in ${scenario.name}: ${thousands(options.maxStates)} states of ` +
          `${bytes} bytes may need ${thousands(mib)} MiB, more than --max-memory ` +
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
  for (const { option, key } of OPTIONS) add(option, bounds[key] as number | undefined);
  add('faults', bounds.faults);
  add('max-states', limits?.maxStates, DEFAULT_LIMITS.states);
  add('max-depth', limits?.maxDepth, DEFAULT_LIMITS.depth);
  if (limits?.compact) parts.push(' --compact');
  return parts.join('');
}
