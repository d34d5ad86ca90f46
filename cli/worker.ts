/**
 * One design, in one scenario or alone, in a thread of its own. No row of a design runs in the
 * main thread.
 */
import { Console } from 'node:console';
import { held } from '../evidence/holds.ts';
import type { LocksOfRun } from '../evidence/locks.ts';
import { counts } from '../evidence/mail.ts';
import { namedSteps, reportOf } from '../evidence/report.ts';
import { ReducedSearch } from '../explorer/reduced.ts';
import type { Limits, Search } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import type { KernelSystem } from '../model/system.ts';
import type { Driven } from '../properties/commands.ts';
import {
  atOwnBounds,
  cannotMeet,
  conclude,
  reducedSearchOf,
  searchOf,
  withCalls,
} from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { counterexample } from '../runs/counterexample.ts';
import type { Must } from '../runs/scenario.ts';
import type { Said } from '../runs/session.ts';
import { shown } from '../runs/shown.ts';
import { alone } from './alone.ts';
import { located, withSteps } from './blame.ts';
import { called, namedIn } from './catalog.ts';
import { Checkpointed } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { helpersOf } from './helpers.ts';
import { COUNT, DEPTH, ENDED, ROOM, STOP, watched } from './job.ts';
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
  ReplayJob,
  Replayed,
  Sampled,
  SessionJob,
} from './job.ts';
import { isPath } from './outside.ts';
import { prepared } from './prepared.ts';

// What a design prints is no result.
globalThis.console = new Console(process.stderr);

// A check is what this thread is loaded for. Whatever else a job needs is loaded when it comes.

export async function check(job: CheckJob): Promise<Answer<Checked>> {
  const { wanted = {} } = job;
  const forms = Object.keys(wanted).length > 0 ? await import('../runs/forms.ts') : undefined;
  const pages = job.page ? await import('../page/gather.ts') : undefined;
  const allWays = job.all ? await import('../runs/ways.ts') : undefined;
  return withRun(job, (run, copy, designs) => {
    const search = searched(job, run, begun(job, run), job.checkpoint);
    const outcome = conclude(run, search, copy);
    const report = reportOf(outcome);
    if (job.command === undefined) return { report };
    // Whoever has interrupted does not wait for reasons.
    const hurry = () => stopped(job) || job.hurry === true;
    const command = (property: string) =>
      `check ${named(job)} --property ${property}${job.command}`;
    const best = counterexample(outcome, search, { designs, hurry, command, files: filesOf(job) });
    if (best === undefined) {
      const text = held(outcome);
      const page = pages && { page: pages.heldPage(outcome, search, text) };
      const made = forms && { formed: forms.formed(outcome, search, wanted) };
      return { report, held: text, ...made, ...page };
    }
    const { property, traced, why, because, text } = best;
    const { result } = outcome;
    // Last, for it looks at every state once more.
    const ways = hurry() ? undefined : allWays?.waysOf(run, search);
    const more = ways && { ways: allWays!.waysText(run, ways, result.limit !== undefined) };
    const headlined = {
      ...traced,
      property,
      command: `npx writepath ${command(property)}`,
      because,
      why,
    };
    const known = { headlined, ...(ways && { ways }) };
    const made = forms && { formed: forms.formed(outcome, search, wanted, known) };
    const answer = { report, found: text, ...made, ...more };
    if (pages === undefined) return answer;
    const explored = counts(result);
    const broken = { property, traced, because, why, explored, text: text.mail };
    return { ...answer, page: pages.brokenPage(run, broken) };
  });
}

function begun(job: CheckJob, run: Run): Search | ReducedSearch {
  const { limits, workers = 1, reduced_from } = job;
  const until_broken = { of: run.properties.length, all: false };
  if (job.first_breach) return searchOf(run, { ...limits, until_broken });
  const all: Limits = workers === 1 ? limits : { ...limits, helpers: helpersOf(job, workers - 1) };
  return reduced_from === undefined
    ? searchOf(run, all)
    : reducedSearchOf(run, { ...all, reduced_from });
}

/**
 * Slice by slice, until it has ended or is to stop; returns what then stands. An error of a row
 * says how it was come to.
 */
function searched(
  job: Job,
  run: Run,
  search: Search | ReducedSearch,
  checkpoint?: Checkpoint,
): Search {
  const last = (): Search => (search instanceof ReducedSearch ? search.farthest : search);
  Atomics.store(job.shared, ROOM, search.room);
  const kept = checkpoint && new Checkpointed(checkpoint, last());
  try {
    let goes_on = true;
    while (goes_on && !stopped(job)) {
      goes_on = search.slice();
      tell(job, search.states, search.depth);
      if (goes_on) kept?.now();
    }
  } catch (error) {
    throw withSteps(error, run, last());
  }
  Atomics.store(job.shared, ENDED, 1);
  kept?.end();
  return last();
}

