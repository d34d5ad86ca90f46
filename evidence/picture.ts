/** A small graph as a picture: a row of states for each depth, the initial one on top. */
import { titleOf } from './graph.ts';
import type { Edge, Graph } from './graph.ts';
import { element, svg } from './svg.ts';
import { count } from './text.ts';

const ACROSS = 96;
const DOWN = 84;
const RADIUS = 15;
const MARGIN = 60;
/** With more states, what an edge is stands only in its title. */
const LABELS_MAX = 30;
const SWEEPS = 8;

interface Point {
  readonly x: number;
  readonly y: number;
}

export function picture(graph: Graph): string {
  const rows = ordered(graph);
  const most = Math.max(...rows.map(({ length }) => length));
  const width = Math.max(640, 2 * MARGIN + most * ACROSS);
  const at: Point[] = [];
  rows.forEach((row, depth) =>
    row.forEach((n, i) => {
      at[n] = {
        x: width / 2 + (i - (row.length - 1) / 2) * ACROSS,
        y: MARGIN + 30 + depth * DOWN,
      };
    }),
  );
  const broken = graph.nodes.filter(({ breaks }) => breaks.length > 0).length;
  return svg({
    width,
    height: 2 * MARGIN + 30 + (rows.length - 1) * DOWN,
    title: titleOf(graph),
    desc:
      `A row of states for each depth, 0 to ${rows.length - 1}, the initial state on top; ` +
      `${count(broken, 'state')} ${broken === 1 ? 'breaks' : 'break'} a promise.`,
    body: [
      ARROW,
      element('text', { x: 20, y: 28, 'font-size': 15 }, titleOf(graph)),
      ...together(graph.edges).map((edge) => drawn(edge, at, graph.nodes.length <= LABELS_MAX)),
      ...graph.nodes.map((node, n) => state(n, node.breaks, at[n]!)),
    ],
  });
}

const ARROW =
  '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" ' +
  'orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>';

/** The states of each depth, each near to those it is joined to. */
function ordered({ nodes, edges }: Graph): number[][] {
  let rows: number[][] = [];
  nodes.forEach(({ depth }, n) => (rows[depth] ??= []).push(n));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const place = new Map(rows.flatMap((row) => row.map((n, i) => [n, placeIn(row, i)] as const)));
    const up = sweep % 2 === 1;
    rows = rows.map((row) => {
      const centre = (n: number): number => {
        const near = neighbours(n, { nodes, edges }, up).map((other) => place.get(other)!);
        return near.length === 0 ? place.get(n)! : near.reduce((a, b) => a + b, 0) / near.length;
      };
      return row.toSorted((a, b) => centre(a) - centre(b) || a - b);
    });
  }
  return rows;
}

/** From the middle of its row. */
const placeIn = (row: readonly number[], i: number): number => i - (row.length - 1) / 2;

/** In the row above, or below. */
function neighbours(n: number, { nodes, edges }: Pick<Graph, 'nodes' | 'edges'>, below: boolean) {
  const depth = nodes[n]!.depth + (below ? 1 : -1);
  return edges.flatMap(({ from, to }) => {
    const other = from === n ? to : to === n ? from : -1;
    return other >= 0 && nodes[other]!.depth === depth ? [other] : [];
  });
}

/** Edges between the same two states are one line. */
function together(edges: readonly Edge[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const { from, to, label } of edges) {
    const before = found.get(`${from} ${to}`);
    const both = before === undefined ? label : `${before.label}\n${label}`;
    found.set(`${from} ${to}`, { from, to, label: both });
  }
  return [...found.values()];
}

function drawn({ from, to, label }: Edge, at: readonly Point[], labelled: boolean): string {
  const [a, b] = [at[from]!, at[to]!];
  const path = from === to ? ring(a) : line(a, b);
  const lines = label.split('\n');
  const words = labelled
    ? lines.map((text, i) => ({
        xml: element(
          'text',
          {
            x: tenths(path.label.x + 5),
            y: tenths(path.label.y + i * 9),
            'font-size': 8,
            fill: '#333',
          },
          text,
        ),
      }))
    : [];
  return element(
    'g',
    {},
    { xml: element('title', {}, `${from} to ${to}: ${lines.join('; ')}`) },
    {
      xml: element('path', {
        d: path.d,
        fill: 'none',
        stroke: '#555',
        'marker-end': 'url(#a)',
      }),
    },
    ...words,
  );
}

interface Path {
  readonly d: string;
  readonly label: Point;
}

function ring({ x, y }: Point): Path {
  const [left, right, top] = [x + RADIUS * 0.6, x + RADIUS, y - RADIUS * 0.8];
  return {
    d: `M${tenths(left)} ${tenths(top)}c14 -22 30 0 ${tenths(right - left)} ${RADIUS * 0.6}`,
    label: { x: x + 2.4 * RADIUS, y: y - 1.6 * RADIUS },
  };
}

/** Straight to the row below; bent where it would run through other states. */
function line(a: Point, b: Point): Path {
  const away = b.y - a.y === DOWN ? 0 : Math.min(80, 30 + Math.abs(b.y - a.y) / 6);
  const bend = { x: (a.x + b.x) / 2 + away, y: (a.y + b.y) / 2 - (a.y === b.y ? 40 : 0) };
  const [start, end] = [towards(a, bend), towards(b, bend)];
  return {
    d:
      `M${tenths(start.x)} ${tenths(start.y)}Q${tenths(bend.x)} ${tenths(bend.y)} ` +
      `${tenths(end.x)} ${tenths(end.y)}`,
    label: { x: (a.x + b.x + 2 * bend.x) / 4, y: (a.y + b.y + 2 * bend.y) / 4 },
  };
}

/** On the rim of the state. */
function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + ((to.x - from.x) / length) * RADIUS,
    y: from.y + ((to.y - from.y) / length) * RADIUS,
  };
}

function state(n: number, breaks: readonly string[], { x, y }: Point): string {
  const [cx, cy] = [tenths(x), tenths(y)];
  const fill = breaks.length > 0 ? '#ffb3b3' : '#fff';
  const what = [...(n === 0 ? ['initial'] : []), ...breaks.map((name) => `breaks ${name}`)];
  const rim = element('circle', { cx, cy, r: RADIUS, fill, stroke: '#333' });
  const inner = element('circle', { cx, cy, r: RADIUS - 3, fill: 'none', stroke: '#333' });
  return element(
    'g',
    {},
    { xml: element('title', {}, [`state ${n}`, ...what].join(', ')) },
    { xml: rim },
    ...(n === 0 ? [{ xml: inner }] : []),
    { xml: element('text', { x: cx, y: tenths(y + 4), 'text-anchor': 'middle' }, String(n)) },
  );
}

/** The same digits on every machine. */
const tenths = (n: number): number => Math.round(n * 10) / 10;
