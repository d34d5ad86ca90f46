/** A small space as a graph in the DOT language: nodes are states, numbered as they were found. */
import { count } from './text.ts';

export interface Node {
  /** Steps of a shortest trace to it. */
  readonly depth: number;
  /** Promises that it breaks. */
  readonly breaks: readonly string[];
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** `task.row`, and what it was answered. */
  readonly label: string;
}

export interface Graph {
  readonly design: string;
  readonly scenario: string;
  /** The first one is the initial state. */
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** Promises that a loop breaks, and no state. */
  readonly looped: readonly string[];
}

/** What stands above it. */
export function titleOf({ design, scenario, nodes, edges, looped }: Graph): string {
  const size = `${count(nodes.length, 'state')}, ${count(edges.length, 'transition')}`;
  const loops = looped.length === 0 ? '' : `; broken by loops: ${looped.join(', ')}`;
  return `${design} in ${scenario}: ${size}${loops}`;
}

/** In DOT's double quotes only these two are special. */
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

export function dot(graph: Graph): string {
  const nodes = graph.nodes.map(({ breaks }, n) => {
    const label = [String(n), ...breaks].map((line) => line.replaceAll('"', '\\"')).join('\\n');
    const look = [
      `label="${label}"`,
      ...(n === 0 ? ['peripheries=2'] : []),
      ...(breaks.length === 0 ? [] : ['shape=box', 'style=filled', 'fillcolor="#ffb3b3"']),
    ];
    return `  ${n} [${look.join(', ')}];`;
  });
  const edges = graph.edges.map(
    ({ from, to, label }) => `  ${from} -> ${to} [label=${quoted(label)}];`,
  );
  return [
    'digraph writepath {',
    `  label=${quoted(titleOf(graph))};`,
    '  labelloc=t;',
    '  node [shape=circle, fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...nodes,
    ...edges,
    '}',
    '',
  ].join('\n');
}
