/**
 * What was found in a user's own designs is kept, each counterexample as a replay file, and taken
 * again before the next search: it is still broken, or mended, or the trace says nothing any more.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve as absolute, sep } from 'node:path';
import { butFor } from '../evidence/omission.ts';
import type { readReplay } from '../evidence/read-replay.ts';
import type { Report } from '../evidence/report.ts';
import { count } from '../evidence/text.ts';
import type { Catalog } from './catalog.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import type { Where } from './job.ts';
import type { Pool } from './pool.ts';
import { readSmall } from './read.ts';
import { reason, save } from './save.ts';

/** One that was kept. */
interface Kept {
  readonly file: string;
  readonly content: string;
  readonly scenario: string;
  readonly property: string;
}

/** Of designs that are in files of the user; the package's own are on record. */
const isOwn = ({ files }: Catalog, { design }: Where): boolean => files.has(design);

/** A trace that cannot be taken any more: only a search tells whether it is mended. */
export interface Stale extends Where {
  readonly property: string;
  readonly why: string;
}

/** Takes again what was kept of these questions, and says what has become of it. */
export async function takeKept(
  catalog: Catalog,
  asked: readonly (Where & { readonly properties: readonly string[] })[],
  pool: Pool,
  io: Io,
): Promise<readonly Stale[]> {
  const found: Stale[] = [];
  if (io.corpus === undefined) return found;
  const own = asked.filter((where) => isOwn(catalog, where));
  if (own.length === 0) return found;
  const { readReplay } = await import('../evidence/read-replay.ts');
  for (const design of new Set(own.map((where) => where.design))) {
    const isAsked = ({ scenario, property }: Kept): boolean =>
      own.some(
        (one) =>
          one.design === design && one.scenario === scenario && one.properties.includes(property),
      );
    for (const one of keptOf(within(io.corpus, design), readReplay, io).filter(isAsked)) {
      if (io.stop.aborted) return found;
      const { file, content, scenario, property } = one;
      const { modules } = catalog;
      const answer = await pool.replay({ design, scenario, modules, file, content });
      const where = { design, scenario, property };
      if (answer.kind === 'done') {
        say(where, `still broken, in ${count(answer.value.steps, 'step')}`, io);
      } else {
        const what = answer.kind === 'failed' ? answer.what : 'interrupted';
        found.push({ ...where, why: what.replace(/^.*?stale: /, '') });
      }
    }
  }
  return found;
}

const say = ({ scenario, property }: Omit<Stale, 'why'>, what: string, io: Io): void =>
  io.err(`writepath: kept: ${property} in ${scenario}: ${what}\n`);

/** What a search has shown of a trace that could not be taken; without one, that it is stale. */
export function resolve(stale: Stale, report: Report | undefined, io: Io): void {
  const { verdict, steps } = report?.properties[stale.property] ?? {};
  if (verdict === 'holds')
    say(stale, `mended: the search finds it kept in all states${butFor(report?.omission)}`, io);
  else if (verdict === 'violated') {
    say(stale, `still broken, in another way: ${count(steps!, 'step')}`, io);
  } else say(stale, `stale: ${stale.why}`, io);
}

/** A path inside of a folder, whatever the name is. */
export function within(folder: string, name: string): string {
  const path = join(folder, name);
  if (absolute(path).startsWith(absolute(folder) + sep)) return path;
  throw new UsageError(`${name}: that is outside of ${folder}`);
}

function keptOf(folder: string, read: typeof readReplay, io: Io): Kept[] {
  return filesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    try {
      const content = readSmall(file);
      const { scenario, property } = read(content);
      return [{ file, content, scenario, property }];
    } catch (error) {
      io.err(`writepath: kept: ${file}: ${(error as Error).message}\n`);
      return [];
    }
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
}

/** Keeps a counterexample; that it cannot is said, and costs nothing else. */
export function keep(
  catalog: Catalog,
  where: Where,
  { property, file: content }: { readonly property: string; readonly file: string },
  io: Io,
): void {
  if (io.corpus === undefined || !isOwn(catalog, where)) return;
  try {
    const folder = within(io.corpus, where.design);
    // A name may have parts; the file is one.
    const name = `${where.scenario}.${property}.json`.replaceAll('/', '%2F');
    const file = within(folder, name);
    mkdirSync(folder, { recursive: true });
    save(file, content);
  } catch (error) {
    const what = `${property} of ${where.design}`;
    const why = error instanceof UsageError ? error.message : `${what}: ${reason(error)}`;
    io.err(`writepath: not kept: ${why}\n`);
  }
}
