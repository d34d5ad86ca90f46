/** Who is at work: where each task stands, what it holds, and what it waits for. */
import { byId, h } from './dom.ts';
import { isOfProgress } from '../../properties/property.ts';
import type { Holding } from '../../verifier/interpreter.ts';
import type { Walk } from '../walk.ts';

const namesIn = (walk: Walk, mask: number): string =>
  walk.interpreter.workers
    .map(({ name }) => name)
    .filter((_, task) => (mask >>> task) & 1)
    .join(', ');

/** `PG_locked[0..15]`: locks of one class together. */
function inClasses(held: readonly Holding[]): string[] {
  const classes = new Map<string, number[]>();
  for (const { what, number, shared } of held) {
    const name = shared ? `${what}, shared` : what;
    const numbers = classes.get(name) ?? [];
    classes.set(name, number === undefined ? numbers : [...numbers, number]);
  }
  return [...classes].map(([name, numbers]) =>
    numbers.length === 0 ? name : `${name}[${inRanges(numbers)}]`,
  );
}

/** `0..3, 5`, of numbers in order. */
function inRanges(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([a, b]) => (a === b ? String(a) : `${a}..${b}`)).join(', ');
}

/** `w1 write 0..4: returned 2`, of the calls that a task makes. */
function callsOf(walk: Walk, task: number): HTMLElement[] {
  const { observer, layout } = walk.interpreter;
  walk.interpreter.look(walk.state);
  const show = (i: number, own: string): string => {
    const leaf = layout.leaves.find(({ name }) => name === `call[${i}].${own}`)!;
    const value = (observer.s.call[i] as unknown as Record<string, number>)[own]!;
    return leaf.field.show(value, leaf.record);
  };
  return observer.calls.flatMap(({ name, call, thread }, i) => {
    if (thread !== task) return [];
    const { pos, count, state, err, ret } = observer.s.call[i]!;
    const came = state < 3 ? '' : ` ${err === 0 ? ret : show(i, 'err')}`;
    const what = `${name} ${call}(${pos}..${pos + count}): ${show(i, 'state')}${came}`;
    return [h('div', {}, what)];
  });
}

/** Of no state alone can it be said whether such a promise is kept. */
const LOOPS = ' only a loop breaks it';

export function drawTasks(walk: Walk, into: HTMLElement): void {
  const { interpreter, state } = walk;
  const held = interpreter.held(state);
  const blocked = interpreter.blocked(state);
  const moving = walk.at === 0 ? -1 : walk.path[walk.at - 1]!.way.task;
  const rows = interpreter.workers.map(({ name }, task) => {
    const own = inClasses(held.filter(({ tasks }) => (tasks >>> task) & 1)).map((text) =>
      h('li', {}, text),
    );
    const wait = blocked.find((one) => one.task === task);
    const by = wait === undefined ? '' : namesIn(walk, wait.tasks);
    const on = wait === undefined ? '' : `${wait.on || 'others'}${by === '' ? '' : ` (${by})`}`;
    return h(
      task === moving ? 'tr.moving' : 'tr',
      {},
      h('th', { scope: 'row' }, name, task === moving && h('span.note', {}, ' took this step')),
      h('td', {}, h('code', {}, interpreter.rowOf(state, task)), ...callsOf(walk, task)),
      h('td', {}, own.length > 0 && h('ul.chips.held', {}, ...own)),
      h('td', {}, wait !== undefined && h('span.waits', {}, on)),
    );
  });
  const head = ['task', 'stands at', 'holds', 'waits for'].map((name) =>
    h('th', { scope: 'col' }, name),
  );
  into.replaceChildren(
    h('table.tasks', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
  );
}

/** Each promise, judged in the state that is shown. */
export function drawPromises(walk: Walk, into: HTMLElement): void {
  const broken = new Set(walk.brokenAt(walk.at));
  const asked = new Set(walk.interpreter.asked(walk.state));
  const { observer, properties } = walk.interpreter;
  walk.interpreter.look(walk.state);
  const first = properties.filter((one) => broken.has(one));
  const rest = properties.filter((one) => !broken.has(one));
  const details = first.map((one) => {
    const { expected, found, where, meets } = one.explain(observer);
    const facts: [string, string][] = [
      ['Promised', one.promise],
      ...(expected === one.promise ? [] : [['Expected', expected] as [string, string]]),
      ['Found', found],
      ['Where', where],
      ...(meets === undefined ? [] : [['User space', meets] as [string, string]]),
    ];
    return h(
      'li.broken',
      { 'data-promise': one.name },
      h('b', {}, `BROKEN: ${one.name}`),
      h('dl', {}, ...facts.flatMap(([label, text]) => [h('dt', {}, label), h('dd', {}, text)])),
    );
  });
  const others = rest.map((one) =>
    h(
      'li',
      { 'data-promise': one.name, title: one.promise },
      one.name,
      h('span.note', {}, isOfProgress(one) ? LOOPS : asked.has(one) ? ' kept' : ' no case here'),
    ),
  );
  into.replaceChildren(h('ul.promises', {}, ...details), h('ul.promises.kept', {}, ...others));
  byId('broken-count').textContent =
    first.length === 0 ? 'all kept here' : `${first.length} broken here`;
}
