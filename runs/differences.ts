/**
 * Classes of difference between a kernel and its model that are known, and stay: each has a name,
 * why it is outside of the model, and a smallest example. What has no name here is unexplained.
 */
import type { Trace } from '../traces/format.ts';
import type { Judged } from './conform.ts';

export interface Class {
  readonly name: string;
  /** Why it is outside of the model, in a sentence. */
  readonly why: string;
  /** The smallest trace that shows it: one line, as a trace file has it. */
  readonly example: string;
  /** Is what `judged` ends with, its difference, of this class? */
  readonly has: (trace: Trace, judged: Judged) => boolean;
}

/** None: all that was recorded until now agrees in everything. */
export const DIFFERENCES: readonly Class[] = [];
