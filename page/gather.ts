/** What goes into a page, of a run that was searched: in the thread that has searched it. */
import { stateDigest } from '../evidence/digest.ts';
import { briefly } from '../evidence/bounds.ts';
import { statement } from '../evidence/holds.ts';
import { counts } from '../evidence/mail.ts';
import type { Outcome, Run } from '../evidence/outcome.ts';
import { chosenNames, tell } from '../evidence/trace.ts';
import type { Told } from '../evidence/trace.ts';
import { VERSION } from '../evidence/version.ts';
import type { Why } from '../evidence/why.ts';
import type { Search, Traced } from '../explorer/search.ts';
import { NOT_MADE, RETURNED } from '../model/core.ts';
import type { Flaw } from '../model/design.ts';
import { placesIn } from '../runs/places.ts';
import type { Property } from '../properties/property.ts';
import type { PageData, PageParts, RecordedStep } from './data.ts';

/** A counterexample, and what is known of it. */
export interface Broken {
  readonly property: string;
  readonly traced: Traced;
  readonly because: readonly Flaw[];
  readonly why?: Why;
  /** How it was found. */
  readonly explored: string;
  readonly text: string;
  /** The promises that are judged, where they are not those of the run. */
  readonly judged?: readonly Property[];
}

type Facts = PageParts['facts'];

export function brokenPage(run: Run, broken: Broken): PageParts {
  const { property: name, traced, because, why, explored, text } = broken;
  const { system, observer } = run;
  const property = run.properties.find((one) => one.name === name)!;
  let end = system.initial();
  for (const action of traced.trace) end = system.step(end, action)!.state;
  system.look(end);
  const data: PageData = {
    ...dataOf({ ...run, properties: broken.judged ?? run.properties }, traced.trace),
    property: name,
    loop: traced.loop ?? 0,
    inevitable: why?.inevitable ?? null,
  };
  const facts: Facts = [
    ...because.map(({ says, source }) => ['Because', `${says} (${source})`] as const),
    ['Explored', explored],
    ...common(run),
  ];
  const title = `${run.design.name} breaks ${name}`;
  const breach = { promised: property.promise, ...property.explain(observer) };
  return { data, title, facts, breach, text, ...headed(run) };
}

const TITLES = {
  holds: 'holds',
  violated: 'is broken',
  incomplete: 'is not decided',
  vacuous: 'was not really tried',
} as const;

const SHOWN = 'one of the shortest runs in which all calls return and nothing fails';

/** Where nothing was broken: along a shortest run to the end in which nothing fails. */
export function heldPage(outcome: Outcome, search: Search, text: string): PageParts {
  const { run, verdict, result } = outcome;
  const trace = runToTheEnd(run, search);
  const facts: Facts = [
    ['Verdict', statement(outcome)],
    ['Shown', trace.length > 0 ? SHOWN : 'the start, from which every way on can be taken'],
    ['Explored', counts(result)],
    ...common(run),
  ];
  const data = { ...dataOf(run, trace), property: null, loop: 0, inevitable: null };
  const title = `${run.design.name} ${TITLES[verdict]}`;
  return { data, title, facts, breach: null, text, ...headed(run) };
}

const headed = ({ scenario: { name, question } }: Run) => ({
  scenario: name,
  question,
  version: VERSION,
});

const common = ({ design, setup }: Run): Facts => [
  ['Bounds', briefly(setup)],
  ['Design', `${design.about}. ${design.source}`],
];

function dataOf(run: Run, trace: readonly number[]) {
  const { system } = run;
  const taken = tell(system, trace);
  const rows = taken.map(({ task, step: { label, piece } }) => ({ task, label, piece }));
  const places = placesIn(system, rows);
  const named = rows.flatMap(({ task, label }, i) => {
    const place = places[i];
    return place === undefined ? [] : [[`${task}.${label}`, place] as const];
  });
  return {
    design: run.design.name,
    setup: run.setup,
    properties: run.properties.map(({ name }) => name),
    steps: stepsOf(run, taken),
    places: Object.fromEntries(named),
  };
}

const stepsOf = ({ system }: Run, taken: readonly Told[]): RecordedStep[] =>
  taken.map(({ task, step }) => ({
    task,
    row: step.label,
    said: step.said,
    chosen: chosenNames(step),
    leaves: stateDigest(system, step.state),
  }));

/** The first state in which all is done, without a fault; if there is one, without dirty data. */
function runToTheEnd({ system, observer, setup }: Run, search: Search): readonly number[] {
  let found: number | undefined;
  for (let number = 0; number < search.states; number++) {
    system.look(search.state(number));
    const { s } = observer;
    if (s.faults_left !== setup.faults_max) continue;
    if (s.call.some(({ state }) => state !== RETURNED && state !== NOT_MADE)) continue;
    if (!observer.atRest()) continue;
    found ??= number;
    if (s.page.every(({ block }) => block.every(({ dirty }) => dirty === 0))) {
      return search.trace(number);
    }
  }
  return found === undefined ? [] : search.trace(found);
}
