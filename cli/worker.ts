/**
 * One design, in one scenario or alone, in a thread of its own. No row of a design runs in the
 * main thread.
 */
import { held } from '../evidence/holds.ts';
import type { LocksOfRun } from '../evidence/locks.ts';
import { mail } from '../evidence/mail.ts';
import type { Found } from '../evidence/mail.ts';
import { shortest } from '../evidence/outcome.ts';
import { replayFile } from '../evidence/replay-file.ts';
import type { ReplayFile } from '../evidence/replay-file.ts';
import { namedSteps, reportOf } from '../evidence/report.ts';
import type { Traced } from '../explorer/search.ts';
import type { Design, Flaw } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import type { Driven } from '../properties/commands.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { atOwnBounds, cannotMeet, conclude, prepare, searchOf, withCalls } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { costOf } from '../runs/cost.ts';
import { ordersOf } from '../runs/locks.ts';
import { becauseOf, withMends } from '../runs/mends.ts';
import type { Must } from '../runs/scenario.ts';
import { blame } from './blame.ts';
import { copyOf } from './copies.ts';
import { COUNT, DEPTH, STOP } from './job.ts';
import type {
  AnyJob,
  Answer,
  CheckJob,
  Checked,
  CostJob,
  Counted,
  FuzzJob,
  Job,
  LocksJob,
  Sampled,
  Shown,
  Where,
} from './job.ts';
import { batchSeed, batchesOf } from './seeds.ts';

export const check = (job: CheckJob): Promise<Answer<Checked>> =>
  withRun(job, (run, copy) => {
    const until_broken = { of: run.properties.length, all: false };
    const search = searchOf(run, job.first_breach ? { ...job.limits, until_broken } : job.limits);
    while (search.slice() && !stopped(job)) tell(job, search.states, search.depth);
    const outcome = conclude(run, search, copy);
    const report = reportOf(outcome);
    if (job.command === undefined) return { report };
    const best = shortest(outcome.result);
    if (best === undefined) return { report, held: held(outcome) };
    const { property, ...traced } = best;
    const { result, unreached } = outcome;
    const found = { by: 'search', result, unreached } as const;
    const command = `check ${named(job)} --property ${property}${job.command}`;
    const from = { by: 'search' } as const;
    // Whoever has interrupted does not wait for reasons.
    const because = stopped(job) ? [] : becauseOf(outcome, property);
    return { report, found: shown(run, property, traced, { found, from, command, because }) };
  });

/** Batches with seeds of their own, until one breaks a promise. */
export async function fuzz(job: FuzzJob): Promise<Answer<Sampled>> {
  // Loads fast-check, which takes longer than many a search.
  const { fuzz: sample } = await import('../properties/fuzz.ts');
  const { Driven } = await import('../properties/commands.ts');
  return withRun(job, (run) => {
    const { seed, runs } = job;
    const driven = new Driven(run.design, run.setup, run.properties, run.scenario.must);
    const sum = { setup: run.setup, runs: 0, steps: 0, did_not: [], incapable: false };
    for (const { batch, size } of batchesOf(runs, job.shard)) {
      if (stopped(job)) break;
      const own_calls = run.scenario.own_calls ?? false;
      const sampled = sample(driven, { seed: batchSeed(seed, batch), runs: size, own_calls });
      sum.runs += sampled.runs;
      sum.steps += sampled.steps;
      tell(job, sum.runs, 0);
      if (sampled.failure === undefined) continue;
      const { property, actions, calls } = sampled.failure;
      const made = withCalls(run, calls);
      const found = { by: 'fuzz', seed, runs: sum.runs } as const;
      const command = `fuzz ${named(job)}${job.command}`;
      const from = { by: 'fuzz', seed, runs } as const;
      const text = shown(made, property, { trace: actions }, { found, from, command });
      const trace = namedSteps(made, actions);
      return { ...sum, setup: made.setup, found: { ...text, trace } };
    }
    return { ...sum, ...missed(run, driven) };
  });
}

export const cost = (job: CostJob): Promise<Answer<Counted>> =>
  alone(
    job,
    () => designOf(job),
    (design) => job.pages.map((pages) => costOf(design, pages, job.over)),
  );

