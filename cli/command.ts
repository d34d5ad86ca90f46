/** What each command is added to the program with. */
import type { Command } from 'commander';
import type { Ask, Catalog } from './catalog.ts';
import type { Io } from './io.ts';

export interface On {
  readonly all: Catalog;
  readonly ask: Ask;
  readonly io: Io;
  /** Takes the exit code. */
  readonly end: (code: number) => void;
}

export type Add = (program: Command, on: On) => void;

export const EXIT_CODES = `
Exit codes: 0 all that was asked holds, 1 violated, 2 usage or bad input,
3 incomplete or vacuous (never read it as a pass), 70 an error of the checker.`;

/** What an argument that names designs says of itself. */
export const DESIGNS =
  "designs; '*' stands for any part of a name, and a family's name for all of it; or files of " +
  'your own, as ./mine.ts, and directories of them (default: all designs that are listed)';

/** Gathers an option that may be given again. */
export const repeated = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];
