/**
 * A run taken by hand, told in lines of text: what a line that was typed does, and what is said
 * then.
 */
import { finalState } from '../evidence/final.ts';
import { replayFile } from '../evidence/replay-file.ts';
import { lines, wrap, wrapPhrases } from '../evidence/text.ts';
import { compactly } from '../evidence/trace.ts';
import type { Run } from './check.ts';
import { Stepper } from './stepper.ts';

export const HELP = `Commands, a line each:
    N            take what is listed as N; without a number, 1
    >            the next step of the file that --from names
    u            undo the last step
    j N          jump back to the state after step N
    f            on to the nearest fault
    b            on to the nearest breach
    s            the state: files, pages, disk
    t            the steps so far
    w FILE       write the steps so far to a replay file
    ?            this help
    q            end`;

/** What has come of a line. */
export interface Said {
  readonly text: string;
  /** The steps taken so far. */
  readonly actions: readonly number[];
  readonly ends: boolean;
  /** Is a promise broken in the state in which it stands? */
  readonly broken: boolean;
  /** What is to be written, and where. */
  readonly write?: { readonly file: string; readonly content: string; readonly breaks: string };
}

/**
 * `actions`: the steps taken so far; `ahead`: those of a file; `line`: what was typed, undefined at
 * the start.
 */
export function session(
  run: Run,
  actions: readonly number[],
  ahead: readonly number[],
  line: string | undefined,
): Said {
  const one = new Session(run, ahead);
  for (const action of actions) one.stepper.take(action);
  const ends = line === undefined ? one.shows() : one.does(line);
  const { text, write, stepper } = one;
  const broken = stepper.broken().length > 0;
  return { text, actions: [...stepper.actions], ends, broken, ...(write && { write }) };
}

class Session {
  readonly stepper: Stepper;
  readonly #ahead: readonly number[];
  text = '';
  write: Said['write'];

  constructor(run: Run, ahead: readonly number[]) {
    this.stepper = new Stepper(run);
    this.#ahead = ahead;
  }

  /** Does what a line says; true where that is to end. */
  does(line: string): boolean {
    const [word = '', argument = ''] = line.split(/\s+/, 2);
    const { stepper } = this;
    switch (word) {
      case 'q':
        return true;
      case '?':
        return this.#say(`${HELP}\n`);
      case 's':
        return this.#say(lines(finalState(stepper.run.system, stepper.state)));
      case 't':
        return this.#say(lines(wrap(compactly(stepper.steps), 72)));
      case 'w':
        return this.#write(argument);
      case 'u':
        stepper.back(stepper.actions.length - 1);
        break;
      case 'j':
        if (!/^\d{1,6}$/.test(argument)) return this.#refuse('j wants a number of steps: j 3');
        stepper.back(Number(argument));
        break;
      case 'f':
        return this.#go(stepper.toFault(), 'no fault can happen from here on');
      case 'b':
        return this.#go(stepper.toBreach(), 'no other promise was found broken from here on');
      case '>':
        return this.#follow();
      default:
        return this.#choose(word);
    }
    return this.shows();
  }

  #choose(word: string): boolean {
    const options = this.stepper.options();
    const number = word === '' ? 1 : Number(word);
    const option = options[number - 1];
    if (!/^\d*$/.test(word) || option === undefined) {
      return this.#refuse(`'${word}': a number of 1..${options.length}, or a command; ? is help`);
    }
    return this.#go([option.action], '');
  }

  #follow(): boolean {
    const { actions } = this.stepper;
    const next = this.#ahead[actions.length];
    if (!actions.every((action, i) => action === this.#ahead[i])) {
      return this.#refuse('these steps are not those of the file any more: jump back first');
    }
    return this.#go(next === undefined ? undefined : [next], 'the file has no more steps');
  }

  #go(actions: readonly number[] | undefined, otherwise: string): boolean {
    if (actions === undefined) return this.#refuse(otherwise);
    for (const action of actions) this.stepper.take(action);
    return this.shows();
  }

  #refuse(why: string): false {
    return this.#say(`${why}\n`);
  }

  #say(text: string): false {
    this.text += text;
    return false;
  }

  #write(file: string): false {
    const { run, actions } = this.stepper;
    const [broken] = this.stepper.broken();
    if (broken === undefined) {
      return this.#refuse('no promise is broken here, so there is nothing to replay');
    }
    const content = replayFile(run, broken.name, { trace: actions }, { by: 'step' });
    this.write = { file, content, breaks: broken.name };
    return false;
  }

  /** Where it stands: the last step, what is broken, what can happen, and who waits. */
  shows(): false {
    const { stepper } = this;
    const { steps, run } = stepper;
    const last = steps.at(-1);
    const broken = stepper.broken();
    run.system.look(stepper.state);
    return this.#say(
      lines([
        '',
        last === undefined
          ? `at the start of ${run.scenario.name}, ${run.design.name}`
          : `after step ${steps.length}, ${last.task} ${last.step.label}: ${last.step.said}`,
        ...(last === undefined ? [] : wrapPhrases(last.changes, ';', 68).map((x) => `    ${x}`)),
        ...broken.flatMap((one) => {
          const { found, where } = one.explain(run.observer);
          return wrap(`BROKEN: ${one.name}: ${found} (${where})`, 72);
        }),
        ...this.#next(),
      ]),
    );
  }

  #next(): string[] {
    const options = this.stepper.options();
    return [
      ...(options.length === 0 ? ['nothing can happen any more'] : []),
      ...options.flatMap(({ told }, i) => {
        const faults = told.faults.map((name) => ` ! fault ${name}`).join('');
        const said = told.step.said === '' ? '' : `: ${told.step.said}`;
        return wrap(`${told.task} ${told.step.label}${said}${faults}`, 66).map((line, n) =>
          n === 0 ? `${String(i + 1).padStart(4)}  ${line}` : `          ${line}`,
        );
      }),
      ...this.stepper
        .blocked()
        .map(({ task, label, on }) => `   -  ${task} ${label} waits for ${on || 'others'}`),
    ];
  }
}
