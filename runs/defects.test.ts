import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { DEFECTS, defects, stepsOf } from './defects.ts';
import { readRecord } from './recorded.ts';

test.each(DEFECTS)(
  '$id: $says: each breach is on record, or it is said why there is none',
  (one) => {
    for (const shown of one.shown) {
      expect(stepsOf(shown, readRecord()), `${shown.design} in ${shown.scenario}`).toBeGreaterThan(
        0,
      );
    }
    expect(one.shown.length > 0 || one.not !== undefined).toBe(true);
  },
);

it('the table is as written down (npm run golden rewrites it)', () => {
  const file = new URL('../properties/defects.txt', import.meta.url);
  expect(defects(readRecord())).toBe(readFileSync(file, 'utf8'));
});
