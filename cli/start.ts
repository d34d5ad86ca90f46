/** Starts the program: a command line, the streams of the process, its exit code. */
import { Console } from 'node:console';
import { INTERNAL, failure } from './exit.ts';
import { processIo } from './io.ts';
import { run } from './program.ts';

/** Tests give another list of designs. */
export async function start(argv: readonly string[], designs?: string): Promise<void> {
  const io = processIo();
  // What a design prints is no result.
  globalThis.console = new Console(process.stderr);
  let ended = false;
  // By itself, Node.js would end with 1: that is a verdict. Rejections come here, too.
  process.on('uncaughtException', (error) => {
    ended = true;
    io.err(`writepath: ${failure(error).line}\n`);
    process.exit(INTERNAL);
  });
  // Whoever ends the program in between has not ended it well.
  process.on('exit', () => {
    if (!ended) {
      io.err('writepath: ended before all was done\n');
      process.exitCode = INTERNAL;
    }
  });
  process.exitCode = io.ended(await run(argv, io, designs));
  ended = true;
}
