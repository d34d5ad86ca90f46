/** Cells, drawn: a small box each, its hue and its letters by whose bytes they are. */
import { FOREIGN_NAMES } from '../words.ts';
import type { CellText } from '../words.ts';
import { h } from './dom.ts';

/** `changed`: those of the step that is shown. */
export function drawCells(cells: readonly CellText[], eof: number): HTMLElement {
  const boxes = cells.map(({ name, short, kind, place, changed }) => {
    const beyond = eof >= 0 && place >= eof;
    const title = `${place >= 0 ? `cell ${place}: ` : ''}${name}${beyond ? ', beyond EOF' : ''}`;
    const classes = [
      `cell.${kind}`,
      ...(changed ? ['changed'] : []),
      ...(beyond ? ['beyond'] : []),
    ];
    return h(`span.${classes.join('.')}`, { title }, short);
  });
  const all = cells.map(({ name }) => name).join(', ');
  return h('span.cells', { role: 'img', 'aria-label': `holds ${all}` }, ...boxes);
}

/** What the hues stand for, of those that there are. */
export function drawLegend(calls: readonly (readonly [name: string, kind: string, by: string])[]) {
  const entry = (kind: string, short: string, says: string) =>
    h('li', {}, h(`span.cell.${kind}`, {}, short), ` ${says}`);
  return h(
    'ul.legend',
    { 'aria-label': 'What the letters in cells stand for' },
    ...calls.map(([name, kind, by]) => entry(kind, name, by)),
    ...FOREIGN_NAMES.map(({ kind, short, says }) => entry(kind, short, says)),
  );
}
