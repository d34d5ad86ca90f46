/**
 * The machine that searches, held against the second interpreter: what stands beside scenarios, a
 * sample of spaces, and random steps of every design. `npm run verify:deep` leaves nothing out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { Search, explore as search } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { OTHERS } from '../model/kernel.ts';
import { PROPERTIES } from '../properties/all.ts';
import { isOfProgress } from '../properties/property.ts';
import { prepare } from '../runs/check.ts';
import { isAsked } from '../runs/scenario.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { chance, walk } from './beside.ts';
import { sameSpace, sameTrace } from './compare.ts';
import { explore } from './explore.ts';
import { Interpreter } from './interpreter.ts';

type Row = Design['rows'][string];

const designOf = (name: string): Design => DESIGNS.find((design) => design.name === name)!;
const scenarioOf = (name: string) => SCENARIOS.find((scenario) => scenario.name === name)!;

describe('the counterexample beside a scenario is one for the second interpreter, too', () => {
  const shown = SCENARIOS.filter((one) => one.shown !== undefined && one.large !== true);

  it.each(shown)('$name', (scenario) => {
    const [design, name] = scenario.shown!;
    const property = PROPERTIES.find((one) => one.name === name)!;
    const run = prepare(designOf(design), scenario, {}, [property]);
    // A loop is looked for when all states are known.
    const until = isOfProgress(property) ? {} : { until_broken: { of: 1, all: true } };
    const all = new Search(run.system, { states: 2_000_000, depth: 10_000, ...until });
    while (all.slice());
    const { trace, loop } = all.result().properties[0]!;
    const traced = { trace: trace!, ...(loop === undefined ? {} : { loop }) };
    expect(sameTrace(run, name, traced)).toBeUndefined();
  });
});

test('random steps of every design are the same', () => {
  const found = DESIGNS.map((design, i) => {
    const asked = SCENARIOS.filter((scenario) => isAsked(scenario, design));
    const run = prepare(design, asked[(i * 7) % asked.length]!);
    const interpreter = new Interpreter(design, run.setup, run.properties);
    return { name: design.name, ...walk(run.system, interpreter, 100, chance(i)) };
  });
  expect(found.filter(({ differs }) => differs !== undefined)).toEqual([]);
  expect(found.reduce((sum, { steps }) => sum + steps, 0)).toBeGreaterThan(1000);
});

describe('the naive explorer finds as many states, as deep, and breaches as near', () => {
  const PAIRS: readonly [states: number, design: string, scenario: string][] = [
    [46, 'multipage-rfc/locked,unwritten,redirties', 'throttled-before-allocate'],
    [135, 'iomap', 'enospc-on-the-17th-page'],
    [805, 'iomap/6.1', 'short-copy-then-error'],
    [862, 'multipage-rfc/unlocked,unwritten,redirties', 'throttled-before-allocate'],
    [1071, 'recvfile-safe/ordered,moves', 'extended-past-a-torn-tail'],
    [1280, 'multipage-rfc/locked,mapped,allocates', 'store-and-truncate'],
    [1315, 'recvfile', 'crash-after-allocate'],
    [2223, 'page-at-a-time/6.18-ext4', 'short-copy-then-error'],
  ];

  it.each(PAIRS)('%i: %s in %s', (_, name, scenario) => {
    const run = prepare(designOf(name), scenarioOf(scenario));
    const result = search(run.system, { states: 10_000, depth: 1000 });
    expect(result.limit).toBeUndefined();
    expect(sameSpace(run, result)).toBeUndefined();
  });
});

describe('it is noticed where the two do not run the same', () => {
  const iomap = designOf('iomap');
  const run = prepare(iomap, scenarioOf('enospc-on-the-17th-page'));
  const result = search(run.system, { states: 10_000, depth: 1000 });
  const ran = new Set(result.coverage.rows().flatMap(({ name, times }) => (times ? [name] : [])));
  const inOwnWords = (changed: Design): string | undefined => {
    try {
      return sameSpace(run, result, changed);
    } catch (error) {
      return (error as Error).message;
    }
  };
  /** The row runs once more, wherever it would have gone on. */
  const again =
    (row: Row, label: string): Row =>
    (k, f) => {
      const next = row(k, f);
      return next === label ? 'done' : label;
    };

  const labels = Object.keys(iomap.rows).filter((label) => ran.has(`writer1.${label}`));
  it.each(labels)('a row of the design: %s', (label) => {
    const rows = { ...iomap.rows, [label]: again(iomap.rows[label]!, label) };
    expect(inOwnWords({ ...iomap, rows })).toMatch(/^the search says '|^row writer1\./);
  });

  it('a row of the kernel, and which step and field it is', () => {
    const rows = OTHERS['reader']!.rows as Readonly<Record<string, Row>>;
    const label = Object.keys(rows)[0]!;
    const others = { [`reader.${label}`]: again(rows[label]!, label) };
    const { setup, system } = prepare(iomap, scenarioOf('everything-fails-once'));
    const interpreter = new Interpreter({ ...iomap, others }, setup, []);
    const walked = [1, 2, 3, 4, 5].map((seed) => walk(system, interpreter, 60, chance(seed)));
    expect(walked.find(({ differs }) => differs !== undefined)?.differs).toMatch(
      /^step \d+: after 'reader\..*' the interpreter has pc.reader: \d+, not \d+$/,
    );
  });

  it('labels are enough', () => expect(labels.length).toBeGreaterThan(5));
});

