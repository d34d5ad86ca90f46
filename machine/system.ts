/**
 * The one step function. The only place where time passes.
 *
 * A step runs one row of one task. Where the environment has a say the row's command calls
 * `choose`, and the step is run once for every answer. A row that finds its lock taken is blocked:
 * that is no step, and what it waits for is known.
 */
import { TASKS_MAX, decode, encode } from './action.ts';
import { IN_MASK } from './machine.ts';
import type { Coverage, Machine, Sink } from './machine.ts';
import { DONE } from './rows.ts';
import type { Blocked, Check, ProgressCheck, Row, StateCheck, Step, Task, Work } from './rows.ts';
import { FieldRangeError, trailOf } from './struct.ts';
import type { Place, Spec, Struct, Trail, View } from './struct.ts';
import { AGAIN, ANSWERS_MAX, DesignError, WRONG } from './turn.ts';
import type { Turn } from './turn.ts';

/** So often does a row run before that is no news any more. */
const NEWS_RUNS = 2;

/** How often each row ran and was blocked, and each answer was taken, of those that were. */
export interface Counted {
  readonly ran: readonly number[];
  readonly stuck: readonly number[];
  readonly taken: readonly (readonly [answer: number, times: number])[];
}

/** What was counted by two. */
export function sumOf(one: Counted, other: Counted): Counted {
  const taken = new Map(one.taken);
  for (const [answer, times] of other.taken) taken.set(answer, (taken.get(answer) ?? 0) + times);
  const sum = (a: readonly number[], b: readonly number[]) => a.map((n, i) => n + b[i]!);
  return { ran: sum(one.ran, other.ran), stuck: sum(one.stuck, other.stuck), taken: [...taken] };
}

/** Tasks that share a state, as a machine that can be searched, stepped and replayed. */
export class System<S extends Spec, K extends Turn> implements Machine {
  readonly words: number;
  readonly struct: Struct<S>;
  readonly kernel: K;
  readonly tasks: readonly Task<K>[];
  readonly coverage: Coverage;
  readonly #checks: readonly Check[];
  readonly progress: number;
  readonly #initial: Int32Array;
  /** The state that rows edit; all views look at it. */
  readonly #memory: Int32Array;
  readonly #base: Int32Array;
  /** What rows and promises have read of the state, and what the row that runs has written. */
  readonly trail: Trail;
  readonly #labels: readonly (readonly string[])[];
  readonly #pc: readonly Place[];
  /** Each task's number of `done`. */
  readonly #done: Int32Array;
  /** Rows of all tasks in one list: task i's begin at #first[i]. */
  readonly #rows: readonly Row<K, object, string>[];
  readonly #first: Int32Array;
  // Of each row in that list: its piece of work, the locals, a mask of all bits that are none, and
  // of those that are kept when the work is done.
  readonly #program: Int32Array;
  readonly #frames: readonly object[];
  /** The same rows, with what they are given while a trace is written; and those that run now. */
  readonly #guarded: readonly Row<K, object, string>[];
  #now: readonly Row<K, object, string>[];
  readonly #notLocals: readonly Int32Array[];
  readonly #kept: readonly Int32Array[];
  /** Where the row's piece of work begins and ends in its task's labels. */
  readonly #begin: Int32Array;
  readonly #end: Int32Array;
  /** The number of the label that a row returned last: often it returns the same again. */
  readonly #last: Int32Array;
  readonly #ran: Float64Array;
  readonly #stuck: Float64Array;
  /** How often each really ran, and was blocked: counted or not. */
  readonly #runs: Float64Array;
  readonly #blocks: Float64Array;
  #counting = true;
  /** How often each answer was taken: for a site first by the kernel's rows, ANSWERS_MAX each. */
  readonly #taken: Float64Array;
  /** Of each row: 1 where it is the design's. */
  readonly #own: Uint8Array;
  /**
   * For who watches: which row runs now, 1 for the first of all and 0 for none; and how many ran.
   * May be put into memory that another thread sees.
   */
  clock: Int32Array = new Int32Array(2);
  /** How many runs of rows were news. */
  news = 0;
  /** The first counter that left its range, if one did: states beyond are left out. */
  beyond: string | undefined;
  // Of the state whose successors were given last:
  #moves = 0;
  #waiting = 0;
  readonly #waitsFor: Int32Array;
  /** 0, or -1 where a promise has looked at that: who can move, who waits, and for whom. */
  readonly looked = new Int32Array(3);

