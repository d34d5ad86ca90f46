/** What the search and the naive explorer say of one design in one scenario, held together. */
import { sha256 } from '../evidence/digest.ts';
import type { Run } from '../evidence/outcome.ts';
import { readReplay } from '../evidence/read-replay.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { explore as search } from '../explorer/search.ts';
import type { Result, Traced } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { prepare } from '../runs/check.ts';
import { isAsked } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';
import { chance, disagreement, walk } from './beside.ts';
import { explore } from './explore.ts';
import type { Explored } from './explore.ts';
import { Interpreter } from './interpreter.ts';
import { retake } from './retake.ts';

/** What a machine says of a space, a line a figure. */
function figures(run: Run, result: Result): string[] {
  const promises = run.properties.map(({ name }) => {
    const { verdict, trace, loop = 0 } = result.properties.find((one) => one.name === name)!;
    return `${name} ${verdict} ${trace === undefined ? '' : trace.length - loop}`.trimEnd();
  });
  const { states, transitions, depth, limit } = result;
  return [`limit ${limit}`, ...counts(states, transitions, depth), ...promises];
}

const counts = (states: number, transitions: number, depth: number): string[] => [
  `${states} states`,
  `${transitions} transitions`,
  `depth ${depth}`,
];

function naively({ states, transitions, depth, limit, promises }: Explored): string[] {
  const found = [...promises].map(([name, { verdict, steps = '' }]) =>
    `${name} ${verdict} ${steps}`.trimEnd(),
  );
  return [`limit ${limit}`, ...counts(states, transitions, depth), ...found];
}

/** Explores with the interpreter what was searched; says the first thing that is not the same. */
export function sameSpace(run: Run, result: Result, design = run.design): string | undefined {
  const interpreter = new Interpreter(design, run.setup, run.properties);
  // With more states than it should have it goes on for a while, and then stops.
  const explored = explore(interpreter, 2 * result.states + 1000);
  const one = figures(run, result);
  const other = naively(explored);
  const i = one.findIndex((figure, n) => figure !== other[n]);
  return i < 0 ? undefined : `the search says '${one[i]}', the naive explorer '${other[i]}'`;
}

/** Writes a trace to a replay file, and takes it again from there, with the machine beside it. */
export function sameTrace(run: Run, name: string, traced: Traced): string | undefined {
  const property = run.properties.find((one) => one.name === name)!;
  const file = readReplay(replayFile(run, name, traced, { by: 'search' }));
  const interpreter = new Interpreter(run.design, run.setup, [property]);
  const taken = retake(interpreter, property, file, (text) => sha256(text, 8));
  return disagreement(run.system, traced.trace, interpreter, taken);
}

export interface Compared {
  readonly states: number;
  readonly transitions: number;
  readonly traces: number;
  /** Was all of the space explored a second time? */
  readonly explored: boolean;
  readonly differences: readonly string[];
}

/** Every counterexample that the search finds, and the space if it has so many states. */
export function comparePair(
  design: Design,
  scenario: Scenario,
  { above, most }: { readonly above: number; readonly most: number },
): Compared {
  const run = prepare(design, scenario);
  const result = search(run.system, { states: 2_000_000, depth: 10_000 });
  const broken = result.properties.flatMap(({ name, trace, loop }) =>
    trace === undefined ? [] : [{ name, trace, ...(loop === undefined ? {} : { loop }) }],
  );
  const { states, transitions, limit } = result;
  const explored = limit === undefined && states > above && states <= most;
  const found = [
    ...broken.map(({ name, ...traced }) => sameTrace(run, name, traced)),
    explored ? sameSpace(run, result) : undefined,
  ];
  const differences = found.flatMap((what) =>
    what === undefined ? [] : [`${design.name} in ${scenario.name}: ${what}`],
  );
  return { states, transitions, traces: broken.length, explored, differences };
}

/** A random run that has not ended by then begins anew. */
const LONGEST = 400;

/** So many random steps of a design, shared by the scenarios that ask it. */
export function walkThrough(
  design: Design,
  scenarios: readonly Scenario[],
  most: number,
): { readonly steps: number; readonly compared: number; readonly differences: readonly string[] } {
  const asked = scenarios.filter((scenario) => isAsked(scenario, design));
  const next = chance(1);
  const differences: string[] = [];
  let steps = 0;
  let compared = 0;
  asked.forEach((scenario, i) => {
    const run = prepare(design, scenario);
    const interpreter = new Interpreter(design, run.setup, run.properties);
    const until = Math.ceil((most * (i + 1)) / asked.length);
    while (steps < until && differences.length === 0) {
      const walked = walk(run.system, interpreter, Math.min(LONGEST, until - steps), next);
      steps += walked.steps;
      compared += walked.compared;
      const { differs } = walked;
      if (differs !== undefined) differences.push(`${design.name} in ${scenario.name}: ${differs}`);
    }
  });
  return { steps, compared, differences };
}
