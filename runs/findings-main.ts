/** `npm run findings`: what the first version said, and what is said now. */
import { COLUMNS, labelled, lines } from '../evidence/text.ts';
import { FINDINGS_OF_ANSWERS } from './findings-of-answers.ts';
import { FINDINGS_OF_THE_CHECKER } from './findings-of-the-checker.ts';
import { FINDINGS_OF_THE_KERNEL } from './findings-of-the-kernel.ts';

let wrong = 0;
for (const { row, case: what, was, right, says } of [
  ...FINDINGS_OF_ANSWERS,
  ...FINDINGS_OF_THE_CHECKER,
  ...FINDINGS_OF_THE_KERNEL,
]) {
  const now = says();
  if (now !== right) wrong++;
  const text = [
    ...labelled(row, what),
    ...labelled('first', was),
    ...labelled('now', now),
    ...(now === right ? [] : labelled('WRONG', `it should be: ${right}`)),
    '',
  ];
  process.stdout.write(lines(text));
}
process.stdout.write(`${'-'.repeat(COLUMNS)}\n${wrong} of these are wrong\n`);
process.exitCode = wrong > 0 ? 1 : 0;
