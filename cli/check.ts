/**
 * `check`: designs in scenarios, one after the other. The search is driven in slices, so that an
 * interrupt is seen; what was found until then is printed.
 */
import { setImmediate } from 'node:timers/promises';
import { held } from '../evidence/holds.ts';
import { mail } from '../evidence/mail.ts';
import { shortest } from '../evidence/outcome.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { jsonLine, reportOf } from '../evidence/report.ts';
import { count, thousands } from '../evidence/text.ts';
import type { Limits, Verdict } from '../explorer/search.ts';
import { judge, prepare, searchOf } from '../runs/check.ts';
import type { Outcome, Run } from '../runs/check.ts';
import { INCOMPLETE, exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { boundsOf, fitting, limitsOf, refuseTooLarge, written } from './options.ts';
import type { BoundOptions, LimitOptions } from './options.ts';
import { refuseUnwritable, save } from './save.ts';
import { pairs } from './select.ts';

export interface CheckOptions extends BoundOptions, LimitOptions {
  readonly scenario?: readonly string[];
  readonly property?: readonly string[];
  readonly json?: boolean;
  readonly save?: string;
}

/** The shortest of the counterexamples found so far. */
interface Shortest {
  readonly outcome: Outcome;
  readonly property: string;
  readonly trace: readonly number[];
}

export async function check(designs: readonly string[], options: CheckOptions, io: Io) {
  const bounds = boundsOf(options);
  const asked = fitting(pairs(designs, options.scenario, options.property), bounds, {
    named: options.scenario !== undefined,
    skipped: (why) => io.err(`writepath: not asked at these bounds: ${why}\n`),
  });
  refuseTooLarge(asked, bounds, options);
  if (options.save !== undefined) refuseUnwritable(options.save);
  const verdicts: Verdict[] = [];
  let best: Shortest | undefined;
  let last: Outcome | undefined;
  const single = asked.length === 1;
  const table = !options.json && !single;
  if (table) io.out(line('', '', 'states', 'transitions', 'depth'));

  for (const { design, scenario, properties } of asked) {
    if (io.stop.aborted) break;
    const run = prepare(design, scenario, bounds, properties);
    const outcome = await explored(run, limitsOf(options), io);
    if (options.json) io.out(jsonLine(reportOf(outcome)));
    else if (table) io.out(told(outcome, last?.run.design.name));
    verdicts.push(outcome.verdict);
    last = outcome;
    const found = shortest(outcome.result);
    if (found && (!best || found.trace.length < best.trace.length)) best = { outcome, ...found };
  }

  if (!options.json) {
    const one = new Set(asked.map(({ design }) => design)).size === 1;
    if (single && last && !best) io.out(held(last));
    else io.out(ending(best, options, { single, full: one || options.property !== undefined }));
  }
  if (options.save !== undefined) saveShortest(options.save, best, io);
  const missing = asked.length - verdicts.length;
  if (io.stop.aborted)
    io.err(`writepath: interrupted${missing > 0 ? `; ${count(missing, 'run')} not begun` : ''}\n`);
  const code = exitCode(verdicts);
  return missing > 0 && code === 0 ? INCOMPLETE : code;
}

async function explored(run: Run, limits: Limits, io: Io): Promise<Outcome> {
  const search = searchOf(run, limits);
  while (search.slice() && !io.stop.aborted) {
    io.progress(
      `${run.design.name} ${run.scenario.name}: ` +
        `${thousands(search.states)} states, depth ${search.depth}`,
    );
    await setImmediate();
  }
  return judge(run, search.result());
}

function line(name: string, verdict: string, ...numbers: readonly string[]): string {
  const widths = [10, 12, 6];
  const cells = numbers.map((n, i) => n.padStart(widths[i]!)).join('');
  return `${`${name.padEnd(37)} ${verdict.padEnd(10)}${cells}`.trimEnd()}\n`;
}

const LIMITS = {
  states: '--max-states reached',
  memory: '--max-memory reached',
  depth: '--max-depth reached',
  interrupted: 'interrupted',
} as const;

/** The verdict line of a run, below it each broken promise with the length of its trace. */
function told({ run, verdict, result, unreached }: Outcome, previous: string | undefined): string {
  const heading = run.design.name === previous ? '' : `${run.design.name}\n`;
  const numbers = [result.states, result.transitions, result.depth].map(thousands);
  const broken = result.properties
    .filter(({ trace }) => trace !== undefined)
    .map(({ name, trace }) => `      ${name}, ${count(trace!.length, 'step')}\n`);
  // What was broken stands, but of the rest nothing is known.
  const limit = result.limit === undefined ? '' : `      not all states: ${LIMITS[result.limit]}\n`;
  const things =
    verdict === 'violated' && unreached.length > 0
      ? [`${count(unreached.length, 'thing')}; --json names them`]
      : unreached;
  const never = verdict === 'incomplete' ? [] : things.map((x) => `      never reached: ${x}\n`);
  return [
    heading,
    line(`  ${run.scenario.name}`, verdict, ...numbers),
    limit,
    ...broken,
    ...never,
  ].join('');
}

/** What follows the table: the shortest counterexample in full, and how to see the others. */
function ending(
  best: Shortest | undefined,
  options: CheckOptions,
  { single, full }: { readonly single: boolean; readonly full: boolean },
): string {
  if (best === undefined) return '';
  const hint =
    'To see another in full: writepath check DESIGN --scenario SCENARIO --property PROPERTY\n';
  if (!full) return `\n${hint}`;
  const text = mailOf(best, options);
  const others = best.outcome.result.properties.filter(
    ({ name, trace }) => trace !== undefined && name !== best.property,
  );
  if (!single) return `\nThe shortest of them:\n\n${text}\n${hint}`;
  if (others.length === 0) return text;
  const list = others.map(({ name, trace }) => `    ${name}, ${count(trace!.length, 'step')}\n`);
  return `${text}\nAlso broken; --property NAME shows one in full:\n${list.join('')}`;
}

function mailOf({ outcome, property, trace }: Shortest, options: CheckOptions): string {
  const { run, result } = outcome;
  return mail({
    run,
    property: run.properties.find(({ name }) => name === property)!,
    actions: trace,
    found: { by: 'search', result },
    command:
      `npx writepath check ${run.design.name} --scenario ${run.scenario.name}` +
      ` --property ${property}${written(options, options)}`,
  });
}

function saveShortest(file: string, best: Shortest | undefined, io: Io): void {
  if (best === undefined) {
    io.err(`writepath: nothing was broken, so ${file} is not written\n`);
    return;
  }
  const { outcome, property, trace } = best;
  save(file, replayFile(outcome.run, property, trace, { by: 'search' }));
}
