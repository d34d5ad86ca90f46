/** A chart as SVG: what was measured against the number of states, each axis with powers of ten. */
import { element, escaped } from '../evidence/svg.ts';

export interface Point {
  readonly states: number;
  readonly value: number;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** Which colour: lines of the same space have the same. */
  readonly colour: number;
  /** Of a peer: drawn dashed. */
  readonly dashed: boolean;
}

export interface Chart {
  readonly title: string;
  readonly desc: string;
  /** What is read upwards, with its unit. */
  readonly label: string;
  readonly lines: readonly Line[];
}

const WIDTH = 760;
const HEIGHT = 460;
const LEFT = 78;
const RIGHT = WIDTH - 20;
const TOP = 48;
const BOTTOM = HEIGHT - 108;

/** As many as there are classes below; each can be read on white and on near-black. */
const COLOURS = 3;

// Colours for a light ground, and for a dark one where the reader has asked for that.
const STYLE = [
  '.ground{fill:#fff}.ink{fill:#1b1f24}.faint{fill:#57606a}.grid{stroke:#d8dee4}',
  '.c0{stroke:#0969da;fill:#0969da}.c1{stroke:#bc4c00;fill:#bc4c00}',
  '.c2{stroke:#1a7f37;fill:#1a7f37}',
  '@media (prefers-color-scheme:dark){',
  '.ground{fill:#0d1117}.ink{fill:#e6edf3}.faint{fill:#9198a1}.grid{stroke:#30363d}',
  '.c0{stroke:#58a6ff;fill:#58a6ff}.c1{stroke:#f0883e;fill:#f0883e}',
  '.c2{stroke:#56d364;fill:#56d364}}',
].join('');

/** At most one digit after the point, so that the same figures give the same bytes. */
const at = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

/** From where to where, in powers of ten, whole ones or the half of one. */
function range(values: readonly number[]): [number, number] {
  const logs = values.map(Math.log10);
  const low = Math.floor(Math.min(...logs) * 2) / 2;
  const high = Math.ceil(Math.max(...logs) * 2) / 2;
  return [low, high > low ? high : low + 0.5];
}

const UNITS = ['', ' k', ' M', ' G'];

/** 10, 100 k, 1 M. */
export function short(value: number): string {
  const thousands = Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3 + 1e-9));
  return `${Number((value / 1000 ** thousands).toPrecision(3))}${UNITS[thousands]!}`;
}

/** Powers of ten within, and their thirds, so that there are enough to read by. */
function ticks([low, high]: readonly [number, number]): { value: number; labelled: boolean }[] {
  const found: { value: number; labelled: boolean }[] = [];
  const few = high - low < 2.6;
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** power;
      const log = Math.log10(value);
      if (log < low - 1e-9 || log > high + 1e-9) continue;
      if (digit === 1 || few) found.push({ value, labelled: true });
    }
  }
  return found;
}

export function chart({ title, desc, label, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) throw new Error('a chart needs points');
  const across = range(points.map(({ states }) => states));
  const upwards = range(points.map(({ value }) => value));
  const x = (states: number) =>
    LEFT + ((Math.log10(states) - across[0]) / (across[1] - across[0])) * (RIGHT - LEFT);
  const y = (value: number) =>
    BOTTOM - ((Math.log10(value) - upwards[0]) / (upwards[1] - upwards[0])) * (BOTTOM - TOP);
  const body = [
    element('text', { x: LEFT, y: 24, class: 'ink', 'font-size': 16 }, title),
    ...ticks(across).flatMap(({ value }) => [
      element('line', { x1: at(x(value)), x2: at(x(value)), y1: TOP, y2: BOTTOM, class: 'grid' }),
      element(
        'text',
        { x: at(x(value)), y: BOTTOM + 16, class: 'faint', 'text-anchor': 'middle' },
        short(value),
      ),
    ]),
    ...ticks(upwards).flatMap(({ value }) => [
      element('line', { x1: LEFT, x2: RIGHT, y1: at(y(value)), y2: at(y(value)), class: 'grid' }),
      element(
        'text',
        { x: LEFT - 8, y: at(y(value) + 4), class: 'faint', 'text-anchor': 'end' },
        short(value),
      ),
    ]),
    element(
      'text',
      { x: (LEFT + RIGHT) / 2, y: BOTTOM + 36, class: 'ink', 'text-anchor': 'middle' },
      'states in the space (logarithmic)',
    ),
    element(
      'text',
      {
        x: 18,
        y: (TOP + BOTTOM) / 2,
        class: 'ink',
        'text-anchor': 'middle',
        transform: `rotate(-90 18 ${(TOP + BOTTOM) / 2})`,
      },
      label,
    ),
    ...lines.flatMap((line, i) => drawn(line, i, x, y)),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
      `height="${HEIGHT}" role="img" aria-labelledby="t d" ` +
      'font-family="Helvetica, Arial, sans-serif" font-size="12">',
    element('title', { id: 't' }, title),
    element('desc', { id: 'd' }, desc),
    `<style>${escaped(STYLE)}</style>`,
    element('rect', { width: '100%', height: '100%', class: 'ground' }),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

type Scale = (value: number) => number;

/** A line with a mark at each point, and its name below the chart. */
function drawn(line: Line, number: number, x: Scale, y: Scale): string[] {
  const { name, points, colour, dashed } = line;
  const sorted = points.toSorted((a, b) => a.states - b.states);
  const stroke = {
    class: `c${colour % COLOURS}`,
    'stroke-width': 2,
    ...(dashed ? { 'stroke-dasharray': '6 4' } : {}),
  };
  const mark = (cx: number, cy: number) =>
    dashed
      ? element('rect', {
          x: at(cx - 3.5),
          y: at(cy - 3.5),
          width: 7,
          height: 7,
          class: stroke.class,
        })
      : element('circle', { cx: at(cx), cy: at(cy), r: 4, class: stroke.class });
  // Three spaces across, ours above and the peer's below.
  const left = LEFT + Math.floor(number / 2) * 224;
  const top = BOTTOM + 62 + (number % 2) * 22;
  return [
    element('polyline', {
      points: sorted.map(({ states, value }) => `${at(x(states))},${at(y(value))}`).join(' '),
      ...stroke,
      style: 'fill:none',
    }),
    ...sorted.map(({ states, value }) => mark(x(states), y(value))),
    element('line', { x1: left, x2: left + 36, y1: top, y2: top, ...stroke }),
    mark(left + 18, top),
    element('text', { x: left + 44, y: top + 4, class: 'ink' }, name),
  ];
}
