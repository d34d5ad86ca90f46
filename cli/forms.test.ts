/** Forms of a run that a command line asks for: traces, operations, graphs; and what is refused. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { afterAll, expect, test } from 'vitest';
import { bars, depthsPicture } from '../evidence/depths.ts';
import { fsxOf } from '../evidence/fsx.ts';
import { dot } from '../evidence/graph.ts';
import { headline } from '../evidence/outcome.ts';
import { picture } from '../evidence/picture.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { DEFAULT_LIMITS, check, prepare } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { paceText } from './rate.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

async function writepath(line: string) {
  let [out, err, shown] = ['', '', ''];
  const code = await run(line.split(' '), {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: (text) => (shown += text),
    stop: new AbortController().signal,
  });
  return { code, out, err, shown };
}

const LOOP =
  'check multipage-rfc/locked,mapped,skips --scenario throttled-before-allocate ' +
  '--property every-call-ends';
const SHORT = 'check recvfile --scenario disk-write-fails --pages 1';
const FORMS = ['dot', 'svg', 'depths', 'itf', 'fsx', 'junit', 'tap', 'sarif'];

const options = FORMS.map((form) => ` --${form} ${at(form)}`).join('');
const whole = await writepath(`${LOOP}${options}`);
const STATES = 66;

test('all at once, a file each; below the text stand bars', () => {
  expect([whole.code, whole.err]).toEqual([1, '']);
  expect(whole.out).toMatch(/^writepath: .*\n[^]*, model \w+\n\nStates by depth\n {4}0 1 #+\n/);
  for (const form of FORMS) expect(read(form)).not.toContain(folder);
});

test('DOT: graphviz finds each state, and each way on with its row', async () => {
  const graphviz = await Graphviz.load();
  const laid = graphviz.layout(read('dot'), 'plain', 'dot').split('\n');
  expect(laid.filter((line) => line.startsWith('node ')).length).toBe(STATES);
  expect(laid.filter((line) => line.startsWith('edge ')).length).toBe(123);
  expect(read('dot')).toContain('0 -> 1 [label="writer1.');
  expect(read('dot').match(/every-call-ends \(loop\)/g)!.length).toBe(1);
  const hostile = { depth: 0, breaks: ['a"b\\n'] };
  const graph = { design: 'x"\\', scenario: '<y>', nodes: [hostile], edges: [], looped: [] };
  const edges = [{ from: 0, to: 0, label: 'a"\\N' }];
  expect(graphviz.layout(dot({ ...graph, edges }), 'plain', 'dot')).toContain('edge 0 0');
});

test('SVG: each state once, each pair of states with a way on once', () => {
  const svg = read('svg');
  expect(svg.match(/<title>state \d+/g)!.length).toBe(STATES);
  expect(svg).toContain('role="img"');
  expect(svg).toMatch(/<desc id="d">.*1 state breaks a promise\.<\/desc>/);
  const pairs = new Set(read('dot').match(/\d+ -> \d+/g));
  expect(svg.match(/<title>\d+ to \d+: /g)!.length).toBe(pairs.size);
  const one = { depth: 0, breaks: ['<&>'] };
  const graph = { design: '<d>', scenario: '&', nodes: [one], edges: [], looped: [] };
  expect(picture(graph)).not.toMatch(/<d>|<&>|& /);
});

test('ITF: a state for each step, a field one type, and the loop leads back', () => {
  const itf = JSON.parse(read('itf')) as Itf;
  expect(itf['#meta'].format).toBe('ITF');
  expect([itf.states.length, itf.loop]).toEqual([12, 11]);
  const [first, last] = [itf.states.at(itf.loop! - 1)!, itf.states.at(-1)!];
  for (const state of itf.states) {
    expect(Object.keys(state)).toEqual(['#meta', ...itf.vars]);
    expect(shape(state)).toEqual(shape(itf.states[0]));
  }
  expect({ ...first, '#meta': 0 }).toEqual({ ...last, '#meta': 0 });
  expect(last['#meta']).toMatchObject({ index: 11, task: 'writer1', row: 'balance' });
});

interface Itf {
  readonly '#meta': { readonly format: string };
  readonly vars: readonly string[];
  readonly loop?: number;
  readonly states: readonly Record<string, unknown>[];
}

/** Types of all fields, without values. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return value.map(shape);
  const fields = Object.entries(value).filter(([key]) => key !== '#meta');
  return Object.fromEntries(fields.map(([key, inside]) => [key, shape(inside)]));
}

test('fsx: lines as its own reader takes them', () => {
  expect(operations(read('fsx'))).toEqual(['write 0 8192 0']);
  expect(fsx('multipage-rfc', 'mapping-ends-inside-a-page')).toEqual([
    'write 2048 2048 0',
    'fsync 0 0 4096',
    'write 0 4096 4096',
  ]);
  const beside = fsx('multipage-rfc', 'store-beside-a-write');
  expect(beside).toBe('store of writer2 runs while write of writer1 does');
});

/** Of the first promise that is broken. */
function fsx(family: string, scenario: string): string[] | string {
  const ready = prepare(
    DESIGNS.find(({ name }) => name.startsWith(family))!,
    SCENARIOS.find(({ name }) => name === scenario)!,
    { pages: 1 },
  );
  const until_broken = { of: ready.properties.length, all: false };
  const outcome = check(ready, { ...DEFAULT_LIMITS, until_broken });
  const made = fsxOf(ready, headline(ready, outcome.result)!);
  return 'why' in made ? made.why : operations(made.text);
}

