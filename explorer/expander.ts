/**
 * Gives a state's successors to the table, and says what promises say of it, by what rows and
 * promises were seen to do in other states that look alike to them. What is done for every
 * transition is in core/core.ts; here is what it asks when something is not known.
 */
import { Answers, IN_WORD } from '../machine/answers.ts';
import type { Group, Question } from '../machine/answers.ts';
import { Memo } from '../machine/memo.ts';
import type { Counts } from '../machine/memo.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import type { Alone, Taken } from './alone.ts';
import { Apart } from './apart.ts';
import { Behind } from './behind.ts';
import type { Core, Memory } from './core.ts';
import { Notes } from './notes.ts';
import { StateTable } from './table.ts';
import type { Others, Shared } from './together.ts';

// The lookups.
const ROWS = 0;
const GROUPS = 1;
const OWN = 2;
/** Where in a record is what was learned. */
const LEARNED = 2;
/** More bytes of records, or of notes, are forgotten: they are out of the caches. */
const BYTES_MAX = 2 ** 26;

const NONE: readonly Question[] = [];

/** How states are kept; see StateTable. */
interface Kept {
  readonly near?: number | undefined;
  readonly fingerprint?: number | undefined;
  readonly memory?: Memory | undefined;
  /** Told of all that is learned; and it may have rows that are taken with the step before them. */
  readonly alone?: Alone | undefined;
}

export class Expander {
  readonly table: StateTable;
  readonly #memo: Memo;
  readonly #answers: Answers;
  readonly #system: System<Spec, Turn>;
  readonly #core: Core;
  /** Words of a state, and of what stands behind it. */
  readonly #words: number;
  /** The state that is looked at. */
  readonly #seen: Int32Array;
  /** Where it is put, for the core, what was read. */
  readonly #read: number;
  readonly #notes: Notes;
  readonly #alone: Alone | undefined;
  readonly #apart: Apart;
  #groups: readonly Group[] = [];
  /** Words of a mask of groups; and where the core has the masks. */
  #masks = 0;
  #asked = 0;

  /** What expands states of a machine whose rows and promises leave a trail. */
  static of(machine: Machine, capacity: number, kept: Kept): Expander | undefined {
    return machine instanceof System ? new Expander(machine, capacity, kept) : undefined;
  }

  /** What expands states of the table of another thread. */
  static helping(
    system: System<Spec, Turn>,
    { memory, near, prints }: Shared,
    others: Others,
  ): Expander {
    const expander = new Expander(system, near, { near: near * 4 * system.words, memory });
    expander.#answers.share(prints);
    expander.#others = others;
    return expander;
  }

