/**
 * Loops that go on for ever: what is one and what is none, on small machines; and what is found in
 * any small graph, held against a definition that looks at every set of its states.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TASKS_MAX } from '../machine/action.ts';
import type { Machine } from '../machine/machine.ts';
import { counter, toy } from '../machine/toy.ts';
import type { Toy } from '../machine/toy.ts';
import { isFairLoop } from './loop.ts';
import { Search, explore } from './search.ts';
import type { Limits } from './search.ts';
import { StateTable } from './table.ts';

const ROOM = { states: 10_000, depth: 10_000 };
type Rows = Parameters<typeof toy>[0][number];

/** Owed from the number 1 on, until it is 9. */
const ends = { ends: { owing: (n: number) => (n >= 1 && n < 9 ? 1 : 0) } };

const told = (
  rows: readonly Rows[],
  parts: { at_will?: readonly number[]; limits?: Limits } = {},
) => {
  const machine = toy(rows, ends, [], parts.at_will);
  const [result] = explore(machine, parts.limits ?? ROOM).properties;
  const { verdict, trace, loop } = result!;
  return { verdict, stem: trace && trace.length - loop!, loop };
};

/** Waits until the number is 8, and ends; looks again and again, or sleeps. */
const polls: Rows = {
  begin: (k: Toy) => (k.add(1), 'look'),
  look: (k: Toy) => (k.ask(), k.number >= 8 ? 'end' : 'look'),
  end: (k: Toy) => (k.add(1), 'done'),
};
const sleeps: Rows = { ...polls, look: (k: Toy) => (k.await(8), 'end') };
/** Adds 7 where it is 1, and then does nothing more. */
const helps: Rows = {
  wait: (k: Toy) => (k.await(1), 'help'),
  help: (k: Toy) => (k.add(7), 'done'),
};

describe('what is a loop', () => {
  test('who looks again for ever, alone', () => {
    expect(told([polls])).toEqual({ verdict: 'violated', stem: 1, loop: 1 });
  });

  test('who looks again until another has moved, and that one moves at last', () => {
    expect(told([polls, helps])).toEqual({ verdict: 'holds' });
  });

  test('one that moves at will is not to be counted on', () => {
    const rests = { help: (k: Toy) => (k.number === 1 ? k.add(7) : k.rest(), 'done') };
    expect(told([polls, rests])).toEqual({ verdict: 'holds' });
    expect(told([polls, rests], { at_will: [1] })).toMatchObject({ verdict: 'violated' });
  });

  test('who has to begin again since another interferes: a loop, unless that is at will', () => {
    const tries: Rows = {
      begin: (k: Toy) => (k.add(1), 'try'),
      try: (k: Toy) => (k.add(1), k.number < 5 ? 'try' : 'end'),
      end: (k: Toy) => (k.add(9), 'done'),
    };
    const undoes: Rows = {
      undo: (k: Toy) => (k.number > 1 && k.number < 9 ? k.add(1 - k.number) : k.rest(), 'undo'),
    };
    expect(told([tries])).toEqual({ verdict: 'holds' });
    expect(told([tries, undoes])).toMatchObject({ verdict: 'violated', stem: 1, loop: 2 });
    expect(told([tries, undoes], { at_will: [1] })).toEqual({ verdict: 'holds' });
  });

  test('one that has begun at will is counted on until it is at rest again', () => {
    const rows: Rows = {
      begin: (k: Toy) => (k.ask(), 'go_on'),
      go_on: (k: Toy) => (k.number === 1 ? k.add(7) : k.rest(), 'done'),
    };
    // It may not begin, so that there is a loop; in none has it begun.
    const machine = toy([polls, rows], ends, [], [1]);
    const { trace } = explore(machine, ROOM).properties[0]!;
    expect(trace!.map((action) => action % TASKS_MAX)).toEqual([0, 0]);
  });

  test('others who go round do not hide one, and are part of it', () => {
    const rounds: Rows = {
      one: (k: Toy) => (k.ask(), 'other'),
      other: (k: Toy) => (k.ask(), 'one'),
    };
    expect(told([polls, rounds])).toEqual({ verdict: 'violated', stem: 1, loop: 3 });
  });

  test('who waits, and nobody moves, is stuck, and in no loop', () => {
    expect(told([sleeps])).toEqual({ verdict: 'holds' });
    expect(told([sleeps, helps])).toEqual({ verdict: 'holds' });
  });

  test('who waits while others go round for ever', () => {
    const rounds: Rows = {
      one: (k: Toy) => (k.ask(), 'other'),
      other: (k: Toy) => (k.ask(), 'one'),
    };
    expect(told([sleeps, rounds])).toMatchObject({ verdict: 'violated', loop: 2 });
  });

  test('a loop at the end of a long way, and another way beside it', () => {
    const owed = { ends: { owing: () => 1 } };
    const stays: Rows = {
      count: (k: Toy) => (k.number < 3000 ? (k.add(1), 'count') : (k.ask(), 'count')),
    };
    const [result] = explore(toy([stays, counter(3)], owed), ROOM).properties;
    expect(result).toMatchObject({ verdict: 'violated', loop: 1 });
    expect(result!.trace!.length).toBeGreaterThan(3000);
  });

  test('where nothing is owed anybody may go round', () => {
    expect(told([{ round: (k: Toy) => (k.ask(), 'round') }])).toEqual({ verdict: 'holds' });
  });
});

