/** What a command needs of the world around it: two streams, and to be told to stop. */

export interface Io {
  /** Results. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** A line that the next one overwrites; on a terminal only. */
  progress(text: string): void;
  /** Aborted by an interrupt, or when nobody reads the results any more. */
  readonly stop: AbortSignal;
}

const NOBODY_READS = 'nobody reads the results any more';

/** The terminal, the pipe or the file that the program was started with. */
export function processIo(): Io {
  const stop = new AbortController();
  // Once: whoever interrupts again does not want to wait for what was found.
  process.once('SIGINT', () => stop.abort());
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      stop.abort(NOBODY_READS);
    });
  }
  const { isTTY } = process.stderr;
  let shown = false;
  const clear = () => {
    if (shown) process.stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      if (!process.stdout.destroyed) process.stdout.write(text);
    },
    err: (text) => {
      // Whoever has left, as head does, does not want to be told so.
      if (stop.signal.reason === NOBODY_READS) return;
      clear();
      process.stderr.write(text);
    },
    progress: (text) => {
      if (!isTTY) return;
      clear();
      process.stderr.write(text);
      shown = true;
    },
    stop: stop.signal,
  };
}
