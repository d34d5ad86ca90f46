/** JSON as it is printed, against the schemas of the package; and that these refuse what is not. */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { jsonLine } from '../evidence/report.ts';
import { check } from '../library/check.ts';
import type { CheckOptions } from '../library/check.ts';
import { DESIGNS } from '../model/designs/all.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('./program.ts');

const NAMES = ['check', 'fuzz', 'list'] as const;
type Name = (typeof NAMES)[number];
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
for (const name of NAMES) {
  const file = new URL(`../schema/${name}.json`, import.meta.url);
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, name);
}
const schema = (name: Name): ValidateFunction => ajv.getSchema(name)!;

type Tree = Record<string, unknown>;

async function printed(line: string): Promise<Tree> {
  let out = '';
  await run(line.split(' '), {
    out: (text) => (out += text),
    err: () => undefined,
    progress: () => undefined,
    stop: new AbortController().signal,
  });
  return JSON.parse(out) as Tree;
}

function checked(design: string, scenario: string, options: CheckOptions = {}) {
  const { report, text } = check(
    DESIGNS.find(({ name }) => name === design)!,
    scenario,
    options,
  );
  return { json: JSON.parse(jsonLine(report)) as Tree, report, text };
}

const [small, delalloc] = [{ pages: 1 }, 'page-at-a-time/delalloc'];
const mapped = 'multipage-rfc/locked,mapped,skips';
const breach = checked('recvfile', 'disk-write-fails', { bounds: small });
const hold = checked(delalloc, 'signal', { bounds: small });
const vacuous = checked(delalloc, 'enospc-on-the-17th-page', { bounds: small });
const limit = checked(delalloc, 'signal', { bounds: small, limits: { states: 9 } });
const loop = checked(mapped, 'throttled-before-allocate', { properties: ['every-call-ends'] });
const deadlock = checked(mapped, 'buffer-is-the-file', { properties: ['no-deadlock'] });

const known: readonly (readonly [string, Name, Tree, Tree])[] = [
  ['a breach', 'check', breach.json, { verdict: 'violated' }],
  ['a hold', 'check', hold.json, { verdict: 'holds', headline: null }],
  ['a vacuous one', 'check', vacuous.json, { verdict: 'vacuous' }],
  ['a limit', 'check', limit.json, { verdict: 'incomplete', limit: 'states' }],
  ['a loop', 'check', loop.json, { headline: expect.objectContaining({ loop: 1 }) as unknown }],
  ['a deadlock', 'check', deadlock.json, { verdict: 'violated' }],
  [
    'random runs',
    'fuzz',
    await printed(
      `fuzz ${mapped} --scenario buffer-is-the-file --property no-deadlock --runs 9 --json`,
    ),
    { seed: 1, verdict: 'violated' },
  ],
  [
    'a compact hold',
    'check',
    await printed(`check ${delalloc} --scenario signal --pages 1 --compact --json`),
    { verdict: expect.stringMatching(/^holds \(probability of omission < /) as unknown },
  ],
  [
    'a reduced hold',
    'check',
    await printed(`check ${delalloc} --scenario everything-fails-once --pages 3 --json`),
    { verdict: 'holds', reduced: expect.arrayContaining(['writer1.balance']) as unknown },
  ],
  ['all names', 'list', await printed('list --json'), {}],
];

describe.each(known)('%s', (_, name, document, like) => {
  test(`is as schema/${name}.json says`, () => {
    const validate = schema(name);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject(like);
  });

  test('with a key more, or without one, or with another type, it is refused', () => {
    const validate = schema(name);
    for (const [path, node] of objectsIn(document)) {
      node['unheard_of'] = 1;
      expect([path, validate(document)]).toEqual([path, false]);
      delete node['unheard_of'];
      for (const [key, value] of Object.entries(node)) {
        node[key] = Symbol('of no type');
        expect([path, key, validate(document)]).toEqual([path, key, false]);
        delete node[key];
        const may = MAPS.test(path) || MAY_BE_LEFT_OUT.test(`${path}.${key}`);
        expect([path, key, validate(document)]).toEqual([path, key, may]);
        node[key] = value;
      }
    }
    expect(validate(document)).toBe(true);
  });
});

/** By names that are not fixed. */
const MAPS = /^\.properties$/;
/** Keys that stand only where they say something. */
const MAY_BE_LEFT_OUT =
  /\.writers\.\*\.\*\.(?:call|file|buffer|readable|holds|after_crash)$|^\.(?:omission|reduced)$/;

/** Every kind of object in a document, once. */
function objectsIn(document: Tree): ReadonlyMap<string, Tree> {
  const found = new Map<string, Tree>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const list = Array.isArray(node);
    if (!list && !found.has(path)) found.set(path, node as Tree);
    for (const [own, inside] of Object.entries(node)) {
      walk(inside, `${path}.${list || (MAPS.test(path) && !list) ? '*' : own}`);
    }
  };
  walk(document, '');
  return found;
}

const flat = (text: string) => text.replace(/[|\s\\]+/g, ' ');

test.each([
  ['a breach', breach],
  ['a loop', loop],
  ['a deadlock', deadlock],
])('%s: what the text says of the counterexample is in the JSON', (_, { report, text }) => {
  const shown = report.headline!;
  const { promise, expected, found, where, meets, schedule, waits, at_fault } = shown;
  const said = [
    promise,
    expected,
    found,
    where,
    meets ?? '',
    schedule,
    ...shown.steps.flatMap((step) => [step.said, ...step.changes, ...step.faults]),
    ...shown.final,
    ...shown.because.flatMap((flaw) => [flaw.says, flaw.name, flaw.source]),
    ...waits.map(({ task, row, on }) => `${task}, in ${row}, for ${on}`),
    ...shown.needed.map(({ fault }) => fault),
    ...shown.others.flatMap(({ design, instead }) => [design, instead]),
    `row ${at_fault!.task}.${at_fault!.row}, ${at_fault!.place}`,
    report.question,
    report.source,
    report.design_about,
    report.design_source,
    report.explored,
    `writepath ${report.writepath}, model ${report.model}`,
  ];
  for (const one of said) expect(flat(text)).toContain(flat(one));
});

test('list has the codes of scenarios and the short names of promises', async () => {
  const { scenarios, properties } = (await printed('list --json')) as Record<string, Tree[]>;
  const s24 = like({ name: 'blocks-smaller-than-a-page', code: 's24' });
  expect(scenarios).toEqual(expect.arrayContaining([s24]));
  const eof = like({ name: 'nothing-is-left-beyond-eof', short: 'eof' });
  expect(properties).toEqual(expect.arrayContaining([eof]));
});

const like = (part: object): unknown => expect.objectContaining(part);

test('of a run that holds: what was explored, rows and answers as the text has them', () => {
  const { report, text } = hold;
  expect(flat(text)).toContain(flat(report.statement));
  for (const { row, ran, blocked } of report.rows) {
    const numbers = [ran, blocked].map((n) => n.toLocaleString('en'));
    expect(flat(text)).toContain([row, ...numbers].join(' '));
  }
  for (const { site, taken } of report.answers) {
    const answers = taken.map(({ answer, times }) => `${answer} ${times.toLocaleString('en')}`);
    expect(flat(text)).toContain(`${site}: ${answers.join(', ')}`);
  }
});

test('of a deadlock it says who waits for what', () => {
  expect(deadlock.report.headline!.waits).toEqual([
    { task: 'writer1', row: 'fault_in', on: 'the mapping lock, held by writer1' },
    { task: 'writer2', row: 'lock_inode', on: 'i_rwsem, held by writer1' },
  ]);
});