  constructor(system: System<Spec, Turn>, capacity: number, kept: Kept = {}) {
    const { near, fingerprint, memory } = kept;
    this.#system = system;
    this.#alone = kept.alone;
    const { length: tasks } = system.tasks;
    this.#words = system.words + 2 + tasks;
    this.#memo = new Memo(system);
    this.#answers = new Answers(system, this.#words);
    const asked = {
      learn_row: (task: number, row: number) => this.#learnRow(task, row),
      learn_group: (group: number) => this.#learnGroup(group),
      learn_own: (owner: number) => this.#learnOwn(owner),
      follow: (owner: number, place: number, note: number) => this.#follow(owner, place, note),
      run_row: (task: number, number: number) => this.#run(task, number),
      ring_full: () => this.#others!.makeRoom(),
      share_growth: () => this.#others!.shareGrowth!(),
      end_growth: () => (this.#others!.endGrowth!() ? 1 : 0),
    };
    const first = system.initial();
    this.table = new StateTable(first, capacity, this.#words, asked, near, fingerprint, memory);
    this.#core = this.table.core;
    this.#seen = new Int32Array(this.#words);
    this.#read = this.#core.allocate(4 * this.#words);
    this.#notes = new Notes(this.table);
    this.#core.lookup_init(ROWS, system.rows, this.#words);
    const at = this.#core.tasks_init(tasks) >>> 2;
    const places = system.tasks.map(({ pc }) => system.struct.place(pc));
    places.forEach(({ word, shift, mask }, task) => {
      this.table.heap.set([4 * word, shift, mask, system.first(task)], at + 4 * task);
    });
    this.table.heap[at + 4 * tasks + 3] = system.first(tasks);
    this.#apart = new Apart(this.table, places);
    this.#regroup();
  }

  /** The number of the state that is, or was, expanded. */
  get at(): number {
    return this.#core.expanding.value;
  }

  get transitions(): number {
    return this.#core.transitions.value;
  }

  /** Questions that the last state expanded has answered with yes. */
  found(): readonly Question[] {
    if (this.#core.found.value === 0) return NONE;
    const { heap } = this.table;
    const at = this.#core.yes.value >>> 2;
    const questions: Question[] = [];
    for (let n = 0; n < this.#core.found.value; n++) {
      const group = this.#groups[heap[at + 2 * n]!]!;
      const yes = heap[at + 2 * n + 1]!;
      group.questions.forEach((question, i) => {
        if ((yes >>> i) & 1 && question.asked) questions.push(question);
      });
    }
    return questions;
  }

  /** Asks no longer whether that promise is broken, or has something to say. */
  retire(property: number, premise: boolean): void {
    this.#answers.retire(property, premise);
    this.#ask();
  }

  /** Goes on where another has been: after so many steps, and with only those questions asked. */
  goOn(
    transitions: number,
    footprints: Answers['footprints'],
    asked: (property: number, premise: boolean) => boolean,
  ): void {
    this.#core.transitions.value = transitions;
    this.#system.properties.forEach((_, property) => {
      for (const premise of [false, true]) {
        if (!asked(property, premise)) this.#answers.retire(property, premise);
      }
    });
    this.#answers.footprints = footprints;
    this.#regroup();
  }

  // For several threads; see together.ts.

  #others: Others | undefined;

  /** Returns where it says from now on what promises have read. */
  share(others: Others): Int32Array {
    this.#others = others;
    const prints = new Int32Array(new SharedArrayBuffer(4 * this.#answers.words));
    this.#answers.share(prints);
    return prints;
  }

  /** Takes what promises have read in other threads. */
  merge(): void {
    for (const group of this.#answers.merge()) this.#enlist(group, this.#groups[group]!.read);
  }

  get footprints(): Answers['footprints'] {
    return this.#answers.footprints;
  }

  /**
   * Expands states one after the other, and ends after one of which there is something to be said;
   * returns the number of the next.
   */
  expand(from: number, until: number): number {
    if (this.#answers.regrouped(from)) this.#regroup();
    this.#forget();
    return this.#core.expand(from, Math.min(until, this.#answers.until));
  }

  #forget(): void {
    const core = this.#core;
    if (core.lookup_bytes(GROUPS) > BYTES_MAX) core.lookup_forget(GROUPS);
    if (core.lookup_bytes(ROWS) <= BYTES_MAX && this.#notes.bytes <= BYTES_MAX) return;
    core.lookup_forget(ROWS);
    this.#notes.forget(this.#memo);
  }

  /** Counts what was played back, as if it had run. */
  settle(): void {
    this.#notes.settle(this.#memo);
  }

  /** Takes the state that is looked at from the core. */
  #look(words: number): void {
    const from = this.#core.seen.value >>> 2;
    const { heap } = this.table;
    for (let i = 0; i < words; i++) this.#seen[i] = heap[from + i]!;
  }

  #learnRow(task: number, row: number): number {
    const system = this.#system;
    const { news } = system;
    this.#look(system.words);
    system.show(this.#seen, 0);
    const counts = this.#memo.learn(task, row);
    const learned = this.#memo.note.subarray(0, this.#memo.length);
    const { note, read, counts: all } = this.#taken(task, row, learned, counts);
    if (system.news !== news) this.#core.stop.value = 1;
    const at = this.#notes.addressOf(note, this.#apart.touchOf(task, read, note), all);
    this.#putRead(read);
    return this.#core.lookup_enter(ROWS, row, this.#read, at);
  }

  /** The same with the rows that are taken with it. */
  #taken(task: number, row: number, note: Int32Array, counts: Counts): Taken {
    const { read } = this.#system.trail;
    this.#alone?.ran(row, note, counts, read);
    if (!this.#alone?.active) return { note, read, counts };
    // Rows that are tried then leave a trail of their own.
    const step = { note: note.slice(), read: read.slice(), counts };
    const seen = this.#seen.slice(0, this.#system.words);
    return this.#alone.takenAlong(this.#memo, task, seen, step);
  }

  /** A row that has too many outcomes to be noted. */
  #run(task: number, number: number): number {
    const { table } = this;
    let outcomes = 0;
    this.#look(this.#system.words);
    this.#system.show(this.#seen, 0);
    this.#turn(task, true, {
      successor: (_, to) => {
        outcomes++;
        table.add(to, number);
      },
    });
    return outcomes;
  }

  /** Gives every way in which a row without a note turns out, with the rows that it takes along. */
  #turn(task: number, counted: boolean, sink: Sink): void {
    const system = this.#system;
    const alone = this.#alone;
    if (alone === undefined) return void system.turn(task, sink, counted);
    system.trail.clear();
    const { read, written } = system.trail;
    const row = system.rowAt(this.#seen, task);
    const outcomes: { readonly action: number; readonly to: Int32Array }[] = [];
    system.turn(
      task,
      {
        successor: (action, to) => {
          alone.ranLong(row, read, written);
          if (alone.active) outcomes.push({ action, to: to.slice() });
          else sink.successor(action, to);
        },
      },
      counted,
    );
    alone.ranLong(row, read);
    for (const { action, to } of outcomes) {
      alone.moveOn(this.#memo, task, { from: this.#seen, to });
      sink.successor(action, to);
    }
  }

  #learnGroup(group: number): number {
    const system = this.#system;
    this.#look(this.#words);
    system.recall(this.#seen);
    const alone = this.#alone;
    const said = this.#answers.learn(
      this.#groups[group]!,
      alone?.active ? (...asked) => alone.asksElsewhere(this.#seen, ...asked) : undefined,
    );
    alone?.wereAsked(this.#answers.read);
    this.#enlist(group, this.#answers.read);
    this.#putRead(this.#answers.read);
    return this.#core.lookup_enter(GROUPS, group, this.#read, said);
  }

  #regroup(): void {
    this.#groups = this.#answers.groups;
    this.#masks = Math.ceil(this.#groups.length / IN_WORD);
    this.#asked = this.#core.groups_init(this.#groups.length) >>> 2;
    this.#core.lookup_init(GROUPS, this.#groups.length, this.#words);
    this.#groups.forEach(({ read }, group) => this.#enlist(group, read));
    this.#ask();
  }

  #ask(): void {
    const { heap } = this.table;
    heap.fill(0, this.#asked, this.#asked + this.#masks);
    this.#groups.forEach(({ questions }, group) => {
      if (questions.some(({ asked }) => asked)) heap[this.#asked + (group >>> 5)]! |= 1 << group;
    });
  }

  /** The group is one that has read these bits. */
  #enlist(group: number, read: Int32Array): void {
    const { heap } = this.table;
    const masks = this.#masks;
    const waiters = this.#asked + masks + (group >>> 5);
    const readers = this.#asked + 2 * masks + (group >>> 5);
    for (let word = 0; word < this.#system.words; word++) {
      for (let bits = read[word]!; bits !== 0; bits &= bits - 1) {
        heap[readers + (32 * word + 31 - Math.clz32(bits & -bits)) * masks]! |= 1 << group;
      }
    }
    for (let word = this.#system.words; word < read.length; word++) {
      if (read[word] !== 0) heap[waiters]! |= 1 << group;
    }
  }