/** No promise is asked. */
export const locks = (job: LocksJob): Promise<Answer<LocksOfRun>> =>
  withRun({ ...job, properties: [] }, (run, copy) => {
    const search = searchOf(run, job.limits);
    while (search.slice() && !stopped(job)) tell(job, search.states, search.depth);
    // For what it throws where the design keeps something outside of the state.
    conclude(run, search, copy);
    return ordersOf(run, search, () => stopped(job));
  });

/** Of what must happen for the question to have been asked, what no run has come to. */
function missed(run: Run, driven: Driven): Pick<Sampled, 'did_not' | 'incapable'> {
  const unmet = run.scenario.must.filter(({ what, faults, in_call = false }) => {
    if (faults === undefined) return !driven.happened.has(what);
    const met = in_call ? driven.happened_in_call : driven.happened;
    return !faults.some((name) => met.has(name));
  });
  const never = (must: Must) =>
    driven.stages.every(({ system, used }) => cannotMeet(must, system.coverage, used));
  return {
    did_not: unmet.map(({ what }) => what),
    incapable: unmet.length > 0 && atOwnBounds(run) && unmet.every(never),
  };
}

const named = ({ design, scenario }: Where) => `${design} --scenario ${scenario}`;

const stopped = ({ shared }: Job): boolean => Atomics.load(shared, STOP) !== 0;

function tell({ shared }: Job, count: number, depth: number): void {
  Atomics.store(shared, COUNT, count);
  Atomics.store(shared, DEPTH, depth);
}

function shown(
  run: Run,
  property: string,
  traced: Traced,
  how: {
    readonly found: Found;
    readonly from: ReplayFile['found'];
    readonly command: string;
    readonly because?: readonly Flaw[];
  },
): Shown {
  const { found, from, command, because = [] } = how;
  return {
    property,
    steps: traced.trace.length,
    mail: mail({
      run,
      property: run.properties.find(({ name }) => name === property)!,
      ...traced,
      found,
      command: `npx writepath ${command}`,
      because,
    }),
    file: replayFile(run, property, traced, from),
  };
}

/**
 * Runs a job; what goes wrong in it is its answer, since an error would lose its class on the way.
 * What a row has started must not outlive the job: it would be blamed on the next. The thread then
 * ends instead of an answer, and another takes its place.
 */
async function alone<R, T>(
  { design, scenario }: Where,
  ready: () => Promise<R>,
  work: (on: R) => T,
): Promise<Answer<T>> {
  let value: T;
  try {
    const on = await ready();
    const before = process.getActiveResourcesInfo();
    value = work(on);
    const [left] = process.getActiveResourcesInfo().slice(before.length);
    if (left !== undefined) await endThread(`${left} is still at work`);
  } catch (error) {
    return { kind: 'failed', design, scenario, ...blame(error) };
  }
  // A rejection that nobody took ends the thread before this.
  await new Promise(setImmediate);
  return { kind: 'done', value };
}

/** By an error that nobody catches: that is how whoever waits for the answer is told. */
function endThread(why: string): Promise<never> {
  process.nextTick(() => {
    throw new Error(why);
  });
  return new Promise(() => undefined);
}

const withRun = <T>(job: Job, work: (run: Run, copy: Design) => T): Promise<Answer<T>> =>
  alone(
    job,
    () => prepared(job),
    ([run, copy]) => work(run, copy),
  );

/** The names were taken from the same lists. */
async function designOf(job: AnyJob): Promise<Design> {
  const { DESIGNS } = (await import(job.designs)) as { DESIGNS: readonly Design[] };
  return DESIGNS.find(({ name }) => name === job.design)!;
}

/** The run, and a copy of its design. */
async function prepared(job: Job): Promise<[Run, Design]> {
  const design = await designOf(job);
  const copy = (job.copy ? await copyOf(design, job.designs) : undefined) ?? design;
  const mends = job.mends ?? [];
  const run = prepare(
    withMends(design, mends),
    SCENARIOS.find(({ name }) => name === job.scenario)!,
    job.bounds,
    PROPERTIES.filter(({ name }) => job.properties?.includes(name) ?? true),
  );
  return [run, withMends(copy, mends)];
}
