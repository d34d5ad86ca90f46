/**
 * Forms, read by the programs that they are made for. Each test runs where its program is
 * installed, and its name says how to install it: in this project, or in the folder that
 * WRITEPATH_CONSUMERS names, or on the PATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

/** What ran, its exit code, and what it printed. */
function said(program: string, ...args: readonly string[]): { code: number | null; all: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { code: status, all: `${stdout}${stderr}` };
}

/** Writes all forms of a run, named after it; returns the exit code. */
function written(name: string, line: string, forms: readonly string[]): number | null {
  const options = forms.flatMap((form) => [`--${form}`, at(`${name}.${form}`)]);
  return said(process.execPath, join(ROOT, 'dist/cli/main.js'), ...line.split(' '), ...options)
    .code;
}

const VERDICTS = ['junit', 'tap', 'sarif'];
const LOOP = 'check multipage-rfc/locked,mapped,skips --scenario throttled-before-allocate';
const SHORT = 'check recvfile --scenario receive-is-short';
const CALLS = [
  'mapping-ends-inside-a-page',
  'disk-with-a-write-cache',
  'blocks-smaller-than-a-page',
  'one-call-after-the-other',
];

beforeAll(() => {
  const loop = `${LOOP} --property every-call-ends`;
  expect(written('loop', loop, [...VERDICTS, 'itf', 'fsx', 'dot', 'svg', 'depths'])).toBe(1);
  expect(written('again', loop, [...VERDICTS, 'itf', 'fsx', 'dot', 'svg', 'depths'])).toBe(1);
  expect(written('short', SHORT, [...VERDICTS, 'itf', 'depths'])).toBe(1);
  for (const name of CALLS) {
    const line = `check multipage-rfc/locked,mapped,skips --scenario ${name} --pages 1`;
    expect(written(name, line, ['fsx'])).toBe(1);
  }
});

test('the same question gives the same bytes, in another process', () => {
  for (const form of [...VERDICTS, 'itf', 'fsx', 'dot', 'svg', 'depths']) {
    expect(read(`again.${form}`)).toBe(read(`loop.${form}`));
  }
});

/** A package of npm; undefined where it is not installed. */
function found(name: string): string | undefined {
  const places = [process.env['WRITEPATH_CONSUMERS'] ?? ROOT, ROOT];
  const all = places.map((place) => join(place, 'node_modules', name));
  return all.find((path) => existsSync(path));
}
const isInstalled = (program: string): boolean => said('which', program).code === 0;

const QUINT = '@informalsystems/quint@0.33.1';
const quint = found('@informalsystems/quint');

test.skipIf(quint === undefined)(`ITF: quint (npm install --no-save ${QUINT})`, () => {
  const reader = createRequire(import.meta.url)(`${quint}/dist/src/itf.js`) as Quint;
  for (const name of ['loop.itf', 'short.itf']) {
    const itf = JSON.parse(read(name)) as Trace;
    const states = reader.ofItf(itf);
    expect(states.length).toBe(itf.states.length);
    const again = reader.toItf(itf.vars, states).value;
    expect(again.states.map((state) => numbers(state))).toEqual(
      itf.states.map((state, index) => ({ ...state, '#meta': { index } })),
    );
  }
});

interface Trace {
  readonly vars: readonly string[];
  readonly states: readonly Record<string, unknown>[];
}
interface Quint {
  ofItf(itf: Trace): readonly unknown[];
  toItf(vars: readonly string[], states: readonly unknown[]): { readonly value: Trace };
}

/** It writes every number as a big one. */
function numbers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(numbers);
  if ('#bigint' in value) return Number(value['#bigint']);
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, numbers(inside)]));
}

const MULTITOOL = '@microsoft/sarif-multitool-linux@5.7.0';
const multitool = found('@microsoft/sarif-multitool-linux');

test.skipIf(multitool === undefined)(
  `SARIF: sarif-multitool finds no error (npm install --no-save ${MULTITOOL})`,
  () => {
    const { code, all } = said(
      join(multitool!, 'Sarif.Multitool'),
      'validate',
      at('short.sarif'),
      '--output',
      at('validated.sarif'),
    );
    expect([code, all]).toEqual([0, expect.stringContaining('Analysis completed successfully.')]);
    expect(all).not.toMatch(/\berror SARIF/);
  },
);

test.skipIf(!isInstalled('junitparser'))('JUnit: junitparser (apt-get install junitparser)', () => {
  // It ends with 1 where a case has failed.
  const { code, all } = said('junitparser', 'verify', at('short.junit'));
  expect([code, all]).toEqual([1, '']);
  const merged = said('junitparser', 'merge', at('short.junit'), at('loop.junit'), at('merged'));
  expect(merged).toEqual({ code: 0, all: '' });
  expect(read('merged')).toMatch(/<testsuites[^>]* tests="25"/);
});

test.skipIf(!isInstalled('xmllint'))('XML: xmllint (apt-get install libxml2-utils)', () => {
  const files = ['short.junit', 'loop.junit', 'loop.svg', 'loop.depths', 'short.depths'].map(at);
  expect(said('xmllint', '--noout', '--nonet', ...files)).toEqual({ code: 0, all: '' });
});

test.skipIf(!isInstalled('dot'))('DOT: graphviz (apt-get install graphviz)', () => {
  const { code, all } = said('dot', '-Tplain', at('loop.dot'));
  expect([code, all.match(/^node /gm)!.length]).toEqual([0, 66]);
});

test.skipIf(!isInstalled('prove'))('TAP: prove of Perl (apt-get install perl)', () => {
  const { code, all } = said('prove', '--exec', 'cat', at('short.tap'));
  expect(all).toMatch(/Failed 6\/24 subtests/);
  // It knows version 13, and finds nothing else to complain of.
  expect(all.match(/Parse errors: .*\n/g)).toEqual([
    "Parse errors: TAP specified version 14 but we don't know about versions later than 13\n",
  ]);
  expect(all).not.toMatch(/Badly formed/);
  expect(code).toBe(1);
});

test.skipIf(!isInstalled('fsx'))(
  'fsx: operations run (build ltp/fsx of xfstests, and put it on the PATH)',
  () => {
    for (const name of [...CALLS, 'loop']) {
      const ops = at(`${name}.fsx`);
      const { code, all } = said('fsx', '-q', '--replay-ops', ops, at(`${name}.file`));
      expect([name, code, all]).toEqual([name, 0, expect.any(String)]);
    }
  },
);
