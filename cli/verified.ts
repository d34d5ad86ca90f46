/** What is said of a trace that two interpreters have taken again. */
import { sha256 } from '../evidence/digest.ts';
import type { Rerun } from '../evidence/rerun.ts';
import { count, labelled, lines, thousands } from '../evidence/text.ts';
import { disagreement } from '../verifier/beside.ts';
import { Interpreter } from '../verifier/interpreter.ts';
import { retake } from '../verifier/retake.ts';
import type { Recorded, Retaken } from '../verifier/retake.ts';

/** What is said of a trace that the machine has taken again. Throws where the two do not agree. */
export function statement(recorded: Recorded, { run, property, actions, loop }: Rerun): string {
  const { design, setup, scenario, system } = run;
  const interpreter = new Interpreter(design, setup, [property]);
  const taken = byTheInterpreter(interpreter, recorded, { property });
  const differs = disagreement(system, actions, interpreter, taken);
  if (differs !== undefined || taken.breach === undefined) {
    throw new Error(`the two interpreters do not agree: ${differs}`);
  }
  const { expected, found, where } = taken.breach;
  const fields = thousands(interpreter.layout.leaves.length);
  return lines([
    ...labelled('Re-taken', `a trace of ${design.name} in ${scenario.name}`),
    ...labelled('By', 'a second interpreter: plain objects, no search; and the machine beside it'),
    ...labelled(
      'Agreed',
      `${count(actions.length, 'step')}, with all that was said and answered; ` +
        `${count(taken.states.length, 'state')} of ${fields} fields each`,
    ),
    ...(loop > 0 ? labelled('Loop', `${count(loop, 'step')} at the end, again and again`) : []),
    ...labelled('Broken', `${property.name}: ${property.promise}`),
    ...labelled('Expected', expected),
    ...labelled('Found', found),
    ...labelled('Where', where),
  ]);
}

/** A rule that rows break for the interpreter alone is no fault of the file. */
function byTheInterpreter(
  interpreter: Interpreter,
  recorded: Recorded,
  { property }: Pick<Rerun, 'property'>,
): Retaken {
  try {
    return retake(interpreter, property, recorded, (text) => sha256(text, 8));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`the two interpreters do not agree: ${message}`, { cause: error });
  }
}
