/**
 * What every design is on record to do in every scenario: a file that a command writes, and that
 * every matrix is compared with. Designs that do the same stand together.
 */
import type { Brief } from './report.ts';

/** Results of a scenario: what is broken, in how many steps; with the designs that do so. */
export interface RecordedResult {
  readonly verdict: string;
  readonly broken: Readonly<Record<string, number>>;
  /** For each promise that is broken the flaws that are the reason, as mending them has shown. */
  readonly because: Readonly<Record<string, readonly string[]>>;
  readonly designs: readonly string[];
}

/** Why a design breaks a promise in a scenario. */
export type Because = (design: string, scenario: string, property: string) => readonly string[];
export type Recorded = Readonly<Record<string, readonly RecordedResult[]>>;

export function brokenIn({ properties }: Pick<Brief, 'properties'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, { steps }]) =>
      steps === null ? [] : [[name, steps]],
    ),
  );
}

/** In the order of the reports. */
export function record(reports: readonly Brief[], why: Because): Recorded {
  const found: Record<string, { key: string; result: RecordedResult }[]> = {};
  for (const report of reports) {
    const broken = brokenIn(report);
    const because = Object.fromEntries(
      Object.keys(broken).map((name) => [name, why(report.design, report.scenario, name)]),
    );
    const key = JSON.stringify([report.verdict, broken, because]);
    const own = (found[report.scenario] ??= []);
    const same = own.findIndex((one) => one.key === key);
    const designs = same < 0 ? [] : own[same]!.result.designs;
    const { verdict, design } = report;
    const result = { verdict, broken, because, designs: [...designs, design] };
    if (same < 0) own.push({ key, result });
    else own[same] = { key, result };
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, own]) => [name, own.map(({ result }) => result)]),
  );
}

/** The reasons that are on record. */
export const recordedBecause =
  (recorded: Recorded): Because =>
  (design, scenario, property) =>
    recorded[scenario]?.find(({ designs }) => designs.includes(design))?.because[property] ?? [];

/** Does a design, as far as is on record, keep the promise in the scenario? */
export const keptOnRecord =
  (recorded: Recorded) =>
  (design: string, scenario: string, property: string): boolean => {
    const found = recorded[scenario]?.find(({ designs }) => designs.includes(design));
    if (found === undefined || !['holds', 'violated'].includes(found.verdict)) return false;
    return found.broken[property] === undefined;
  };

export const isOnRecord = (
  { design, scenario }: Pick<Brief, 'design' | 'scenario'>,
  recorded: Recorded,
): boolean => recorded[scenario]?.some(({ designs }) => designs.includes(design)) ?? false;

/** How a run differs from what is on record, in words. A design without a record is new. */
export function differences(report: Brief, recorded: Recorded): string[] {
  const where = `${report.design} in ${report.scenario}`;
  const broken = brokenIn(report);
  const before = recorded[report.scenario]?.find(({ designs }) => designs.includes(report.design));
  if (before === undefined) {
    const names = Object.keys(broken);
    return names.length === 0 ? [] : [`${where}: not on record; breaks ${names.join(', ')}`];
  }
  const names = [...new Set([...Object.keys(before.broken), ...Object.keys(broken)])];
  const changed = names
    .filter((name) => before.broken[name] !== broken[name])
    .map((name) => `${where}: ${name}: ${told(before.broken[name])}, now ${told(broken[name])}`);
  if (changed.length > 0 || before.verdict === report.verdict) return changed;
  return [`${where}: ${before.verdict}, now ${report.verdict}`];
}

const told = (steps: number | undefined): string =>
  steps === undefined ? 'kept' : `broken in ${steps} steps`;
