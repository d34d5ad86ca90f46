import { describe, expect, test } from 'vitest';
import { FieldRangeError, Struct, array, flag, oneOf, range } from './struct.ts';

const spec = {
  page: array(2, { uptodate: flag, lock: oneOf('free', 'reader', 'writer'), cell: range(5) }),
  disk: { media: range(0xffff), log: range(3) },
};

function made() {
  const struct = new Struct(spec);
  const memory = new Int32Array(struct.words);
  return { struct, memory, view: struct.view(memory) };
}

describe('Struct: where fields lie', () => {
  const lies = (struct: Struct<Record<string, ReturnType<typeof range>>>) =>
    struct.places.map(({ name, word, shift }) => `${name}@${word}.${shift}`).join(' ');

  test('first fit: a small field goes back to where an earlier word has room', () => {
    const struct = new Struct({
      a: range(0xfffff),
      b: range(0xffff),
      c: range(0xff),
      d: range(0xf),
    });
    expect(lies(struct)).toBe('a@0.0 b@1.0 c@0.20 d@0.28');
    expect(struct.words).toBe(2);
  });

  test('a field never straddles two words', () => {
    const struct = new Struct(
      Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`f${i}`, range(2 ** (3 + (i % 9)))]),
      ),
    );
    for (const { shift, mask } of struct.places) {
      expect(shift + (32 - Math.clz32(mask))).toBeLessThanOrEqual(32);
    }
  });

  test('a field that can only be 0 takes no room', () => {
    const struct = new Struct({ a: range(0xffffff), nothing: range(0), b: range(0xff) });
    expect(struct.words).toBe(1);
    const state = new Int32Array(1);
    const view = struct.view(state);
    view.a = 0xffffff;
    view.b = 0xff;
    expect([view.a, view.nothing, view.b]).toEqual([0xffffff, 0, 0xff]);
  });

  test('fields do not touch each other, the top bit of a word included', () => {
    const struct = new Struct({ a: range(0xffff), b: range(0xffff), c: range(7) });
    const view = struct.view(new Int32Array(struct.words));
    view.a = 0xabcd;
    view.b = 0xffff;
    view.c = 5;
    expect([view.a, view.b, view.c]).toEqual([0xabcd, 0xffff, 5]);
    view.b = 0;
    expect([view.a, view.b, view.c]).toEqual([0xabcd, 0, 5]);
  });

  test('the signature changes with a range', () => {
    const signature = (max: number) => new Struct({ a: range(max), b: flag }).signature();
    expect(signature(5)).not.toBe(signature(6));
    expect(signature(5)).toBe(signature(5));
  });

  test('a range that does not fit a word, and a name that is no name, are refused', () => {
    expect(() => range(-1)).toThrow(RangeError);
    expect(() => range(1.5)).toThrow(RangeError);
    expect(() => range(2 ** 30)).toThrow(RangeError);
    expect(() => new Struct({ 'not a name': flag })).toThrow('not a field name: not a name');
    expect(() => made().struct.place('page[7].cell')).toThrow('no field page[7].cell');
  });
});

describe('Struct: reading and writing', () => {
  test('a value outside the range names the field, the value and the range', () => {
    const { view } = made();
    const write = (value: number) => () => {
      view.page[1]!.cell = value;
    };
    expect(write(6)).toThrow(FieldRangeError);
    expect(write(6)).toThrow('page[1].cell = 6 is outside its declared range 0..5');
    expect(write(5)).not.toThrow();
  });

  test.each([-1, -2147483648, 1.5, NaN, undefined as unknown as number])(
    '%s is refused',
    (value) => {
      const { view, memory } = made();
      view.page[0]!.cell = 3;
      const before = memory.slice();
      expect(() => {
        view.page[0]!.cell = value;
      }).toThrow(FieldRangeError);
      expect(memory).toEqual(before);
    },
  );

  test('diff names what differs, in declared order', () => {
    const { struct, memory, view } = made();
    const before = memory.slice();
    view.disk.log = 2;
    view.page[0]!.lock = 2;
    expect(struct.diff(before, memory)).toEqual([
      { field: 'page[0].lock', from: 'free', to: 'writer' },
      { field: 'disk.log', from: '0', to: '2' },
    ]);
    expect(struct.diff(memory, before)).toEqual([
      { field: 'page[0].lock', from: 'writer', to: 'free' },
      { field: 'disk.log', from: '2', to: '0' },
    ]);
    expect(struct.diff(memory, memory)).toEqual([]);
  });

  test('print gives a line a field', () => {
    const { struct, memory, view } = made();
    view.page[1]!.lock = 1;
    view.disk.media = 513;
    expect(struct.print(memory)).toBe(
      [
        'page[0].uptodate = 0',
        'page[0].lock = free',
        'page[0].cell = 0',
        'page[1].uptodate = 0',
        'page[1].lock = reader',
        'page[1].cell = 0',
        'disk.media = 513',
        'disk.log = 0',
        '',
      ].join('\n'),
    );
  });

  test('views of different geometries share their class', () => {
    const page = { number: flag, cell: range(5) };
    const small = new Struct({ page: array(1, page) });
    const large = new Struct({ first: range(99), page: array(9, { ...page, cell: range(77) }) });
    const of = (struct: typeof small) => struct.view(new Int32Array(struct.words)).page[0]!;
    expect(Object.getPrototypeOf(of(small))).toBe(Object.getPrototypeOf(of(large as never)));
    expect(Object.getPrototypeOf(of(small))).not.toBe(Object.getPrototypeOf(made().view.page[0]));
  });
});
