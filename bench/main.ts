/**
 * Speed and memory, side by side with SPIN on the same spaces, and with this checker as it was:
 * what figures.ts lists. Prints a table; with --json, an object a line.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { charts } from './charts.ts';
import { computer, described } from './computer.ts';
import { FIGURES, SERIES } from './figures.ts';
import type { Figure } from './figures.ts';
import { USAGE, parse } from './options.ts';
import type { Options } from './options.ts';
import { markdown } from './markdown.ts';
import { FAILED, lines, tell, text } from './results.ts';
import type { Round } from './results.ts';
import { beside, buildBefore, differ } from './runs.ts';
import type { Measured, Runner, Side } from './runs.ts';

const inALine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');

interface All {
  readonly rounds: readonly Round[];
  readonly missing: ReadonlyMap<string, string>;
}

const progress = (what: string): void => {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${what}`);
};

/** All sides in turn, so that what else the computer does meets all. */
async function measure(
  directory: string,
  sides: readonly Side[],
  { rounds: count, before, c }: Options,
  stopped: AbortSignal,
): Promise<All> {
  let built: Promise<string> | undefined;
  const place = { directory, before: () => (built ??= buildBefore(directory, before)), c };
  const runners = new Map<string, Runner>();
  const missing = new Map<string, string>();
  for (const side of sides) {
    const { key } = side;
    stopped.throwIfAborted();
    progress(`building: ${key}`);
    const prepared = await side.prepare(place);
    if (typeof prepared === 'function') runners.set(key, prepared);
    else missing.set(key, prepared.missing);
  }
  const once = new Set(sides.filter((side) => side.once).map(({ key }) => key));
  const rounds: Round[] = [];
  for (let n = 0; n < count; n++) {
    const round = new Map<string, Measured>();
    // Back and forth: none has always the same before it.
    const order = n % 2 === 0 ? [...runners] : [...runners].toReversed();
    for (const [key, run] of order) {
      if (n > 0 && once.has(key)) continue;
      stopped.throwIfAborted();
      progress(`round ${n + 1} of ${count}: ${key}`);
      // Of one that fails there is no figure, and of all others there is.
      await run().then(
        (measured) => round.set(key, measured),
        (error: unknown) => {
          runners.delete(key);
          missing.set(key, `${FAILED}: ${key}: ${inALine(error)}`);
        },
      );
    }
    rounds.push(round);
  }
  progress('');
  return { rounds, missing };
}

/** Each once, in the order in which they are first named. */
function sidesOf(figures: readonly Figure[], drawn: boolean): readonly Side[] {
  const named = [
    ...figures.flatMap(({ sides }) => sides),
    ...(drawn ? SERIES.flatMap(({ sides }) => sides.flatMap(({ own, spin }) => [own, spin])) : []),
  ];
  return [...new Map(named.map((side) => [side.key, side])).values()];
}

function chosen({ only, all }: Options): Figure[] {
  return FIGURES.filter(({ name }) =>
    only.every((word) => name.toLowerCase().includes(word.toLowerCase())),
  ).map((figure) =>
    figure.long === true && !all
      ? { ...figure, sides: [], value: () => undefined, why: 'it takes minutes: --all' }
      : figure,
  );
}

const written = (file: string): string => beside(`../../bench/${file}`);

async function main(given: readonly string[]): Promise<number> {
  const options = parse(given);
  if (typeof options === 'string') {
    stderr.write(`bench: ${options}\n`);
    return 2;
  }
  if (options.help) {
    stdout.write(USAGE);
    return 0;
  }
  const figures = chosen(options);
  if (figures.length === 0) {
    stderr.write('bench: no figure has these words in its name\n');
    return 2;
  }
  // A signal ends it after the run that is on, so that nothing is left behind.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  const directory = await mkdtemp(join(tmpdir(), 'writepath-bench-'));
  try {
    const on = await computer();
    const sides = sidesOf(figures, options.write);
    const { rounds, missing } = await measure(directory, sides, options, stop.signal);
    const measured_figures = figures.map((figure) => tell(figure, rounds, missing));
    if (options.json)
      stdout.write(`${JSON.stringify({ computer: on })}\n${lines(measured_figures)}`);
    else stdout.write(`${described(on)}\n\n${text(measured_figures)}`);
    if (options.write) {
      for (const [file, svg] of charts(rounds)) await writeFile(written(file), svg);
      stop.signal.throwIfAborted();
      progress('what makes states differ');
      const file = written('RESULTS.md');
      const differing = options.all ? await differ(directory) : undefined;
      progress('');
      const last = await readFile(file, 'utf8').catch(() => '');
      await writeFile(
        file,
        markdown({ on, told: measured_figures, options, given, differing, last }),
      );
    }
    return measured_figures.every(({ met }) => met !== false) ? 0 : 1;
  } catch (error) {
    progress('');
    stderr.write(`bench: ${inALine(error)}\n`);
    return stop.signal.aborted ? 130 : 70;
  } finally {
    await rm(directory, { recursive: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
