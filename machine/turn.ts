/**
 * What the driver and a command have to do with each other while a row runs: the questions that it
 * asks and the answers it is given, what it waits for, and what it says in a trace.
 */

/** A design (or the model) broke a rule of rows. Always names the row. */
export class DesignError extends Error {
  override readonly name = 'DesignError';
  /** The row in question, as `task.label`, where it is known; no part of what is printed. */
  declare readonly row?: string;

  /** The same error, of a row. */
  of(row: string): this {
    return Object.defineProperty(this, 'row', { value: row });
  }
}

/** Why a row or a promise does not do what it did in the same state. */
export const KEEPS = 'it keeps state outside the model (a module variable, chance, time)';

/** What a row may have to wait for; see lock-class.ts. */
export interface Awaited {
  readonly what: string;
}

/** Most questions that one row may ask, and most answers that one question may have. */
export const QUESTIONS_MAX = 3;
export const ANSWERS_MAX = 256;

/** Something the environment has a say in: its answers, the good one first. */
export interface Site {
  readonly name: string;
  /** Names of the answers; an answer past the end of the list prints as its number. */
  readonly answers: readonly string[];
}

// What became of a row: the first two are steps.
export const RUNS = 0;
export const AGAIN = 1;
const WAITS = 2;
const IDLE = 3;
export const WRONG = 4;

/**
 * One turn of one task, and what its commands may ask of the driver. A kernel extends this with its
 * commands. Every command calls `command()` first.
 */
export abstract class Turn {
  /** The task whose turn it is, and which of its programs it runs. */
  me = 0;
  program = 0;
  /** True while a trace is written: commands then say in words what they did. */
  tracing = false;
  said = '';
  readonly sites: readonly Site[];

  // The odometer of answers: `known` digits are given, further questions get 0.
  readonly answers = new Uint8Array(QUESTIONS_MAX);
  readonly radix = new Uint16Array(QUESTIONS_MAX);
  readonly asked_site = new Int32Array(QUESTIONS_MAX);
  asked = 0;
  known = 0;
  outcome = RUNS;
  /** The rule that was broken, where one was. */
  wrongly: DesignError | undefined;
  /** Mask of the tasks that the blocked row waits for. */
  waits = 0;
  waitsFor = '';
  #commands = 0;

  constructor(sites: readonly Site[]) {
    this.sites = sites;
  }

  /** Opens a command: a row may give only one. */
  command(): void {
    if (this.#commands++ > 0) this.wrong('runs two commands; a row is one command, one lock hold');
  }

  /**
   * Asks the environment: 0..n-1, 0 being the good answer. With n = 1 nothing is asked.
   * The driver comes back with every other answer.
   */
  choose(site: number, n: number): number {
    if (n <= 1) return 0;
    const i = this.asked++;
    if (i < this.known) {
      if (this.radix[i] !== n || this.asked_site[i] !== site) this.askedDifferently();
      return this.answers[i]!;
    }
    if (i >= QUESTIONS_MAX) this.wrong(`asks more than ${QUESTIONS_MAX} questions`);
    if (n > ANSWERS_MAX) this.wrong(`asks a question with more than ${ANSWERS_MAX} answers`);
    this.answers[i] = 0;
    this.radix[i] = n;
    this.asked_site[i] = site;
    this.known = i + 1;
    return 0;
  }

  /**
   * The row cannot go on until one of `tasks` (a mask) does something: the driver undoes it. What
   * it waits for is number `n` of a class, which it wants shared or not. No search looks at that;
   * who notes lock orders does.
   */
  wait(tasks: number, _on?: Awaited, _n = 0, _shared = false): void {
    this.outcome = WAITS;
    this.waits = tasks;
  }

  /** There is nothing to do now; this is no wait. The driver undoes the row. */
  idle(): void {
    this.outcome = IDLE;
  }

  /**
   * What the command did stands, and the row is to be run again: the driver undoes the rest of it.
   * `on`: what it looks for, where that is a wait.
   */
  again(_on?: Awaited): void {
    this.outcome = AGAIN;
  }

  /** Has the command not been carried out? The rest of the row is then undone. */
  get undone(): boolean {
    return this.outcome !== RUNS;
  }

  /** The task is about to leave its program; a kernel may object, with `wrong`. */
  leaving(): void {}

  /** Is there nobody who wants this program to begin? */
  resting(_task: number, _program: number): boolean {
    return false;
  }

  say(text: string): void {
    this.said = text;
  }

  /** What the row waits for, in words; while a trace is written. */
  sayWait(text: string): void {
    this.waitsFor = text;
  }

  /** The row has broken a rule, and no `catch` of its own makes that good. */
  wrong(what: string): never {
    const error = new DesignError(what);
    // What a row does with the result of a command that was not carried out means nothing.
    if (this.undone) throw error;
    this.outcome = WRONG;
    this.wrongly = error;
    throw error;
  }

  /** For the driver: a row that is run again must ask what it asked before. */
  askedDifferently(): never {
    this.wrong('asked choose differently when it was run again: it depends on more than the state');
  }

  /** For the driver: a new run of a row of this task's program, with the answers known so far. */
  open(task: number, program: number): void {
    this.me = task;
    this.program = program;
    this.asked = 0;
    this.outcome = RUNS;
    this.#commands = 0;
    // What another row has left behind is nothing for this one to read.
    this.waits = 0;
    if (this.tracing) this.said = this.waitsFor = '';
  }

  /** For the driver: the next way in which the row can turn out; false when all were taken. */
  advance(): boolean {
    let i = this.known - 1;
    while (i >= 0 && this.answers[i]! + 1 === this.radix[i]) i--;
    this.known = i + 1;
    if (i < 0) return false;
    this.answers[i]!++;
    return true;
  }

  get waiting(): boolean {
    return this.outcome === WAITS;
  }
}
