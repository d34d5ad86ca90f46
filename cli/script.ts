/** A script of its own beside the command line: it runs to an exit code, and fails in one line. */
import { CommanderError } from 'commander';
import { failure } from './exit.ts';
import { processIo } from './io.ts';
import type { Io } from './io.ts';

type Main = (argv: readonly string[], io: Io) => Promise<number>;

/** To be told to end is as an interrupt: nothing is left behind. */
export function endsAsInterrupted(): void {
  for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, () => process.emit('SIGINT'));
}

/** `name`: as it says of itself where it fails. */
export async function script(name: string, main: Main): Promise<void> {
  const io = processIo();
  try {
    process.exitCode = await main(process.argv.slice(2), io);
  } catch (error) {
    const helped = error instanceof CommanderError && error.exitCode === 0;
    const { code, line } = failure(error);
    if (!helped) io.err(`${name}: ${line}\n`);
    process.exitCode = helped ? 0 : code;
  }
}
