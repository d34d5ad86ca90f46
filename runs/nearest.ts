/**
 * What random runs have found, found again by a search of all states that are nearer: the same
 * breach then has the same trace, whatever seed came to it first.
 */
import { keptOnRecord } from '../evidence/record.ts';
import type { Design } from '../model/design.ts';
import type { Limits } from '../explorer/search.ts';
import { prepare, searched } from './check.ts';
import type { Run } from './check.ts';
import { readRecord } from './recorded.ts';
import type { Bounds } from './scenario.ts';
import { shown } from './shown.ts';
import type { Shown } from './shown.ts';
import { explain } from './why.ts';

/** More are not searched: then the trace stands as chance has found and fast-check shrunk it. */
const STATES_MAX = 200_000;

export interface Nearest {
  readonly shown: Shown;
  readonly trace: readonly number[];
}

/** With the scenario's own calls, in no more steps; undefined where it is not broken so. */
export function nearest(
  { design, scenario, properties }: Run,
  found: { readonly property: string; readonly steps: number; readonly bounds: Bounds },
  how: {
    readonly designs: readonly Design[];
    readonly command: string;
    readonly files: string;
    readonly stopped: () => boolean;
  },
): Nearest | undefined {
  const asked = properties.filter(({ name }) => name === found.property);
  const run = prepare(design, scenario, found.bounds, asked);
  const until_broken = { of: 1, all: true };
  const limits: Limits = { states: STATES_MAX, depth: found.steps, until_broken };
  const search = searched(run, limits, how.stopped);
  if (how.stopped()) return undefined;
  const [first] = search.result().properties;
  if (first?.trace === undefined) return undefined;
  const keeps = keptOnRecord(readRecord());
  const { designs, command, files } = how;
  const from = { trace: first.trace };
  const { traced, why } = explain({
    run,
    search,
    property: found.property,
    traced: from,
    designs,
    keeps,
    hurry: how.stopped,
  });
  const text = shown(run, found.property, traced, {
    found: { by: 'nearest', states: search.states },
    from: { by: 'search' },
    command,
    files,
    why,
  });
  return { shown: text, trace: traced.trace };
}
