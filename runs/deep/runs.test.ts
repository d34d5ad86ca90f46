import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { impossible } from '../../evidence/possible.ts';
import { readRecord } from '../recorded.ts';
import { append, readFound } from './results.ts';
import { deepRuns, soundDesigns } from './runs.ts';
import run from './worker.ts';

const sound = soundDesigns(readRecord());
const runs = deepRuns(sound);

test('sound designs are there, and their runs have names of their own', () => {
  expect(sound.map(({ name }) => name)).toEqual(expect.arrayContaining(['multipage', 'iomap']));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
  expect(sound.some(({ name }) => name.startsWith('multipage-rfc'))).toBe(false);
});

test.each(runs)('$id: possible', ({ setup, design }) => {
  expect(impossible(setup, design.filesystem)).toBeUndefined();
});

const small = runs.filter(({ id }) => /with (?:nobody|journal|reclaim)$/.test(id));
test.each(small)('$id: closed, and holds', ({ id }) => {
  expect(run({ id, states: 100_000 })).toMatchObject({ broken: [] });
  expect(run({ id, states: 100_000 }).limit).toBeUndefined();
  expect(run({ id, states: 20 }).limit).toBe('states');
});

describe('results', () => {
  const found = { states: 3, transitions: 4, depth: 2, broken: [] };

  it('are read again, those of another project and half a line left out', () => {
    const directory = mkdtempSync(join(tmpdir(), 'deep-'));
    const path = join(directory, 'results.jsonl');
    try {
      expect(readFound(path, 'now')).toEqual(new Map());
      append(path, { id: 'one', project: 'now', found });
      append(path, { id: 'two', project: 'before', found });
      expect(readFound(path, 'now')).toEqual(new Map([['one', found]]));
      writeFileSync(path, '{"id": "three", "proj', { flag: 'a' });
      append(path, { id: 'four', project: 'now', found });
      expect([...readFound(path, 'now').keys()]).toEqual(['one', 'four']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
