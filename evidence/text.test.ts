import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';
import { count, thousands, wrap, wrapPhrases } from './text.ts';
import { VERSION } from './version.ts';

test('text: lines keep to their width, and a longer word is cut', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  expect(wrap('', 4)).toEqual([]);
});

test('text: phrases are broken between, not within', () => {
  expect(wrapPhrases(['a b c', 'd e'], ';', 8)).toEqual(['a b c;', 'd e']);
});

test('text: what a mail cannot carry is replaced', () => {
  expect(wrap('a\tb \u2014 c', 20)).toEqual(['a b ? c']);
});

test('text: numbers', () => {
  expect([thousands(999), thousands(1000), thousands(1234567)]).toEqual([
    '999',
    '1,000',
    '1,234,567',
  ]);
  expect([count(0, 'fault'), count(1, 'fault'), count(2, 'fault')]).toEqual([
    'no faults',
    '1 fault',
    '2 faults',
  ]);
});

test('nearest: the name with the fewest changes, the first of equals', () => {
  expect(nearest('recvfil', ['iomap', 'recvfile', 'recvfile/delalloc'])).toBe('recvfile');
  expect(nearest('bb', ['ab', 'cb'])).toBe('ab');
  expect(nearest('enospc', ['signal', 'enospc-on-a-growing-file'])).toBe(
    'enospc-on-a-growing-file',
  );
  expect(nearest('nonsense', ['recvfile', 'example'])).toBeUndefined();
});

test('version: the program and its package have the same', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect((JSON.parse(text) as { version: string }).version).toBe(VERSION);
});
