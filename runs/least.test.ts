/** Held against all shortest traces, one by one. */
import { describe, expect, it } from 'vitest';
import { decode } from '../machine/action.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { prepare, searchOf } from './check.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { inevitableFrom } from '../explorer/inevitable.ts';
import { leastTrace } from '../explorer/least.ts';
import { nearestWay } from '../explorer/nearest-way.ts';
import type { Search } from '../explorer/search.ts';
import { waysToBreak } from '../explorer/ways.ts';

const CASES = [
  ['page-at-a-time', 'short-copy-then-error', 'return-value-is-true'],
  ['page-at-a-time', 'disk-write-fails', 'no-stale-data'],
  [
    'multipage-rfc/unlocked,unwritten,redirties',
    'short-copy-after-reserve',
    'no-leaked-reservations',
  ],
  ['page-at-a-time/xfs-2013', 'seek-beside-writeback', 'no-deadlock'],
] as const;

function ready(name: string, scenario: string, property: string) {
  const design = DESIGNS.find((one) => one.name === name)!;
  const run = prepare(
    design,
    SCENARIOS.find((one) => one.name === scenario)!,
  );
  const search = searchOf(run, { states: 100_000, depth: 1000 });
  while (search.slice());
  const number = run.properties.findIndex((one) => one.name === property);
  const { trace } = search.result().properties[number]!;
  return { run, search, number, trace: trace! };
}

/** Successors of each state, by number. */
function graphOf(search: Search): { action: number; to: number }[][] {
  return Array.from({ length: search.states }, (_, n) => {
    const found: { action: number; to: number }[] = [];
    search.ask(search.machine, n, {
      successor: (action, to) => void found.push({ action, to: search.find(to) }),
    });
    return found;
  });
}

/** A word of the state stands for what a step touches: any mask will do. */
const touched = (from: Int32Array, to: Int32Array): number =>
  from.reduce((mask, word, i) => (word === to[i] ? mask : mask | (1 << (i % 30))), 0);

describe('the least of the shortest traces', () => {
  it.each(CASES)('%s in %s: %s', (...named) => {
    const { run, search, number, trace } = ready(...named);
    const left = run.system.struct.place('faults_left');
    const faults = (state: Int32Array): number => -run.system.struct.get(state, left);
    const least = leastTrace(search, number, trace, { faults, touched });

    const graph = graphOf(search);
    const bits = (mask: number): number => mask.toString(2).replaceAll('0', '').length;
    let best: readonly number[] | undefined;
    let cost: readonly number[] = [];
    const lower = (a: readonly number[], b: readonly number[]): boolean => {
      const i = a.findIndex((one, at) => one !== b[at]);
      return i >= 0 && a[i]! < b[i]!;
    };
    const depths = new Map([[0, 0]]);
    for (let n = 1; n < search.states; n++) depths.set(n, depths.get(search.parent(n))! + 1);
    const walk = (n: number, actions: number[], mask: number, changes: number): void => {
      if (actions.length === trace.length) {
        if (!search.breaks(n, number)) return;
        const own = [faults(search.state(n)), bits(mask >>> 0), changes, ...actions];
        if (best === undefined || lower(own, cost)) [best, cost] = [actions.slice(), own];
        return;
      }
      for (const { action, to } of graph[n]!) {
        if (depths.get(to) !== actions.length + 1) continue;
        const last = actions.at(-1);
        const same = last !== undefined && decode(last).task === decode(action).task;
        const more = touched(search.state(n), search.state(to));
        walk(to, [...actions, action], mask | more, changes + (same ? 0 : 1));
      }
    };
    walk(0, [], 0, 0);
    expect(least).toEqual(best);
  });
});

describe('from where a breach was inevitable', () => {
  it.each(CASES)('%s in %s: %s', (...named) => {
    const { run, search, number, trace } = ready(...named);
    const over = (): boolean => run.observer.atRest();
    const asked = { property: number, over };
    const from = inevitableFrom(run.system, trace, asked, 100_000);

    // Backwards from every end that keeps it, through states that keep it.
    const graph = graphOf(search);
    const good = graph.map((_, n) => {
      if (search.breaks(n, number)) return false;
      return over();
    });
    const kept = graph.map((_, n) => !search.breaks(n, number));
    for (let changed = true; changed;) {
      changed = false;
      graph.forEach((ways, n) => {
        if (good[n] || !kept[n] || !ways.some(({ to }) => good[to])) return;
        good[n] = changed = true;
      });
    }
    let state = 0;
    let last = good[0] ? 0 : -1;
    trace.forEach((action, i) => {
      state = graph[state]!.find((way) => way.action === action)!.to;
      if (good[state]) last = i + 1;
    });
    expect(from).toBe(last + 1);
  });
});

describe('ways to break a promise', () => {
  it('each ends in a step from a state that keeps it to one that does not', () => {
    const { run, search } = ready(...CASES[1]);
    const over = (): boolean => run.observer.atRest();
    const ways = waysToBreak(search, run.properties.length, over);
    expect(ways.map(({ row }) => row)).toEqual(['reclaim.shrink', 'ioend.bio', 'journal.lock']);
    for (const { property, trace } of ways) {
      const broken = [];
      let state = search.state(0);
      for (const action of trace) {
        state = run.system.step(state, action)!.state;
        broken.push(search.breaks(search.find(state), property));
      }
      expect(broken.slice(-2)).toEqual([false, true]);
    }
  });
});

describe('the nearest step that is looked for', () => {
  it('is as near as the search finds it, and nothing where there is none', () => {
    const { run, search, number, trace } = ready(...CASES[1]);
    const { system } = run;
    const breaks = (_: Int32Array, to: Int32Array): boolean =>
      search.breaks(search.find(to), number);
    const way = nearestWay(system, system.initial(), breaks, 100_000);
    expect(way).toHaveLength(trace.length);
    expect(nearestWay(system, system.initial(), () => false, 100_000)).toBeUndefined();
  });
});
