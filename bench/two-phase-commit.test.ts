import { expect, test } from 'vitest';
import { explore } from '../explorer/search.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

// As TLC counts them; it counts the initial state as one more generated.
test.each([
  { managers: 3, states: 288, transitions: 1_146 - 1 },
  { managers: 5, states: 8_832, transitions: 58_146 - 1 },
  { managers: 7, states: 296_448, transitions: 2_744_706 - 1 },
])('two-phase commit: $states states with $managers managers', ({ managers, ...counts }) => {
  const limits = { states: 2 ** 19, depth: 99 };
  const { properties, ...result } = explore(twoPhaseCommit(managers), limits);
  // Each manager prepares, is heard and commits; the coordinator commits.
  expect(result).toMatchObject({ ...counts, depth: 3 * managers + 1, limit: undefined });
  expect(properties).toEqual([
    { name: 'no-manager-commits-while-another-aborts', verdict: 'holds' },
  ]);
});

test.each([2, 4, 6])(
  'two-phase commit of %i managers: played back, the same as plain',
  (managers) => {
    const limits = { states: 2 ** 19, depth: 99 };
    const { coverage, ...played } = explore(twoPhaseCommit(managers), limits);
    const plain = explore(twoPhaseCommit(managers), { ...limits, plain: true });
    expect({ ...played, coverage: undefined }).toEqual({ ...plain, coverage: undefined });
    expect(coverage.rows()).toEqual(plain.coverage.rows());
  },
);
