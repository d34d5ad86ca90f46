/**
 * A design in a scenario, asked from a program: what the command `check` does, without threads. An
 * error of the design is thrown, as a DesignError.
 */
import type { Account } from '../evidence/account.ts';
import { held } from '../evidence/holds.ts';
import { readReplay } from '../evidence/read-replay.ts';
import { mail } from '../evidence/mail.ts';
import { rerun } from '../evidence/rerun.ts';
import { FAULTS_MAX, impossible, outOfRange } from '../evidence/possible.ts';
import type { Range } from '../evidence/possible.ts';
import type { Limits, Search, Verdict } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SIZES } from '../model/geometry.ts';
import type { Size } from '../model/geometry.ts';
import type { Observer } from '../model/observe.ts';
import { PROPERTIES } from '../properties/all.ts';
import { guarded } from '../properties/guarded.ts';
import type { Property } from '../properties/property.ts';
import { DEFAULT_LIMITS, check as checked, prepare, searchOf } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { counterexample } from '../runs/counterexample.ts';
import { formed } from '../runs/forms.ts';
import { notAsked, setupOf } from '../runs/scenario.ts';
import type { Bounds, Scenario } from '../runs/scenario.ts';
import { modelName } from '../runs/recorded.ts';
import { wrongDesign, wrongPromise, wrongScenario } from '../runs/valid.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { theOne, unknownName } from '../evidence/nearest.ts';
import type { Callable } from '../evidence/nearest.ts';

/** Something was asked that cannot be; the message is one line. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion';
}

/** As the command line has them; `faults` is another word for `faults_max`. */
export type GivenBounds = Bounds & { readonly faults?: number };

export interface CheckOptions {
  /** What is changed of the scenario's bounds: `{ pages: 3, faults: 2 }`. */
  readonly bounds?: GivenBounds;
  /** Without it as the command line has it: 2,000,000 states. */
  readonly limits?: Partial<Omit<Limits, 'compact' | 'fingerprint_bits'>>;
  /** Only these promises, by their names or as they are; without it, all that are listed. */
  readonly properties?: readonly (string | Property)[];
}

export interface Answer {
  readonly verdict: Verdict;
  /** Each promise that is broken, with the steps of its shortest counterexample. */
  readonly broken: Readonly<Record<string, number>>;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** All that is known, as `check --json` prints it. */
  readonly report: Account;
  /** The counterexample, or what was explored and held: plain text, 72 columns. */
  readonly text: string;
  /** The counterexample as a file that `replay` takes; undefined where nothing is broken. */
  readonly file: string | undefined;
}

/** Every state of the design in the scenario, within the bounds. */
export function check(
  design: Design,
  scenario: Scenario | string,
  options: CheckOptions = {},
): Answer {
  let search: Search | undefined;
  const run = ready(design, scenario, options);
  const outcome = checked(run, limitsOf(options), (_, ended) => (search = ended));
  const { states, transitions, depth } = outcome.result;
  const broken = Object.fromEntries(
    outcome.result.properties.flatMap(({ name, trace }) => (trace ? [[name, trace.length]] : [])),
  );
  const counts = { verdict: outcome.verdict, broken, states, transitions, depth };
  const reportOf = (more?: Parameters<typeof formed>[3]) =>
    formed(outcome, search!, { account: true }, more).account!;
  const best = counterexample(outcome, search!, { designs: DESIGNS });
  if (best === undefined) {
    return { ...counts, report: reportOf(), text: held(outcome), file: undefined };
  }
  const { property, traced, why, because, text } = best;
  const report = reportOf({ headlined: { ...traced, property, because, why } });
  return { ...counts, report, text: text.mail, file: text.file };
}

/** A state of a search, while it is looked at. */
export interface Seen {
  /** Its number, in the order in which they were found: 0 is the initial state. */
  readonly number: number;
  /** What promises see: `o.s` is the state. Valid until the next one. */
  readonly o: Observer;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** The limit that was hit, if one was: then these are not all states. */
  readonly limit: string | null;
}

/** All states of a design in a scenario, one by one, for questions that are no promises. */
export function explore(
  design: Design,
  scenario: Scenario | string,
  options: CheckOptions & { readonly each?: (seen: Seen) => void } = {},
): Explored {
  const run = ready(design, scenario, { ...options, properties: options.properties ?? [] });
  const search: Search = searchOf(run, limitsOf(options));
  while (search.slice());
  const { states, transitions, depth, limit } = search.result();
  for (let number = 0; options.each !== undefined && number < states; number++) {
    run.system.look(search.state(number));
    options.each({ number, o: run.observer });
  }
  return { states, transitions, depth, limit: limit ?? null };
}

