/**
 * Mutants of sound designs, and bugs that kernels had, as questions: each is a design with one
 * mistake in it, within bounds that show it.
 */
import { mail } from '../evidence/mail.ts';
import { compactly, tell } from '../evidence/trace.ts';
import { HISTORICAL } from '../model/designs/historical.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import type { Mutant } from '../model/designs/mutants.ts';
import { check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import type { Scenario } from './scenario.ts';

export interface Mistake {
  /** `M14`, or what comes after `mutant/`. */
  readonly name: string;
  readonly says: string;
  /** The commit that mended it, or the test that shows it; of a mutant, what it was made from. */
  readonly source: string;
  readonly mutant: Mutant;
}

const ofMutant = (mutant: Mutant): Mistake => ({
  name: mutant.design.name.replace('mutant/', ''),
  says: mutant.design.about,
  source: `made from ${mutant.base.name}`,
  mutant,
});

export const MADE: readonly Mistake[] = MUTANTS.map(ofMutant);
export const BUGS: readonly Mistake[] = HISTORICAL.flatMap(({ id, says, source, mutant }) =>
  mutant ? [{ name: id, says, source, mutant }] : [],
);

/** As a scenario has it: what is asked is whether anything notices. */
export function asScenario({ name, says, source, mutant: { setup } }: Mistake): Scenario {
  const { geometry, others, faults, faults_max } = setup;
  return {
    name,
    question: says,
    source,
    geometry,
    others,
    faults,
    faults_max,
    writers: () => setup.writers,
    files: () => setup.files,
    must: [],
  };
}

export interface Tried {
  readonly mistake: Mistake;
  readonly outcome: Outcome;
  /** The promises that are broken, those of the fewest steps first. */
  readonly broken: readonly Outcome['result']['properties'][number][];
}

export function tried(mistake: Mistake): Tried {
  const outcome = check(prepare(mistake.mutant.design, asScenario(mistake)));
  if (outcome.verdict !== 'violated') throw new Error(`nothing notices ${mistake.name}`);
  const broken = outcome.result.properties
    .filter(({ trace }) => trace !== undefined)
    .toSorted((a, b) => a.trace!.length - b.trace!.length);
  return { mistake, outcome, broken };
}

/** The shortest way to break the promise that it is about, in a line. */
export function steps({ mistake, outcome, broken }: Tried): string {
  const { trace } = broken.find(({ name }) => name === mistake.mutant.kills)!;
  return compactly(tell(outcome.run.system, trace!));
}

/** The same as a mail has it. */
export function story({ mistake, outcome, broken }: Tried): string {
  const { run, result, unreached } = outcome;
  const { name, trace, loop = 0 } = broken.find((one) => one.name === mistake.mutant.kills)!;
  return mail({
    run,
    property: run.properties.find((property) => property.name === name)!,
    trace: trace!,
    loop,
    found: { by: 'search', result, unreached },
    command: `npx writepath mutant ${mistake.name}`,
    saves: false,
  });
}
