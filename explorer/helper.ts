/** A thread that helps with a search; together.ts is the other side, and says what is done. */
import type { Machine, Sink } from '../machine/machine.ts';
import { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import { useModule } from './core.ts';
import { Expander } from './expander.ts';
import { Sample } from './sample.ts';
import { hashOf, isOutOfMemory } from './table.ts';
import * as at from './together.ts';
import type { Message, Report, Shared } from './together.ts';

/** States between two counts of what was played back, so that none can overflow. */
const SETTLED = 2 ** 20;

/** States that are expanded before it helps. */
const WARM = 2 ** 14;
const NOTHING = { ran: [], stuck: [], taken: [] };

/** Another order has come while there was no room. */
class Abandoned extends Error {}

/** What the thread that runs it gives to a helper. */
export interface Way {
  send(message: Message): void;
  /** Is called when the thread ends before its time. */
  onExit(ended: () => void): void;
}

/** Helps until there is nothing more to do. `machine`: made as the search's was. */
export function help(machine: Machine, shared: Shared, way: Way): void {
  if (!(machine instanceof System)) throw new Error('only a System can be searched by several');
  useModule(shared.module);
  new Helper(machine, shared, way).run();
}

class Helper {
  readonly #system: System<Spec, Turn>;
  readonly #shared: Shared;
  readonly #way: Way;
  readonly #control: Int32Array;
  /** Where in `control` its own places begin. */
  readonly #own: number;
  readonly #expander: Expander;
  readonly #sample = new Sample();
  #level = -1;
  /** Up to which state counts were settled. */
  #settled = 0;
  #beyond: Report['beyond'];
  #block = -1;
  /** Bits of the index into which it looks. */
  #bits = 0;

  readonly #taken: Sink = {
    successor: (action, to) => this.#sample.seen.take(action, hashOf(to)),
  };

  constructor(system: System<Spec, Turn>, shared: Shared, way: Way) {
    this.#system = system;
    this.#shared = shared;
    this.#control = shared.control;
    this.#own = at.of(shared.helper);
    this.#expander = Expander.helping(system, shared, { makeRoom: () => this.#waitForRoom() });
    this.#set(at.QUEUE, this.#expander.table.core.queue_at());
    this.#way = way;
    way.onExit(() => this.#fail(at.GONE, undefined));
  }

  run(): void {
    try {
      this.#warm();
      this.#set(at.STATE, at.READY);
    } catch (error) {
      const exhausted = isOutOfMemory(error);
      this.#fail(exhausted ? at.EXHAUSTED : at.GONE, error);
      if (!exhausted) return;
    }
    this.#notify();
    this.#help();
  }

  #help(): void {
    const control = this.#control;
    for (;;) {
      const signal = Atomics.load(control, at.SIGNAL);
      const order = Atomics.load(control, at.ORDER);
      if (order === at.LEAVE) return;
      if (order === at.REPORT) this.#report();
      else if (Atomics.load(control, this.#own + at.STATE) === at.READY) this.#work();
      this.#helpToGrow();
      if (!at.spun(control, at.SIGNAL, signal)) Atomics.wait(control, at.SIGNAL, signal);
    }
  }

  /**
   * Expands states that were expanded already, and keeps nothing of it: so that what rows and
   * promises do is known here, too, before others wait for it.
   */
  #warm(): void {
    const { core } = this.#expander.table;
    const until = this.#control[at.BASE]!;
    this.#expander.merge();
    for (let number = Math.max(0, until - WARM); number < until;) {
      number = this.#expander.expand(number, until);
    }
    this.#expander.settle();
    this.#system.counted = NOTHING;
    this.#system.beyond = undefined;
    core.transitions.value = 0;
    core.flush();
  }

  #set(place: number, value: number): void {
    Atomics.store(this.#control, this.#own + place, value);
  }

  #notify(): void {
    Atomics.add(this.#control, at.DONE, 1);
    Atomics.notify(this.#control, at.DONE);
  }

  /** Takes one block after the other, while there are any. */
  #work(): void {
    const control = this.#control;
    for (;;) {
      this.#helpToGrow();
      const block = at.claim(control);
      if (block < 0) {
        const passed = Atomics.load(control, at.PASSED);
        const all = Atomics.load(control, at.NEXT) >= Atomics.load(control, at.END);
        if (all || Atomics.load(control, at.ORDER) !== at.WORK) return;
        Atomics.wait(control, at.PASSED, passed, 1);
      } else if (!this.#expand(block)) return;
    }
  }

  /** Does a part of the work, if there is any, when the index grows. */
  #helpToGrow(): void {
    const control = this.#control;
    const { OFFERED, TAKEN_UP, GROWN } = at;
    if (Atomics.compareExchange(control, at.GROWTH, OFFERED, TAKEN_UP) !== OFFERED) return;
    this.#expander.table.core.split_part();
    Atomics.store(control, at.GROWTH, GROWN);
    this.#notify();
  }

  /** False where that was the end. */
  #expand(block: number): boolean {
    const control = this.#control;
    this.#block = block;
    if (control[at.LEVEL] !== this.#level) this.#enterLevel(control[at.LEVEL]!);
    const [from, until] = at.statesOf(control, block);
    const { core } = this.#expander.table;
    core.taken.value = control[this.#own + at.TAKEN]!;
    this.#bits = core.enter_block();
    this.#sample.makeRoom(until - from);
    try {
      for (let number = from; number < until;) number = this.#play(number, until);
    } catch (error) {
      if (error instanceof Abandoned) return false;
      this.#fail(isOutOfMemory(error) ? at.EXHAUSTED : at.FAILED, error);
      return false;
    }
    const { beyond: name } = this.#system;
    if (name !== undefined) this.#beyond ??= { name, from };
    const { transitions } = this.#expander;
    this.#set(at.STEPS, transitions | 0);
    this.#set(at.STEPS + 1, Math.floor(transitions / 2 ** 32));
    core.flush();
    this.#say(block + 1);
    this.#block = -1;
    return true;
  }

  /** Says how far it is with its block. */
  #say(state: number): void {
    const slot = at.slot(this.#block);
    const control = this.#control;
    control[slot + at.BITS] = this.#bits;
    control[slot + at.UP_TO] = this.#expander.table.core.passed_on.value;
    control[slot + at.BY] = this.#shared.helper;
    Atomics.store(control, slot, state);
    this.#notify();
  }

  /** Learns what others have found: what has been read, and what need not be asked any more. */
  #enterLevel(level: number): void {
    this.#level = level;
    this.#expander.merge();
    const { length } = this.#system.properties;
    for (let place = at.said(0, 0, length); place < this.#control.length; place++) {
      if (this.#control[place] === 0) continue;
      const which = place - at.said(0, 0, length);
      this.#expander.retire((which >> 1) % length, which % 2 === 1);
    }
  }

  #play(from: number, until: number): number {
    const { news } = this.#system;
    const sample = this.#sample;
    const expander = this.#expander;
    const next = expander.expand(from, Math.min(until, sample.next(from) + 1));
    const last = next - 1;
    for (const { property, piece } of expander.found()) {
      const place = at.said(this.#shared.helper + 1, property, this.#system.properties.length);
      at.tell(this.#control, place, piece < 0, last);
      expander.retire(property, piece < 0);
    }
    if (sample.wants(last, this.#system.news > news)) {
      sample.seen.clear();
      expander.successors(last, this.#taken);
      sample.offer(last, this.#system.news > news);
    }
    if (last - this.#settled > SETTLED) {
      expander.settle();
      this.#settled = last;
    }
    return next;
  }

  /** What is in the queue is looked up, as soon as it is the turn of this block. */
  #waitForRoom(): void {
    const control = this.#control;
    const taken = this.#own + at.TAKEN;
    const { taken: known } = this.#expander.table.core;
    this.#say(-(this.#block + 1));
    while (Atomics.load(control, taken) === known.value) {
      if (Atomics.load(control, at.ORDER) !== at.WORK) throw new Abandoned();
      this.#helpToGrow();
      Atomics.wait(control, taken, known.value, 100);
    }
    known.value = Atomics.load(control, taken);
  }

  #fail(state: number, error: unknown): void {
    const why = error instanceof Error ? error.message : undefined;
    if (why !== undefined) this.#way.send({ why });
    this.#set(at.FAILED_IN, this.#block);
    this.#set(at.STATE, state);
    this.#notify();
  }

  #report(): void {
    const asked = Atomics.load(this.#control, at.ASKED);
    if (this.#control[this.#own + at.REPORTED] === asked) return;
    this.#expander.settle();
    const { counted } = this.#system;
    this.#system.counted = NOTHING;
    const sample = this.#sample.save();
    this.#sample.clear();
    this.#way.send({ report: { counted, sample, ...(this.#beyond && { beyond: this.#beyond }) } });
    this.#set(at.REPORTED, asked);
    this.#notify();
  }
}
