/**
 * `matrix --shard K/N --out FILE`: a part of the runs of a matrix, for `merge` to draw them all. No
 * part knows of another: any queue, or list of jobs, can spread them over machines.
 */
import { briefOf, entryOf, partFile } from '../evidence/part-file.ts';
import type { PartAnswer } from '../evidence/part-file.ts';
import { count } from '../evidence/text.ts';
import { VERSION } from '../evidence/version.ts';
import { readRecord } from '../runs/recorded.ts';
import { failedLine } from './blame.ts';
import type { Catalog } from './catalog.ts';
import { HOLDS, INCOMPLETE, UsageError } from './exit.ts';
import { buildDigest, questionsDigest } from './fingerprint.ts';
import type { Io } from './io.ts';
import { answers, longestFirst } from './matrix.ts';
import type { MatrixOptions, Progress } from './matrix.ts';
import { refuseUnwritable, save } from './save.ts';
import { pairs } from './select.ts';
import type { Pair } from './select.ts';
import { dealt, shardText } from './shards.ts';
import type { Shard } from './shards.ts';

export interface PartOptions extends MatrixOptions {
  readonly shard?: Shard;
  readonly out?: string;
}

export const isPart = ({ shard, out }: PartOptions): boolean =>
  shard !== undefined || out !== undefined;

/** The questions in the order in which they are dealt to parts. */
export const inDealtOrder = (asked: readonly Pair[]): readonly Pair[] =>
  longestFirst(asked).map((i) => asked[i]!);

export async function part(
  catalog: Catalog,
  designs: readonly string[],
  options: PartOptions,
  io: Io,
): Promise<number> {
  const { shard, out } = asPart(options);
  const { scenario = [] } = options;
  const asked = pairs(catalog, designs, scenario);
  const build = buildDigest(asked, catalog.modules);
  refuseUnwritable(out);
  const own = dealt(inDealtOrder(asked), shard);
  const recorded = readRecord();
  const found = await answers(catalog, own, { workers: options.workers, recorded }, io);

  const ended = found.flatMap((progress, i) => entryFor(own[i]!, progress));
  const of = `${ended.length} of ${count(own.length, 'run')}`;
  if (ended.length < own.length) {
    io.err(`writepath: interrupted: ${of} ended, and ${out} is not written\n`);
    return INCOMPLETE;
  }
  const file = partFile({
    version: VERSION,
    build,
    questions: questionsDigest(asked),
    shard: shard.k,
    of: shard.of,
    designs: [...designs],
    scenarios: [...scenario],
    answers: ended,
  });
  save(out, file);
  for (const one of found) {
    if (typeof one === 'object' && one.kind === 'failed') io.err(failedLine(one));
  }
  const all = `of ${count(asked.length, 'run')}`;
  io.out(`part ${shardText(shard)}: ${own.length} ${all}: ${tally(ended)}\n`);
  return HOLDS;
}

function asPart({ shard, out, all }: PartOptions): { shard: Shard; out: string } {
  if (shard === undefined) throw new UsageError('--out is of a part: it needs --shard');
  if (out === undefined) throw new UsageError('--shard needs a file: --out FILE');
  if (all) throw new UsageError('--all is for writepath merge: a part is not drawn');
  return { shard, out };
}

/** Of a run that has come to its end. */
function entryFor({ design, scenario }: Pair, progress: Progress): readonly PartAnswer[] {
  if (typeof progress === 'string') return [];
  switch (progress.kind) {
    case 'done':
      return [entryOf(progress.value.report)];
    case 'failed': {
      const { code, what } = progress;
      if (code !== 2 && code !== 70) throw new Error(`a run failed with exit code ${code}`);
      return [{ design: design.name, scenario: scenario.name, failed: what, code }];
    }
    case 'stuck':
      return [];
  }
}

/** The way back. */
export const progressOf = (entry: PartAnswer): Progress => {
  if (!('failed' in entry)) return { kind: 'done', value: { report: briefOf(entry) } };
  const { design, scenario, failed: what, code } = entry;
  return { kind: 'failed', design, scenario, what, code };
};

/** `3 hold, 1 violated`. */
function tally(entries: readonly PartAnswer[]): string {
  const words = { holds: 'hold', violated: 'violated', incomplete: 'incomplete' };
  const kinds = { ...words, vacuous: 'vacuous', failed: 'failed' };
  const said = Object.entries(kinds).flatMap(([kind, word]) => {
    const n = entries.filter((one) => kind === ('failed' in one ? 'failed' : one.verdict)).length;
    return n === 0 ? [] : [`${n} ${word}`];
  });
  return said.join(', ') || 'none in this part';
}