  /** What a row does in a state, as a note; learned where it is not known. */
  #noteOf(task: number, row: number, state: Int32Array): number {
    this.table.heap.set(state, this.#core.seen.value >>> 2);
    const record = this.#core.lookup_find(ROWS, row) || this.#learnRow(task, row);
    return this.table.heap[(record >>> 2) + LEARNED]!;
  }

  /** Gives the outcomes of a note in a state, each as a whole state; `to` holds that state too. */
  give(task: number, note: number, state: Int32Array, to: Int32Array, sink: Sink): void {
    if (this.#notes.give(note, state, to, sink)) return;
    this.#seen.set(state);
    this.#system.show(state, 0);
    this.#turn(task, false, sink);
  }

  #behind: Behind | undefined;

  /** For who looks for loops in the states that were searched. */
  behind(): Behind {
    return new Behind(this.#system, this);
  }

  /** From now on `behind` is told of the own places of these tasks. */
  watchOwn(behind: Behind, tasks: readonly number[], places: number): void {
    this.#behind = behind;
    const at = this.#core.own_init(tasks.length, places) >>> 2;
    this.table.heap.set(tasks, at);
    this.#core.lookup_init(OWN, tasks.length + 1, this.#words);
    this.#owners = tasks.length;
  }

  #owners = 0;

  #follow(owner: number, place: number, note: number): void {
    this.#look(this.#system.words);
    this.#behind!.follow(owner, place, note, this.#seen.slice(0, this.#system.words));
  }

  /** The first of some states in which something is owed, and that is not left behind. */
  nextOpen(from: number, until: number): number {
    return this.#core.next_open(from, until);
  }

  /** The number of a task's own place in a state. */
  ownPlace(owner: number, state: Int32Array): number {
    const { heap } = this.table;
    const seen = this.#core.seen.value >>> 2;
    const before = heap.slice(seen, seen + this.#system.words);
    heap.set(state, seen);
    const record = this.#core.lookup_find(OWN, owner) || this.#learnOwn(owner);
    this.table.heap.set(before, seen);
    return this.table.heap[(record >>> 2) + LEARNED]!;
  }

  /** A place that was not met before; or, behind the owners, what is owed. */
  #learnOwn(owner: number): number {
    const system = this.#system;
    if (owner < this.#owners) {
      const place = this.#behind!.add();
      this.#putRead(this.#behind!.ownBits(owner));
      return this.#core.lookup_enter(OWN, owner, this.#read, place);
    }
    this.#look(system.words);
    system.trail.clear();
    const owed = system.owing(this.#seen, 0);
    const read = system.trail.read.slice();
    this.#alone?.isOwed(this.#seen.slice(0, system.words), owed, read);
    this.#putRead(read);
    return this.#core.lookup_enter(OWN, owner, this.#read, owed);
  }

  #putRead(read: Int32Array): void {
    const { heap } = this.table;
    const at = this.#read >>> 2;
    heap.fill(0, at, at + this.#words);
    heap.set(read, at);
  }

  /**
   * Gives the numbers of all states to which one leads, in a space that is closed, and who goes
   * there; -1 for one that was not seen. False where a row has too many ways.
   */
  edges(number: number, take: (to: number, task: number) => void): boolean {
    const core = this.#core;
    const n = core.edges(number);
    const { heap } = this.table;
    const to = core.places.value >>> 2;
    const tasks = core.ring_parents.value >>> 2;
    for (let i = 0; i < n; i++) take(heap[to + i]!, heap[tasks + i]!);
    if (n >= 0) this.#system.show(this.table.piece(number), this.table.place(number));
    return n >= 0;
  }

  /** A state's successors, one call each, as the machine would give them. */
  successors(number: number, sink: Sink): void {
    const state = this.table.state(number);
    const to = state.slice();
    this.#system.show(state, 0);
    for (let task = 0; task < this.#system.tasks.length; task++) {
      const row = this.#system.rowAt(state, task);
      if (row < 0) continue;
      this.give(task, this.#noteOf(task, row, state), state, to, sink);
    }
  }
}
