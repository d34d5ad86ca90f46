/** Damages some inputs, in a thread of its own: what hangs is noticed from outside. */
import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import fc from 'fast-check';
import { damaged, damages, fault, said } from './damage.ts';
import type { Damage, Said } from './damage.ts';
import { isSealed, lineOf, rightAnswer } from './damage-inputs.ts';
import type { Input, Kind } from './damage-inputs.ts';
import { run } from './program.ts';
import { batchSeed } from './seeds.ts';

export interface Order {
  readonly inputs: readonly Input[];
  readonly folder: string;
  readonly seed: number;
  readonly chunk: number;
  /** Only these of the chunk. */
  readonly from: number;
  readonly to: number;
}

export interface Ended {
  /** Number of the input. */
  readonly n: number;
  readonly kind: Kind;
  readonly code: number;
  readonly ms: number;
  readonly why?: string;
  readonly all: readonly Damage[];
  readonly said: Said;
}

/** One seed gives so many. */
export const CHUNK = 100;

const right = new Map<string, Said>();

async function rightOf(input: Input): Promise<Said> {
  const found = right.get(input.file) ?? (await rightAnswer(input));
  right.set(input.file, found);
  return found;
}

export async function damage({ inputs, folder, seed, chunk, from, to }: Order): Promise<Ended[]> {
  const sampled = fc.sample(damages, { seed: batchSeed(seed, chunk), numRuns: CHUNK });
  const ended: Ended[] = [];
  for (let i = from; i < to; i++) {
    const n = chunk * CHUNK + i;
    const input = inputs[n % inputs.length]!;
    const before = await rightOf(input);
    const all = sampled[i]!;
    // What it is called says whether it is a design.
    const file = join(folder, `damaged-${threadId}${extname(input.file)}`);
    writeFileSync(file, damaged(readFileSync(input.file), all));
    const began = performance.now();
    const answer = await said(run, lineOf(input, file));
    const ms = performance.now() - began;
    const why = fault(answer, before, { all, sealed: isSealed(input) });
    ended.push({
      n,
      kind: input.kind,
      code: answer.code,
      ms,
      ...(why && { why }),
      all,
      said: answer,
    });
  }
  return ended;
}