  constructor(parts: {
    readonly struct: Struct<S>;
    readonly memory: Int32Array;
    readonly kernel: K;
    readonly tasks: readonly Task<K>[];
    readonly checks: (system: System<S, K>) => readonly Check[];
    readonly start: (view: View<S>) => void;
  }) {
    const { struct, memory, kernel, tasks } = parts;
    if (tasks.length > TASKS_MAX) throw new DesignError(`more than ${TASKS_MAX} tasks`);
    this.struct = struct;
    this.words = struct.words;
    this.kernel = kernel;
    this.tasks = tasks;
    this.#memory = memory;
    this.#base = new Int32Array(struct.words);
    this.trail = trailOf(memory);
    this.#labels = tasks.map(({ work }) => [...work.flatMap((w) => Object.keys(w.rows)), DONE]);
    this.#pc = tasks.map(({ pc }) => struct.place(pc));
    this.#done = Int32Array.from(this.#labels, (labels) => labels.length - 1);
    const all = tasks.flatMap(({ work }) => placed(work, struct));
    this.#rows = all.map(({ row }) => row);
    this.#program = Int32Array.from(all, ({ program }) => program);
    this.#frames = all.map(({ frame }) => frame);
    this.#guarded = all.map(
      ({ row, guarded = kernel }) =>
        (_, f) =>
          row(guarded, f),
    );
    this.#now = this.#rows;
    this.#notLocals = all.map(({ notLocals }) => notLocals);
    this.#kept = all.map(({ kept }) => kept);
    this.#begin = Int32Array.from(all, ({ begin }) => begin);
    this.#end = Int32Array.from(all, ({ end }) => end);
    this.#first = new Int32Array(tasks.length + 1);
    tasks.forEach((_, i) => (this.#first[i + 1] = this.#first[i]! + this.#labels[i]!.length - 1));
    this.#last = this.#begin.slice();
    this.#ran = new Float64Array(this.#rows.length);
    this.#stuck = new Float64Array(this.#rows.length);
    this.#runs = new Float64Array(this.#rows.length);
    this.#blocks = new Float64Array(this.#rows.length);
    this.#taken = new Float64Array(kernel.sites.length * 2 * ANSWERS_MAX);
    this.#own = Uint8Array.from(all, ({ guarded }) => (guarded === undefined ? 0 : 1));
    this.#waitsFor = new Int32Array(tasks.length);
    memory.fill(0);
    parts.start(struct.view(memory));
    this.#initial = memory.slice();
    this.#checks = parts.checks(this);
    this.progress = this.#checks.findIndex((check) => 'owing' in check);
    if (this.#checks.filter((check) => 'owing' in check).length > 1) {
      throw new DesignError('more than one promise of progress');
    }
    this.coverage = { rows: () => this.#countedRows(), answers: () => this.#countedAnswers() };
  }

  /** Mask of the tasks that can take a step which changes something. */
  get moves(): number {
    this.looked[0] = -1;
    return this.#moves;
  }

  /** Mask of the tasks that wait, and for each the mask of those it waits for. */
  get waiting(): number {
    this.looked[1] = -1;
    return this.#waiting;
  }

  get waitsFor(): Int32Array {
    this.looked[2] = -1;
    return this.#waitsFor;
  }

  initial(): Int32Array {
    return this.#initial.slice();
  }

  get properties(): readonly string[] {
    return this.#checks.map((check) => check.name);
  }

  successors(states: Int32Array, at: number, sink: Sink): void {
    const base = this.#base;
    const memory = this.#memory;
    for (let i = 0; i < base.length; i++) memory[i] = base[i] = states[at + i]!;
    this.#moves = 0;
    this.#waiting = 0;
    this.#waitsFor.fill(0);
    const tasks = this.#pc.length;
    for (let task = 0; task < tasks; task++) {
      const pc = this.#pcOf(task);
      if (this.#first[task]! + pc < this.#first[task + 1]!) this.#turns(task, pc, sink);
    }
  }

  /** The same, of one task alone: of the others nothing is known then. */
  turns(state: Int32Array, task: number, sink: Sink): void {
    this.show(state, 0);
    this.#moves = 0;
    if (this.rowAt(state, task) >= 0) this.turn(task, sink);
  }

  // For who plays back what rows were seen to do; see memo.ts.

  /** How many rows all tasks have; task i's begin at `first(i)`. */
  get rows(): number {
    return this.#rows.length;
  }

  first(task: number): number {
    return this.#first[task]!;
  }

  /**
   * Every way in which the task's next row can turn out in the state shown. Does it wait? Of rows
   * that are not `counted` only whether they are news.
   */
  turn(task: number, sink: Sink, counted = true): boolean {
    this.#counting = counted;
    this.#waiting = 0;
    try {
      this.#turns(task, this.#pcOf(task), sink);
    } finally {
      this.#counting = true;
    }
    return this.#waiting !== 0;
  }

  /** The row at which a task stands in a state; -1 where it has ended. */
  rowAt(state: Int32Array, task: number): number {
    const { word, shift, mask } = this.#pc[task]!;
    const row = this.#first[task]! + ((state[word]! >>> shift) & mask);
    return row < this.#first[task + 1]! ? row : -1;
  }

  ownRow(state: Int32Array, task: number): number {
    const row = this.rowAt(state, task);
    return row >= 0 && this.#own[row] === 1 ? row : -1;
  }

  timesRun(row: number): number {
    return this.#ran[row]!;
  }

  /** All that was counted, to be counted by another system of the same rows. */
  get counted(): Counted {
    const taken = [...this.#taken.entries()].filter(([, times]) => times > 0);
    return { ran: [...this.#ran], stuck: [...this.#stuck], taken };
  }

  set counted({ ran, stuck, taken }: Counted) {
    this.#ran.fill(0).set(ran);
    this.#stuck.fill(0).set(stuck);
    this.#taken.fill(0);
    for (const [answer, times] of taken) this.#taken[answer] = times;
  }

  /** As if nothing had run: for a search that begins anew. */
  forget(): void {
    for (const times of [this.#ran, this.#stuck, this.#runs, this.#blocks, this.#taken]) {
      times.fill(0);
    }
    this.news = 0;
    this.beyond = undefined;
  }

  /** How often a row was really blocked. */
  blocks(row: number): number {
    return this.#blocks[row]!;
  }

  /** Counts a row as if it had run so often; `taken`: site * ANSWERS_MAX + answer, of each time. */
  count(row: number, times: number, ran: number, stuck: number, taken: readonly number[]): void {
    this.#ran[row]! += ran * times;
    this.#stuck[row]! += stuck * times;
    for (const one of taken) {
      const site = Math.floor(one / ANSWERS_MAX);
      this.#taken[(site * 2 + this.#own[row]!) * ANSWERS_MAX + (one % ANSWERS_MAX)]! += times;
    }
  }

  /** Shows a state, and what is behind it: who can move, who waits and for whom. */
  recall(seen: Int32Array): void {
    this.show(seen, 0);
    this.#moves = seen[this.words]!;
    this.#waiting = seen[this.words + 1]!;
    for (let task = 0; task < this.#waitsFor.length; task++) {
      this.#waitsFor[task] = seen[this.words + 2 + task]!;
    }
  }

  /** How many pieces the question has whether that promise is broken. */
  pieces(property: number): number {
    const check = this.#checks[property]!;
    return 'owing' in check ? 0 : (check.pieces?.length ?? 1);
  }

  /** Of the state shown: is a piece of that promise broken, or (-1) has it anything to say? */
  answer(property: number, piece: number): boolean {
    this.#asks(property);
    const check = this.#checks[property]! as StateCheck;
    const yes = piece < 0 ? check.premise() : (check.pieces?.[piece]!() ?? check.violated());
    this.clock[0] = 0;
    return yes;
  }

  /** Is the task at its end in this state? */
  isDone(state: Int32Array, task: number): boolean {
    const { word, shift, mask } = this.#pc[task]!;
    return ((state[word]! >>> shift) & mask) === this.#done[task];
  }

  /** Is it at its first row? */
  isAtFirst(state: Int32Array, task: number): boolean {
    const { word, shift, mask } = this.#pc[task]!;
    return ((state[word]! >>> shift) & mask) === 0;
  }

  /**
   * Every way in which one task's next row can turn out. Begins and ends with the state restored.
   */
  #turns(task: number, pc: number, sink: Sink): void {
    const { kernel } = this;
    const row = this.#first[task]! + pc;
    kernel.known = 0;
    do {
      this.#run(task, pc);
      if (kernel.outcome <= AGAIN) {
        if (this.#counting) this.#ran[row]!++;
        if (this.#runs[row]!++ < NEWS_RUNS) this.news++;
        for (let i = 0; i < kernel.asked && this.#counting; i++) {
          const counts = kernel.asked_site[i]! * 2 + this.#own[row]!;
          this.#taken[counts * ANSWERS_MAX + kernel.answers[i]!]!++;
        }
        sink.successor(encode(task, kernel.known, kernel.answers), this.#memory);
        if (this.#restore()) this.#moves |= 1 << task;
      } else {
        if (this.#counting) this.#stuck[row]!++;
        if (this.#blocks[row]!++ < NEWS_RUNS) this.news++;
        if (kernel.waiting) {
          this.#waiting |= 1 << task;
          this.#waitsFor[task] = kernel.waits;
        }
      }
    } while (kernel.advance());
  }

  /**
   * Runs one row on the restored state, holds it to the rules, and moves the program counter. A row
   * that waits or has nothing to do is undone; of one that is to run again the command stands.
   */
  #run(task: number, pc: number): void {
    const { kernel } = this;
    const row = this.#first[task]! + pc;
    kernel.open(task, this.#program[row]!);
    if (kernel.undone) return;
    const { clock } = this;
    clock[0] = row + 1;
    clock[1]!++;
    try {
      const label = this.#now[row]!(kernel, this.#frames[row]!);
      if (kernel.asked < kernel.known) kernel.askedDifferently();
      if (kernel.undone) return this.#undo(row);
      const last = this.#last[row]!;
      const next = label === this.#labels[task]![last] ? last : this.#find(task, row, label);
      if (next === this.#end[row]) this.#leave(row);
      const { word, shift, mask } = this.#pc[task]!;
      this.#memory[word] = (this.#memory[word]! & ~(mask << shift)) | (next << shift);
      this.trail.written[word]! |= mask << shift;
    } catch (error) {
      this.#threw(error, task, pc);
    } finally {
      clock[0] = 0;
    }
  }

  /** The promise that a clock shows. */
  promiseOf(shown: number): string | undefined {
    return this.#checks[shown - 1 - this.#rows.length]?.name;
  }

  /** The row that a clock shows, as `task.label`. */
  rowOf(shown: number): string | undefined {
    const row = shown - 1;
    const task = this.#first.findLastIndex((first) => first <= row);
    const label = this.#labels[task]?.[row - this.#first[task]!];
    return label === undefined ? undefined : `${this.tasks[task]?.name}.${label}`;
  }

  /** What a row makes of the result of a command that was not carried out means nothing. */
  #threw(error: unknown, task: number, pc: number): void {
    const { kernel } = this;
    if (kernel.outcome === WRONG) throw this.#named(kernel.wrongly, task, pc);
    if (kernel.undone) this.#undo(this.#first[task]! + pc);
    else if (!this.#leftItsRange(error)) throw this.#named(error, task, pc);
  }

  /**
   * A row that waits or has nothing to do is undone; of one that is to run again the command
   * stands.
   */
  #undo(row: number): void {
    const { outcome, wrongly } = this.kernel;
    if (outcome === WRONG) throw wrongly!;
    if (outcome === AGAIN) this.#undoLocals(row);
    else this.#restore();
  }

  /**
   * A counter past its range is a limit of the run, not the design's fault: that step is left out.
   */
  #leftItsRange(error: unknown): boolean {
    if (!(error instanceof FieldRangeError) || error.counter === undefined) return false;
    this.beyond ??= error.counter;
    this.#restore();
    this.kernel.idle();
    return true;
  }

  #leave(row: number): void {
    this.kernel.leaving();
    this.#forgetLocals(row);
  }

  #undoLocals(row: number): void {
    const memory = this.#memory;
    const { written } = this.trail;
    const kept = this.#notLocals[row]!;
    for (let i = 0; i < memory.length; i++) {
      memory[i] = (memory[i]! & kept[i]!) | (this.#base[i]! & ~kept[i]!);
      written[i]! &= kept[i]!;
    }
  }

  /** Work that is done has no locals: states that differ in them alone are one. */
  #forgetLocals(row: number): void {
    const memory = this.#memory;
    const { written } = this.trail;
    const kept = this.#kept[row]!;
    for (let i = 0; i < memory.length; i++) {
      memory[i]! &= kept[i]!;
      written[i]! |= ~kept[i]!;
    }
  }

  /** The number of a label that the row did not return last time. */
  #find(task: number, row: number, label: string): number {
    const labels = this.#labels[task]!;
    const end = this.#end[row]!;
    // Labels are few, and the same strings: comparing them all costs less than to look one up.
    for (let pc = this.#begin[row]!; pc < end; pc++) {
      if (labels[pc] === label) {
        this.#last[row] = pc;
        return pc;
      }
    }
    if (label === DONE) return end;
    throw new DesignError(`goes on to '${label}', which is no row`);
  }

  #named(error: unknown, task: number, pc: number): Error {
    const what = error instanceof Error ? error.message : String(error);
    const row = `${this.tasks[task]!.name}.${this.#labels[task]![pc]}`;
    return new DesignError(`row ${row}: ${what}`, { cause: error }).of(row);
  }

  row(state: Int32Array, task: number): string | undefined {
    if (task >= this.tasks.length) return undefined;
    const { word, shift, mask } = this.#pc[task]!;
    return `${this.tasks[task]!.name}.${this.#labels[task]![(state[word]! >>> shift) & mask]}`;
  }

  /** Which piece of its work a task is at; undefined where it has ended. */
  piece(state: Int32Array, task: number): number | undefined {
    const row = this.rowAt(state, task);
    return row < 0 ? undefined : this.#program[row]!;
  }

  #pcOf(task: number): number {
    const { word, shift, mask } = this.#pc[task]!;
    return (this.#base[word]! >>> shift) & mask;
  }

  /** Undoes a step; false if it had changed nothing. */
  #restore(): boolean {
    const memory = this.#memory;
    const base = this.#base;
    const { written } = this.trail;
    let changed = false;
    for (let i = 0; i < base.length; i++) {
      const word = base[i]!;
      written[i] = 0;
      if (memory[i] !== word) {
        memory[i] = word;
        changed = true;
      }
    }
    return changed;
  }

  violations(asked: number, from = 0): number {
    let found = 0;
    const count = Math.min(IN_MASK, this.#checks.length - from);
    for (let i = 0; i < count; i++) {
      if (from + i === this.progress || !((asked >>> i) & 1)) continue;
      this.#asks(from + i);
      if ((this.#checks[from + i] as StateCheck).violated()) found |= 1 << i;
    }
    this.clock[0] = 0;
    return found;
  }

  premises(asked: number, from = 0): number {
    let found = 0;
    const count = Math.min(IN_MASK, this.#checks.length - from);
    for (let i = 0; i < count; i++) {
      if (!((asked >>> i) & 1)) continue;
      this.#asks(from + i);
      if (this.#checks[from + i]!.premise()) found |= 1 << i;
    }
    this.clock[0] = 0;
    return found;
  }

  /** A promise is asked: on the clock it stands behind the rows. */
  #asks(property: number): void {
    const { clock } = this;
    clock[0] = this.#rows.length + 1 + property;
    clock[1]!++;
  }

  owing(states: Int32Array, at: number): number {
    if (this.progress < 0) return 0;
    this.show(states, at);
    return (this.#checks[this.progress] as ProgressCheck).owing();
  }

  /** Makes a state the one that all views look at; unlike `look`, without its successors. */
  show(states: Int32Array, at: number): void {
    const base = this.#base;
    const memory = this.#memory;
    for (let i = 0; i < base.length; i++) memory[i] = base[i] = states[at + i]!;
  }

  /** The state that all views look at. */
  shown(): Int32Array {
    return this.#base.slice();
  }

  driven(): number {
    let mask = 0;
    for (let task = 0; task < this.tasks.length; task++) {
      if (!this.tasks[task]!.at_will || this.#pcOf(task) !== 0) mask |= 1 << task;
    }
    return mask;
  }

  /** The bits of a state that are a task's alone: where it stands, and its locals. */
  ownBits(task: number): Int32Array {
    const bits = new Int32Array(this.words);
    for (let row = this.#first[task]!; row < this.#first[task + 1]!; row++) {
      this.#notLocals[row]!.forEach((others, word) => (bits[word]! |= ~others));
    }
    const { word, shift, mask } = this.#pc[task]!;
    bits[word]! |= mask << shift;
    return bits;
  }

  /** A state like this one, but for what `change` does to the view. */
  edited(state: Int32Array, change: () => void): Int32Array {
    this.#memory.set(state);
    change();
    return this.#memory.slice();
  }

  /** Makes `state` the one that the checks and all views look at, with who moves and who waits. */
  look(state: Int32Array): void {
    this.successors(state, 0, NOWHERE);
  }

  /** The label at which a task stands in the state looked at. */
  label(task: number): string {
    return this.#labels[task]![this.#pcOf(task)]!;
  }

  /** Of some tasks those that have begun and not ended, in the state looked at. */
  unfinished(among = -1): number {
    let mask = 0;
    for (let task = 0; task < this.tasks.length; task++) {
      if (((among >>> task) & 1) === 0) continue;
      const place = this.#pc[task]!;
      this.trail.read[place.word]! |= place.mask << place.shift;
      const pc = this.#pcOf(task);
      if (!this.#over(task, pc)) mask |= 1 << task;
    }
    return mask;
  }

  #over(task: number, pc: number): boolean {
    if (pc === this.#done[task]) return true;
    const row = this.#first[task]! + pc;
    if (pc !== this.#begin[row]) return false;
    return this.tasks[task]!.daemon || this.kernel.resting(task, this.#program[row]!);
  }

  /**
   * The state after `action`, or undefined where it is not enabled. Writes the step down; without
   * its words where nobody reads them.
   */
  step(state: Int32Array, action: number, wordless = false): Step | undefined {
    const { kernel } = this;
    const { task, answers } = decode(action);
    if (task >= this.tasks.length) return undefined;
    this.#base.set(state);
    const pc = this.#pcOf(task);
    if (this.#first[task]! + pc === this.#first[task + 1]) return undefined;
    // Ask first with the good answers, then give the ones wanted, a digit a time.
    let given = 0;
    kernel.known = 0;
    this.#trace(true);
    if (wordless) kernel.tracing = false;
    try {
      for (;;) {
        this.#restore();
        this.#run(task, pc);
        if (given >= answers.length) break;
        if (given >= kernel.known || answers[given]! >= kernel.radix[given]!) return undefined;
        kernel.answers[given] = answers[given]!;
        kernel.known = ++given;
      }
      if (kernel.undone && kernel.outcome !== AGAIN) return undefined;
      const chosen = Array.from({ length: kernel.asked }, (_, i) => ({
        site: kernel.sites[kernel.asked_site[i]!]!.name,
        answer: kernel.answers[i]!,
      }));
      const label = this.#labels[task]![pc]!;
      const piece = this.#program[this.#first[task]! + pc]!;
      const state_after = this.#memory.slice();
      return { action, task, label, piece, said: kernel.said, chosen, state: state_after };
    } finally {
      this.#trace(false);
    }
  }

  /** Who waits for what in a state, in words. */
  blockedIn(state: Int32Array): Blocked[] {
    const { kernel } = this;
    const found: Blocked[] = [];
    this.#base.set(state);
    for (let task = 0; task < this.tasks.length; task++) {
      const pc = this.#pcOf(task);
      if (this.#first[task]! + pc === this.#first[task + 1]) continue;
      kernel.known = 0;
      this.#trace(true);
      this.#restore();
      this.#run(task, pc);
      this.#trace(false);
      if (kernel.waiting) {
        found.push({
          task,
          label: this.#labels[task]![pc]!,
          on: kernel.waitsFor,
          tasks: kernel.waits,
        });
      }
    }
    this.look(state);
    return found;
  }

  /** A label that stands in several pieces of a task's work is counted once. */
  #countedRows() {
    return this.tasks.flatMap((task, t) => {
      const counted = new Map<string, { times: number; blocked: number }>();
      this.#labels[t]!.slice(0, -1).forEach((label, pc) => {
        const row = this.#first[t]! + pc;
        const { times, blocked } = counted.get(label) ?? { times: 0, blocked: 0 };
        counted.set(label, {
          times: times + this.#ran[row]!,
          blocked: blocked + this.#stuck[row]!,
        });
      });
      return [...counted].map(([label, c]) => ({ name: `${task.name}.${label}`, ...c }));
    });
  }

  #trace(on: boolean): void {
    this.kernel.tracing = on;
    this.#now = on ? this.#guarded : this.#rows;
  }

  #countedAnswers() {
    return this.kernel.sites.flatMap((site, i) => {
      const taken = this.#taken.subarray(i * 2 * ANSWERS_MAX, (i + 1) * 2 * ANSWERS_MAX);
      const times = (n: number) => taken[n]! + taken[ANSWERS_MAX + n]!;
      let last = site.answers.length - 1;
      for (let n = 0; n < ANSWERS_MAX; n++) if (times(n) > 0) last = Math.max(last, n);
      return Array.from({ length: last + 1 }, (_, n) => ({
        name: `${site.name}=${site.answers[n] ?? n}`,
        times: times(n),
        in_design: taken[ANSWERS_MAX + n]!,
      }));
    });
  }
}

/** The rows of a task one after the other, each with what the driver needs of its piece of work. */
function placed<K>(work: readonly Work<K>[], struct: Struct<Spec>) {
  let begin = 0;
  return work.flatMap(({ rows, frame, stack, guarded }, program) => {
    const notLocals = notIn(struct, `${frame.path}.`);
    const kept = stack === undefined ? notLocals : notIn(struct, `${frame.path}.`, `${stack}.`);
    const end = begin + Object.keys(rows).length;
    const found = Object.values(rows).map((row) => ({
      row: row as Row<K, object, string>,
      program,
      frame: frame.view,
      guarded,
      notLocals,
      kept,
      begin,
      end,
    }));
    begin = end;
    return found;
  });
}

/** A mask of the bits of a state that are in no field whose name begins so, or so. */
function notIn(struct: Struct<Spec>, ...prefixes: readonly string[]): Int32Array {
  const kept = new Int32Array(struct.words).fill(-1);
  let last: Place['record'] | undefined;
  let isIn = false;
  for (const { name, record, word, shift, mask } of struct.places) {
    // The fields of a record share it, and so all or none of them begin so.
    if (record !== last) isIn = prefixes.some((prefix) => name.startsWith(prefix));
    last = record;
    if (isIn) kept[word]! &= ~(mask << shift);
  }
  return kept;
}

const NOWHERE: Sink = { successor: () => undefined };
