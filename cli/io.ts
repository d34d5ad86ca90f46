/** What a command needs of the world around it: two streams, and to be told to stop. */
import { writeSync } from 'node:fs';
import { HOLDS, INCOMPLETE, INTERNAL } from './exit.ts';
import { reason } from './save.ts';

export interface Io {
  /** Results. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** A line that the next one overwrites; on a terminal only. */
  progress(text: string): void;
  /** The folder in which what was found is kept; without one, nothing is. */
  readonly corpus?: string;
  /** Aborted by an interrupt, or when the results can no longer be written. */
  readonly stop: AbortSignal;
}

export interface ProcessIo extends Io {
  /** The exit code of a command, after it is known what of its output was lost. */
  ended(code: number): number;
}

const STDOUT = 1;
const STDERR = 2;

/** The terminal, the pipe or the file that the program was started with. */
export function processIo(): ProcessIo {
  const stop = new AbortController();
  const isTTY = process.stderr.isTTY;
  let listening = false;
  let shown = false;
  let lost: unknown;
  let unsaid = false;

  const say = (text: string) => {
    if (unsaid) return;
    unsaid = errorOf(STDERR, `${shown ? '\r\x1b[K' : ''}${text}`) !== undefined;
    shown = false;
  };
  return {
    corpus: '.writepath',
    out: (text) => {
      if (lost !== undefined) return;
      if (shown) say('');
      lost = errorOf(STDOUT, text);
      if (lost !== undefined) stop.abort();
    },
    err: (text) => {
      // Whoever has left, as head does, does not want to be told so. A full disk is told of once.
      if (lost === undefined) say(text);
    },
    progress: (text) => {
      if (!isTTY) return;
      say(text);
      shown = true;
    },
    // A command that never asks is not stopped in between: an interrupt then ends it as usual.
    get stop() {
      // Once: whoever interrupts again does not want to wait for what was found.
      if (!listening) process.once('SIGINT', () => stop.abort());
      listening = true;
      return stop.signal;
    },
    ended: (code) => {
      if (lost === undefined) return unsaid && code === HOLDS ? INTERNAL : code;
      // The reader went away: a verdict stands, but not all that holds was said.
      if (isEpipe(lost)) return code === HOLDS ? INCOMPLETE : code;
      say(`writepath: cannot write the results: ${reason(lost)}\n`);
      return INTERNAL;
    },
  };
}

const isEpipe = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EPIPE';

/**
 * Writes everything, or returns why it could not. A stream would lose the rest of a short write.
 */
function errorOf(fd: number, text: string): unknown {
  let left = Buffer.from(text);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(fd, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return error;
      pause();
    }
  }
  return undefined;
}

/** Another program has made the pipe one that does not wait: wait a little instead. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
