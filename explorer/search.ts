/**
 * Exhaustive search, breadth first over whole states: the first state found to break a promise is
 * reached by a shortest trace. A state that breaks one is explored further like any other.
 */
import { IN_MASK, allOf, isBroken } from '../machine/machine.ts';
import type { Coverage, Machine, Sink } from '../machine/machine.ts';
import { DesignError } from '../machine/rows.ts';
import { TASKS_MAX } from '../machine/action.ts';
import type { Alone } from './alone.ts';
import { FINGERPRINT_BITS, forward, omission } from './compact.ts';
import { Expander } from './expander.ts';
import { loopFrom } from './loop.ts';
import { Macro } from './macro.ts';
import { Progress } from './progress.ts';
import { Sample } from './sample.ts';
import type { Digest, SavedSample } from './sample.ts';
import { sumOf } from '../machine/system.ts';
import type { Counted } from '../machine/system.ts';
import { StateTable, hashOf, isOutOfMemory, same } from './table.ts';
import { Together } from './together.ts';
import type { Helpers, Report } from './together.ts';

export interface Limits {
  /** Distinct states kept at most. */
  readonly states: number;
  /** Steps from the initial state at most. */
  readonly depth: number;
  /** Ends the search as soon as any, or all, of so many properties, the first ones, are broken. */
  readonly until_broken?: { readonly of: number; readonly all: boolean };
  /** Bytes that states, parents and table may take at most, and what looks for loops. */
  readonly bytes?: number;
  /** Every row runs in every state, and every promise is asked: nothing is played back. */
  readonly plain?: boolean;
  /** Bytes of states that the core keeps itself; for who tests what it does with others. */
  readonly near?: number;
  /** Of each state a fingerprint is kept, and not the state; without a promise of progress. */
  readonly compact?: boolean;
  /** Bits of a fingerprint; for who tests what is said of omissions. */
  readonly fingerprint_bits?: number;
  /**
   * Threads that help; not in compact mode, nor where the search ends with a first breach, nor
   * where rows may move alone.
   */
  readonly helpers?: Helpers;
}

export type Verdict = 'holds' | 'violated' | 'incomplete' | 'vacuous';

/** The actions of a counterexample. */
export interface Traced {
  /**
   * To a state that breaks the promise, and no state that does is nearer. Where it is one of
   * progress: to the first state that is on a loop which breaks it, and then of that loop.
   */
  readonly trace: readonly number[];
  /** So many of the last actions are the loop, if there is one. */
  readonly loop?: number;
}

export interface PropertyResult extends Partial<Traced> {
  readonly name: string;
  readonly verdict: Verdict;
}

export interface Result {
  readonly states: number;
  /** Steps that states have: those to states seen before, and to the same one, included. */
  readonly transitions: number;
  /** Steps of a shortest trace to the state that is farthest away. */
  readonly depth: number;
  /** Which limit was hit, if one was: nothing can then be said to hold. */
  readonly limit: 'states' | 'memory' | 'depth' | 'range' | 'interrupted' | undefined;
  /** In compact mode: the chance that a state was left out is below that. */
  readonly omission?: number;
  /** Rows that were taken with the step before them; the states between were not kept. */
  readonly reduced?: readonly string[];
  readonly properties: readonly PropertyResult[];
  readonly coverage: Coverage;
}

/** See `saved`. */
export interface Saved {
  readonly words: number;
  readonly states: number;
  readonly from: number;
  readonly level_end: number;
  readonly depth: number;
  readonly transitions: number;
  readonly unbroken: readonly number[];
  readonly unseen: readonly number[];
  readonly broken: readonly number[];
  readonly footprints: readonly (readonly number[])[];
  readonly counted: unknown;
  readonly beyond: string | undefined;
  readonly sample: SavedSample;
}

const SLICE = 1024;
/** Before so many states more no count of what was played back can overflow. */
const SETTLED = 2 ** 20;

const NOWHERE: Sink = { successor: () => undefined };

