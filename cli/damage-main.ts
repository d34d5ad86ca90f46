/**
 * `npm run damage`: many damaged files, each read by the program in this process. Whatever is wrong
 * with a file must be said in one line, and soon.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { Piscina } from 'piscina';
import { thousands } from '../evidence/text.ts';
import { CHUNK } from './damage-worker.ts';
import type { Ended, Order } from './damage-worker.ts';
import { KINDS, inputsIn } from './damage-inputs.ts';
import type { Input, Kind } from './damage-inputs.ts';
import type { Io } from './io.ts';
import { whole } from './options.ts';
import { endsAsInterrupted, script } from './script.ts';
import { SEED_MAX } from './seeds.ts';
import { BY_IMPORT } from './threads.ts';

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly workers: number;
  readonly only?: number;
}

/** A file that takes longer is a fault. */
const MS_MAX = 5000;
/** So long a chunk may take until it is said to hang. */
const HANGS_MS = 120_000;
/** Faults that are printed. */
const SHOWN = 10;

const number = whole({ min: 1, max: 100_000_000 });

const programFor = (io: Io): Command =>
  new Command('npm run damage --')
    .description(
      'Damages replay files, parts of a matrix, traces and designs, and has the program read them.',
    )
    .option('--count <n>', 'damaged files', number, 100_000)
    .option('--seed <n>', 'where randomness begins', whole({ min: 0, max: SEED_MAX }), 1)
    .option('--workers <n>', 'threads', whole({ min: 1, max: 64 }), availableParallelism())
    .option('--only <n>', 'what is said of this one', whole({ min: 0, max: 100_000_000 }))
    .addHelpText('after', '\nExit codes: 0 no fault, 1 a fault, 2 bad usage, 3 interrupted.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined });

async function main(argv: readonly string[], io: Io): Promise<number> {
  const options = programFor(io).parse(argv, { from: 'user' }).opts<Options>();
  const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
  const threads = new Piscina<Order, Ended[]>({
    filename: new URL('./damage-worker.js', import.meta.url).href,
    maxThreads: options.workers,
    ...BY_IMPORT,
  });
  const sum = new Sum();
  try {
    const orders = ordersOf(await inputsIn(folder), folder, options).values();
    const one = async () => {
      for (const order of orders) {
        if (io.stop.aborted) return;
        const answer = threads.run(order, { name: 'damage' });
        const ended = await Promise.race([answer, setTimeout(HANGS_MS, undefined, { ref: false })]);
        if (ended === undefined) return sum.hangs(order);
        ended.forEach((each) => sum.add(each));
        if (options.only !== undefined) io.out(`${JSON.stringify(ended[0], null, 1)}\n`);
        io.progress(`${thousands(sum.count)} of ${thousands(options.count)} files`);
      }
    };
    await Promise.all(Array.from({ length: options.workers }, one));
  } finally {
    await threads.destroy();
    rmSync(folder, { recursive: true });
  }
  io.out(sum.text());
  if (sum.faults.length > 0) return 1;
  return io.stop.aborted ? 3 : 0;
}

function ordersOf(inputs: readonly Input[], folder: string, options: Options): Order[] {
  const { seed, count, only } = options;
  const of = (n: number, to: number): Order => {
    const chunk = Math.floor(n / CHUNK);
    return { inputs, folder, seed, chunk, from: n % CHUNK, to: to - chunk * CHUNK };
  };
  if (only !== undefined) return [of(only, only + 1)];
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) =>
    of(i * CHUNK, Math.min(count, (i + 1) * CHUNK)),
  );
}

class Sum {
  count = 0;
  readonly faults: string[] = [];
  readonly #codes = new Map<Kind, Map<number, number>>();
  #slowest = 0;

  add({ n, kind, code, ms, why }: Ended): void {
    this.count++;
    const codes = this.#codes.get(kind) ?? new Map<number, number>();
    this.#codes.set(kind, codes.set(code, (codes.get(code) ?? 0) + 1));
    this.#slowest = Math.max(this.#slowest, ms);
    if (why !== undefined) this.faults.push(`${n}: ${kind}: ${why}`);
    else if (ms > MS_MAX) this.faults.push(`${n}: ${kind}: it took ${Math.round(ms)} ms`);
  }

  hangs({ chunk }: Order): void {
    this.faults.push(`${chunk * CHUNK} or one of the next ${CHUNK}: it does not end`);
  }

  text(): string {
    const rows = KINDS.map((kind) => {
      const codes = [...(this.#codes.get(kind) ?? [])].toSorted(([a], [b]) => a - b);
      const said = codes.map(([code, n]) => `${thousands(n)} ended with ${code}`);
      return `${kind.padEnd(8)} ${said.join(', ') || 'none'}\n`;
    });
    const shown = this.faults.slice(0, SHOWN).map((line) => `  ${line}\n`);
    return (
      `${thousands(this.count)} damaged files:\n${rows.join('')}` +
      `the slowest took ${thousands(Math.ceil(this.#slowest))} ms\n` +
      `${thousands(this.faults.length)} faults\n${shown.join('')}`
    );
  }
}

endsAsInterrupted();
await script('damage', main);
