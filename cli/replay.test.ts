/**
 * Replay files: what was written is taken again; whatever is wrong with one is said in one line.
 */
import { expect, test } from 'vitest';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from '../runs/check.ts';
import { sha256 } from '../evidence/digest.ts';
import { readReplay } from '../evidence/read-replay.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { rerun } from '../evidence/rerun.ts';
import type { Known } from '../evidence/rerun.ts';

const KNOWN: Known = { designs: DESIGNS, scenarios: SCENARIOS, properties: PROPERTIES };

function recorded(design: string, scenario: string) {
  const run = prepare(
    DESIGNS.find(({ name }) => name === design)!,
    SCENARIOS.find(({ name }) => name === scenario)!,
  );
  return check(run)
    .result.properties.filter(({ trace }) => trace !== undefined)
    .map(({ name, ...traced }) => ({
      property: name,
      actions: traced.trace!,
      loop: traced.loop ?? 0,
      text: replayFile(run, name, { ...traced, trace: traced.trace! }, { by: 'search' }),
    }));
}

const FILES = recorded('recvfile', 'receive-is-short');
const { text: FILE } = FILES.find(({ property }) => property === 'return-value-is-true')!;

/** The same file with something in it changed, and a checksum that fits. */
function forged(change: (file: Record<string, unknown>) => void, text = FILE): string {
  const { sum: _, ...file } = JSON.parse(text) as Record<string, unknown>;
  change(file);
  return JSON.stringify({ ...file, sum: sha256(JSON.stringify(file), 16) });
}

/** A design of FILE's name, with one row changed. */
function mutant(label: string, row: Design['rows'][string]): Known {
  const designs = DESIGNS.map((design) =>
    design.name === 'recvfile' ? { ...design, rows: { ...design.rows, [label]: row } } : design,
  );
  return { ...KNOWN, designs };
}

const reading = (text: string) => () => readReplay(text);
const replaying =
  (text: string, known = KNOWN) =>
  () =>
    rerun(readReplay(text), known);

test('replay: what was written is read, taken again, and breaks the same promise', () => {
  expect(FILES.length).toBeGreaterThan(3);
  for (const { text, property, actions } of FILES) {
    const again = rerun(readReplay(text), KNOWN);
    expect(again.property.name).toBe(property);
    expect(again.actions).toEqual(actions);
    expect(again.changed).toBe(false);
  }
});

test('replay: a loop is taken again, and leads back to where it began', () => {
  const redirties = 'multipage-rfc/unlocked,unwritten,redirties';
  const found = recorded(redirties, 'throttled-before-allocate');
  const { text, loop } = found.find(({ property }) => property === 'every-call-ends')!;
  expect(rerun(readReplay(text), KNOWN)).toMatchObject({ loop: 1, changed: false });
  const { steps } = JSON.parse(text) as { steps: object[] };
  for (const bad of [steps.length + 1, undefined]) {
    const other = forged((file) => (file['loop'] = bad), text);
    expect(replaying(other)).toThrow(/^not a replay file: loop: \d+, of 9 steps$/);
  }
  // A step more, which does not lead back.
  expect(replaying(forged((file) => (file['loop'] = loop + 1), text))).toThrow(
    'stale: the trace runs, but no longer breaks every-call-ends',
  );
  // A promise that a state breaks has none.
  expect(replaying(forged((file) => (file['loop'] = 1)))).toThrow('not a replay file: loop: 1');
});

test('replay: a file that was cut off anywhere is refused', () => {
  for (let length = 0; length < FILE.trimEnd().length; length += 37) {
    expect(reading(FILE.slice(0, length))).toThrow(
      /^(truncated, or not JSON|not a replay file: not JSON)$/,
    );
  }
});

