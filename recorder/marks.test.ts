/** Whose bytes: what a sequence has written is told from everything else. */
import { expect, test } from 'vitest';
import { Withheld } from './cannot.ts';
import { lettersOf, mark, markImage } from './marks.ts';

const CELL = 512;
const own = { sequence: 7, file: 0 };

/** Four cells, and letters from cell `from` on over some of them. */
function cells(...parts: { letter: string; from: number; count: number; of?: typeof own }[]) {
  const bytes = new Uint8Array(4 * CELL);
  for (const { letter, from, count, of = own } of parts) {
    mark(bytes.subarray(from * CELL, (from + count) * CELL), CELL, { ...of, letter, from });
  }
  return bytes;
}

test('zero, old data, and the letters of writes', () => {
  expect(lettersOf(new Uint8Array(4 * CELL), CELL, own)).toBe('0000');
  const written = cells({ letter: 'o', from: 0, count: 1 }, { letter: 'b', from: 2, count: 2 });
  expect(lettersOf(written, CELL, own)).toBe('o0bb');
});

test('a cell that is not one thing all through', () => {
  const bytes = cells({ letter: 'a', from: 0, count: 4 });
  bytes.fill(0, CELL + 8, CELL + 16);
  expect(lettersOf(bytes, CELL, own)).toBe('a?aa');
  const torn = cells({ letter: 'a', from: 0, count: 4 });
  const other = cells({ letter: 'b', from: 0, count: 4 });
  torn.set(other.subarray(3 * CELL, 3 * CELL + 256), 3 * CELL);
  expect(lettersOf(torn, CELL, own)).toBe('aaa?');
});

test('no more letters than bytes were read', () => {
  const bytes = cells({ letter: 'a', from: 0, count: 4 });
  expect(lettersOf(bytes.subarray(0, 3 * CELL), CELL, own)).toBe('aaa');
  expect(lettersOf(bytes.subarray(0, 0), CELL, own)).toBe('');
});

const foreign: [why: string, bytes: Uint8Array][] = [
  ['of another sequence', cells({ letter: 'a', from: 1, count: 1, of: { ...own, sequence: 6 } })],
  ['of the other file', cells({ letter: 'a', from: 1, count: 1, of: { ...own, file: 1 } })],
  ['of another cell', misplaced()],
  ['of the image before mkfs', image()],
  ['a single bit', bit()],
];

function misplaced(): Uint8Array {
  const bytes = cells({ letter: 'a', from: 0, count: 2 });
  bytes.copyWithin(CELL, 0, CELL);
  return bytes;
}

function image(): Uint8Array {
  const bytes = new Uint8Array(4 * CELL);
  markImage(bytes);
  return bytes;
}

function bit(): Uint8Array {
  const bytes = cells({ letter: 'a', from: 0, count: 4 });
  bytes[2 * CELL + 100] = bytes[2 * CELL + 100]! ^ 1;
  return bytes;
}

test.each(foreign)('bytes that were not written there are withheld: %s', (_, bytes) => {
  expect(() => lettersOf(bytes, CELL, own)).toThrow(Withheld);
});

test('what is withheld carries nothing', () => {
  const { message, stack, cause } = new Withheld();
  expect([message, stack, cause]).toEqual(['withheld', '', undefined]);
});

test('no word of an image is zero, or of a sequence', () => {
  const words = new BigUint64Array(image().buffer);
  expect(words.includes(0n)).toBe(false);
  expect(new Set(words).size).toBe(words.length);
});
