/** `--watch`: a command again, whenever one of the files that it was asked about is saved. */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { filesOf, isPath } from './outside.ts';

/** Editors save in several steps. */
const SETTLE_MS = 40;

/**
 * Which files have changed since they were looked at. Directories are watched: an editor may put
 * another file in the place of one.
 */
class Changes {
  readonly #watchers = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #changed = false;
  #tell: () => void = () => undefined;

  watch(files: readonly string[]): void {
    this.#files = new Set(files);
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      if (this.#watchers.has(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !this.#files.has(join(folder, name))) return;
        this.#changed = true;
        setTimeout(() => this.#tell(), SETTLE_MS);
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    }
  }

  /** From now on it counts what is saved. */
  forget(): void {
    this.#changed = false;
  }

  /** Waits for a change, or has seen one; false where an interrupt came. */
  async next(stop: AbortSignal): Promise<boolean> {
    if (this.#changed || stop.aborted) return !stop.aborted;
    return await new Promise<boolean>((end) => {
      const interrupted = () => end(false);
      this.#tell = () => {
        stop.removeEventListener('abort', interrupted);
        end(true);
      };
      stop.addEventListener('abort', interrupted, { once: true });
    });
  }

  end(): void {
    this.#watchers.forEach((watcher) => watcher.close());
  }
}

/** Does it once, and again after each change of the files that it has looked at. */
export async function again(
  named: readonly string[],
  once: (sources: string[]) => Promise<void>,
  io: Io,
): Promise<void> {
  const paths = named.filter(isPath);
  if (paths.length === 0) throw new UsageError('--watch wants a file of your own, as ./mine.ts');
  const changes = new Changes();
  changes.watch(paths.flatMap(filesOf).map((file) => resolve(file)));
  try {
    do {
      changes.forget();
      try {
        const sources: string[] = [];
        await once(sources);
        changes.watch(sources);
      } catch (error) {
        // What is wrong now may be right when it is saved again.
        if (!(error instanceof UsageError)) throw error;
        io.err(`writepath: ${error.message}\n`);
      }
      if (!io.stop.aborted) io.err('writepath: waiting for a change; an interrupt ends this\n');
    } while (await changes.next(io.stop));
  } finally {
    changes.end();
  }
}
