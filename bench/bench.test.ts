/** The bench, but for the measuring. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chart, short } from './chart.ts';
import { charts } from './charts.ts';
import { FIGURES, SERIES } from './figures.ts';
import type { Figure } from './figures.ts';
import { differing, groupsOf, union } from './groups.ts';
import { DIFFERING, markdown } from './markdown.ts';
import { BEFORE, parse } from './options.ts';
import { VOID, lines, median, tell, text } from './results.ts';
import type { Measured, Side } from './runs.ts';

const PROGRAM = fileURLToPath(new URL('../dist/bench/main.js', import.meta.url));
const bench = (...args: string[]) =>
  spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });

describe('the command line', () => {
  test('what there is by default', () => {
    expect(parse([])).toEqual({
      json: false,
      write: false,
      all: false,
      help: false,
      rounds: 3,
      before: BEFORE,
      only: [],
      c: undefined,
    });
  });

  test('values, after a blank or an equals sign', () => {
    const options = parse(['--rounds', '5', '--only=two-phase SPIN', '--c', 'a b.c', '--json']);
    expect(options).toMatchObject({
      rounds: 5,
      only: ['two-phase', 'SPIN'],
      c: 'a b.c',
      json: true,
    });
  });

  test.each([
    [['--nothing'], 'unknown argument "--nothing"; there are --json, '],
    [['x'], 'unknown argument "x"'],
    [['--json=1'], 'unknown argument "--json=1"'],
    [['--rounds'], '--rounds wants a value'],
    [['--rounds', '0'], '--rounds wants a number from 1 to 99'],
    [['--rounds', '1e3'], '--rounds wants a number from 1 to 99'],
    [['--before', '--output=x'], '--before wants a commit'],
    [['--before', 'a;b'], '--before wants a commit'],
    [['--only', ' '], '--only wants words'],
    [['--only', 'L', '--write'], '--write is of all figures, not with --only'],
  ])('%j is refused in a line', (given, why) => {
    expect(parse(given)).toMatch(new RegExp(`^${escape(why)}.*$`));
  });

  test('a wrong option: one line, and exit code 2', () => {
    const { status, stdout, stderr } = bench('--no\nthing');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^bench: unknown argument "--no\\nthing"; [^\n]+\n$/);
  });

  test('no figure has such a name', () => {
    const { status, stderr } = bench('--only', 'perpetual motion');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'bench: no figure has these words in its name\n',
    });
  });

  test('what cannot be measured is in the table, with the reason', () => {
    const { status, stdout } = bench('--only', 'hand-tuned C');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^L, one core: states a second, x hand-tuned C +- +>= 0.4 +-$/m);
    expect(stdout).toMatch(/^- no C program: --c PATH, .*\(L, one core/m);
    const objects = bench('--json', '--only', 'hand-tuned C').stdout.trimEnd().split('\n');
    expect(objects.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
      'computer',
      'figure',
    ]);
  });

  test('an interrupt ends it after the run that is on, and nothing is left', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'writepath-bench-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const child = spawn(process.execPath, [PROGRAM, '--only', 'start', '--rounds', '9'], {
      env: { ...process.env, TMPDIR: directory },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (readdirSync(directory).length === 0) await new Promise((go) => setTimeout(go, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(directory)).toEqual([]);
  });
});

const escape = (literal: string): string => literal.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

const side = (key: string): Side => ({ key, prepare: () => Promise.resolve({ missing: '' }) });
const [one, peer] = [side('one'), side('peer')];
const measured = (states: number, cpu_s: number, transitions?: number): Measured => ({
  states,
  cpu_s,
  wall_s: cpu_s,
  ...(transitions === undefined ? {} : { transitions }),
});
const figure: Figure = {
  name: 'a ratio',
  unit: 'x',
  mark: { is: '>=', value: 2 },
  sides: [one, peer],
  same: [one, peer],
  value: (of) => of(peer).cpu_s / of(one).cpu_s,
};
const pair = (mine: Measured, theirs: Measured) =>
  new Map([
    ['one', mine],
    ['peer', theirs],
  ]);
const NONE: ReadonlyMap<string, string> = new Map();

describe('a figure', () => {
  test('is the median of pairs, not the ratio of medians', () => {
    // Pairs: 3, 2, 4. Medians: 2 and 8.
    const rounds = [
      [1, 3],
      [4, 8],
      [2, 8],
    ].map(([mine, theirs]) => pair(measured(9, mine!), measured(9, theirs!)));
    expect(tell(figure, rounds, NONE)).toMatchObject({ value: 3, met: true, why: null });
    expect(median([4, 1])).toBe(2.5);
  });

  test('is held to its mark by what was measured, not by what is shown', () => {
    const rounds = [pair(measured(9, 1), measured(9, 1.999))];
    expect(tell(figure, rounds, NONE)).toMatchObject({ value: 2, met: false });
    const above: Figure = { ...figure, mark: { is: '>', value: 2 } };
    const equal = [pair(measured(9, 1), measured(9, 2))];
    expect(tell(above, equal, NONE).met).toBe(false);
    expect(tell({ ...above, mark: { is: '<=', value: 2 } }, equal, NONE).met).toBe(true);
  });

  test.each([
    [measured(9, 1, 5), measured(8, 3, 5)],
    [measured(9, 1, 5), measured(9, 3, 6)],
  ])('is void where counts differ, in any round: %j, %j', (mine, theirs) => {
    const rounds = [pair(measured(9, 1, 5), measured(9, 3, 5)), pair(mine, theirs)];
    const told = tell(figure, rounds, NONE);
    expect(told).toMatchObject({ value: null, met: false, why: VOID });
    expect(text([told])).toContain('void: counts differ');
  });

  test('is not void where one side does not count transitions', () => {
    expect(tell(figure, [pair(measured(9, 1, 5), measured(9, 3))], NONE).met).toBe(true);
  });

  test('of a peer that is missing is -, with how to install it', () => {
    const why = 'SPIN is not installed: apt-get install spin gcc';
    const told = tell(figure, [], new Map([['peer', why]]));
    expect(told).toMatchObject({ value: null, met: null, why });
    expect(text([told])).toBe(
      [
        'figure   ours  other  measured  mark',
        'a ratio                      -  >= 2  -',
        '',
        `- ${why} (a ratio)`,
        '',
      ].join('\n'),
    );
  });

  test('of a side that failed is not met', () => {
    const why = 'failed: peer: SPIN found an error, and there is none';
    expect(tell(figure, [], new Map([['peer', why]]))).toMatchObject({ met: false, why });
  });

  test('is an object a line', () => {
    const told = [1, 2].map((s) => tell(figure, [pair(measured(9, 1), measured(9, s))], NONE));
    const objects = lines(told).trimEnd().split('\n');
    expect(objects.map((line) => JSON.parse(line) as unknown)).toEqual(told);
  });
});

test('figures and sides have names of their own', () => {
  const names = FIGURES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // Of a side without a run there is a reason.
  expect(FIGURES.filter(({ sides, why }) => sides.length === 0 && why === undefined)).toEqual([]);
});

/** Each tag is closed in its turn, and nothing stands unescaped. */
function wellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, close, name, empty] of svg.matchAll(
    /<(\/?)([a-z]+)(?: [\w:-]+="[^"<>]*")*(\/?)>/gi,
  )) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name!);
  }
  expect(open).toEqual([]);
  const bare = svg.replaceAll(/<\/?[a-z]+(?: [\w:-]+="[^"<>]*")*\/?>/gi, '');
  expect(bare).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
}

