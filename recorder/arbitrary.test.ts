/** Sequences at random: the same for the same seed, and none that makes no sense. */
import { expect, test } from 'vitest';
import type { Sequence } from './arbitrary.ts';
import { LETTERS_MAX, letterAt } from './calls.ts';
import { KINDS, sizesOf } from './geometry.ts';
import { sampled } from './record.ts';
import type { Order } from './record.ts';

const ORDER: Order = {
  fs: 'xfs',
  blocks: 2,
  mode: 'plain',
  seed: 7,
  sequences: 400,
  operations: 12,
  all_calls: false,
};

test('the same seed gives the same sequences, another seed others', () => {
  const some = sampled(ORDER);
  expect(sampled(ORDER)).toEqual(some);
  expect(sampled({ ...ORDER, seed: 8 })).not.toEqual(some);
});

test('more sequences begin as fewer do', () => {
  const fewer = sampled({ ...ORDER, sequences: 40 });
  expect(sampled(ORDER).slice(0, 40)).toEqual(fewer);
});

const orders: [name: string, order: Order][] = [
  ['xfs, 1 block', { ...ORDER, blocks: 1 }],
  ['xfs, 4 blocks, few free', { ...ORDER, blocks: 4, mode: 'enospc' }],
  ['ext4, 2 blocks, all calls', { ...ORDER, fs: 'ext4', all_calls: true }],
  ['btrfs', { ...ORDER, fs: 'btrfs', blocks: 1, all_calls: true }],
];

test.each(orders)('%s: within the file, and named by its place', (_, order) => {
  const { cells, pages } = sizesOf(order.blocks);
  for (const { calls, second } of sampled(order)) {
    expect(calls).toHaveLength(order.operations);
    calls.forEach((call, place) => {
      if ('name' in call) expect(call.name).toBe(letterAt(place));
      if ('count' in call) {
        expect(call.count).toBeGreaterThan(0);
        expect(call.pos + call.count).toBeLessThanOrEqual(cells);
      }
      if (call.op === 'write' && call.good !== undefined)
        expect(call.good).toBeLessThan(call.count);
      if (call.op === 'sfr') {
        expect(call.b).toBeGreaterThan(call.a);
        expect(call.b).toBeLessThanOrEqual(pages);
      }
      if ('file' in call) expect(second).toBeDefined();
    });
  }
});

test.each(orders)('%s: old data lie below the size', (_, order) => {
  const { bc, blocks } = sizesOf(order.blocks);
  const letters = KINDS[order.fs].unwritten ? /^[.MU]*$/ : /^[.M]*$/;
  for (const { file } of sampled(order)) {
    expect(file.blocks).toMatch(letters);
    expect(file.blocks).toHaveLength(blocks);
    expect(file.blocks.lastIndexOf('M') * bc).toBeLessThan(Math.max(file.size, 1));
  }
});

const operations = (sequences: readonly Sequence[]): Set<string> =>
  new Set(sequences.flatMap(({ calls }) => calls.map(({ op }) => op)));
const FEW = ['drop', 'fsync', 'read', 'sfr', 'write'];

test('which calls there are depends on what was ordered', () => {
  const kinds = (order: Partial<Order>) =>
    [...operations(sampled({ ...ORDER, ...order }))].toSorted();
  expect(kinds({})).toEqual(['crash', ...FEW]);
  expect(kinds({ mode: 'enospc' })).toEqual(FEW);
  expect(kinds({ fs: 'btrfs', blocks: 1 })).toEqual(FEW);
  expect(kinds({ all_calls: true })).toEqual(
    [...FEW, 'crash', 'fallocate', 'punch_hole', 'store', 'truncate', 'zero_range'].toSorted(),
  );
});

test('every number of free blocks is tried', () => {
  const free = (order: Partial<Order>) =>
    new Set(sampled({ ...ORDER, mode: 'enospc', ...order }).map(({ avail }) => avail!));
  const upTo = (max: number) => new Set(Array.from({ length: max + 1 }, (_, i) => i));
  expect(free({})).toEqual(upTo(11));
  expect(free({ fs: 'ext4', blocks: 1 })).toEqual(upTo(3));
  expect(free({ fs: 'ext4d', blocks: 4 })).toEqual(upTo(6));
});

test('a letter for each operation, and never that of old data', () => {
  const letters = Array.from({ length: LETTERS_MAX }, (_, place) => letterAt(place));
  expect(new Set(letters).size).toBe(LETTERS_MAX);
  expect(letters).not.toContain('o');
  expect(() => letterAt(LETTERS_MAX)).toThrow(RangeError);
});
