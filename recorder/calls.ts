/** What a sequence asks of the kernel: the operations of a trace, without what came of them. */
import type { Found, HeldWrite, Operation, Seen } from '../traces/format.ts';

type Without<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** One system call after another: all but a write that is held still. */
export type Sequential = Exclude<Operation, HeldWrite>;

/** One operation, before it is run. */
export type Call = Without<Sequential, 'ret' | 'data' | 'obs' | 'obs2'>;

/** A file as a sequence is to find it. */
export type Wanted = Pick<Found, 'size' | 'blocks'>;

/** What came of a call, besides what can be seen of the files. */
export interface Outcome {
  readonly ret?: Seen['size'] | string;
  readonly data?: string;
}

const LETTERS = 'abcdefghijklmnpqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** No sequence has more operations: each has a letter of its own. `o` is old data. */
export const LETTERS_MAX = LETTERS.length;

/** The letter of the operation at that place in its sequence. */
export function letterAt(place: number): string {
  const letter = LETTERS[place];
  if (letter === undefined)
    throw new RangeError(`a sequence has ${LETTERS_MAX} operations at most`);
  return letter;
}
