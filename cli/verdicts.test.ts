/** JUnit, TAP and SARIF, each read by a program of others that reads them. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'junit2json';
import type { Log } from 'sarif';
import { Parser } from 'tap-parser';
import { expect, test } from 'vitest';
import { junit } from '../evidence/junit.ts';
import { sarif } from '../evidence/sarif.ts';
import { tap } from '../evidence/tap.ts';
import { casesOf } from '../evidence/verdicts.ts';
import type { Judged } from '../evidence/verdicts.ts';
import { check } from '../library/check.ts';
import type { CheckOptions } from '../library/check.ts';
import { DESIGNS } from '../model/designs/all.ts';

function done(design: string, scenario: string, options: CheckOptions = {}): Judged {
  const { report, text } = check(
    DESIGNS.find(({ name }) => name === design)!,
    scenario,
    options,
  );
  return { kind: 'done', account: report, ...(report.headline && { mail: text }) };
}

/** All that XML, YAML and TAP give a meaning to, and what XML has no place for. */
const HOSTILE = `a <b> & "c" 'd' ]]> # SKIP \\ {e} %f\u0001\u001b\nok 1 - no test`;

const [pages, delalloc] = [{ pages: 1 }, 'page-at-a-time/delalloc'];
const cases = casesOf([
  done('recvfile', 'disk-write-fails', { bounds: pages }),
  done(delalloc, 'signal', { bounds: pages }),
  done(delalloc, 'enospc-on-the-17th-page', { bounds: pages }),
  done(delalloc, 'disk-write-fails', { bounds: pages, limits: { states: 9 } }),
  { kind: 'failed', design: 'mine', scenario: 'signal', why: HOSTILE },
  { kind: 'stuck', design: delalloc, scenario: 'two-writers', why: 'incomplete: cut off' },
  { kind: 'not-put', design: delalloc, scenario: 'receive-is-short', why: HOSTILE },
]);
const those = (is: string) => cases.filter(({ result }) => result.is === is);
const COUNTS = ['failed', 'error', 'skipped', 'passed'].map((is) => those(is).length);

test('there is one of each kind', () => {
  expect(Math.min(...COUNTS)).toBeGreaterThan(0);
  expect(cases.map(({ name }) => name)).toContain('no-stale-data in disk-write-fails');
});

test('TAP 14: a point a verdict, read by tap-parser', () => {
  const text = tap(cases);
  const results: { ok: boolean; fail: number; skip: number; count: number; failures: unknown[] }[] =
    [];
  const parser = new Parser({ strict: true }, (result) => results.push(result));
  const read: { ok: boolean; name: string; skip: boolean | string; diag?: Diagnosis }[] = [];
  const extra: unknown[] = [];
  parser.on('assert', (one) => read.push(one));
  parser.on('extra', (line) => extra.push(line));
  parser.end(text);
  const [failed, errors, skipped] = COUNTS as [number, number, number];
  expect(extra).toEqual([]);
  expect(results[0]).toMatchObject({
    count: cases.length,
    fail: failed + errors,
    skip: skipped,
    bailout: false,
  });
  const first = those('failed')[0]!;
  const { name, diag } = read.find(({ ok }) => !ok)!;
  expect(name).toBe(`${first.design}: ${first.name}`);
  const breach = first.result.is === 'failed' ? first.result.breach : undefined;
  expect(diag).toMatchObject({ found: breach!.found, expected: breach!.expected });
  expect(`${diag!.at.file}:${diag!.at.line}`).toBe(breach!.place);
  expect(diag!.counterexample.trimEnd()).toBe(breach!.text.trimEnd());
  expect(read.find(({ skip }) => String(skip).includes('not asked'))!.ok).toBe(true);
  expect(read.at(-1)!.skip).toContain('# SKIP');
});

interface Diagnosis {
  readonly found: string;
  readonly expected: string;
  readonly at: { readonly file: string; readonly line: number };
  readonly counterexample: string;
}

test('JUnit: a case a verdict, with the counterexample; read by junit2json', async () => {
  const text = junit(cases);
  // In the library's type every field may be missing; what is there is asked below.
  const read = (await parse(text)) as unknown as Suites;
  const [failed, errors, skipped] = COUNTS;
  expect(read).toMatchObject({ tests: cases.length, failures: failed, errors, skipped });
  const all = read.testsuite.flatMap((suite) =>
    suite.testcase.map((one) => ({ suite: suite.name, ...one })),
  );
  expect(all.map(({ suite, classname, name }) => [suite, classname, name])).toEqual(
    designs().flatMap((own) => own.map(({ design, name }) => [design, design, name])),
  );
  const first = those('failed')[0]!.result;
  const [failure] = all.find((one) => one.failure !== undefined)!.failure!;
  if (first.is !== 'failed') throw new Error('unreachable');
  expect(failure!.message).toBe(first.message);
  expect(failure!.inner!.trim()).toBe(first.breach!.text.trim());
  expect(all.find(({ suite }) => suite === 'mine')!.error![0]!.message).toContain(']]> # SKIP');
  expect(text).not.toMatch(/timestamp|hostname|time="[^0]/);
});

interface Suites {
  readonly testsuite: readonly {
    readonly name: string;
    readonly testcase: readonly {
      readonly name: string;
      readonly classname: string;
      readonly failure?: readonly { readonly message: string; readonly inner?: string }[];
      readonly error?: readonly { readonly message: string }[];
    }[];
  }[];
}

/** In the order in which suites stand. */
const designs = () =>
  [...new Set(cases.map(({ design }) => design))].map((design) =>
    cases.filter((one) => one.design === design),
  );

test('SARIF: what is broken, row by row; as the schema of OASIS says', () => {
  const log = JSON.parse(sarif(cases)) as Log;
  const file = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  const path = createRequire(import.meta.url).resolve(file);
  // Draft 4, of which it uses what later drafts have, too.
  const {
    $schema: _,
    id: __,
    ...schema
  } = JSON.parse(readFileSync(path, 'utf8')) as Log & {
    id: string;
  };
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    schema,
  );
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  const { results = [], tool } = log.runs[0]!;
  expect(results.length).toBe(COUNTS[0]);
  those('failed').forEach(({ property, result }, i) => {
    const one = results[i]!;
    const breach = result.is === 'failed' ? result.breach : undefined;
    expect(tool.driver.rules![one.ruleIndex!]!.id).toBe(property);
    expect(one.message.text).toContain(breach!.found);
    expect(placeOf(one.locations![0]!)).toBe(breach!.place);
    const steps = one.codeFlows![0]!.threadFlows[0]!.locations;
    expect(steps.map(({ location }) => placeOf(location!))).toEqual(
      breach!.trace.map(({ place }) => place),
    );
    // Places are of lines that there are.
    for (const { location } of steps) {
      const { artifactLocation, region } = location!.physicalLocation!;
      const source = readFileSync(new URL(`../${artifactLocation!.uri}`, import.meta.url), 'utf8');
      expect(source.split('\n').length).toBeGreaterThan(region!.startLine!);
    }
  });
  expect(validate({ ...log, version: '2.0.0' })).toBe(false);
});

type Located = NonNullable<NonNullable<Log['runs'][0]['results']>[0]['locations']>[0];
const placeOf = ({ physicalLocation: at }: Located): string =>
  `${at!.artifactLocation!.uri}:${at!.region!.startLine}`;
