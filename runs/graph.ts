/** The space of a search as a graph, and its states by depth. */
import type { Edge, Graph } from '../evidence/graph.ts';
import type { Outcome } from '../evidence/outcome.ts';
import { chosenNames } from '../evidence/trace.ts';
import type { Search } from '../explorer/search.ts';
import { isOfProgress } from '../properties/property.ts';

/** Depth of each state: parents are found before their children. */
function depthsOf(search: Search): Int32Array {
  const depths = new Int32Array(search.states);
  for (let n = 1; n < depths.length; n++) depths[n] = depths[search.parent(n)]! + 1;
  return depths;
}

/** How many states have a shortest trace of so many steps, from 0 on. */
export function levelsOf(search: Search): number[] {
  const levels: number[] = [];
  for (const depth of depthsOf(search)) levels[depth] = (levels[depth] ?? 0) + 1;
  return levels;
}

/** All of a space that was searched to its end. */
export function graphOf({ run, result }: Outcome, search: Search): Graph {
  const depths = depthsOf(search);
  const edges = Array.from(depths, (_, from) => edgesFrom(from, { run, search })).flat();
  const loops = loopsIn(result, search);
  const nodes = Array.from(depths, (depth, n) => {
    const breaks = run.properties
      .map((property, i) => ({ property, i }))
      .filter(({ property, i }) => !isOfProgress(property) && search.breaks(n, i))
      .map(({ property }) => property.name);
    return { depth, breaks: [...breaks, ...(loops.get(n) ?? [])] };
  });
  const { design, scenario } = run;
  const looped = result.properties.flatMap(({ name, loop }) => (loop === undefined ? [] : [name]));
  return { design: design.name, scenario: scenario.name, nodes, edges, looped };
}

/** Promises that are broken by a loop, by the states that are in it. */
function loopsIn({ properties }: Outcome['result'], search: Search): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { name, trace = [], loop = 0 } of properties) {
    let state = search.state(0);
    trace.forEach((action, i) => {
      state = search.machine.step(state, action)!.state;
      if (i < trace.length - loop) return;
      const n = search.find(state);
      found.set(n, [...(found.get(n) ?? []), `${name} (loop)`]);
    });
  }
  return found;
}

/** Each way on, with the row that runs and what it is answered; two ways may lead to one state. */
function edgesFrom(
  from: number,
  { run, search }: { readonly run: Outcome['run']; readonly search: Search },
): Edge[] {
  const { system } = run;
  const actions: number[] = [];
  search.ask(system, from, { successor: (action) => void actions.push(action) });
  const state = search.state(from);
  return actions.map((action) => {
    const step = system.step(state, action)!;
    const answers = chosenNames(step);
    const label = `${system.tasks[step.task]!.name}.${step.label}`;
    return {
      from,
      to: search.find(step.state),
      label: answers.length === 0 ? label : `${label} (${answers.join(', ')})`,
    };
  });
}
