/**
 * What stands beside a scenario, in a text file of its name: what every design does there, like
 * results together, all counts, and the counterexample that it is about, in full. Rewritten by `npm
 * run golden`; compared by a test. Commit a change only when you understand what caused it, and
 * want it.
 */
import { mail } from '../evidence/mail.ts';
import { families } from '../evidence/not-asked.ts';
import { record } from '../evidence/record.ts';
import type { Because } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { COLUMNS, count, lines, thousands, wrap } from '../evidence/text.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { DEFAULT_LIMITS, check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import type { AllExplained } from './explained.ts';
import { changedRows } from './mends.ts';
import { modelName } from './recorded.ts';
import { isAsked, notAsked } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** Every design that the scenario asks, in the order of the list; `look` as `check` has it. */
export function outcomesOf(scenario: Scenario, look?: Parameters<typeof check>[2]): Outcome[] {
  return DESIGNS.filter((design) => isAsked(scenario, design)).map((design) =>
    check(prepare(design, scenario), DEFAULT_LIMITS, look),
  );
}

export function golden(
  scenario: Scenario,
  outcomes: readonly Outcome[],
  why: Because,
  explained: AllExplained,
): string {
  return lines([
    ...wrap(scenario.question, COLUMNS),
    ...wrap(scenario.source, COLUMNS),
    '',
    ...shownIn(scenario, outcomes, why, explained),
    ...results(scenario, outcomes, why),
    ...notPut(scenario),
    '',
    ...counts(outcomes),
  ]);
}

/** Designs that do the same, what they do, and why; each flaw is said once. */
function results(scenario: Scenario, outcomes: readonly Outcome[], why: Because): string[] {
  const all = record(outcomes.map(reportOf), why)[scenario.name] ?? [];
  const used = [...new Set(all.flatMap(({ because }) => Object.values(because).flat()))];
  const known = outcomes.flatMap(({ run }) => run.design.flaws);
  return [
    ...all.flatMap(({ verdict, broken, because, designs }) => [
      ...hanging(`${verdict}: `, designs.join('; ')),
      ...Object.entries(broken).flatMap(([name, steps]) =>
        wrap(`${name}, ${count(steps, 'step')}: ${because[name]!.join(' + ')}`, COLUMNS - 6).map(
          (line, i) => (i === 0 ? '    ' : '      ') + line,
        ),
      ),
    ]),
    ...(used.length === 0 ? [] : ['', 'Because:']),
    ...used.flatMap((name) => {
      const { says, source } = known.find((flaw) => flaw.name === name)!;
      return wrap(`${name}: ${says} (${source})`, COLUMNS - 4).map(
        (line, i) => (i === 0 ? '  ' : '    ') + line,
      );
    }),
    ...(used.length === 0 ? [] : ['']),
  ];
}

function notPut(scenario: Scenario): string[] {
  const left = DESIGNS.filter((design) => !isAsked(scenario, design));
  if (left.length === 0) return [];
  const why = notAsked(scenario, left[0]!)!;
  return hanging('not asked: ', `${families(left.map(({ name }) => name)).join('; ')}: ${why}`);
}

function hanging(head: string, text: string): string[] {
  return wrap(head + text, COLUMNS - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
}

function counts(outcomes: readonly Outcome[]): string[] {
  const line = (name: string, numbers: readonly string[]) =>
    name.padEnd(42) + numbers.map((n, i) => n.padStart([10, 12, 6][i]!)).join('');
  return [
    line('', ['states', 'transitions', 'depth']),
    ...outcomes.map(({ run, result }) =>
      line(run.design.name, [result.states, result.transitions, result.depth].map(thousands)),
    ),
  ];
}

/** The counterexample comes first: it is the story. */
function shownIn(
  scenario: Scenario,
  outcomes: readonly Outcome[],
  why: Because,
  explained: AllExplained,
): string[] {
  if (scenario.shown === undefined) return [];
  const [design, property] = scenario.shown;
  const outcome = outcomes.find(({ run }) => run.design.name === design);
  const found = explained.found.get(scenario.name);
  if (outcome === undefined || found === undefined) {
    throw new Error(
      `${scenario.name}: ${design} does not break ${property}, which was to be shown`,
    );
  }
  const { run, result, unreached } = outcome;
  const because = why(design, scenario.name, property);
  const text = mail({
    run,
    property: run.properties.find(({ name }) => name === property)!,
    ...found.traced,
    why: found.why,
    found: { by: 'search', result, unreached },
    command: `npx writepath check ${design} --scenario ${run.scenario.name} --property ${property}`,
    because: because.map((name) => run.design.flaws.find((flaw) => flaw.name === name)!),
    mended: changedRows(run.design, because),
    model: modelName(),
  });
  return [...text.trimEnd().split('\n'), ''];
}
