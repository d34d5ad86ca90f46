/** All distinct ways in which a run breaks its promises, grouped by the row at fault. */
import type { Way } from '../evidence/accounted.ts';
import { COLUMNS, count, lines, wrap } from '../evidence/text.ts';
import { compactly, tell } from '../evidence/trace.ts';
import type { Search } from '../explorer/search.ts';
import { waysToBreak } from '../explorer/ways.ts';
import type { Run } from './check.ts';
import { placesIn } from './places.ts';

/** By the row at fault, in the order in which they were come to. */
export function waysOf(run: Run, search: Search): ReadonlyMap<string, readonly Way[]> {
  const found = new Map<string, Way[]>();
  const over = (): boolean => run.observer.atRest();
  const all = waysToBreak(search, run.properties.length, over);
  for (const { property, row, from, trace } of all) {
    const way = {
      property: run.properties[property]!.name,
      trace,
      place: placeOf(run, row, search.state(from)),
    };
    found.set(row, [...(found.get(row) ?? []), way]);
  }
  return found;
}

function placeOf({ system }: Run, row: string, from: Int32Array): string | undefined {
  const [task = '', label = ''] = row.split('.', 2);
  const number = system.tasks.findIndex(({ name }) => name === task);
  if (number < 0) return undefined;
  const piece = system.piece(from, number);
  return placesIn(system, [{ task, label, ...(piece !== undefined && { piece }) }])[0];
}

/** The same in words; \`limited\`: not all states were seen, so that these may not be all. */
export function waysText(
  { system }: Run,
  ways: ReturnType<typeof waysOf>,
  limited: boolean,
): string {
  const total = [...ways.values()].reduce((sum, all) => sum + all.length, 0);
  const head = `${count(total, 'way')} to break a promise, by the row at fault`;
  return lines([
    '',
    ...wrap(`${head}${limited ? ', in the states that were seen' : ''}:`, COLUMNS),
    ...[...ways].flatMap(([row, all]) => [
      ...wrap([row, all[0]?.place ?? ''].filter(Boolean).join(', '), COLUMNS - 2).map(
        (x) => `  ${x}`,
      ),
      ...all.flatMap(({ property, trace }) => {
        const steps = compactly(tell(system, trace));
        const how = `${property}, ${count(trace.length, 'step')}: ${steps}`;
        return wrap(how, COLUMNS - 8).map((line, i) => (i === 0 ? '    ' : '        ') + line);
      }),
    ]),
  ]);
}
