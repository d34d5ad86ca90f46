/** What can happen in the state that is shown: each way on is a button. */
import { faultsOf } from '../walk.ts';
import type { Walk } from '../walk.ts';
import { answersOf } from '../../verifier/retake.ts';
import { button, h } from './dom.ts';

/** Answers that are no faults, where there was a choice. */
function freely(walk: Walk, number: number): string {
  const way = walk.ways[number]!;
  const faults = new Set(faultsOf(way));
  return answersOf(way)
    .filter((answer) => !faults.has(answer) && !answer.endsWith('=ok'))
    .join(', ');
}

export function drawWays(walk: Walk, into: HTMLElement, take: (choice: number) => void): void {
  const next = walk.path[walk.at]?.choice;
  const items = walk.ways.map((way, i) => {
    const said = way.said === '' ? '' : `: ${way.said}`;
    const choices = freely(walk, i);
    return h(
      'li',
      {},
      button(
        i + 1 === next ? '.way.next' : '.way',
        { 'data-choice': i + 1 },
        () => take(i + 1),
        h('span.number', {}, String(i + 1)),
        h(
          'span.what',
          {},
          h('span.task', {}, `${walk.taskName(way.task)} `),
          h('b', {}, way.row),
          `${said} `,
          choices !== '' && h('span.note', {}, `${choices} `),
          ...faultsOf(way).map((fault) => h('span.fault', {}, `! fault ${fault}`)),
          i + 1 === next &&
            h('span.note', {}, walk.at < walk.fork ? 'as recorded' : 'as on this branch'),
        ),
      ),
    );
  });
  const waiting = walk.interpreter
    .blocked(walk.state)
    .map(({ task, label, on }) =>
      h('li', {}, `${walk.taskName(task)} ${label} waits for ${on === '' ? 'others' : on}`),
    );
  into.replaceChildren(
    items.length > 0 ? h('ol.ways', {}, ...items) : h('p', {}, 'Nothing can happen any more.'),
    h('ul.waiting', {}, ...waiting),
  );
}
