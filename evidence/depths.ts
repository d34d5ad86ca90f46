/** States by depth: as bars of text, and as a picture. */
import { count, thousands } from './text.ts';
import { element, svg } from './svg.ts';

export interface Levels {
  readonly design: string;
  readonly scenario: string;
  /** So many states have a shortest trace of 0, 1, 2 ... steps. */
  readonly levels: readonly number[];
  /** The shortest counterexample. */
  readonly breach?: { readonly property: string; readonly steps: number };
  /** Which limit ended the search; null: these are all states. */
  readonly limit: string | null;
}

/** More lines than these nobody reads. */
const LINES_MAX = 60;
const BAR = 48;

/** A line a depth; '' where there are too many. */
export function bars({ levels, breach }: Levels): string {
  if (levels.length > LINES_MAX) return '';
  const most = Math.max(...levels);
  const width = thousands(most).length;
  const rows = levels.map((n, depth) => {
    const bar = '#'.repeat(Math.max(1, Math.round((n / most) * BAR)));
    const mark = depth === breach?.steps ? ` <- ${breach.property}` : '';
    return `${String(depth).padStart(5)} ${thousands(n).padStart(width)} ${bar}${mark}`;
  });
  return `\nStates by depth\n${rows.join('\n')}\n`;
}

const LEFT = 70;
const TOP = 50;
const HEIGHT = 300;
const WIDTH = 720;

export function depthsPicture(shown: Levels): string {
  const { design, scenario, levels, breach, limit } = shown;
  const most = Math.max(...levels);
  const pitch = WIDTH / levels.length;
  const bar = (n: number, depth: number) => {
    const height = round((n / most) * HEIGHT);
    const broken = depth === breach?.steps;
    return element(
      'rect',
      {
        x: round(LEFT + depth * pitch),
        y: round(TOP + HEIGHT - height),
        width: round(pitch * 0.9),
        height,
        fill: broken ? '#c0392b' : '#5b7fa6',
      },
      { xml: element('title', {}, `depth ${depth}: ${count(n, 'state')}`) },
    );
  };
  const all = levels.reduce((sum, n) => sum + n, 0);
  const title = `${design} in ${scenario}: ${count(all, 'state')} by depth`;
  const ends = breach === undefined ? '' : ` The shortest trace to a breach has ${breach.steps}.`;
  const cut = limit === null ? '' : ` These are not all states: ${limit}.`;
  return svg({
    width: LEFT + WIDTH + 20,
    height: TOP + HEIGHT + 60,
    title,
    desc:
      `Depths 0 to ${levels.length - 1}; most states, ${thousands(most)}, at depth ` +
      `${levels.indexOf(most)}.${ends}${cut}`,
    body: [
      text(LEFT, 24, title, { 'font-size': 15 }),
      ...levels.map(bar),
      ...axes(levels.length, most, pitch),
      ...marked(breach, pitch),
    ],
  });
}

function axes(depths: number, most: number, pitch: number): string[] {
  const every = Math.max(1, Math.ceil(depths / 20));
  const bottom = TOP + HEIGHT;
  const ticks = Array.from({ length: Math.ceil(depths / every) }, (_, i) =>
    text(LEFT + (i * every + 0.45) * pitch, bottom + 18, String(i * every), {
      'text-anchor': 'middle',
    }),
  );
  return [
    element('path', {
      d: `M${LEFT} ${TOP}V${bottom}H${LEFT + WIDTH}`,
      fill: 'none',
      stroke: '#333',
    }),
    text(LEFT - 8, TOP + 5, thousands(most), { 'text-anchor': 'end' }),
    text(LEFT - 8, bottom, '0', { 'text-anchor': 'end' }),
    text(LEFT + WIDTH / 2, bottom + 42, 'depth', { 'text-anchor': 'middle' }),
    ...ticks,
  ];
}

/** A line at the depth of the shortest breach. */
function marked(breach: Levels['breach'], pitch: number): string[] {
  if (breach === undefined) return [];
  const x = round(LEFT + (breach.steps + 0.45) * pitch);
  const right = x > LEFT + WIDTH / 2;
  return [
    element('path', {
      d: `M${x} ${TOP - 6}V${TOP + HEIGHT}`,
      stroke: '#c0392b',
      'stroke-dasharray': '4 3',
    }),
    text(x + (right ? -6 : 6), TOP - 8, `${breach.property}, depth ${breach.steps}`, {
      'text-anchor': right ? 'end' : 'start',
      fill: '#c0392b',
    }),
  ];
}

const round = (n: number): number => Math.round(n * 10) / 10;

const text = (
  x: number,
  y: number,
  words: string,
  more: Readonly<Record<string, string | number>>,
): string => element('text', { x: round(x), y, ...more }, words);
