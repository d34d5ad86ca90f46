/**
 * A trace in Apalache's Informal Trace Format: one state for each step, the initial one first. A
 * record of the state is a record there, a list a list; numbers are numbers, all else is text.
 */
import type { Traced } from '../explorer/search.ts';
import type { Place } from '../machine/struct.ts';
import type { Property } from '../properties/property.ts';
import type { Run } from './outcome.ts';
import { chosenNames, tell } from './trace.ts';

type Value = number | string | Value[] | { [field: string]: Value };

export interface Steps extends Traced {
  readonly property: Property;
}

export function itfOf(run: Run, { trace, loop, property }: Steps): string {
  const told = tell(run.system, trace);
  const states = [run.system.initial(), ...told.map(({ step }) => step.state)];
  const numeric = numericFields(run, states);
  const records = states.map((state) => recordOf(run, state, numeric));
  const steps = [
    { index: 0, task: '', row: 'initial', said: '', chosen: [] as string[] },
    ...told.map(({ task, step }, i) => ({
      index: i + 1,
      task,
      row: step.label,
      said: step.said,
      chosen: chosenNames(step),
    })),
  ];
  return `${JSON.stringify(
    {
      '#meta': {
        format: 'ITF',
        'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
        description: `${run.design.name} breaks ${property.name} (${run.scenario.name})`,
        source: run.scenario.source,
      },
      vars: Object.keys(records[0]!),
      // The last state is that in which the loop begins: the one after that follows it.
      ...(loop === undefined ? {} : { loop: trace.length - loop + 1 }),
      states: records.map((record, i) => ({ '#meta': steps[i]!, ...record })),
    },
    null,
    1,
  )}\n`;
}

/** A field as it is in all records of its kind. */
const kindOf = ({ record, own }: Place): string =>
  [...record.filter((part) => typeof part === 'string'), own].join('.');

/** The same field is a number, or a text, in all states and all records. */
function numericFields({ system }: Run, states: readonly Int32Array[]): ReadonlySet<string> {
  const { struct } = system;
  const textual = new Set<string>();
  for (const place of struct.places) {
    const { show, min, max } = place.field;
    const ends = [min, max].map((value) => show(value, place.record));
    const all = [...ends, ...states.map((state) => struct.text(state, place))];
    if (!all.every((text) => /^-?\d+$/.test(text))) textual.add(kindOf(place));
  }
  return new Set(struct.places.map(kindOf).filter((kind) => !textual.has(kind)));
}

function recordOf(
  { system: { struct } }: Run,
  state: Int32Array,
  numeric: ReadonlySet<string>,
): { [field: string]: Value } {
  const root: { [field: string]: Value } = {};
  for (const place of struct.places) {
    const text = struct.text(state, place);
    put(root, place, numeric.has(kindOf(place)) ? Number(text) : text);
  }
  return root;
}

/** Makes the records and lists on the way. */
function put(root: { [field: string]: Value }, { record, own }: Place, value: Value): void {
  const path = [...record, own];
  let at = root as Record<string | number, Value>;
  path.slice(0, -1).forEach((part, i) => {
    at[part] ??= typeof path[i + 1] === 'number' ? [] : {};
    at = at[part] as Record<string | number, Value>;
  });
  at[own] = value;
}
