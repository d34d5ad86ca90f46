/**
 * Counterexamples of every design: they can be mailed, nothing is missing, and they can be redone.
 */
import { expect, test } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import { SITES } from '../model/kernel.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { isAsked } from '../runs/scenario.ts';
import { held } from '../evidence/holds.ts';
import { mail } from '../evidence/mail.ts';
import { COLUMNS } from '../evidence/text.ts';
import { tell } from '../evidence/trace.ts';

interface Shown {
  readonly run: Run;
  readonly property: string;
  readonly actions: readonly number[];
  readonly text: string;
}

const ASKED = ['enospc-on-the-17th-page', 'receive-is-short', 'allocate-fails-after-the-copy'];

/** Every counterexample of every design in a few scenarios, and the statements of what holds. */
function everything(): { shown: Shown[]; statements: string[] } {
  const shown: Shown[] = [];
  const statements: string[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => ASKED.includes(name))) {
    for (const design of DESIGNS.filter((one) => isAsked(scenario, one))) {
      const run = prepare(design, scenario);
      const { result, ...outcome } = check(run);
      statements.push(held({ ...outcome, result }));
      for (const { name, trace, loop = 0 } of result.properties) {
        if (trace === undefined) continue;
        const property = run.properties.find((one) => one.name === name)!;
        const command = `npx writepath check ${design.name} --scenario ${scenario.name}`;
        const text = mail({
          run,
          property,
          trace,
          loop,
          found: { by: 'search', result },
          command,
        });
        shown.push({ run, property: name, actions: trace, text });
      }
    }
  }
  return { shown, statements };
}

const { shown, statements } = everything();

test('mail: every counterexample is 72 columns of ASCII without tabs', () => {
  expect(shown.length).toBeGreaterThan(20);
  for (const text of [...shown.map((one) => one.text), ...statements]) {
    expect(text.split('\n').filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(text).toMatch(/^[\n -~]*\n$/);
    expect(text).not.toMatch(/ $/m);
  }
});

test('mail: every step is shown, or stands in a fold; the last is always shown', () => {
  let folds = 0;
  for (const { text, actions } of shown) {
    const numbers = new Set<number>();
    for (const [, n] of text.matchAll(/^ {0,3}(\d+) [ !]/gm)) numbers.add(Number(n));
    expect(numbers).toContain(actions.length);
    for (const [, from, to] of text.matchAll(/\.\.\. steps (\d+)\.\.(\d+): the same/g)) {
      folds++;
      for (let n = Number(from); n <= Number(to); n++) numbers.add(n);
    }
    expect(numbers.size).toBe(actions.length);
  }
  expect(folds).toBeGreaterThan(0);
});

test('mail: each injected fault is marked, and nothing else', () => {
  let marked = 0;
  for (const { text, run, actions } of shown) {
    const marks = [...text.matchAll(/^ {0,3}(\d+) !/gm)].map(([, n]) => Number(n));
    const told = tell(run.system, actions);
    expect(marks).toEqual(told.flatMap(({ faults }, i) => (faults.length > 0 ? [i + 1] : [])));
    marked += marks.length;
  }
  expect(marked).toBeGreaterThan(0);
});

test('mail: the line of steps alone is enough to take them again', () => {
  for (const { text, run, actions } of shown) {
    const [, block] = /task\(answers\)\*times:\n((?: {4}.*\n)+)/.exec(text)!;
    expect(parse(block!, run)).toEqual(actions);
  }
});

/** `writer1*2 writer1(copy-short=1)` as actions. */
function parse(block: string, { system }: Run): number[] {
  return block
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [, name, chosen = '', times = '1'] = /^(\w+)(?:\(([^)]*)\))?(?:\*(\d+))?$/.exec(word)!;
      const task = system.tasks.findIndex((one) => one.name === name);
      const answers = chosen
        .split(',')
        .filter(Boolean)
        .map((one) => {
          const [site, answer] = one.split('=') as [string, string];
          const named = SITES.find((s) => s.name === site)!.answers.indexOf(answer);
          return named >= 0 ? named : Number(answer);
        });
      return Array.from({ length: Number(times) }, () => encodeAction(task, answers));
    });
}

test('mail: a deadlock ends with who waits for what', () => {
  const design = DESIGNS.find(({ name }) => name === 'recvfile')!;
  const scenario = SCENARIOS.find(({ name }) => name === 'reclaim-meets-a-locked-page')!;
  const run = prepare(design, scenario);
  const { result } = check(run);
  const { trace } = result.properties.find(({ name }) => name === 'no-deadlock')!;
  const property = run.properties.find(({ name }) => name === 'no-deadlock')!;
  const text = mail({ run, property, trace: trace!, found: { by: 'search', result } });
  expect(text).toMatch(/\nWaiting now:\n {4}writer1, in \w+, for /);
  expect(text).toContain('all states within these bounds');
  const fast_check = { seed: 3, path: '8:1' };
  const found = { by: 'fuzz', seed: 7, runs: 9, fast_check } as const;
  const fuzzed = mail({ run, property, trace: trace!, found });
  expect(fuzzed).toContain('9 random runs, seed 7');
  expect(fuzzed).toMatch(/fast-check: seed 3, path\s+"8:1"/);
  expect(fuzzed).not.toContain('No trace is shorter');
});

test('mail: a loop of several steps ends with which of them repeat', () => {
  const { design } = MUTANTS.find((one) => one.design.name.endsWith('without-faulting-in'))!;
  const scenario = SCENARIOS.find(({ name }) => name === 'short-copy-over-old-data')!;
  const run = prepare(design, scenario);
  const { result } = check(run);
  const { trace, loop } = result.properties.find(({ name }) => name === 'every-call-ends')!;
  const property = run.properties.find(({ name }) => name === 'every-call-ends')!;
  const found = { by: 'search', result } as const;
  const lines = mail({ run, property, trace: trace!, loop: loop!, found }).split('\n');
  const last = trace!.length;
  const says = `Steps ${last - loop! + 1} to ${last} repeat for ever: the last leads back to`;
  expect(loop).toBeGreaterThan(1);
  expect(lines.filter((line) => line.startsWith(says))).toHaveLength(1);
  expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
  // Each step of it is written out.
  for (let n = last - loop! + 1; n <= last; n++) {
    expect(lines.filter((line) => line.startsWith(`${String(n).padStart(4)} `))).toHaveLength(1);
  }
});
