/** The path in lanes: a lane a task, a step below the other, with what it changed. */
import { faultsOf } from '../walk.ts';
import type { Walk } from '../walk.ts';
import { button, h } from './dom.ts';

/** What a step may be marked with, beside its number. */
function marks(walk: Walk, step: number): HTMLElement[] {
  const { way } = walk.path[step - 1]!;
  const before = new Set(walk.brokenAt(step - 1));
  const onTrace = step <= walk.fork;
  return [
    ...faultsOf(way).map((fault) => h('span.fault', {}, `! fault ${fault}`)),
    ...(onTrace && walk.data.inevitable === step && walk.data.property !== null
      ? [h('span.note', {}, 'from here on no way ends with the promise kept')]
      : []),
    ...walk
      .brokenAt(step)
      .filter((one) => !before.has(one))
      .map(({ name }) => h('span.breaks', {}, `breaks ${name}`)),
  ];
}

function loopNote(walk: Walk, step: number): HTMLElement[] {
  const { loop, steps } = walk.data;
  if (loop === 0 || walk.fork < steps.length || step !== steps.length - loop + 1) return [];
  return [h('span.note', {}, 'from here to the last step: a loop that repeats for ever')];
}

function stepItem(walk: Walk, step: number, lane: number, go: (step: number) => void) {
  const { way } = walk.path[step - 1]!;
  const task = walk.taskName(way.task);
  const changes = walk.changes(step).join('; ');
  const place = walk.data.places[`${task}.${way.row}`];
  const said = way.said === '' ? '' : `: ${way.said}`;
  const one = button(
    '.step',
    { 'data-step': step, ...(place === undefined ? {} : { title: place }) },
    () => go(step),
    h('span.number', {}, String(step)),
    h(
      'span.what',
      {},
      h('span.for-reader', {}, `${task}, `),
      h('b', {}, way.row),
      `${said} `,
      ...marks(walk, step),
      ...loopNote(walk, step),
      changes !== '' && h('span.changes', {}, changes),
    ),
  );
  const item = h(step > walk.fork ? 'li.branch' : 'li', {}, one);
  one.style.setProperty('--lane', String(lane));
  return item;
}

/** The names of the tasks, each above its lane. */
function heading(tasks: readonly string[]): HTMLElement {
  const names = tasks.map((name, lane) => {
    const one = h('span.lane-name', {}, name);
    one.style.setProperty('--lane', String(lane));
    return one;
  });
  return h('div.lane-names', { 'aria-hidden': 'true' }, ...names);
}

/** Draws all steps of the path. */
export function drawTimeline(walk: Walk, into: HTMLElement, go: (step: number) => void): void {
  const tasks = [...new Set(walk.path.map(({ way }) => walk.taskName(way.task)))];
  const start = button(
    '.step',
    { 'data-step': 0 },
    () => go(0),
    h('span.number', {}, '0'),
    h('span.what', {}, 'the start'),
  );
  const items = walk.path.map(({ way }, i) =>
    stepItem(walk, i + 1, tasks.indexOf(walk.taskName(way.task)), go),
  );
  const list = h('ol.steps', {}, h('li', {}, start), ...items);
  into.style.setProperty('--lanes', String(Math.max(1, tasks.length - 1)));
  into.replaceChildren(heading(tasks), list);
}

/** Marks the step that is shown, and brings it into sight. */
export function markStep(walk: Walk, into: HTMLElement): void {
  for (const one of into.querySelectorAll<HTMLElement>('.step')) {
    const step = Number(one.dataset['step']);
    if (step === walk.at) {
      one.setAttribute('aria-current', 'step');
      // The list alone is scrolled, never the page; what comes next stays in sight.
      const list = into.querySelector<HTMLElement>('.steps')!;
      list.scrollTop = one.offsetTop - list.clientHeight / 3;
    } else one.removeAttribute('aria-current');
    one.classList.toggle('ahead', step > walk.at);
  }
}
