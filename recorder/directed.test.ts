/** The directed set: each item of both lists is asked of a kernel, or says why it is not. */
import { expect, test } from 'vitest';
import { DIRECTED, UNASKED } from './directed.ts';
import { sizesOf } from './geometry.ts';
import { HELD } from './held-questions.ts';
import { askedOn, scripted } from './script.ts';

/** The fifteen differences of the review, and the catalogue of bugs, which has gaps. */
const F = Array.from({ length: 15 }, (_, i) => `F${i + 1}`);
const GAPS = [5, 7, 12, 13, 18, 22, 24, 28, 30, 34, 40];
const M = Array.from({ length: 45 }, (_, i) => i + 1)
  .filter((n) => !GAPS.includes(n))
  .map((n) => `M${String(n).padStart(2, '0')}`);

const QUESTIONS = [...DIRECTED, ...HELD];
const asked = new Set(QUESTIONS.flatMap(({ ids }) => ids));

test.each([...F, ...M])('%s is asked, or says why not', (id) => {
  expect(asked.has(id)).not.toBe(id in UNASKED);
});

test('nothing else is named', () => {
  const known = new Set([...F, ...M]);
  const others = [...asked, ...Object.keys(UNASKED)].filter((id) => !known.has(id));
  expect(others.filter((id) => !id.startsWith('mail: '))).toEqual([]);
});

test('the mail asks at least three of what a write is held for', () => {
  const ofTheMail = HELD.flatMap(({ ids }) => ids).filter((id) => id.startsWith('mail: '));
  expect(new Set(ofTheMail).size).toBeGreaterThanOrEqual(3);
});

test('names are short, and each is one', () => {
  const names = QUESTIONS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // With what a mode has before it, a trace allows for 100.
  for (const name of names) expect(name.length).toBeLessThanOrEqual(89);
});

test.each(DIRECTED)('$name: within the file', (directed) => {
  for (const blocks of [1, 2, 4] as const) {
    const sizes = sizesOf(blocks);
    for (const fs of ['xfs', 'ext4', 'ext4d'] as const) {
      if (!askedOn(directed, fs)) continue;
      const { file, calls } = scripted(directed, sizes, fs);
      expect(file.blocks).toHaveLength(sizes.blocks);
      for (const call of calls) {
        if ('pos' in call) expect(call.pos).toBeLessThanOrEqual(sizes.cells);
        if ('count' in call) expect(call.pos + call.count).toBeLessThanOrEqual(sizes.cells);
      }
    }
  }
});
