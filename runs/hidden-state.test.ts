/**
 * Designs that keep something where no state has it: each is refused by name, none gets a verdict.
 */
import { describe, expect, it } from 'vitest';
import { DesignError } from '../machine/rows.ts';
import { design } from '../model/design.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { example } from '../model/designs/example.ts';
import type { Kernel } from '../model/kernel.ts';
import { RandomWalk } from '../explorer/walk.ts';
import { Driven } from '../properties/commands.ts';
import { fuzz } from '../properties/fuzz.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { DEFAULT_LIMITS, check, conclude, prepare, searchOf } from './check.ts';

type Row = Design['rows'][string];
interface Locals {
  pos: number;
  copied: number;
  done: number;
  err: number;
}

const scenario = (name: string) => SCENARIOS.find((s) => s.name === name)!;
const SHORT = scenario('short-copy-over-old-data');
/** Large enough for what hides late. */
const TWO = scenario('two-writers');

const changed = (rows: Record<string, Row>): Design => ({
  ...example,
  name: 'hides',
  rows: { ...example.rows, ...rows },
});

/** `write_end` that makes the call end early where `early` says so: a short write is no breach. */
const ending = (early: (k: Kernel, f: Locals) => boolean): Design =>
  changed({
    write_end(k, f: Locals) {
      const goes_on = example.rows['write_end']!(k, f);
      return early(k, f) ? 'unlock_inode' : goes_on;
    },
  });

const checked = (hides: Design, asked = SHORT) => check(prepare(hides, asked));
const WRITE_END = /^row writer[12]\.write_end: /;

/** What a row can reach that is not its to reach. */
const inside = (k: Kernel) => k as unknown as Record<string, unknown>;

it('the example hides nothing, and is judged', () => {
  expect(checked(example).result.states).toBeGreaterThan(1000);
});

describe('refused: a row that', () => {
  it.each([1, 2, 7, 30, 100, 1000, 4000])('does something else from its run %i on', (run) => {
    let runs = 0;
    const hides = ending(() => runs++ >= run);
    expect(() => checked(hides, run < 300 ? SHORT : TWO)).toThrow(WRITE_END);
    expect(runs).toBeGreaterThan(run);
  });

  it.each([2, 3, 10, 25])('does something else every %ith time', (times) => {
    let runs = 0;
    expect(() => checked(ending(() => runs++ % times === 0))).toThrow(WRITE_END);
  });

  it('tosses a coin', () => {
    expect(() => checked(ending(() => Math.random() < 0.5))).toThrow(WRITE_END);
  });

  it.each(Object.keys(example.rows))('does something else the first time: %s', (label) => {
    let first = true;
    const once: Row = (k: Kernel, f) => {
      if (!first) return example.rows[label]!(k, f);
      first = false;
      k.returns(1, 0);
      return 'done';
    };
    const beyond = label.endsWith('_eof');
    const asked = scenario(beyond ? 'extended-past-a-torn-tail' : 'everything-fails-once');
    const run = prepare(changed({ [label]: once }), asked);
    expect(() => check(run)).toThrow(new RegExp(`^row writer1\\.${label}: `));
  });

  it('keeps what a row before it was told', () => {
    let kept = 0;
    const hides = changed({
      copy(k, f: Locals) {
        const label = example.rows['copy']!(k, f);
        kept = f.copied;
        return label;
      },
      write_end(k, f: Locals) {
        f.copied = kept;
        return example.rows['write_end']!(k, f);
      },
    });
    expect(() => checked(hides)).toThrow(WRITE_END);
  });

  it('changes an object that others see, after thousands of runs', () => {
    const shared = { runs: 0, early: false };
    const counts = (k: Kernel, f: Locals) => {
      if (++shared.runs > 3000) shared.early = true;
      return example.rows['fault_in']!(k, f);
    };
    const hides = changed({ ...ending(() => shared.early).rows, fault_in: counts });
    expect(() => checked(hides, TWO)).toThrow(WRITE_END);
    expect(shared.runs).toBeGreaterThan(3000);
  });

  const inner =
    'tracing answers radix said asked known waits waitsFor outcome file current s ledger';
  it.each(inner.split(' '))('looks at k.%s', (name) => {
    const hides = ending((k) => inside(k)[name] === 17);
    expect(() => checked(hides)).toThrow(`write_end: uses k.${name}, which is none of`);
  });

  it('looks at k.tracing before its command', () => {
    const traced: Row = (k: Kernel, f) =>
      inside(k)['tracing'] === true ? 'ret' : example.rows['copy']!(k, f);
    expect(() => checked(changed({ copy: traced }))).toThrow('copy: uses k.tracing, which');
  });

  it('keeps something in the kernel, or in a table of rows', () => {
    const keeps = ending((k) => (inside(k)['kept'] = true));
    expect(() => checked(keeps)).toThrow(WRITE_END);
    expect(() => Object.assign(example.rows, { copy: () => 'done' })).toThrow(TypeError);
  });
});