export class Search implements Sink {
  readonly machine: Machine;
  /** What was seen in some of the states, so that they can be asked again. */
  readonly sample: Sample;
  readonly #seen: Digest;
  readonly #limits: Limits;
  readonly #table: StateTable;
  #from = 0;
  #transitions = 0;
  #depth = 0;
  /** Number of the first state of the level after the one being expanded. */
  #levelEnd = 1;
  #limit: Result['limit'];
  /** Was there no memory for what had to be kept? */
  #exhausted = false;
  /** Nothing more is to be done. Until then there may be candidates that were not looked at. */
  #ended = false;
  /** After the last level: looks for loops, where there is a promise that they can break. */
  #progress: Progress | undefined;
  /** What was counted until then. */
  #coverage: Coverage | undefined;
  #countedThen: unknown;
  /** Masks of properties: those not yet broken; those whose premise was never true. */
  readonly #unbroken: Int32Array;
  readonly #unseen: Int32Array;
  readonly #broken: Int32Array;
  readonly #expander: Expander | undefined;
  /** In compact mode: bits of a fingerprint; else 0. */
  readonly #fingerprint: number;
  readonly #alone: Alone | undefined;
  /** Are there rows that are taken with the step before? */
  readonly #reduces: boolean;

  /** Takes in what a state of the sample has given. */
  readonly #taken: Sink = {
    successor: (action, to) => this.#seen.take(action, hashOf(to)),
  };

  /** `alone`: is told what is learned, and may have rows that are taken with the step before. */
  constructor(machine: Machine, limits: Limits, alone?: Alone) {
    this.machine = machine;
    this.#limits = limits;
    this.#alone = alone;
    this.#learns = alone !== undefined;
    this.#reduces = alone?.active === true;
    const { states, bytes, near, compact = false } = limits;
    // A word of each state is the loops'.
    const words = machine.words + (machine.progress < 0 ? 0 : 1);
    const room = bytes === undefined ? states : StateTable.within(bytes, words, states, compact);
    this.#fingerprint = compact ? (limits.fingerprint_bits ?? FINGERPRINT_BITS) : 0;
    const kept = { near, fingerprint: this.#fingerprint, alone };
    this.#expander = limits.plain === true ? undefined : Expander.of(machine, room, kept);
    if (compact && (this.#expander === undefined || machine.progress >= 0)) {
      throw new Error('in compact mode rows are played back, and no loops are looked for');
    }
    this.sample = new Sample(compact ? machine.words : 0);
    this.#seen = this.sample.seen;
    this.#table = this.#expander?.table ?? new StateTable(machine.initial(), room);
    const count = machine.properties.length;
    this.#unbroken = new Int32Array(Math.ceil(count / IN_MASK)).map((_, i) =>
      allOf(count, i * IN_MASK),
    );
    this.#unseen = this.#unbroken.slice();
    this.#broken = new Int32Array(machine.properties.length).fill(-1);
  }

  get states(): number {
    return this.#table.count;
  }

  /** Has any state found no room? */
  get full(): boolean {
    return this.#table.full;
  }

  /** So many states it may keep. */
  get room(): number {
    return this.#table.capacity;
  }

  get depth(): number {
    return this.#depth;
  }

  /** The number of the state that is expanded now. */
  get at(): number {
    return this.#from;
  }

  /** Which limit was hit, or that not all has been looked at; undefined once all has. */
  get limit(): Result['limit'] {
    const beyond = this.machine.beyond === undefined ? undefined : 'range';
    return this.#limit ?? beyond ?? (this.#ended ? undefined : 'interrupted');
  }

  /** Is there of each state no more than a fingerprint? */
  get compact(): boolean {
    return this.#fingerprint > 0;
  }

  /** The promises that are broken, by a state or by a loop. */
  get broken(): readonly number[] {
    const { progress, properties } = this.machine;
    const looped = (this.#progress?.first ?? -1) >= 0;
    return properties.flatMap((_, property) =>
      this.#broken[property]! >= 0 || (looped && property === progress) ? [property] : [],
    );
  }

  /** Promises that had nothing to say so far. */
  get unasked(): readonly number[] {
    return this.machine.properties.flatMap((_, property) =>
      this.#wasSeen(property) ? [] : [property],
    );
  }

  /** What had something to say in another search, of states that are reached, is not asked that. */
  knows({ unasked }: Search): void {
    this.machine.properties.forEach((_, property) => {
      if (!unasked.includes(property)) this.#retire(this.#unseen, property);
    });
  }

  /** Nor whether it is broken, where that was found in a search of all states that was left off. */
  knowsBroken(from: Search): void {
    this.#known = from;
    for (const property of from.broken) this.#retire(this.#unbroken, property);
  }

  #known: Search | undefined;

  #retire(asked: Int32Array, property: number): void {
    const part = Math.floor(property / IN_MASK);
    asked[part] = asked[part]! & ~(1 << (property % IN_MASK));
    this.#expander?.retire(property, asked === this.#unseen);
  }

  /** The search that has all states which are as near as the first that breaks that promise. */
  ofAll(property: number): Search {
    return this.#known?.broken.includes(property) === true ? this.#known : this;
  }

  /** Nothing more is done here, and what the machine counts from now on is another's. */
  leaveOff(): Result {
    return (this.#last ??= this.result());
  }

  #last: Result | undefined;

  /** What takes the steps of this search: where rows are taken with others, those too. */
  stepping(machine: Machine): Machine {
    return this.#reduces ? new Macro(machine, this.#alone!) : machine;
  }

  /** A state by its number, in the order in which they were found; if compact, of the sample. */
  readonly state = (number: number): Int32Array => {
    const at = this.place(number);
    return this.piece(number).slice(at, at + this.machine.words);
  };

  /** Is what rows do played back? */
  get plays(): boolean {
    return this.#expander !== undefined;
  }

  /** Where a packed state lies: the array, and where in it. */
  piece(number: number): Int32Array {
    return this.compact ? this.sample.states : this.#table.piece(number);
  }

  place(number: number): number {
    return this.compact ? this.sample.place(number) : this.#table.place(number);
  }

  /** What a machine, this or another, gives in that state. */
  ask(machine: Machine, number: number, sink: Sink): void {
    machine.successors(this.piece(number), this.place(number), sink);
  }

  /** The number of a state; -1 where it was not seen. */
  find(state: Int32Array): number {
    return this.#table.find(state);
  }

  /** The state that another was first reached from. */
  parent(number: number): number {
    return this.#table.parent(number);
  }

  /** Makes a state the one that the machine's promises are asked of. */
  look(number: number): void {
    this.ask(this.machine, number, NOWHERE);
  }

  /** Does this state break the promise of that number? */
  breaks(number: number, property: number): boolean {
    this.look(number);
    return this.isBroken(property);
  }

  /** The same, of the state whose successors were just given. */
  isBroken(property: number): boolean {
    return isBroken(this.machine, property);
  }

  successor(action: number, to: Int32Array): void {
    this.#transitions++;
    this.#table.add(to, this.#from);
    this.#seen.take(action, hashOf(to));
  }

  /** Expands some states; false when there is nothing more to do. */
  slice(): boolean {
    return this.#inMemory(() => this.#slice());
  }

  /** Looks up what was gathered. False where there was no memory for it: that was the end. */
  flush(): boolean {
    return this.#inMemory(() => {
      this.#table.flush();
      return true;
    });
  }

  /** Where memory has come to its end candidates may be lost, and nothing more is done. */
  #inMemory(act: () => boolean): boolean {
    if (this.#exhausted) return false;
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return act();
    } catch (error) {
      if (!isOutOfMemory(error)) {
        this.#from = this.#expander?.at ?? this.#from;
        this.leave();
        throw error;
      }
      this.#limit = 'memory';
      this.#exhausted = true;
      return false;
    }
  }

  #slice(): boolean {
    if (this.compact && this.#table.bytes > (this.#limits.bytes ?? Infinity)) {
      this.#limit = 'memory';
      return false;
    }
    if (this.#progress !== undefined) {
      this.#ended = !this.#progress.slice(SLICE);
      return !this.#ended;
    }
    this.sample.makeRoom(SLICE);
    this.#table.core.expanded_to(this.#from);
    const until = this.#from + SLICE;
    while (this.#from < until) {
      if (this.#enough) return false;
      if (this.#from === this.#levelEnd && !this.#nextLevel()) return this.#progress !== undefined;
      if (this.#expander === undefined) this.#expand();
      else if (this.#isHelped(this.#expander)) return this.#playTogether(this.#expander);
      else {
        const end = Math.min(until, this.#levelEnd);
        this.#from = this.#playAll(this.#expander, this.#from, end);
      }
    }
    return true;
  }

  /** Threads that help, once it is worth it. */
  #together: Together | undefined;

  /** Can a part of this level be expanded by several threads? */
  #isHelped(expander: Expander): boolean {
    const { helpers, until_broken } = this.#limits;
    if (helpers === undefined || until_broken !== undefined || this.compact) return false;
    if (this.#left || this.#learns) return false;
    const level = this.#levelEnd - this.#from;
    if (!Together.isWorth(helpers, this.#table.count, level)) return false;
    if (this.#levelEnd > this.#table.near) return false;
    if (this.#together === undefined) {
      // Without memory for it the search goes on alone.
      this.#left = expander.table.core.take_all() === 0;
      if (this.#left) return false;
      const { length } = this.machine.properties;
      this.#together = new Together(helpers, expander, length, this.#from);
    }
    return this.#together.ready;
  }

  #playTogether(expander: Expander): boolean {
    const together = this.#together!;
    this.#from = together.expand([this.#from, this.#levelEnd], this.#depth, (from, until) =>
      this.#playAll(expander, from, until),
    );
    this.#helped = together.steps;
    this.#transitions = expander.transitions + this.#helped;
    together.found((property, premise, number) => {
      this.#take(property, premise, number);
      expander.retire(property, premise);
    });
    return true;
  }

  /** Steps that they have given. */
  #helped = 0;
  /** Nothing that is learned may be missed here, so that no other thread may learn it. */
  #learns = false;
  #left = false;

  /** What is learned does not matter any more, and other threads may help. */
  goOnInFull(): void {
    this.#learns = false;
  }

  /** Threads that help are needed no more. */
  leave(): void {
    this.#left = true;
    this.#together?.end();
    this.#together = undefined;
  }

  /** Among which states a counter first left its range. */
  #beyondFrom = Infinity;

  /** What a helper had counted is lost: whatever is asked, that is the answer. */
  #lost: unknown;

  #reports(): readonly Report[] {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return this.#together?.report() ?? [];
    } catch (error) {
      this.leave();
      throw (this.#lost = error);
    }
  }

  /** Takes in what helpers have counted. */
  #collect(): void {
    this.#settle();
    const { machine } = this;
    for (const { counted: more, sample, beyond } of this.#reports()) {
      machine.counted = sumOf(machine.counted as Counted, more);
      this.sample.add(sample);
      if (beyond === undefined || beyond.from >= this.#beyondFrom) continue;
      this.#beyondFrom = beyond.from;
      machine.beyond = beyond.name;
    }
  }

  #nextLevel(): boolean {
    this.#table.flush();
    if (this.#table.full) {
      this.#limit = this.#table.capacity < this.#limits.states ? 'memory' : 'states';
    }
    if (this.#table.count === this.#levelEnd) {
      this.#close();
      return false;
    }
    if (this.#depth === this.#limits.depth) {
      this.#limit ??= 'depth';
      return false;
    }
    this.#levelEnd = this.#table.count;
    this.#depth++;
    return true;
  }

  /** No level follows. Only in a space that is closed can loops be looked for. */
  #close(): void {
    const { machine } = this;
    // A helper may know of a counter that left its range.
    this.#collect();
    const whole = this.#limit === undefined && machine.beyond === undefined;
    if (whole && machine.progress >= 0) {
      this.leave();
      this.#coverage = counted(machine.coverage);
      this.#countedThen = machine.counted;
      this.#progress = new Progress(machine, this.#table, this.#expander);
    } else this.#ended = true;
  }

  #expand(): void {
    const { machine, sample } = this;
    const { news } = machine;
    this.#seen.clear();
    machine.successors(this.piece(this.#from), this.place(this.#from), this);
    sample.offer(this.#from, machine.news > news);
    this.#table.flushFull();
    const unbroken = this.#unbroken;
    const unseen = this.#unseen;
    for (let i = 0; i < unbroken.length; i++) {
      const from = i * IN_MASK;
      const asked = unbroken[i]!;
      if (asked !== 0) {
        const found = machine.violations(asked, from);
        if (found !== 0) this.#record(found, i, this.#from);
      }
      const still = unseen[i]!;
      if (still !== 0) unseen[i] = still & ~machine.premises(still, from);
    }
    this.#from++;
  }

  /** Expands some states by what was learned; ends where all is broken that was asked for. */
  #playAll(expander: Expander, from: number, until: number): number {
    this.sample.makeRoom(until - from);
    let number = from;
    while (number < until && !this.#enough) number = this.#play(expander, number, until);
    this.#transitions = expander.transitions + this.#helped;
    if (this.machine.beyond !== undefined) this.#beyondFrom = Math.min(this.#beyondFrom, from);
    return number;
  }

  /** The same, up to one of which there is something to be said; returns the next. */
  #play(expander: Expander, from: number, until: number): number {
    const { machine, sample } = this;
    const { news } = machine;
    const next = expander.expand(from, Math.min(until, sample.next(from) + 1));
    const last = next - 1;
    for (const { property, piece } of expander.found()) {
      this.#take(property, piece < 0, last);
      this.#together?.tell(property, piece < 0, last);
      expander.retire(property, piece < 0);
    }
    if (sample.wants(last, machine.news > news)) {
      this.#seen.clear();
      expander.successors(last, this.#taken);
      sample.offer(last, machine.news > news);
      if (this.compact) sample.keep(this.#table.piece(last), this.#table.place(last));
    }
    if (last - this.#settled > SETTLED) this.#settle();
    return next;
  }

  /** A promise is broken in a state, or has something to say. */
  #take(property: number, premise: boolean, number: number): void {
    const part = Math.floor(property / IN_MASK);
    const bit = 1 << (property % IN_MASK);
    if (premise) this.#unseen[part] = this.#unseen[part]! & ~bit;
    else if ((this.#unbroken[part]! & bit) !== 0) this.#record(bit, part, number);
    // Blocks of one level are not expanded in the order of states.
    else if (number < this.#broken[property]!) this.#broken[property] = number;
  }

  /** Is all broken that was asked for? */
  #enough = false;

  /** `found`: a mask of properties, of the `part`th that there is. */
  #record(found: number, part: number, by: number): void {
    this.#unbroken[part] = this.#unbroken[part]! & ~found;
    for (let i = 0; i < IN_MASK; i++) {
      if ((found >>> i) & 1) this.#broken[part * IN_MASK + i] = by;
    }
    const { until_broken } = this.#limits;
    if (until_broken === undefined) return;
    const asked = this.#broken.subarray(0, until_broken.of);
    const isFound = (state: number): boolean => state >= 0;
    this.#enough = until_broken.all ? asked.every(isFound) : asked.some(isFound);
  }

  /** All that is known between two slices, but for the states. */
  get saved(): Saved {
    this.#table.flush();
    this.#collect();
    return {
      words: this.machine.words,
      states: this.#table.count,
      from: this.#from,
      level_end: this.#levelEnd,
      depth: this.#depth,
      transitions: this.#transitions,
      unbroken: [...this.#unbroken],
      unseen: [...this.#unseen],
      broken: [...this.#broken],
      footprints: this.#expander?.footprints ?? [],
      counted: this.#countedThen ?? this.machine.counted,
      beyond: this.machine.beyond,
      sample: this.sample.save(),
    };
  }

  /** Goes on from there: states but the first have been appended, in their order. */
  resume(saved: Saved): void {
    this.#table.appended();
    this.#from = saved.from;
    this.#levelEnd = saved.level_end;
    this.#depth = saved.depth;
    this.#transitions = saved.transitions;
    this.#unbroken.set(saved.unbroken);
    this.#unseen.set(saved.unseen);
    this.#broken.set(saved.broken);
    this.machine.counted = saved.counted;
    this.machine.beyond = saved.beyond;
    if (saved.beyond !== undefined) this.#beyondFrom = 0;
    this.sample.load(saved.sample);
    this.#expander?.goOn(saved.transitions, saved.footprints, (property, premise) => {
      const mask = (premise ? this.#unseen : this.#unbroken)[Math.floor(property / IN_MASK)]!;
      return ((mask >>> (property % IN_MASK)) & 1) === 1;
    });
  }

  append(state: Int32Array, parent: number): boolean {
    return this.#table.append(state, parent);
  }

  /** What is known now. Before `slice` has returned false that is `incomplete`. */
  result(): Result {
    if (this.#last !== undefined) return this.#last;
    // How many candidates wait to be looked up is no matter of who asks.
    this.flush();
    // Loops and traces are found by taking steps, which are then counted too: read it before. And
    // a helper may know of a limit.
    this.#collect();
    const { limit } = this;
    const coverage = this.#coverage ?? counted(this.machine.coverage);
    this.leave();
    return {
      // States past the limit on depth were seen, but not looked at.
      states: limit === 'depth' ? this.#levelEnd : this.#table.count,
      transitions: this.#transitions,
      depth: this.#depth,
      limit,
      properties: this.machine.properties.map((name, i) => {
        const from = this.ofAll(i);
        if (from !== this) return from.leaveOff().properties[i]!;
        if (this.#broken[i]! >= 0) {
          return { name, verdict: 'violated', trace: this.#traceTo(this.#broken[i]!, i) };
        }
        if (limit !== undefined) return { name, verdict: 'incomplete' };
        if (i === this.machine.progress && this.#progress!.first >= 0) return this.#looped(name);
        return { name, verdict: this.#wasSeen(i) ? 'holds' : 'vacuous' };
      }),
      coverage,
      ...(this.#reduces && { reduced: this.#alone!.names }),
      ...(this.compact && { omission: omission(this.#table.count, this.#fingerprint) }),
    };
  }

  /** Up to which state that was done. */
  #settled = 0;

  /** Counts what was played back, as if it had run. */
  #settle(): void {
    this.#settled = this.#from;
    this.#expander?.settle();
  }

  #wasSeen(property: number): boolean {
    return ((this.#unseen[Math.floor(property / IN_MASK)]! >>> (property % IN_MASK)) & 1) === 0;
  }

  #looped(name: string): PropertyResult {
    const { first, inside } = this.#progress!;
    const loop = loopFrom(this.machine, this.#table, first, inside);
    const trace = [...this.trace(first), ...loop];
    return { name, verdict: 'violated', trace, loop: loop.length };
  }

  /** The actions that lead to a state that breaks a promise, which has to be so. */
  #traceTo(number: number, property: number): number[] {
    const trace = this.trace(number);
    if (this.compact) {
      let state = this.machine.initial();
      for (const action of trace) state = this.machine.step(state, action)!.state;
      this.machine.successors(state, 0, NOWHERE);
      if (!this.isBroken(property)) {
        throw new Error('compact mode: a trace ends in a state that breaks no promise');
      }
    }
    return trace;
  }

  /** The actions that lead to a state: parents are kept, actions are found again. */
  trace(number: number): number[] {
    if (this.compact) return forward(this.machine, this.#table, number);
    const trace: number[] = [];
    for (let to = number; to > 0; to = this.#table.parent(to)) {
      const from = this.#table.state(this.#table.parent(to));
      trace.push(actionBetween(this.machine, from, this.#table.state(to)));
    }
    return trace.toReversed();
  }
}

/** As it is now. */
function counted(coverage: Coverage): Coverage {
  const rows = coverage.rows();
  const answers = coverage.answers();
  return { rows: () => rows, answers: () => answers };
}

function actionBetween(machine: Machine, from: Int32Array, to: Int32Array): number {
  let found: number | undefined;
  machine.successors(from, 0, {
    successor(action, state) {
      if (found === undefined && same(to, state)) found = action;
    },
  });
  if (found === undefined) {
    throw new DesignError(
      `row ${moved(machine, from, to).join(' or ')}: a step could not be found again: ` +
        'the machine is not deterministic, or reads more than its state',
    );
  }
  return found;
}

/** The row that was left between two states; where none was, one of all of them ran and stayed. */
function moved(machine: Machine, from: Int32Array, to: Int32Array): string[] {
  const rows: string[] = [];
  for (let task = 0; task < TASKS_MAX; task++) {
    const row = machine.row(from, task);
    if (row === undefined) break;
    if (row !== machine.row(to, task)) return [row];
    rows.push(row);
  }
  return rows;
}

/** A whole search at once. */
export function explore(machine: Machine, limits: Limits): Result {
  const search = new Search(machine, limits);
  while (search.slice());
  return search.result();
}
