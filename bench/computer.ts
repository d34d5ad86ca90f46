/** The computer that something was measured on, as far as it matters. */
import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

export interface Computer {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gib: number;
  readonly kernel: string;
  readonly node: string;
  /** null: not installed. */
  readonly spin: string | null;
  readonly gcc: string | null;
  /** How many wanted to run in the last minute, this program aside. */
  readonly load: number;
}

const run = promisify(execFile);

const firstLine = (command: string, option: string): Promise<string | null> =>
  run(command, [option]).then(
    ({ stdout }) => stdout.split('\n')[0]!.trim(),
    () => null,
  );

export async function computer(): Promise<Computer> {
  const [spin, gcc] = await Promise.all([
    firstLine('spin', '-V'),
    firstLine('gcc', '-dumpfullversion'),
  ]);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    kernel: release().replace(/^(\d+\.\d+(\.\d+)?).*$/, '$1'),
    node: process.version,
    spin: spin === null ? null : (/\d+\.\d+\.\d+/.exec(spin)?.[0] ?? spin),
    gcc,
    load: Number(loadavg()[0]!.toFixed(1)),
  };
}

const INSTALL = 'not installed (apt-get install spin gcc)';

export function described(of: Computer): string {
  const { cpu, cores, memory_gib, kernel, node, spin, gcc } = of;
  return (
    `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memory_gib} GiB; Linux ${kernel}; ` +
    `Node.js ${node}; SPIN ${spin ?? INSTALL}; gcc ${gcc ?? INSTALL}`
  );
}
