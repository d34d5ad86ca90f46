/** Runs the tests in a copy of the project, until the first that fails or takes too long. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestRun {
  readonly outcome: 'passed' | 'failed' | 'timeout';
  /** The test file that failed, or took too long. */
  readonly by: string;
  /** The files that passed, in the order in which they ran, each with its milliseconds. */
  readonly took: readonly [string, number][];
}

/** The test files in their order, each with the milliseconds that it may take. */
export type Limits = ReadonlyMap<string, number>;

/** Until vitest has begun; and between two files. */
const STARTING = 60_000;

const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'mutants/vitest.config.ts'];

/** Rejects when it is stopped, or when vitest itself fails: that says nothing of the mutant. */
export async function runTests(
  directory: string,
  limits: Limits,
  stop: AbortSignal,
): Promise<TestRun> {
  stop.throwIfAborted();
  // Of a process group of its own: an interrupt from the terminal is for the parent alone.
  const child = spawn(process.execPath, VITEST, {
    cwd: directory,
    detached: true,
    // Whoever is killed leaves temporary files; they go where the copy goes.
    env: {
      ...process.env,
      TMPDIR: dirname(directory),
      MUTANTS_TESTS: [...limits.keys()].join(' '),
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  const kill = () => pid !== undefined && killGroup(pid);
  stop.addEventListener('abort', kill);
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)));
  try {
    const exited = new Promise<void>((resolve, reject) => {
      child.once('error', reject).once('exit', () => resolve());
    });
    const told = follow(createInterface(child.stdout), limits, kill).finally(kill);
    const [run] = await Promise.all([told, exited]);
    stop.throwIfAborted();
    if (run === undefined) throw new Error(`vitest ended without a result: ${errors}`);
    return run;
  } finally {
    stop.removeEventListener('abort', kill);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Reads what mutants/vitest.config.ts tells. A test may loop for ever, so a clock runs along. */
async function follow(
  lines: AsyncIterable<string>,
  limits: Limits,
  kill: () => void,
): Promise<TestRun | undefined> {
  const took: [string, number][] = [];
  let [by, begun, late] = ['', 0, false];
  const ring = () => {
    late = true;
    kill();
  };
  let clock = setTimeout(ring, STARTING);
  try {
    for await (const line of lines) {
      const [event, file = ''] = line.split(' ');
      if (event === '@failed') return { outcome: 'failed', by: file || by, took };
      if (event === '@passed') return { outcome: 'passed', by: '', took };
      if (event === '@ended') took.push([file, Date.now() - begun]);
      if (event !== '@begins' && event !== '@ended') continue;
      clearTimeout(clock);
      [by, begun] = [file, Date.now()];
      clock = setTimeout(ring, event === '@begins' ? (limits.get(file) ?? STARTING) : STARTING);
    }
  } finally {
    clearTimeout(clock);
  }
  return late ? { outcome: 'timeout', by, took } : undefined;
}