describe('what may be said', () => {
  const last = 12;

  test('incomplete where the space was not closed, vacuous where nothing has begun', () => {
    const rows = [polls, counter(last)];
    for (const limits of [
      { ...ROOM, states: 10 },
      { ...ROOM, depth: 5 },
    ]) {
      expect(told(rows, { limits }).verdict).toBe('incomplete');
    }
    const never = { ends: { ...ends.ends, premise: () => false } };
    expect(explore(toy([helps], never), ROOM).properties[0]!.verdict).toBe('vacuous');
  });

  test('other promises have their verdicts beside it, and nothing is counted twice', () => {
    const broken = (n: number) => n >= 9;
    const both = explore(toy([polls, helps], { ...ends, small: { broken } }), ROOM);
    expect(both.properties.map(({ verdict }) => verdict)).toEqual(['holds', 'violated']);
    const alone = explore(toy([polls, helps], { small: { broken } }), ROOM);
    const counts = ({ transitions, coverage }: typeof both) => [transitions, coverage.rows()];
    expect(counts(both)).toEqual(counts(alone));
  });

  test('until loops have been looked for nothing is claimed', () => {
    const holds = { ...ends, small: { broken: () => false } };
    const search = new Search(toy([polls, helps, counter(300)], holds), ROOM);
    const seen = new Set<string>();
    let states = 0;
    do {
      const { limit, properties } = search.result();
      if (search.states === states) {
        expect([limit, ...properties.map(({ verdict }) => verdict)]).toEqual([
          'interrupted',
          'incomplete',
          'incomplete',
        ]);
        seen.add('looked for');
      }
      ({ states } = search);
    } while (search.slice());
    expect(seen.size).toBe(1);
    expect(search.result().limit).toBeUndefined();
  });

  test('its memory is part of the limit', () => {
    const { words } = toy([counter(last)]);
    const bytes = StateTable.bytes(words, 14);
    const within = (promises: Parameters<typeof toy>[1]) =>
      explore(toy([counter(last)], promises), { ...ROOM, bytes }).limit;
    expect(within({})).toBeUndefined();
    expect(within(ends)).toBe('memory');
  });
});

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly task: number;
}

/** A graph: of each state who is driven there, and whether it is before, in or after the debt. */
interface Graph {
  readonly driven: readonly number[];
  readonly phase: readonly number[];
  readonly edges: readonly Edge[];
}

const TASKS = 3;

/** State 0 is the first. An action is a task, and which of its edges it takes. */
class GraphMachine implements Machine {
  readonly words = 1;
  readonly properties = ['ends'];
  readonly progress = 0;
  readonly news = 0;
  readonly coverage = { rows: () => [], answers: () => [] };
  readonly #graph: Graph;
  #at = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  initial = () => Int32Array.of(0);
  violations = () => 0;
  premises = () => 1;
  driven = () => this.#graph.driven[this.#at]!;
  row = () => undefined;
  owing = (states: Int32Array, at: number) => (this.#graph.phase[states[at]!] === 1 ? 1 : 0);

  #ways(state: number): { action: number; edge: Edge }[] {
    const found = this.#graph.edges.filter(({ from }) => from === state);
    return found.map((edge, i) => ({ action: i * TASKS_MAX + edge.task, edge }));
  }

  successors: Machine['successors'] = (states, at, sink) => {
    this.#at = states[at]!;
    for (const { action, edge } of this.#ways(this.#at)) {
      sink.successor(action, Int32Array.of(edge.to));
    }
  };

  step = (state: Int32Array, action: number) => {
    const way = this.#ways(state[0]!).find((one) => one.action === action);
    return way && { state: Int32Array.of(way.edge.to) };
  };
}

/** Steps to each state that can be reached. */
function depths({ edges }: Graph): Map<number, number> {
  const found = new Map([[0, 0]]);
  for (const [state, depth] of found) {
    for (const { from, to } of edges)
      if (from === state && !found.has(to)) found.set(to, depth + 1);
  }
  return found;
}

