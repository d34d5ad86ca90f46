/** The page at work: draws what a walk is at, and moves it by keys, clicks and links. */
import type { Design } from '../../model/design.ts';
import { PROPERTIES } from '../../properties/all.ts';
import type { Property } from '../../properties/property.ts';
import type { PageData } from '../data.ts';
import { fragmentOf, parseFragment } from '../fragment.ts';
import { Walk } from '../walk.ts';
import { originsOf } from '../words.ts';
import { drawLegend } from './cells.ts';
import { byId, button, h } from './dom.ts';
import { actOn } from './keys.ts';
import { drawState } from './state.ts';
import { drawPromises, drawTasks } from './tasks.ts';
import { drawTimeline, markStep } from './timeline.ts';
import { drawWays } from './ways.ts';

class Page {
  readonly #walk: Walk;
  /** The path that the timeline shows. */
  #drawn: unknown;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  go(step: number): void {
    this.#does(() => this.#walk.goTo(step));
  }

  /** What was chosen is gone then: who has come there by keys is led to what can be chosen next. */
  take(choice: number): void {
    const chosen = byId('ways').contains(document.activeElement);
    this.#does(() => this.#walk.take(choice));
    if (chosen) (byId('ways').querySelector('button') ?? byId('before')).focus();
  }

  back(): void {
    this.#does(() => this.#walk.back());
  }

  /** Of a link; where that names no step, nothing changes. */
  restore(): void {
    const fragment = parseFragment(location.hash);
    this.#does(() => fragment !== undefined && this.#walk.restore(fragment));
  }

  /** A design may have an error that no search has met. */
  #does(move: () => unknown): void {
    try {
      move();
      this.#show();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      byId('said').textContent = `This cannot be shown: ${what}`;
    }
  }

  get at(): number {
    return this.#walk.at;
  }

  get last(): number {
    return this.#walk.path.length;
  }

  #show(): void {
    const walk = this.#walk;
    const go = (step: number) => this.go(step);
    if (this.#drawn !== walk.path) drawTimeline(walk, byId('timeline'), go);
    this.#drawn = walk.path;
    markStep(walk, byId('timeline'));
    drawState(walk, byId('state'), byId('fields'));
    drawTasks(walk, byId('tasks'));
    drawPromises(walk, byId('promises'));
    drawWays(walk, byId('ways'), (choice) => this.take(choice));
    byId('said').textContent = walk.sentence(walk.at);
    document.body.classList.toggle('is-broken', walk.brokenAt(walk.at).length > 0);
    for (const [id, ends] of [
      ['first', walk.at === 0],
      ['before', walk.at === 0],
      ['next', walk.at === this.last],
      ['last', walk.at === this.last],
      ['back', walk.path.length === walk.fork],
    ] as const) {
      byId(id).setAttribute('aria-disabled', String(ends));
    }
    const fragment = fragmentOf(walk.fragment);
    if (location.hash !== fragment) history.replaceState(null, '', fragment);
  }
}

function drawControls(page: Page): void {
  const control = (id: string, text: string, label: string, does: () => void) =>
    button('.control', { id, 'aria-label': label, title: label }, does, text);
  byId('controls').replaceChildren(
    control('first', '|<', 'First step (Home)', () => page.go(0)),
    control('before', '< back', 'One step back (Left, p, k)', () => page.go(page.at - 1)),
    control('next', 'forward >', 'One step forward (Right, n, j)', () => page.go(page.at + 1)),
    control('last', '>|', 'Last step (End)', () => page.go(page.last)),
    control('back', 'back to the recorded trace', 'Back to the recorded trace (b)', () =>
      page.back(),
    ),
  );
}

/** How the trace was taken again in here, and whether it came to the same. */
function tellAgain({ recorded, data }: Walk): void {
  const { differs } = recorded;
  const steps = data.steps.length;
  byId('again').replaceChildren(
    differs === undefined
      ? h(
          'p',
          {},
          `Taken again by the model in this page: ${steps} steps, each as it was recorded.`,
        )
      : h('p.broken', { role: 'alert' }, `Not as it was recorded: ${differs}.`),
  );
}

/** `found`: all that the modules export that may have the design, and promises of its own. */
export function start(found: readonly unknown[]): void {
  const data = JSON.parse(byId('data').textContent) as PageData;
  const all = found as readonly (Design & Property)[];
  const design = all.find((one) => one?.name === data.design && 'rows' in one)!;
  const own = all.filter((one) => one?.name !== undefined && 'promise' in one);
  const walk = new Walk(data, design, [...PROPERTIES, ...own]);
  const page = new Page(walk);
  drawControls(page);
  byId('legend').replaceChildren(drawLegend(originsOf(walk)));
  tellAgain(walk);
  // A counterexample is shown where it is broken; a link may name another step.
  walk.goTo(data.property === null ? 0 : data.steps.length);
  page.restore();
  addEventListener('hashchange', () => page.restore());
  document.addEventListener('keydown', (event) => {
    if (actOn(event, page)) event.preventDefault();
  });
  document.documentElement.dataset['ready'] = 'yes';
}