describe('of a design that breaks a rule both say the same', () => {
  const iomap = designOf('iomap');
  const signal = scenarioOf('signal');
  const bothOf = (label: string, row: Row): unknown[] => {
    const run = prepare({ ...iomap, rows: { ...iomap.rows, [label]: row } }, signal);
    const inWords = (explored: () => unknown): unknown => {
      try {
        return explored();
      } catch (error) {
        return (error as Error).message;
      }
    };
    const interpreter = new Interpreter(run.design, run.setup, run.properties);
    return [
      inWords(() => search(run.system, { states: 5000, depth: 1000 }).limit),
      inWords(() => explore(interpreter, 5000).limit),
    ];
  };
  const { begin, ret } = iomap.rows as Readonly<Record<'begin' | 'ret', Row>>;

  it.each<[what: string, label: string, row: Row, says: RegExp]>([
    ['a counter leaves its range', 'begin', (k, f) => (begin(k, f), 'begin'), /^range$/],
    [
      'a local does, in its last row',
      'ret',
      (k, f) => (f.pos++, ret(k, f)),
      /writer1.ret: .*pos = 5/,
    ],
    [
      'two commands',
      'ret',
      (k, f) => (ret(k, f), ret(k, f)),
      /^row writer1.ret: runs two commands/,
    ],
    [
      'no such row',
      'ret',
      (k, f) => (ret(k, f), 'away'),
      /^row writer1.ret: goes on to 'away', which/,
    ],
    [
      'it never returns',
      'begin',
      () => 'done',
      /^row writer1.begin: goes on to done without returns/,
    ],
    ['it throws', 'begin', () => JSON.parse('{') as string, /^row writer1.begin: .*JSON/],
  ])('%s', (_, label, row, says) => {
    const [one, other] = bothOf(label, row);
    expect(one).toMatch(says);
    expect(other).toEqual(one);
  });
});

/** Modules that a module loads, with all that these load. */
function loads(module: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(module)) return found;
  found.add(module);
  if (!module.startsWith('file:')) return found;
  const text = readFileSync(new URL(module), 'utf8');
  for (const [, name] of text.matchAll(/^(?:import|export) [^;]*?from '([^']+)';/gms)) {
    loads(name!.startsWith('.') ? new URL(name!, module).href : name!, found);
  }
  return found;
}

test.each(['interpreter', 'explore', 'retake'])('a page can load %s: it is all ours', (name) => {
  const built = new URL(`../dist/`, import.meta.url).href;
  const found = [...loads(`${built}verifier/${name}.js`)];
  expect(found.length).toBeGreaterThan(name === 'explore' ? 3 : 40);
  expect(found.filter((module) => !module.startsWith(built))).toEqual([]);
  const packed = /\/(?:machine\/system|model\/system)\.js$|\/(?:explorer|evidence|cli|runs)\//;
  expect(found.filter((module) => packed.test(module))).toEqual([]);
});