describe('refused in random runs, too: a row that', () => {
  const sampled = (hides: Design) => {
    const { design: of, setup, properties } = prepare(hides, TWO);
    // One that is kept, so that nothing ends it.
    const options = { seed: 1, runs: 300, own_calls: true, property: 'no-nested-page-locks' };
    return fuzz(new Driven(of, setup, properties), options);
  };
  const walked = (hides: Design) => {
    const walk = new RandomWalk(prepare(hides, TWO).system, { seed: 1 });
    walk.walk(100_000);
  };

  it('hides nothing is judged', () => {
    expect(sampled(example).runs).toBe(300);
    walked(example);
  });

  // What is taken again is what was taken often: a change between two that were not is not seen.
  it.each([1, 30, 100])('does something else from its run %i on', (run) => {
    for (const taken of [sampled, walked]) {
      let runs = 0;
      const hides = ending(() => runs++ >= run);
      expect(() => taken(hides)).toThrow(WRITE_END);
    }
  });

  it('tosses a coin', () => {
    for (const taken of [sampled, walked]) {
      expect(() => taken(ending(() => Math.random() < 0.5))).toThrow(WRITE_END);
    }
  });

  it('looks at what is not its to look at', () => {
    const hides = ending((k) => inside(k)['tracing'] === 17);
    for (const taken of [sampled, walked]) {
      expect(() => taken(hides)).toThrow('write_end: uses k.tracing, which is none of');
    }
  });
});

it.each(DESIGNS.map(({ name }) => name))('%s: its rows do the same again and again', (name) => {
  const shipped = DESIGNS.find((one) => one.name === name)!;
  // Another object, so that nobody takes it for one that is known.
  const outcome = check(prepare({ ...shipped }, scenario('everything-fails-once')));
  expect(outcome.result.states).toBeGreaterThan(100);
});

it('what another row has left behind is not there', () => {
  const found: unknown[] = [];
  const reads: Row = (k: Kernel, f) => {
    const { said, waits, waitsFor, asked } = inside(k);
    found.push([said, waitsFor, waits, asked].join());
    return example.rows['unlock_inode']!(k, f);
  };
  const search = searchOf(prepare(changed({ unlock_inode: reads }), SHORT), DEFAULT_LIMITS);
  while (search.slice());
  expect([...new Set(found)]).toEqual([',,0,0']);
});

it('a search that was cut short is asked, too', () => {
  let runs = 0;
  const run = prepare(
    ending(() => runs++ < 1),
    TWO,
  );
  const search = searchOf(run, DEFAULT_LIMITS);
  expect(search.slice()).toBe(true);
  expect(runs).toBeGreaterThan(0);
  expect(() => conclude(run, search)).toThrow(WRITE_END);
  runs = 0;
  const limited = prepare(
    ending(() => runs++ < 1),
    TWO,
  );
  expect(() => check(limited, { states: 2000, depth: 1000 })).toThrow(WRITE_END);
});

it.each(['pos', 'end', 'pc', 'constructor', 'x_word', 'x_shift', 'done_mask', 'x_clear', 'x_max'])(
  'a local variable cannot be called %s',
  (name) => {
    const named = design({ ...example, rows: {}, locals: { [name]: 'cells' } });
    const made = () => checked(named);
    expect(made).toThrow(DesignError);
    expect(made).toThrow(`design example: local variable: '${name}' is a reserved name`);
  },
);