/** By the definition: is this set of states, with all its driven steps, a loop that is fair? */
function isLoop({ driven, phase, edges }: Graph, set: ReadonlySet<number>): boolean {
  const counted = edges.filter(({ from, task }) => (driven[from]! >>> task) & 1);
  const within = counted.filter(({ from, to }) => set.has(from) && set.has(to));
  const reached = (start: number) => {
    const found = new Set<number>();
    for (let grown = [start]; grown.length > 0;) {
      const next = within.filter(({ from, to }) => grown.includes(from) && !found.has(to));
      grown = next.map(({ to }) => to);
      for (const to of grown) found.add(to);
    }
    return found;
  };
  const states = [...set];
  return (
    states.every((state) => phase[state] === 1 && reached(state).size === set.size) &&
    Array.from({ length: TASKS }, (_, task) => task).every(
      (task) =>
        within.some((edge) => edge.task === task) ||
        states.some((state) => !counted.some((e) => e.from === state && e.task === task)),
    )
  );
}

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 7 }).chain((size) => {
  const mostly = fc.oneof(
    { weight: 4, arbitrary: fc.constant(2 ** TASKS - 1) },
    { weight: 1, arbitrary: fc.nat(2 ** TASKS - 1) },
  );
  const state = fc.nat(size - 1);
  return fc.record({
    driven: fc.array(mostly, { minLength: size, maxLength: size }),
    phase: fc
      .array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: size, maxLength: size })
      .map((phases) => phases.toSorted((a, b) => a - b)),
    edges: fc.array(fc.record({ from: state, to: state, task: fc.nat(TASKS - 1) }), {
      maxLength: 16,
    }),
  });
});

/** What ends does not begin again: no edge leads back to an earlier phase. */
const onwards = ({ edges, phase, ...graph }: Graph): Graph => ({
  ...graph,
  phase,
  edges: edges.filter(({ from, to }) => phase[from]! <= phase[to]!),
});

test('in any small graph: a loop where there is one, as near as can be, and it is one', () => {
  let loops = 0;
  fc.assert(
    fc.property(graphs.map(onwards), (graph) => {
      const depth = depths(graph);
      const states = [...depth.keys()];
      const near: number[] = [];
      for (let mask = 1; mask < 2 ** states.length; mask++) {
        const set = new Set(states.filter((_, i) => (mask >>> i) & 1));
        if (isLoop(graph, set)) near.push(...[...set].map((state) => depth.get(state)!));
      }
      const machine = new GraphMachine(graph);
      const { verdict, trace, loop } = explore(machine, ROOM).properties[0]!;
      expect(verdict).toBe(near.length > 0 ? 'violated' : 'holds');
      if (trace === undefined) return;
      loops++;
      const stem = trace.length - loop!;
      expect(stem).toBe(Math.min(...near));
      let state = machine.initial();
      for (const action of trace.slice(0, stem)) state = machine.step(state, action)!.state;
      expect(isFairLoop(machine, state, trace.slice(stem))).toBe(true);
      // Without its last step it does not lead back, unless it passes there before.
      const set = new Set<number>();
      for (const action of trace.slice(stem)) {
        set.add(state[0]!);
        state = machine.step(state, action)!.state;
      }
      expect([...set].every((one) => graph.phase[one] === 1)).toBe(true);
      expect(set.has(state[0]!)).toBe(true);
    }),
    { numRuns: 3000, seed: 1 },
  );
  expect(loops).toBeGreaterThan(300);
});

test('what is no loop is told from one', () => {
  const edges = [
    { from: 0, to: 1, task: 0 },
    { from: 1, to: 0, task: 0 },
    { from: 0, to: 2, task: 1 },
    { from: 1, to: 2, task: 1 },
  ];
  const graph = { driven: [7, 7, 7], phase: [1, 1, 2], edges };
  const at = Int32Array.of(0);
  const is = (changed: Partial<Graph>, actions = [0, 0]) =>
    isFairLoop(new GraphMachine({ ...graph, ...changed }), at, actions);
  // Task 1 could always move.
  expect(is({})).toBe(false);
  expect(is({ edges: edges.slice(0, 3) })).toBe(true);
  expect(is({ driven: [5, 5, 5] })).toBe(true);
  // It does not lead back, is empty, is not to be counted on, or cannot be taken; nothing is owed.
  expect(is({ driven: [5, 5, 5] }, [0])).toBe(false);
  expect(is({ driven: [5, 5, 5] }, [])).toBe(false);
  expect(is({ driven: [4, 5, 5] })).toBe(false);
  expect(is({ driven: [5, 5, 5] }, [0, 2])).toBe(false);
  expect(is({ driven: [5, 5, 5], phase: [2, 2, 2] })).toBe(false);
});
