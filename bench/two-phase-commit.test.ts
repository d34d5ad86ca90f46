import { expect, test } from 'vitest';
import { explore } from '../explorer/search.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

// As TLC counts them; it counts the initial state as one more generated.
test.each([
  { managers: 3, states: 288, transitions: 1_146 - 1 },
  { managers: 5, states: 8_832, transitions: 58_146 - 1 },
  { managers: 7, states: 296_448, transitions: 2_744_706 - 1 },
])('two-phase commit: $states states with $managers managers', ({ managers, ...counts }) => {
  const { properties, ...result } = explore(twoPhaseCommit(managers), {
    states: 2 ** 19,
    depth: 99,
  });
  // Each manager prepares, is heard and commits; the coordinator commits.
  expect(result).toMatchObject({ ...counts, depth: 3 * managers + 1, limit: undefined });
  expect(properties).toEqual([
    { name: 'no-manager-commits-while-another-aborts', verdict: 'holds' },
  ]);
});