test.each([
  ['"design": "recvfile"', '"design": "recvfile/delalloc"'],
  ['"property": "return-value-is-true"', '"property": "no-stale-data"'],
  ['"pages":2', '"pages":3'],
  ['"task":"peer"', '"task":"writer1"'],
  ['peer-short=1', 'peer-short=2'],
  ['"by":"search"', '"by":"fuzz"'],
])('replay: a file in which %s was edited is refused', (from, to) => {
  expect(FILE).toContain(from);
  expect(reading(FILE.replace(from, to))).toThrow('edited or damaged: its checksum does not match');
});

test('replay: a file of another version, or of something else, is refused', () => {
  expect(reading(FILE.replace('"writepath": 3', '"writepath": 1'))).toThrow(
    'a replay file of another version: format 1, this is 3',
  );
  expect(reading('[]')).toThrow('not a replay file: not a JSON object');
  expect(reading('{"name": "x"}')).toThrow('not a replay file of writepath');
});

test('replay: a well-formed file with senseless contents is refused', () => {
  expect(reading(forged((file) => (file['steps'] = 'none')))).toThrow(
    /^not a replay file: steps: /,
  );
  const bounds = (JSON.parse(FILE) as { bounds: { geometry: object } }).bounds;
  const large = { ...bounds, geometry: { ...bounds.geometry, pages: 1000 } };
  expect(replaying(forged((file) => (file['bounds'] = large)))).toThrow(
    'bounds that cannot be run: pages = 1000 is not in 1..32',
  );
});

test.each(['design', 'scenario', 'property'])('replay: an unknown %s, with the nearest', (kind) => {
  const text = forged((file) => (file[kind] = `${String(file[kind])}x`));
  const name = (JSON.parse(FILE) as Record<string, string>)[kind];
  expect(replaying(text)).toThrow(`unknown ${kind} '${name}x'; the nearest is '${name}'`);
});

test('replay: stale, a step is no longer enabled', () => {
  const text = forged((file) => {
    (file['steps'] as { chosen: string[] }[])[4]!.chosen = ['copy-short=1'];
  });
  expect(replaying(text)).toThrow(/^stale: step 5 \(writer1, row \w+\) is no longer enabled$/);
  const ended = mutant('lock_inode', (k) => (k.inode_lock(), 'ret'));
  expect(replaying(FILE, ended)).toThrow(
    /^stale: step 1 \(writer1, row lock_inode\)|^stale: step 2/,
  );
});

test('replay: stale, a step does something else', () => {
  const other = mutant('kmap', (k) => (k.inode_unlock(), 'recv_alloc'));
  expect(replaying(FILE, other)).toThrow(
    /^stale: step \d+ \(writer1, row kmap\) now does something else: kmap: inode_unlock\(\)$/,
  );
  // It says the same, and goes on to another row.
  const elsewhere = mutant('kmap', (k) => (k.kmap(0), 'recv_alloc'));
  expect(replaying(FILE, elsewhere)).toThrow(
    /^stale: step \d+ \(writer1, row kmap\) now .*: it leaves another state behind$/,
  );
});

test('replay: stale, the promise is no longer broken', () => {
  const kept = PROPERTIES.map((property) => ({ ...property, violated: () => false }));
  expect(replaying(FILE, { ...KNOWN, properties: kept })).toThrow(
    'stale: the trace runs, but no longer breaks return-value-is-true',
  );
});

test('replay: a change that the trace does not meet is only noted', () => {
  const more = mutant('never_reached', (k) => (k.inode_lock(), 'ret'));
  expect(rerun(readReplay(FILE), more).changed).toBe(true);
});

test('replay: JSON that is nested deep, or in many parts, is refused before it is parsed', () => {
  const within = (text: string) => reading(`{"writepath": 3, "steps": ${text}}`);
  const why = 'not a replay file: its JSON has too much in it';
  expect(within('['.repeat(5000) + ']'.repeat(5000))).toThrow(why);
  expect(within(`[${'{},'.repeat(300_000)}{}]`)).toThrow(why);
  // In a text, brackets are only text.
  expect(within(`"${'[\\"'.repeat(5000)}"`)).toThrow('edited or damaged');
});