/** Batches with seeds of their own, until one breaks a promise. */
export async function fuzz(job: FuzzJob): Promise<Answer<Sampled>> {
  const { fuzz: sample } = await import('../properties/fuzz.ts');
  const { Driven } = await import('../properties/commands.ts');
  const { nearest } = await import('../runs/nearest.ts');
  const { batchSeed, batchesOf } = await import('./seeds.ts');
  return withRun(job, (run, _, designs) => {
    const { seed, runs } = job;
    const driven = new Driven(run.design, run.setup, run.properties, run.scenario.must);
    watched(job.shared, ...driven.stages.map(({ system }) => system));
    const sum = { setup: run.setup, runs: 0, steps: 0, did_not: [], incapable: false };
    for (const { batch, size } of batchesOf(runs, job.shard)) {
      if (stopped(job)) break;
      const own_calls = run.scenario.own_calls ?? false;
      const sampled = sample(driven, { seed: batchSeed(seed, batch), runs: size, own_calls });
      sum.runs += sampled.runs;
      sum.steps += sampled.steps;
      tell(job, sum.runs, 0);
      if (sampled.failure === undefined) continue;
      const { property, actions, calls, fast_check } = sampled.failure;
      const command = `fuzz ${named(job)}${job.command}`;
      const asked = { property, steps: actions.length, bounds: job.bounds };
      const searched_by = `check ${named(job)} --property ${property}${job.bounded}`;
      const files = filesOf(job);
      const how = { designs, command: searched_by, files, stopped: () => stopped(job) };
      const least = nearest(run, asked, how);
      if (least !== undefined) {
        const steps = namedSteps({ ...run, properties: [] }, least.trace);
        return { ...sum, found: { ...least.shown, trace: steps, fast_check, command } };
      }
      const made = withCalls(run, calls);
      const found = { by: 'fuzz', seed, runs: sum.runs, fast_check } as const;
      const from = { by: 'fuzz', seed, runs } as const;
      const text = shown(made, property, { trace: actions }, { found, from, command, files });
      const trace = namedSteps(made, actions);
      return { ...sum, setup: made.setup, found: { ...text, trace, fast_check, command } };
    }
    return { ...sum, ...missed(run, driven) };
  });
}

export async function cost(job: CostJob): Promise<Answer<Counted>> {
  const { costOf } = await import('../runs/cost.ts');
  return alone(
    job,
    () => designOf(job),
    (design) => {
      const watch = (system: KernelSystem) => watched(job.shared, system);
      return job.pages.map((pages) => costOf(design, pages, job.over, watch));
    },
  );
}

/** No promise is asked. */
export async function locks(job: LocksJob): Promise<Answer<LocksOfRun>> {
  const { ordersOf } = await import('../runs/locks.ts');
  return withRun({ ...job, properties: [] }, (run, copy) => {
    const search = searchOf(run, job.limits);
    searched(job, run, search);
    // For what it throws where the design keeps something outside of the state.
    conclude(run, search, copy);
    return ordersOf(run, search, () => stopped(job));
  });
}

export const session = async (job: SessionJob): Promise<Answer<Said>> =>
  (await import('./taken.ts')).session(job);

export const replay = async (job: ReplayJob): Promise<Answer<Replayed>> =>
  (await import('./taken.ts')).replay(job);

export const verify = async (job: ReplayJob): Promise<Answer<Replayed>> =>
  (await import('./taken.ts')).verify(job);

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

/** Each with a blank before it. */
const filesOf = ({ file = '' }: Job): string =>
  file
    .split(' ')
    .filter(isPath)
    .map((one) => ` ${one}`)
    .join('');

const named = ({ design, scenario, file }: Job) => `${file ?? design} --scenario ${scenario}`;

const stopped = ({ shared }: Job): boolean => Atomics.load(shared, STOP) !== 0;

function tell({ shared }: Job, count: number, depth: number): void {
  Atomics.store(shared, COUNT, count);
  Atomics.store(shared, DEPTH, depth);
}

const withRun = <T>(
  job: Job,
  work: (run: Run, copy: Design, designs: readonly Design[]) => T,
): Promise<Answer<T>> =>
  alone(
    job,
    () => prepared(job),
    ([run, copy, all]) => {
      watched(job.shared, run.system);
      try {
        return work(run, copy, all);
      } catch (error) {
        throw located(error, run);
      }
    },
  );

/** The names were taken from the same lists. */
async function designOf(job: AnyJob): Promise<Design> {
  return called('design', job.design, (await namedIn(job.modules)).designs);
}
