/**
 * The kernel under another driver. Its commands are the same; what they ask of the driver is
 * answered here: a row is run with a list of answers, and says which questions it has asked.
 */
import { ANSWERS_MAX, DesignError, QUESTIONS_MAX } from '../machine/turn.ts';
import { Composed } from '../model/kernel.ts';

/** A question of a command, and what it was answered. */
export interface Asked {
  readonly site: number;
  readonly answers: number;
  readonly answer: number;
}

/** What came of a row. */
export type Came = 'runs' | 'again' | 'waits' | 'idles';

export class PlainTurn extends Composed {
  /** What the row is answered, from its first question on; further ones are answered with 0. */
  given: readonly Asked[] = [];
  asks: Asked[] = [];
  came: Came = 'runs';
  /** The tasks that it waits for, as a mask. */
  waited = 0;
  /** The first rule that the row has broken. */
  offence: DesignError | undefined;

  /** Begins a run of a row of that piece of work. */
  override open(task: number, program: number): void {
    this.asks = [];
    this.came = 'runs';
    this.waited = 0;
    this.offence = undefined;
    super.open(task, program);
  }

  override choose(site: number, answers: number): number {
    if (answers <= 1) return 0;
    const before = this.given[this.asks.length];
    if (before === undefined) {
      if (this.asks.length === QUESTIONS_MAX)
        this.wrong(`asks more than ${QUESTIONS_MAX} questions`);
      if (answers > ANSWERS_MAX) this.wrong(`asks for one of more than ${ANSWERS_MAX} answers`);
    } else if (before.site !== site || before.answers !== answers) {
      this.wrong('asked choose differently when it was run again');
    }
    const answer = before?.answer ?? 0;
    this.asks.push({ site, answers, answer });
    return answer;
  }

  override wait(tasks: number): void {
    this.came = 'waits';
    this.waited = tasks;
  }

  override idle(): void {
    this.came = 'idles';
  }

  override again(): void {
    this.came = 'again';
  }

  override get undone(): boolean {
    return this.came !== 'runs';
  }

  override get waiting(): boolean {
    return this.came === 'waits';
  }

  /** Does what the command did stand, and the row is to be run again? */
  get isAgain(): boolean {
    return this.came === 'again';
  }

  override wrong(what: string): never {
    const error = new DesignError(what);
    // What a row makes of a command that was not carried out means nothing.
    if (!this.undone) this.offence ??= error;
    throw error;
  }
}
