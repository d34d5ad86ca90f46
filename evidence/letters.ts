/** Scenarios in the matrix: one letter each, by their order. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `scenarios` are all there are. */
export const letterOf = (scenario: string, scenarios: readonly string[]): string =>
  LETTERS[scenarios.indexOf(scenario)] ?? '*';
