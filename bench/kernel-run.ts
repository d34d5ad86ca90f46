/**
 * One search of a kernel design in a process of its own, as one-run.ts: of this checker, or of
 * another build of it, whose dist/ is given, so that both are asked by the same program. Prints one
 * line of JSON.
 *
 *     node dist/bench/kernel-run.js PAAT|RFC|RF search|check [DIST]
 *
 * `search`: all states, without reductions. `check`: to the verdict, as a check is by
 * default. DIST: ends with a slash.
 */
import { argv, cpuUsage, resourceUsage, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { REDUCED_FROM } from '../explorer/reduced.ts';
import type { Result } from '../explorer/search.ts';
import type * as All from '../model/designs/all.ts';
import type * as Check from '../runs/check.ts';
import type * as Scenarios from '../scenarios/all.ts';
import { KERNEL_RUNS } from './kernel.ts';

const [, , name = '', mode = '', dist] = argv;
const root = dist === undefined ? new URL('../', import.meta.url) : pathToFileURL(dist);
const load = async <M>(file: string): Promise<M> => (await import(new URL(file, root).href)) as M;
const [{ prepare, searchOf, check }, { DESIGNS }, { SCENARIOS }] = await Promise.all([
  load<typeof Check>('runs/check.js'),
  load<typeof All>('model/designs/all.js'),
  load<typeof Scenarios>('scenarios/all.js'),
]);

/** More than any of the spaces needs, as when its size is not known beforehand. */
const ROOM = { states: 2 ** 26, depth: 10_000 };
/** Between the first two of these, and between the last two, speed is looked at. */
const PASSED = [5e5, 1e6, 5e6, 1e7];

const asked = KERNEL_RUNS[name];
if (asked === undefined) throw new Error(`there is no run '${name}'`);
const run = prepare(
  DESIGNS.find((design) => design.name === asked.design)!,
  SCENARIOS.find((scenario) => scenario.name === asked.scenario)!,
  asked.bounds,
);

/** Of the process, from its start on. */
const cpu = () => {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
};

let searched_s = 0;
const passed: { readonly states: number; readonly cpu_s: number }[] = [];

function search(): Result {
  const searching = searchOf(run, ROOM);
  while (searching.slice()) {
    if (searching.at >= (PASSED[passed.length] ?? Infinity)) {
      passed.push({ states: searching.at, cpu_s: cpu() });
    }
  }
  searched_s = cpu();
  return searching.result();
}

const checked = (): Result =>
  check(run, { ...ROOM, reduced_from: REDUCED_FROM }, () => (searched_s = cpu())).result;

const { states, transitions, limit } = mode === 'check' ? checked() : search();
if (limit !== undefined) throw new Error(`the space was not searched to its end: ${limit}`);
const peak_bytes = resourceUsage().maxRSS * 1024;
stdout.write(`${JSON.stringify({ states, transitions, peak_bytes, searched_s, passed })}\n`);