describe('charts', () => {
  const rounds = [
    new Map<string, Measured>(
      SERIES.flatMap(({ sides }) =>
        sides.flatMap(({ own, spin }, i) => {
          const states = 300 * 7 ** i;
          const run = { ...measured(states, states / 1e6), peak_bytes: 5e7 + 30 * states };
          return [
            [own.key, run],
            [spin.key, { ...run, cpu_s: 2 * run.cpu_s }],
          ] as const;
        }),
      ),
    ),
  ];

  test('are well-formed, have no scripts, and the same bytes for the same figures', () => {
    const drawn = charts(rounds);
    expect(drawn.map(([file]) => file)).toEqual(['states-a-second.svg', 'bytes-a-state.svg']);
    for (const [, svg] of drawn) {
      wellFormed(svg);
      expect(svg).not.toMatch(/<script|\son\w+=|href/);
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg.match(/<polyline/g)).toHaveLength(6);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(charts(rounds)).toEqual(drawn);
  });

  test('leave out what the peer counts otherwise, and a peer that is missing', () => {
    const { own, spin } = SERIES[0]!.sides[0]!;
    const points = (round: Map<string, Measured>) =>
      charts([round])[0]![1].match(/<circle/g)!.length;
    const other = new Map(rounds[0]).set(spin.key, measured(1, 1));
    expect(points(other)).toBe(points(rounds[0]!) - 1);
    const alone = new Map([[own.key, rounds[0]!.get(own.key)!]]);
    expect(charts([alone])[0]![1].match(/<polyline/g)).toHaveLength(1);
  });

  test('names are escaped, and numbers short', () => {
    const points = [{ states: 10, value: 2 }];
    const drawn = [{ name: 'a < b & "c"', points, colour: 0, dashed: false }];
    wellFormed(chart({ title: '<t>', desc: '&', label: '>', lines: drawn }));
    expect([10, 1000, 20_000, 5e6, 1e9].map(short)).toEqual(['10', '1 k', '20 k', '5 M', '1 G']);
  });
});

