/**
 * The parts of README.md that commands print: `npm run golden` rewrites them, a test compares them.
 */
import { costTable } from '../evidence/cost.ts';
import { tables } from '../evidence/matrix.ts';
import type { Because } from '../evidence/record.ts';
import { reportOf } from '../evidence/report.ts';
import { lines } from '../evidence/text.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { newDesign } from '../library/new.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import type { Outcome } from './check.ts';
import { coded } from './scenario.ts';
import { costOf } from './cost.ts';
import type { AllExplained } from './explained.ts';
import { golden } from './golden.ts';
import { judgeAll, subset } from './subset.ts';
import { table as conformTable } from './tallies.ts';

const COUNTEREXAMPLE = 'write-across-a-mapping-boundary';

/** README.md with every block that follows a `golden` mark as it is now. */
export function readme(
  text: string,
  outcomes: readonly Outcome[],
  example: string,
  why: Because,
  explained: AllExplained,
  /**
   * What `mend` prints, which takes a minute, and whether the matrix is to be rewritten: the
   * outcomes may be a selection. What is not is left as it is.
   */
  { mend, matrix: whole = true }: { readonly mend?: string; readonly matrix?: boolean } = {},
): string {
  const blocks: Readonly<Record<string, { language: string; body: () => string }>> = {
    ...(mend === undefined ? {} : { mend: { language: 'text', body: () => mend } }),
    ...(whole ? { matrix: { language: 'text', body: () => table(outcomes) } } : {}),
    conform: { language: 'text', body: () => conformTable(judgeAll(subset())).join('\n') },
    cost: { language: 'text', body: costs },
    counterexample: { language: 'text', body: () => counterexample(outcomes, why, explained) },
    example: { language: 'ts', body: () => newDesign('my-design', example) },
  };
  return text.replace(/<!-- golden: (\w+) -->\n(\n```[\s\S]*?\n```\n)?/g, (mark, name: string) => {
    const block = blocks[name];
    if (['mend', 'matrix'].includes(name) && block === undefined) return mark;
    if (block === undefined) throw new Error(`README.md: nothing is called ${mark.trim()}`);
    const { language, body } = block;
    return `<!-- golden: ${name} -->\n\n\`\`\`${language}\n${body().trimEnd()}\n\`\`\`\n`;
  });
}

/** The tables and their signs, without the names and the counts: a row a family. */
function table(outcomes: readonly Outcome[]): string {
  const reports = outcomes.map(reportOf);
  const scenarios = coded(SCENARIOS);
  const all = { reports, properties: PROPERTIES, scenarios, recorded: {}, folded: true };
  return lines(tables(all));
}

/** Designs on one filesystem, so that the rest is the write path's; without the legend. */
function costs(): string {
  const names = [
    'page-at-a-time/delalloc',
    'recvfile/delalloc',
    'recvfile-safe',
    'recvfile-safe/moves',
    'multipage',
  ];
  const priced = DESIGNS.filter(({ name }) => names.includes(name)).flatMap((design) =>
    [1, 32].map((pages) => {
      const over = 'hole';
      return { design: design.name, over, pages, costs: costOf(design, pages, over) } as const;
    }),
  );
  return costTable(priced, '').split('\n\n')[0]!;
}

function counterexample(
  outcomes: readonly Outcome[],
  why: Because,
  explained: AllExplained,
): string {
  const scenario = SCENARIOS.find(({ name }) => name === COUNTEREXAMPLE)!;
  const text = golden(
    scenario,
    outcomes.filter(({ run }) => run.scenario === scenario),
    why,
    explained,
  );
  const from = text.indexOf('\nwritepath: ') + 1;
  return text.slice(from, text.indexOf('\n\n', text.indexOf('\nTo see it again:')));
}
