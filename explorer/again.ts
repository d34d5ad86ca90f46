/**
 * Asks again, after a search, for what it saw: in another order, of a second machine as well as of
 * the first, and as a trace would. What differs depends on something that is not in the state, and
 * then nothing that the search found can be trusted.
 *
 * It is a sample. What goes wrong once, late, and in a state that is not in it, is not noticed;
 * that a row does something else in its first runs is, for those are all in it.
 */
import { IN_MASK, allOf } from '../machine/machine.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { DesignError, KEEPS } from '../machine/rows.ts';
import { Digest } from './sample.ts';
import type { Search } from './search.ts';
import { hashOf } from './table.ts';

/** More are not asked: after an interrupt somebody waits. */
const ASKED_MAX = 6_000;
/** Of states without news every so many is asked of the first machine, and as a trace would. */
const WAYS = 8;
/** Steps through the sample: a prime, far from any pattern in it. */
const STRIDE = 7919;

/** So often is a row run again, in so many states. */
const RUNS_MAX = 5_000;
const PLACES = 32;

/**
 * Throws a DesignError that names the row. `second` is a machine made as the search's was, and new.
 * `known`: the design was held against itself before, and its rows need not run so often.
 */
export function again(search: Search, other: Machine, known = false): void {
  const { sample } = search;
  const second = search.stepping(other);
  const stride = strideOver(sample.count);
  for (let i = 0; i < sample.count; i++) {
    const n = (i * stride) % sample.count;
    if (sample.hasNews(n)) askInAllWays(search, n, second);
    else if (i >= ASKED_MAX) continue;
    else {
      ask(search, n, i % WAYS === 1 ? search.stepping(search.machine) : second);
      if (i % WAYS === 0) followAsTrace(search, n, second);
    }
  }
  if (search.plays && !known) runAgain(search);
}

/** A row of the design, which is run again in states of the sample, so often. */
interface Rerun {
  readonly task: number;
  readonly times: number;
  readonly sampled: number[];
  readonly states: Int32Array[];
}

/**
 * What was played back in the search did not run. Here the rows of the design do, as often as they
 * would have: what one does only after thousands of runs is seen.
 */
function runAgain(search: Search): void {
  const { sample } = search;
  const machine = search.stepping(search.machine);
  const rows = reruns(search);
  const most = rows.reduce((max, { times }) => Math.max(max, times), 0);
  for (let run = 0; run < most; run++) {
    for (const { task, times, sampled, states } of rows) {
      if (run >= times) continue;
      const n = sampled[run % sampled.length]!;
      answers.begin(machine.words);
      machine.turns!(states[run % sampled.length]!, task, answers);
      if (sample.differsIn(n, task, answers.digest)) refuse(search, n, task, 'when asked again');
    }
  }
}

function reruns({ machine, sample, state }: Search): readonly Rerun[] {
  const found = new Map<number, Rerun>();
  for (let n = 0; n < sample.count; n++) {
    const at = state(sample.number(n));
    for (let task = 0; machine.row(at, task) !== undefined; task++) {
      const row = machine.ownRow!(at, task);
      if (row < 0) continue;
      const times = Math.min(2 * machine.timesRun!(row), RUNS_MAX);
      const rerun = found.get(row) ?? { task, times, sampled: [], states: [] };
      if (rerun.sampled.length < PLACES) {
        rerun.sampled.push(n);
        rerun.states.push(at);
      }
      found.set(row, rerun);
    }
  }
  return [...found.values()];
}

/** Visits all of `count` in an order of its own: has no factor in common with it. */
function strideOver(count: number, stride = STRIDE): number {
  const factor = (a: number, b: number): number => (b === 0 ? a : factor(b, a % b));
  return count === 0 || factor(stride, count) === 1 ? stride : strideOver(count, stride + 1);
}

function askInAllWays(search: Search, n: number, second: Machine): void {
  const machine = search.stepping(search.machine);
  const { properties } = machine;
  ask(search, n, machine);
  ask(search, n, second);
  for (let from = 0; from < properties.length; from += IN_MASK) {
    const all = allOf(properties.length, from);
    const violations = machine.violations(all, from) ^ second.violations(all, from);
    const other = violations | (machine.premises(all, from) ^ second.premises(all, from));
    if (other !== 0) {
      const name = properties[from + 31 - Math.clz32(other)];
      throw new DesignError(`property ${name}: says something else when asked again: ${KEEPS}`);
    }
  }
  followAsTrace(search, n, second);
}

/** Takes in what is given, in place of a search. */
class Answers implements Sink {
  readonly digest = new Digest();
  readonly actions: number[] = [];
  words = 0;

  begin(words: number): void {
    this.words = words;
    this.digest.clear();
    this.actions.length = 0;
  }

  successor(action: number, to: Int32Array): void {
    this.actions.push(action);
    this.digest.take(action, hashOf(to));
  }
}

const answers = new Answers();

/** Holds the successors of the nth state that was kept against those that the search saw. */
function ask(search: Search, n: number, machine: Machine): void {
  answers.begin(machine.words);
  search.ask(machine, search.sample.number(n), answers);
  compare(search, n, 'when asked again');
}

/** The same of the state just asked, each successor by a step as it is taken for a trace. */
function followAsTrace(search: Search, n: number, machine: Machine): void {
  const state = search.state(search.sample.number(n));
  const actions = answers.actions.slice();
  answers.begin(machine.words);
  for (const action of actions) {
    const step = machine.step(state, action);
    if (step !== undefined) answers.successor(action, step.state);
  }
  compare(search, n, 'when a trace is written');
}

function compare(search: Search, n: number, when: string): void {
  const { sample } = search;
  const task = sample.differs(n, answers.digest);
  if (task >= 0) refuse(search, n, task, when);
}

function refuse(search: Search, n: number, task: number, when: string): never {
  const { sample, machine } = search;
  const row = machine.row(search.state(sample.number(n)), task);
  throw new DesignError(
    `row ${row}: gives other successors ${when}: ${KEEPS}, or reads what only a trace may`,
  );
}
