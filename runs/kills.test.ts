import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kills } from './kills.ts';

it('which promise notices which mistake is as written down (npm run golden rewrites it)', () => {
  const file = new URL('../properties/kills.txt', import.meta.url);
  expect(kills()).toBe(readFileSync(file, 'utf8'));
});
