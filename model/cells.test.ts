import { describe, expect, it } from 'vitest';
import { Cells, GARBAGE, STALE, ZERO, isForeign } from './cells.ts';
import { geometry } from './geometry.ts';

/** Two files of four cells, two calls. */
const cells = new Cells(geometry({ files: 2 }), ['w1', 'w2']);

describe('a value', () => {
  const all = [
    { value: ZERO, origin: -1, call: -1, place: -1, name: 'zero' },
    { value: STALE, origin: -1, call: -1, place: -1, name: 'STALE' },
    { value: GARBAGE, origin: -1, call: -1, place: -1, name: 'GARBAGE' },
    { value: cells.old(0, 0), origin: 0, call: -1, place: 0, name: 'old1' },
    { value: cells.old(0, 3), origin: 0, call: -1, place: 3, name: 'old1' },
    { value: cells.old(1, 2), origin: 1, call: -1, place: 2, name: 'old2' },
    { value: cells.written(0, 0), origin: 2, call: 0, place: 0, name: 'w1' },
    { value: cells.written(0, 3), origin: 2, call: 0, place: 3, name: 'w1' },
    { value: cells.written(1, 1), origin: 3, call: 1, place: 1, name: 'w2' },
  ];

  it.each(all)('$name, of place $place', ({ value, origin, call, place, name }) => {
    expect(cells.origin(value)).toBe(origin);
    expect(cells.callOf(value)).toBe(call);
    expect(cells.place(value)).toBe(place);
    expect(cells.name(value)).toBe(name);
    if (call >= 0) expect(cells.originOf(call)).toBe(origin);
  });

  it('no two are the same, and the last is the largest', () => {
    const values = [0, 1].flatMap((i) =>
      [0, 1, 2, 3].flatMap((place) => [cells.old(i, place), cells.written(i, place)]),
    );
    expect(new Set([ZERO, STALE, GARBAGE, ...values]).size).toBe(19);
    expect(Math.max(...values)).toBe(cells.max);
    expect(cells.max).toBe(18);
    expect(cells.origins).toBe(4);
  });

  it('outside of the file a buffer has no byte', () => {
    expect([cells.written(1, -1), cells.written(1, 4)]).toEqual([GARBAGE, GARBAGE]);
  });

  it('where it does not belong its name says where it does', () => {
    const value = cells.written(0, 3);
    expect([cells.name(value, 3), cells.name(value, 2)]).toEqual(['w1', 'w1[3]']);
    expect(cells.name(STALE, 2)).toBe('STALE');
  });

  it('old data of the only file needs no number', () => {
    expect(new Cells(geometry(), []).originName(0)).toBe('old');
  });

  it('foreign is what no file ever held', () => {
    const values = [ZERO, STALE, GARBAGE, cells.old(0, 0), cells.written(1, 3)];
    expect(values.map(isForeign)).toEqual([false, true, true, false, false]);
  });
});

describe('the cells of a block, in one number', () => {
  const three = new Cells(geometry({ block_cells: 3 }), ['w1']);

  it('each is written and read alone', () => {
    let block = three.all(STALE);
    block = three.with(block, 2, three.max);
    block = three.with(block, 0, ZERO);
    expect([0, 1, 2].map((i) => three.at(block, i))).toEqual([ZERO, STALE, three.max]);
    block = three.with(block, 2, ZERO);
    expect([0, 1, 2].map((i) => three.at(block, i))).toEqual([ZERO, STALE, ZERO]);
  });

  it('any one that is foreign is found, and nothing else', () => {
    const fine = three.with(three.all(three.old(0, 1)), 1, ZERO);
    expect(three.hasForeign(fine)).toBe(false);
    for (const value of [STALE, GARBAGE]) {
      for (let i = 0; i < 3; i++) {
        expect(three.hasForeign(three.with(fine, i, value)), `${value} at ${i}`).toBe(true);
      }
    }
  });

  it('is shown, with places where the block has one', () => {
    let block = three.all(ZERO);
    block = three.with(three.with(block, 0, three.old(0, 3)), 1, three.written(0, 3));
    expect(three.show(block)).toBe('old,w1,zero');
    expect(three.show(block, 3)).toBe('old,w1[3],zero');
    const field = three.field((record) => Number(record[1]) * 3);
    expect(field.show(block, ['page', 1])).toBe('old,w1[3],zero');
    expect(field.change('x', 'y', 'cells')).toBe('holds x');
  });
});

describe('what is possible', () => {
  it('a block has room for its cells, or the geometry is refused', () => {
    const sized = (pages: number, page_blocks: number, block_cells: number) =>
      geometry({ pages, page_blocks, block_cells });
    expect(Cells.possible(sized(32, 1, 2), 6)).toBe(true);
    // 3 + 2 * 340 values are 10 bits each, and there are three of them.
    expect(Cells.possible(sized(32, 3, 3), 1)).toBe(true);
    expect(Cells.possible(sized(32, 4, 3), 1)).toBe(true);
    expect(Cells.possible(sized(32, 4, 3), 2)).toBe(false);
  });

  it('what is possible can be written and read, the largest value everywhere', () => {
    for (const block_cells of [2, 3]) {
      for (const calls of [1, 2, 6]) {
        const g = geometry({ pages: 16, page_blocks: 2, block_cells });
        if (!Cells.possible(g, calls)) continue;
        const made = new Cells(
          g,
          Array.from({ length: calls }, (_, i) => `w${i + 1}`),
        );
        const block = made.all(made.max);
        for (let i = 0; i < block_cells; i++) expect(made.at(block, i)).toBe(made.max);
        expect(block).toBeLessThan(2 ** 30);
        expect(made.field().max).toBeGreaterThanOrEqual(block);
      }
    }
  });
});
