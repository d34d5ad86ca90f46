import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bugStories, kills } from './kills.ts';
import { BUGS, MADE, tried } from './mistakes.ts';

const written = (name: string) =>
  readFileSync(new URL(`../properties/${name}`, import.meta.url), 'utf8');
const bugs = BUGS.map(tried);

it('which promise notices which mistake is as written down (npm run golden rewrites it)', () => {
  expect(kills(MADE.map(tried), bugs)).toBe(written('kills.txt'));
});

it('the stories of bugs are as written down (npm run golden rewrites them)', () => {
  expect(bugStories(bugs)).toBe(written('bugs.txt'));
});
