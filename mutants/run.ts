/** Puts mutants to the tests, several at a time, each worker in a copy of the project. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../cli/exit.ts';
import { digest } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { copyTo, digestOf, testsOf } from './project.ts';
import type { Files } from './project.ts';
import { ordered } from './results.ts';
import type { Baseline, Known, Result } from './results.ts';
import { apply } from './rules.ts';
import { runTests } from './tests.ts';
import type { Limits } from './tests.ts';

export interface Run {
  readonly root: string;
  readonly files: Files;
  readonly workers: number;
  readonly stop: AbortSignal;
  readonly known: Known;
  readonly measured: (baseline: Baseline) => void;
  readonly found: (result: Result) => void;
}

/** Mutants run beside each other, and one that is slower is no mutant that loops. */
const limitOf = (ms: number): number => 4 * ms + 10_000;

/** Rejects when stopped; what was found before has been handed over. */
export async function runAll(mutants: readonly Mutant[], run: Run): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'writepath-mutants-'));
  // Whoever fails first stops the others, so that nobody works in a folder that is gone.
  const failed = new AbortController();
  const stop = AbortSignal.any([run.stop, failed.signal]);
  try {
    const queue = mutants.values();
    const copies = Array.from({ length: Math.min(run.workers, mutants.length) }, (_, i) =>
      join(directory, `${i + 1}`),
    );
    for (const copy of copies) copyTo(copy, run.files, run.root);
    for (const copy of copies) await inCopy(copy, ['npm', 'run', '--silent', 'build']);
    const measured = run.known.baselines.get(digestOf(run.files));
    const baseline = measured ?? (await measure(copies[0]!, run));
    const results = [...run.known.results.values()];
    const workers = copies.map(async (copy) => {
      try {
        for (const mutant of queue) {
          const took = ordered(baseline.took, results);
          const result = await judge(mutant, copy, took, { ...run, stop });
          results.push(result);
          run.found(result);
        }
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    });
    const ends = await Promise.allSettled(workers);
    if (ends.some(({ status }) => status === 'rejected')) throw stop.reason;
  } finally {
    // Processes that were killed may still be about to go.
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Tests run what was built. A mutant that does not type-check is one all the same. */
async function build(copy: string): Promise<void> {
  await inCopy(copy, ['node_modules/.bin/tsc', '-p', '.', '--noEmitOnError', 'false']);
}

async function inCopy(copy: string, command: readonly string[]): Promise<void> {
  await new Promise((resolve) => {
    spawn(command[0]!, command.slice(1), { cwd: copy, stdio: 'ignore' }).once('exit', resolve);
  });
}

/** All tests without a mutant: they must pass, and show how quick they are. */
async function measure(copy: string, run: Run): Promise<Baseline> {
  const limits: Limits = new Map([...testsOf(run.files).keys()].map((test) => [test, 600_000]));
  const { outcome, by, took } = await runTests(copy, limits, run.stop);
  if (outcome !== 'passed') throw new UsageError(`${by} fails without any mutant`);
  const baseline = { project: digestOf(run.files), took: [...took] };
  run.measured(baseline);
  return baseline;
}

async function judge(
  mutant: Mutant,
  copy: string,
  took: Baseline['took'],
  { files, stop }: Run,
): Promise<Result> {
  const { id, file, edit } = mutant;
  const source = files.get(file)!;
  const tests = testsOf(files);
  const limits = new Map(
    took.filter(([test]) => tests.get(test)?.has(file)).map(([test, ms]) => [test, limitOf(ms)]),
  );
  const begun = Date.now();
  writeFileSync(join(copy, file), apply(source, edit));
  await build(copy);
  const { outcome, by } =
    limits.size > 0 ? await runTests(copy, limits, stop) : ({ outcome: 'passed', by: '' } as const);
  writeFileSync(join(copy, file), source);
  return {
    id,
    outcome: outcome === 'passed' ? 'survived' : outcome === 'failed' ? 'killed' : 'timeout',
    by,
    ms: Date.now() - begun,
    file: digest(source, 16),
    project: digestOf(files),
  };
}
