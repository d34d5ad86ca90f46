/**
 * What stands beside a scenario, in a text file of its name: what every design does there, with all
 * counts, and the counterexample that it is about, in full. Rewritten by `npm run golden`; compared
 * by a test. Commit a change only when you understand what caused it, and want it.
 */
import { mail } from '../evidence/mail.ts';
import { count, lines, thousands, wrap } from '../evidence/text.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import { fits, isAsked } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const COLUMNS = 72;

/** Every design that the scenario asks, in the order of the list. */
export function outcomesOf(scenario: Scenario): Outcome[] {
  return DESIGNS.filter((design) => isAsked(scenario, design)).map((design) =>
    check(prepare(design, scenario)),
  );
}

export function golden(scenario: Scenario, outcomes: readonly Outcome[]): string {
  return lines([
    ...wrap(scenario.question, COLUMNS),
    ...wrap(scenario.source, COLUMNS),
    '',
    ...outcomes.flatMap((outcome) => summary(outcome, scenario)),
    ...(scenario.shown === undefined ? [] : ['', shownIn(scenario.shown, outcomes).trimEnd()]),
  ]);
}

function summary({ run, verdict, result }: Outcome, scenario: Scenario): string[] {
  const counts = [
    count(result.states, 'state'),
    count(result.transitions, 'transition'),
    `depth ${thousands(result.depth)}`,
  ].join(', ');
  const { name: design } = run.design;
  const broken = result.properties.flatMap(({ name, trace }) =>
    trace === undefined
      ? []
      : [`    ${name}: ${count(trace.length, 'step')}`, ...because(scenario, design, name)],
  );
  return [`${design}: ${verdict}`, `    ${counts}`, ...broken];
}

/** Why the scenario expects it. */
function because(scenario: Scenario, design: string, property: string): string[] {
  const expectation = scenario.breaks.find(
    ({ designs, breaks }) => fits(designs, design) && breaks.includes(property),
  );
  if (expectation === undefined) return [];
  return wrap(expectation.because, COLUMNS - 8).map((line) => `        ${line}`);
}

function shownIn([design, property]: NonNullable<Scenario['shown']>, outcomes: readonly Outcome[]) {
  const outcome = outcomes.find(({ run }) => run.design.name === design);
  const actions = outcome?.result.properties.find(({ name }) => name === property)?.trace;
  if (outcome === undefined || actions === undefined) {
    throw new Error(`${design} does not break ${property}, which was to be shown`);
  }
  const { run, result } = outcome;
  return mail({
    run,
    property: run.properties.find(({ name }) => name === property)!,
    actions,
    found: { by: 'search', result },
    command: `npx writepath check ${design} --scenario ${run.scenario.name} --property ${property}`,
  });
}
