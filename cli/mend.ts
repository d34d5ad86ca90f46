/**
 * `mend`: the smallest sets of mends with which a design keeps every promise in every scenario,
 * what each mend is needed for, and what each alone leaves broken.
 */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { mendText } from '../evidence/mends.ts';
import type { Breaches, KeepingSet, Needed } from '../evidence/mends.ts';
import { brokenIn } from '../evidence/record.ts';
import type { Report } from '../evidence/report.ts';
import type { Design } from '../model/design.ts';
import { DEFAULT_LIMITS } from '../runs/check.ts';
import { mendable, subsets, withMends } from '../runs/mends.ts';
import type { Mends } from '../runs/mends.ts';
import { isAsked } from '../runs/scenario.ts';
import { failedLine } from './blame.ts';
import { called } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { Pool } from './pool.ts';
import { designsNamed } from './select.ts';

/** A run that gave no answer: the line that says so, and the exit code. */
class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly code: number;

  constructor(line: string, code = INCOMPLETE) {
    super(line);
    this.code = code;
  }
}

const nothingSaid = (why: string) => `writepath: ${why}; nothing is said of its mends\n`;

export function addMend(program: Command, { ask, io }: On): void {
  program
    .command('mend')
    .description('the smallest sets of mends with which a design keeps every promise, and why')
    .argument('<design>', 'one design, or a file that has one')
    .addHelpText('after', '\nExits with 0 when there is such a set, or nothing to mend, else 1.')
    .addHelpText('after', '\nExample:\n  writepath mend page-at-a-time')
    .action((named: string) => ask([named], (asked, names) => mend(asked, names, io)));
}

async function mend(catalog: Catalog, names: readonly string[], io: Io): Promise<number> {
  const designs = designsNamed(names, catalog.designs);
  const [design] = designs;
  if (design === undefined || designs.length > 1) {
    throw new UsageError(
      `'${names.join(' ')}' is ${designs.length} designs; mend takes one at a time`,
    );
  }
  const pool = new Pool(availableParallelism(), io);
  try {
    const asker = new Asker(catalog, design, pool, io);
    const posted = await asker.breaches([]);
    const flaws = posted.length === 0 ? [] : mendable(design);
    const sets = await asker.smallest(flaws);
    const needed: Needed[] = [];
    for (const { mends } of sets) {
      for (const one of mends) {
        const rest = mends.filter((other) => other !== one);
        needed.push({ mends, one, without: await asker.breaches(rest) });
      }
    }
    const alone: { one: string; left: Breaches }[] = [];
    for (const flaw of flaws) alone.push({ one: flaw, left: await asker.breaches([flaw]) });
    const left = sets.length > 0 ? [] : await asker.breaches(flaws);
    io.out(mendText({ design, posted, sets, needed, left, alone }));
    return sets.length > 0 || posted.length === 0 ? HOLDS : VIOLATED;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    io.err(error.message);
    return error.code;
  } finally {
    await pool.end();
  }
}

/** Puts all scenarios to a design with some of its flaws mended. */
class Asker {
  readonly #catalog: Catalog;
  readonly #design: Design;
  readonly #pool: Pool;
  readonly #io: Io;
  /** Scenarios, those first that have shown something last. */
  #order: readonly string[];
  #asked = 0;

  constructor(catalog: Catalog, design: Design, pool: Pool, io: Io) {
    this.#catalog = catalog;
    this.#order = this.#names;
    this.#design = design;
    this.#pool = pool;
    this.#io = io;
  }

  get #names(): readonly string[] {
    return this.#catalog.scenarios.map(({ name }) => name);
  }

  /**
   * All the sets of the smallest size with which nothing is broken; none, where there is no such
   * size.
   */
  async smallest(names: Mends): Promise<readonly KeepingSet[]> {
    for (let size = 1; size <= names.length; size++) {
      const sets = subsets(names, size);
      const keeps: KeepingSet[] = [];
      // Two at a time, in the order of the list: the answer is the same for any number of threads.
      for (let i = 0; i < sets.length; i += 2) {
        const some = sets.slice(i, i + 2);
        const held = await Promise.all(some.map((mends) => this.#keepsAll(mends)));
        keeps.push(...held.filter((set) => set !== undefined));
      }
      if (keeps.length > 0) return keeps;
    }
    return [];
  }

  /** The set, where nothing is broken with it. */
  async #keepsAll(mends: Mends): Promise<KeepingSet | undefined> {
    const vacuous = new Set<string>();
    for (const scenario of this.#scenarios(mends, this.#order)) {
      const report = await this.#ask(mends, scenario, true);
      if (report.verdict === 'vacuous') vacuous.add(scenario);
      if (Object.keys(brokenIn(report)).length === 0 && report.limit === null) continue;
      this.#order = [scenario, ...this.#order.filter((other) => other !== scenario)];
      return undefined;
    }
    const not_asked = this.#names.filter((name) => vacuous.has(name));
    return { mends, not_asked };
  }

  /** Everything that is broken with these mends, in the order of the scenarios. */
  async breaches(mends: Mends): Promise<Breaches> {
    const scenarios = this.#scenarios(mends, this.#names);
    const reports = await Promise.all(scenarios.map((name) => this.#ask(mends, name, false)));
    return reports.flatMap((report) =>
      Object.entries(brokenIn(report)).map(([property, steps]) => ({
        scenario: report.scenario,
        property,
        steps,
      })),
    );
  }

  #scenarios(mends: Mends, order: readonly string[]): readonly string[] {
    const mended = withMends(this.#design, mends);
    return order.filter((name) =>
      isAsked(called('scenario', name, this.#catalog.scenarios), mended),
    );
  }

  async #ask(mends: Mends, scenario: string, first_breach: boolean): Promise<Report> {
    const answer = await this.#pool.check({
      design: this.#design.name,
      scenario,
      modules: this.#catalog.modules,
      bounds: {},
      mends,
      limits: DEFAULT_LIMITS,
      first_breach,
    });
    this.#io.progress(`${++this.#asked} runs`);
    if (this.#io.stop.aborted || answer.kind === 'stuck') {
      throw new Unanswered(nothingSaid('interrupted'));
    }
    if (answer.kind === 'failed') throw new Unanswered(failedLine(answer), answer.code);
    const { report } = answer.value;
    if (report.limit !== null && !first_breach) {
      throw new Unanswered(nothingSaid(`${scenario} was not searched to its end`));
    }
    return report;
  }
}
