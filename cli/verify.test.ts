/** `verify`: what is said of a trace on which both interpreters agree, and where they do not. */
import { expect, test } from 'vitest';
import { readReplay } from '../evidence/read-replay.ts';
import { replayFile } from '../evidence/replay-file.ts';
import type { ReplayFile } from '../evidence/read-replay.ts';
import { rerun } from '../evidence/rerun.ts';
import type { Rerun } from '../evidence/rerun.ts';
import { explore } from '../explorer/search.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { prepare } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { failure } from './exit.ts';
import { statement } from './verified.ts';

const KNOWN = { designs: DESIGNS, scenarios: SCENARIOS, properties: PROPERTIES };

function recorded(design: string, scenario: string, property: string): [ReplayFile, Rerun] {
  const run = prepare(
    DESIGNS.find(({ name }) => name === design)!,
    SCENARIOS.find(({ name }) => name === scenario)!,
  );
  const result = explore(run.system, { states: 100_000, depth: 1000 });
  const { trace, loop } = result.properties.find(({ name }) => name === property)!;
  const traced = { trace: trace!, ...(loop === undefined ? {} : { loop }) };
  const file = readReplay(replayFile(run, property, traced, { by: 'search' }));
  return [file, rerun(file, KNOWN)];
}

const [FILE, RERUN] = recorded('recvfile', 'receive-is-short', 'return-value-is-true');

test('both agree: how many steps and states, and what is broken', () => {
  const text = statement(FILE, RERUN);
  expect(text).toMatch(/^Re-taken   a trace of recvfile in receive-is-short\nBy         a second/);
  expect(text).toMatch(/^Agreed {5}24 steps, .*; 25 states of\n {11}\d+ fields each$/m);
  expect(text).toMatch(/^Broken     return-value-is-true: [^]*^Expected   i_size 0 at most$/m);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
});

test('a loop is one for both', () => {
  const redirties = 'multipage-rfc/locked,unwritten,redirties';
  const loop = recorded(redirties, 'throttled-before-allocate', 'every-call-ends');
  expect(statement(...loop)).toMatch(/^Loop {7}1 step at the end, again and again$/m);
});

/** The trace as the machine has it, and an interpreter that runs another design. */
const with_rows = (rows: Design['rows']): (() => string) => {
  const { run, ...rest } = RERUN;
  const design = { ...run.design, rows: { ...run.design.rows, ...rows } };
  return () => statement(FILE, { ...rest, run: { ...run, design } });
};

test('exit code 70: they do not agree, and it is said where', () => {
  const [, second] = FILE.steps;
  const other = with_rows({
    [second!.row]: (k, f) => {
      const next = RERUN.run.design.rows[second!.row]!(k, f);
      return next === second!.row ? 'done' : second!.row;
    },
  });
  expect(other).toThrow(
    /^the two interpreters do not agree: step 2: after '.*' the inter.* has pc/,
  );
  const wrong = with_rows({ [second!.row]: () => 'nowhere' });
  expect(wrong).toThrow(
    /^the two interpreters do not agree: row writer1\..* 'nowhere', which is no/,
  );
  try {
    other();
  } catch (error) {
    expect(failure(error).code).toBe(70);
  }
});

test('a digest that is not the one recorded is a difference, too', () => {
  const [first, ...others] = FILE.steps;
  const steps = [{ ...first!, leaves: '00000000' }, ...others];
  expect(() => statement({ ...FILE, steps }, RERUN)).toThrow(/step 1 .* leaves another state/);
});
