import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Parents } from './parents.ts';

/** Numbers that never fall, with long gaps among them. */
const rising = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, fc.nat(500)), { maxLength: 800 })
  .map((steps) => {
    let at = 0;
    return steps.map((step) => (at += step));
  });

it('gives every parent, in whatever order they are asked for', () => {
  fc.assert(
    fc.property(rising, fc.array(fc.nat(799)), (all, asked) => {
      const parents = new Parents();
      for (const parent of all) parents.add(parent);
      expect(all.map((_, state) => parents.of(state))).toEqual(all);
      for (const state of asked) {
        if (state < all.length) expect(parents.of(state)).toBe(all[state]);
      }
    }),
  );
});

it('gives them while more are added', () => {
  const parents = new Parents();
  for (let n = 0; n < 3000; n++) {
    parents.add(Math.floor(n / 3));
    expect(parents.of(Math.floor(n / 2))).toBe(Math.floor(Math.floor(n / 2) / 3));
  }
});

it('refuses a parent before the last one', () => {
  const parents = new Parents();
  parents.add(5);
  expect(() => parents.add(4)).toThrow('parent 4 after 5');
});