describe('RESULTS.md', () => {
  const on = {
    cpu: 'a processor',
    cores: 2,
    memory_gib: 8,
    kernel: '6.1',
    node: 'v20',
    spin: null,
    gcc: null,
    load: 0,
  };
  const results = {
    on,
    told: [tell(figure, [pair(measured(9, 1), measured(9, 3))], NONE)],
    options: { rounds: 1, before: BEFORE },
    given: ['--write', '--c', '/home/somebody/secret.c'],
    differing: undefined,
    last: '',
  };

  test('has the table, the command and the machine, and no paths', () => {
    const file = markdown(results);
    expect(file).toContain('| a ratio |  |  | 3 x | >= 2 | met |');
    expect(file).toContain('`npm run bench -- --write --c PATH`');
    expect(file).toContain('SPIN not installed (apt-get install spin gcc)');
    expect(file).not.toMatch(/somebody|shared/);
    expect(markdown({ ...results, on: { ...on, load: 2 } })).toContain('was shared');
  });

  test('keeps what makes states differ, unless it is told anew', () => {
    const first = markdown({ ...results, differing: '### a\n' });
    expect(first.endsWith(`${DIFFERING}\n\n### a\n`)).toBe(true);
    expect(markdown({ ...results, last: first })).toBe(first);
    const anew = markdown({ ...results, differing: '### b\n', last: first });
    expect(anew).not.toContain('### a');
  });
});

describe('what makes states differ', () => {
  test('fields of all records are one group', () => {
    const places = [
      { name: 'page[0].block[1].dirty', word: 0, shift: 0, mask: 1 },
      { name: 'pc.a', word: 0, shift: 1, mask: 7 },
      { name: 'page[1].block[0].dirty', word: 1, shift: 4, mask: 3 },
    ];
    const groups = groupsOf(places, 2, new Set(['pc.a']));
    expect(groups).toEqual([
      { name: 'page[].block[].dirty', bits: Int32Array.of(1, 0x30), isRow: false },
      { name: 'pc.a', bits: Int32Array.of(0xe, 0), isRow: true },
    ]);
    expect(union(groups, 2)).toEqual(Int32Array.of(0xf, 0x30));
  });

  test('the most telling comes first, with who reads it', () => {
    const none = new Set<string>();
    const counted = [
      { group: 'same', isRow: false, left: 100, rows: none, promises: none },
      { group: 'nobody', isRow: false, left: 80, rows: none, promises: none },
      { group: 'row', isRow: true, left: 10, rows: none, promises: none },
      { group: 'both', isRow: false, left: 50, rows: new Set(['a.b']), promises: new Set(['p']) },
      { group: 'told', isRow: false, left: 90, rows: none, promises: new Set(['p']) },
    ];
    const space = { design: 'd', scenario: 's', states: 100, transitions: 300 };
    const file = differing({ ...space, counted, noRow: 70, nobody: 80, shown: 3, remark: 'So.' });
    expect(file.match(/^\| `.*$/gm)).toEqual([
      '| `row` | 10 | 10.00 | - | no: it says which row is next |',
      '| `both` | 50 | 2.00 | rows `a.b`; promises `p` | not as it is: rows go by it |',
      '| `nobody` | 80 | 1.25 | - | yes: no row and no promise reads it |',
    ]);
    expect(file).toContain('Without all 2 groups that nobody reads 80 states are left (1.25), ');
    expect(file).toMatch(/\nSo\.\n$/);
  });
});
