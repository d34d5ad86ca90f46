/** `cost`: what a write costs, by design. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { OVERS, TITLES, costTable } from '../evidence/cost.ts';
import type { Over, Priced } from '../evidence/cost.ts';
import { count } from '../evidence/text.ts';
import { failedLine } from './blame.ts';
import type { Catalog } from './catalog.ts';
import { DESIGNS } from './command.ts';
import type { On } from './command.ts';
import { HOLDS, INCOMPLETE, withFailures } from './exit.ts';
import type { Io } from './io.ts';
import { whole } from './options.ts';
import { Pool } from './pool.ts';
import { designsNamed } from './select.ts';

interface CostOptions {
  readonly pages: readonly number[];
  readonly over?: readonly Over[];
  readonly json?: boolean;
}

const PAGES = { min: 1, max: 4096 };
/** A page; what recvfile takes in one call; what the patch takes in one segment. */
const USUAL = [1, 32, 1024];

export function addCost(program: Command, { ask, io }: On): void {
  program
    .command('cost')
    .description('counts what a write of so many pages costs: mapping calls, locks, copies, waits')
    .argument('[design...]', DESIGNS)
    .option('--pages <n,...>', 'pages to write (1..4096)', sizes, USUAL)
    .option('--over <extents>', `${OVERS.join(', ')}; may be repeated (default: all)`, another)
    .option('--json', 'one object a line, for each write of each design')
    .addHelpText('after', '\nTakes some ten seconds for all designs at 1024 pages.')
    .addHelpText('after', '\nExample:\n  writepath cost recvfile multipage --pages 32 --over hole')
    .action((named: string[], options: CostOptions) =>
      ask(named, (catalog, names) => cost(catalog, names, options, io)),
    );
}

/** `1,32,1024`, in ascending order. */
function sizes(text: string): readonly number[] {
  const numbers = text.split(',').map(whole(PAGES));
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

function another(text: string, before: readonly Over[] = []): readonly Over[] {
  const found = OVERS.find((over) => over === text);
  if (found === undefined) throw new InvalidArgumentError(`Expected ${OVERS.join(', ')}.`);
  return [...before, found];
}

async function cost(
  catalog: Catalog,
  names: readonly string[],
  options: CostOptions,
  io: Io,
): Promise<number> {
  const { pages, over = OVERS } = options;
  const overs = OVERS.filter((one) => over.includes(one));
  const designs = designsNamed(names, catalog.designs).map(({ name }) => name);
  const pool = new Pool(Math.min(availableParallelism(), designs.length * overs.length), io);
  let asked = designs.length * overs.length;
  const ask = async (design: string, extents: Over) => {
    const where = { design, scenario: `a write ${TITLES[extents]}` };
    const answer = await pool.cost({ ...where, modules: catalog.modules, over: extents, pages });
    io.progress(`${count(--asked, 'run')} to come`);
    return { ...where, over: extents, answer };
  };
  try {
    const answers = await Promise.all(overs.flatMap((one) => designs.map((d) => ask(d, one))));
    const failures = answers.flatMap(({ answer }) => (answer.kind === 'failed' ? [answer] : []));
    failures.forEach((failed) => io.err(failedLine(failed)));
    if (io.stop.aborted)
      io.err('writepath: interrupted; nothing is said of what was not counted\n');
    // Of a design all is shown, or nothing.
    const counted = designs.filter((name) =>
      answers.every(({ design, answer }) => design !== name || answer.kind === 'done'),
    );
    const priced = answers.flatMap(({ design, over: extents, answer }) =>
      answer.kind === 'done' && counted.includes(design)
        ? answer.value.map((costs, i) => ({ design, over: extents, pages: pages[i]!, costs }))
        : [],
    );
    if (options.json) priced.forEach((one) => io.out(jsonOf(one)));
    else if (priced.length > 0) io.out(costTable(priced, written(names, options)));
    return withFailures(io.stop.aborted ? INCOMPLETE : HOLDS, failures);
  } finally {
    await pool.end();
  }
}

const jsonOf = ({ design, over, pages, costs }: Priced): string =>
  `${JSON.stringify({ design, over, pages, costs: costs ?? null })}\n`;

/** The command line, for a shell. */
function written(names: readonly string[], { pages, over = [] }: CostOptions): string {
  const quoted = names.map((name) => (name.includes('*') ? ` '${name}'` : ` ${name}`));
  const sized = String(pages) === String(USUAL) ? '' : ` --pages ${pages.join(',')}`;
  return `npx writepath cost${quoted.join('')}${sized}${over.map((o) => ` --over ${o}`).join('')}`;
}
