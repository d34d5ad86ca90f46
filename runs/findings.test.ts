/** What a review found in the first version is right in this one: see findings.ts. */
import { describe, expect, it } from 'vitest';
import { FINDINGS_OF_ANSWERS } from './findings-of-answers.ts';
import { FINDINGS_OF_THE_CHECKER } from './findings-of-the-checker.ts';
import { FINDINGS_OF_THE_KERNEL } from './findings-of-the-kernel.ts';

describe('wrong or hollow answers', () => {
  it.each(FINDINGS_OF_ANSWERS)('$row: $case', ({ right, says }) => {
    expect(says()).toBe(right);
  });
});

describe('answers of the checker itself', () => {
  it.each(FINDINGS_OF_THE_CHECKER)('$row: $case', ({ right, says }) => {
    expect(says()).toBe(right);
  });
});

describe('not as the kernel does it', () => {
  it.each(FINDINGS_OF_THE_KERNEL)('$row: $case', ({ right, says }) => {
    expect(says()).toBe(right);
  });
});
