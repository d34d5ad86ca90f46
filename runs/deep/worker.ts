/** In a thread of its own: one run, to its end or to a limit. */
import { Search } from '../../explorer/search.ts';
import { DESIGNS } from '../../model/designs/all.ts';
import { kernelSystem } from '../../model/system.ts';
import { PROPERTIES, checksOf } from '../../properties/all.ts';
import type { Found } from './results.ts';
import { deepRuns } from './runs.ts';

export interface Order {
  readonly id: string;
  readonly states: number;
}

export default function run({ id, states }: Order): Found {
  const { design, setup } = deepRuns(DESIGNS).find((one) => one.id === id)!;
  const asked = PROPERTIES.filter((property) => property.asks?.(design) ?? true);
  const search = new Search(kernelSystem(design, setup, checksOf(asked)).system, {
    states,
    depth: 100_000,
  });
  while (search.slice());
  const { limit, properties, ...result } = search.result();
  const broken = properties.flatMap(({ name, trace }) =>
    trace ? [`${name} (${trace.length})`] : [],
  );
  return {
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    broken,
    ...(limit === undefined ? {} : { limit }),
  };
}
