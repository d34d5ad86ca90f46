import { describe, expect, test } from 'vitest';
import { FieldRangeError, Struct, array, counter, flag, oneOf, range } from './struct.ts';

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

  test('each field lies in the first word with room for it, whatever came before', () => {
    const bits = Array.from({ length: 300 }, (_, i) => 1 + ((i * i * 7 + i * 3) % 30));
    const struct = new Struct(Object.fromEntries(bits.map((n, i) => [`f${i}`, range(2 ** n - 1)])));
    const used: number[] = [];
    bits.forEach((n, i) => {
      const room = used.findIndex((taken) => taken + n <= 32);
      const word = room < 0 ? used.length : room;
      expect(struct.places[i]).toMatchObject({ word, shift: used[word] ?? 0 });
      used[word] = (used[word] ?? 0) + n;
    });
    expect(struct.words).toBe(used.length);
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

  test('a range that does not fit a word, and a place that is not there, are refused', () => {
    expect(() => range(-1)).toThrow(RangeError);
    expect(() => range(1.5)).toThrow(RangeError);
    expect(() => range(2 ** 30)).toThrow(RangeError);
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
    const told = (from: Int32Array, to: Int32Array) =>
      struct.diff(from, to).map((change) => `${change.place.name}: ${change.from}, ${change.to}`);
    expect(told(before, memory)).toEqual(['page[0].lock: free, writer', 'disk.log: 0, 2']);
    expect(told(memory, before)).toEqual(['page[0].lock: writer, free', 'disk.log: 2, 0']);
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

describe('Struct: names', () => {
  test.each(['not a name', 'Upper', '_x', '9x', '', 'constructor', 'a-b', '__proto__x'])(
    "'%s' is refused",
    (name) => {
      const message = `'${name}' cannot be the name of a field`;
      expect(() => new Struct({ [name]: flag })).toThrow(message);
      expect(() => new Struct({ part: { [name]: flag } })).toThrow(message);
      expect(() => new Struct({ list: array(1, { [name]: flag }) })).toThrow(message);
    },
  );

  // What the first version generated beside a field `x`, or kept for itself.
  const odd = ['done', 'done_mask', 'x', 'x_word', 'x_shift', 'x_mask', 'x_clear', 'x_max', 'pc'];

  test.each([...odd, 'memory', 'path', 'places', 'get', 'set', 'then'])(
    '%s is a name as any other',
    (name) => {
      const struct = new Struct({ [name]: range(9), below: counter(9), x2: range(9) });
      const view = struct.view(new Int32Array(struct.words)) as Record<string, number>;
      view[name] = 7;
      view['below'] = -3;
      view['x2'] = 5;
      expect([view[name], view['below'], view['x2']]).toEqual([7, -3, 5]);
    },
  );

  test('none of them collides with another', () => {
    const struct = new Struct(Object.fromEntries(odd.map((name) => [name, range(31)])));
    const view = struct.view(new Int32Array(struct.words)) as Record<string, number>;
    odd.forEach((name, i) => (view[name] = i + 1));
    expect(odd.map((name) => view[name])).toEqual(odd.map((_, i) => i + 1));
  });
});

describe('Struct: counters, which may be below zero', () => {
  function counted() {
    const struct = new Struct({ a: range(3), free: counter(12), b: range(0xff), c: counter(1) });
    const memory = new Int32Array(struct.words);
    return { struct, memory, view: struct.view(memory) };
  }

  test('every value of the range is written and read, beside others', () => {
    const { struct, memory, view } = counted();
    view.a = 3;
    view.b = 0xff;
    for (let n = -12; n <= 12; n++) {
      view.free = n;
      view.c = n < 0 ? -1 : 1;
      expect([view.free, view.a, view.b, view.c]).toEqual([n, 3, 0xff, n < 0 ? -1 : 1]);
      expect(struct.get(memory, struct.place('free'))).toBe(n);
      expect(struct.text(memory, struct.place('free'))).toBe(String(n));
    }
  });

  test('steps across zero', () => {
    const { view } = counted();
    view.free--;
    expect(view.free).toBe(-1);
    view.free += 2;
    expect(view.free).toBe(1);
  });

  test.each([-13, 13, 0.5, NaN])('%s is out of its range, and the counter is named', (value) => {
    const { view, memory } = counted();
    view.free = -12;
    const before = memory.slice();
    try {
      view.free = value;
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FieldRangeError);
      expect(error).toMatchObject({
        counter: 'free',
        message: `free = ${value} is outside its declared range -12..12`,
      });
    }
    expect(memory).toEqual(before);
  });

  test('of what is no counter none is named', () => {
    const { view } = counted();
    try {
      view.a = 4;
      expect.unreachable();
    } catch (error) {
      expect((error as FieldRangeError).counter).toBeUndefined();
    }
  });

  test('the signature tells a counter from a range of as many bits', () => {
    const of = (field: ReturnType<typeof range>) => new Struct({ n: field }).signature();
    expect(of(counter(3))).not.toBe(of(range(3)));
  });

  test('views of a counter and of a range of one name do not share their class', () => {
    const of = (field: ReturnType<typeof range>) => {
      const struct = new Struct({ n: field });
      return struct.view(new Int32Array(struct.words));
    };
    const [plain, signed] = [of(range(3)), of(counter(3))];
    signed.n = -3;
    plain.n = 3;
    expect([signed.n, plain.n]).toEqual([-3, 3]);
  });
});