/** As read_op() of xfstests' ltp/fsx.c: a name, three numbers, flags; `#` begins a comment. */
function operations(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    expect(line.length).toBeLessThan(255);
    const [name, ...rest] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (name === undefined || name.startsWith('#')) return [];
    const [args, flags] = [rest.slice(0, 3), rest.slice(3)];
    expect(NAMES).toContain(name);
    for (const arg of args) expect(arg).toMatch(/^0x[0-9a-f]+$/);
    for (const flag of flags) expect(flag).toBe('keep_size');
    return [[name, ...args.map(Number), ...flags].join(' ')];
  });
}
const NAMES = 'read write mapread mapwrite truncate fallocate punch_hole zero_range fsync'.split(
  ' ',
);

test('states by depth: the sum is the space, and the nearest breach is marked', () => {
  const heights = [...read('depths').matchAll(/depth \d+: (\d+) states?/g)];
  expect(heights.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(STATES);
  expect(read('depths')).toContain('every-call-ends, depth 10');
  const few = { design: 'd', scenario: 's', levels: [1, 3], limit: 'states limit' };
  expect(depthsPicture(few)).toContain('These are not all states: states limit.');
  expect(bars(few)).toBe(
    `\nStates by depth\n    0 1 ${'#'.repeat(16)}\n    1 3 ${'#'.repeat(48)}\n`,
  );
  expect(bars({ ...few, levels: Array.from({ length: 61 }, () => 1) })).toBe('');
});

test.each([
  [
    `--dot ${folder}`,
    `cannot write ${folder}: it is a directory; name a regular file, or a new one`,
  ],
  [`--tap ${at('x')} --junit ${at('x')}`, `two forms would be written to ${at('x')}`],
  [`--sarif ${at('x')} --save ${at('x')}`, `two forms would be written to ${at('x')}`],
  ['--tap /nowhere/x', 'cannot write /nowhere/x: no such file or directory'],
])('refused before a search: %s', async (given, why) => {
  const { code, out, err } = await writepath(`${SHORT} ${given}`);
  expect([code, out, err]).toEqual([2, '', `writepath: ${why}\n`]);
});

test('what cannot be is said in a line each, and what is there stays as it is', async () => {
  writeFileSync(at('kept'), 'kept');
  const holds = 'check page-at-a-time/delalloc --scenario signal --pages 1';
  const { code, out, err } = await writepath(
    `${holds} --itf ${at('kept')} --svg ${at('none')} --tap ${at('holds')}`,
  );
  expect(err.split('\n')).toEqual([
    `writepath: nothing was broken, so ${at('kept')} is not written`,
    'writepath: --svg: a graph of 100 states at most is drawn; there are 327 of ' +
      'page-at-a-time/delalloc in signal',
    '',
  ]);
  expect(out).toMatch(/^writepath: page-at-a-time\/delalloc holds \(signal\)\n/);
  expect([code, read('kept'), existsSync(at('none'))]).toEqual([2, 'kept', false]);
  expect(read('holds')).toMatch(/^TAP version 14\n/);
});

test('a graph is of one run', async () => {
  const { code, err } = await writepath(`check recvfile --dot ${at('none')}`);
  expect(err).toMatch(/^writepath: --dot is of one design in one scenario, and these are \d+ runs/);
  expect(code).toBe(2);
});

test('progress: states, how fast, how deep, and how much of the limit is used', () => {
  const where = { design: 'mine', scenario: 'signal' };
  const pace = { states: 150_000, depth: 17, ms: 1500, room: 2_000_000, max_states: 2_000_000 };
  expect(paceText(where, pace)).toBe(
    'mine signal: 150,000 states, 100,000/s, depth 17, 7% of --max-states',
  );
  expect(paceText(where, { ...pace, room: 300_000 })).toMatch(/, 50% of --max-memory$/);
  expect(paceText(where, { ...pace, room: 0 })).toMatch(/, 7% of --max-states$/);
  expect(paceText(where, { ...pace, ms: 0 })).toBe(
    'mine signal: 150,000 states, depth 17, 7% of --max-states',
  );
  // What is shown so is no part of the results.
  expect(`${whole.out}${whole.err}`).not.toContain('/s, depth');
});
