/**
 * Which states are left behind for good, as far as fair loops are concerned.
 *
 * A task's own place is where it stands and what its locals hold. If no steps of the task lead from
 * a place back to it, no loop in which the task takes a step comes there. If the task can go on in
 * every state in which it is at that place, and it is driven, no loop in which it takes no step is
 * fair. So a state with a task at such a place is on no fair loop, and no component that has it is
 * fair. What is left of one without it is not, either, since whatever has a fair part is fair.
 */
import type { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import type { Expander } from './expander.ts';

/** More places are not told apart: then no state is known to be left behind. */
const PLACES_MAX = 2 ** 18;

interface Place {
  /** The places of the same task that follow it. */
  readonly follows: Set<number>;
  /** What the row there does, as far as that was looked at: notes. */
  readonly seen: Set<number>;
  /** In some state the task cannot go on. */
  blocked: boolean;
}

export class Behind {
  readonly #expander: Expander;
  /** Tasks that are driven wherever they stand, and come to an end. */
  readonly #tasks: readonly number[];
  readonly #own: readonly Int32Array[];
  readonly #places: Place[] = [];
  /** The next state that is looked at. */
  #next = 0;
  #known = false;

  constructor(system: System<Spec, Turn>, expander: Expander) {
    this.#expander = expander;
    this.#tasks = system.tasks.flatMap(({ daemon, at_will }, i) => (daemon || at_will ? [] : [i]));
    this.#own = this.#tasks.map((task) => system.ownBits(task));
    expander.watchOwn(this, this.#tasks, PLACES_MAX);
  }

  /** Looks at some more states; false when all were looked at. */
  slice(states: number): boolean {
    const { count, core } = this.#expander.table;
    if (this.#known) return false;
    const until = Math.min(count, this.#next + states);
    if (this.#places.length < PLACES_MAX / 2) core.scan(this.#next, until);
    this.#next = until;
    if (until < count) return true;
    this.#known = true;
    if (this.#places.length < PLACES_MAX / 2) this.#leaveBehind();
    return false;
  }

  /** The bits of a state that say which place it is; and a new number for one. */
  ownBits(owner: number): Int32Array {
    return this.#own[owner]!;
  }

  add(): number {
    this.#places.push({ follows: new Set(), seen: new Set(), blocked: false });
    return Math.min(this.#places.length, PLACES_MAX) - 1;
  }

  /** What a task does at a place, in a state. */
  follow(owner: number, place: number, note: number, state: Int32Array): void {
    const { follows, seen } = this.#places[place]!;
    if (seen.has(note)) return;
    seen.add(note);
    let goes_on = false;
    this.#expander.give(this.#tasks[owner]!, note, state, state.slice(), {
      successor: (_, to) => {
        goes_on = true;
        follows.add(this.#expander.ownPlace(owner, to));
      },
    });
    if (!goes_on) this.#places[place]!.blocked = true;
  }

  /** Places where nobody is blocked, and from which no way leads to a loop. */
  #leaveBehind(): void {
    const places = this.#places;
    // How many that follow a place may lead to a loop; and which come before it.
    const open = places.map(({ follows }) => follows.size);
    const before = places.map((): number[] => []);
    places.forEach(({ follows }, from) => {
      for (const to of follows) before[to]!.push(from);
    });
    const off = open.flatMap((count, place) => (count === 0 ? [place] : []));
    for (const place of off) {
      if (!places[place]!.blocked) this.#expander.table.core.own_left(place);
      for (const from of before[place]!) if (--open[from]! === 0) off.push(from);
    }
  }
}