export interface Replayed {
  readonly property: string;
  readonly steps: number;
  readonly text: string;
  /** Something has changed since that the trace does not touch. */
  readonly changed: boolean;
}

/** What a file may name, beside what the package lists. */
export interface Own {
  readonly designs?: readonly Design[];
  readonly scenarios?: readonly Scenario[];
  readonly properties?: readonly Property[];
}

/** Takes the trace of a replay file (its content) again. Throws BadReplay where it is stale. */
export function replay(content: string, own: Own = {}): Replayed {
  const file = readReplay(content);
  const { designs = [], scenarios = [], properties = [] } = own;
  const { run, property, actions, loop, changed } = rerun(file, {
    designs: [...designs, ...DESIGNS],
    scenarios: [...scenarios, ...SCENARIOS],
    properties: [...properties.map(guarded), ...PROPERTIES],
  });
  const found = { by: 'replay', first: file.found.by } as const;
  const text = mail({
    run,
    property,
    trace: actions,
    loop,
    found,
    saves: false,
    model: modelName(),
  });
  return { property: property.name, steps: actions.length, text, changed };
}

/** A design made ready to run in a scenario; throws BadQuestion where that makes no sense. */
export function ready(
  design: Design,
  scenario: Scenario | string,
  { bounds, properties }: CheckOptions,
): Run {
  refuseNoDesign(design);
  const asked = typeof scenario === 'string' ? byName('scenario', scenario, SCENARIOS) : scenario;
  if (!isMadeOf(asked, 'geometry', 'writers')) throw noSuch('scenario', asked);
  const chosen = properties?.map((one) => {
    const found = typeof one === 'string' ? byName('property', one, PROPERTIES) : one;
    if (!isMadeOf(found)) throw noSuch('property', found);
    const wrong = wrongPromise(found);
    if (wrong !== undefined) throw new BadQuestion(`promise ${found.name}: ${wrong}`);
    return guarded(found);
  });
  const known = [...PROPERTIES, ...(chosen ?? [])].map(({ name }) => name);
  const wrong = wrongScenario(asked, known);
  if (wrong !== undefined) throw new BadQuestion(`scenario ${asked.name}: ${wrong}`);
  const why = notAsked(asked, design);
  if (why !== undefined) {
    throw new BadQuestion(`${asked.name} cannot be asked of ${design.name}: ${why}`);
  }
  const given = boundsOf(bounds);
  const not = impossible(setupOf(asked, design, given), design.filesystem);
  if (not !== undefined) throw new BadQuestion(`${asked.name}: ${not}`);
  return prepare(design, asked, given, chosen);
}

export function refuseNoDesign(design: unknown): void {
  if (!isMadeOf(design, 'rows', 'filesystem')) throw noSuch('design', design);
  const wrong = wrongDesign(design as object);
  if (wrong !== undefined) throw new BadQuestion(`design: ${wrong}`);
}

const isMadeOf = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value);

const noSuch = (kind: string, value: unknown): BadQuestion =>
  new BadQuestion(`no ${kind}: ${value === null ? 'null' : typeof value}`);

const BOUNDS: Readonly<Record<string, Range & Pick<Size, 'only'>>> = {
  ...SIZES,
  faults_max: FAULTS_MAX,
  faults: FAULTS_MAX,
};

function boundsOf(given: GivenBounds = {}): Bounds {
  if (!isMadeOf(given)) throw noSuch('bounds', given);
  const known = Object.keys(BOUNDS);
  // What is undefined was not said.
  const said = Object.entries(given as object).filter(([, n]) => n !== undefined);
  for (const [name, n] of said) {
    if (!known.includes(name)) throw new BadQuestion(unknownName('bound', name, known));
    refuseOutside(name, n, BOUNDS[name]!);
  }
  const { faults, ...bounds } = Object.fromEntries(said) as GivenBounds;
  if (faults === undefined) return bounds;
  const { faults_max = faults } = bounds;
  if (faults_max === faults) return { ...bounds, faults_max };
  throw new BadQuestion(`faults = ${faults} and faults_max = ${faults_max}: these are the same`);
}

/** Throws where something is no whole number of the range. */
export function refuseOutside(name: string, n: unknown, range: Range & Pick<Size, 'only'>): void {
  // What is no number is out of every range; a string is shown as one.
  const why = outOfRange(name, n as number, range);
  if (why === undefined) return;
  throw new BadQuestion(typeof n === 'string' ? why.replace(`= ${n}`, () => `= '${n}'`) : why);
}

const byName = <T extends Callable>(kind: string, name: string, all: readonly T[]): T =>
  theOne(kind, name, all, (why) => new BadQuestion(why));

const limitsOf = ({ limits = {} }: CheckOptions): Limits => ({ ...DEFAULT_LIMITS, ...limits });
