#!/usr/bin/env node
/** The program `writepath`. */
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { staleness } from './stale.ts';

const BAD_INPUT = 2;
const INTERNAL = 70;

// By itself V8 optimizes what has run for some milliseconds. Most checks are over before that has
// paid, and long ones lose nothing by some milliseconds more. Each version has its own word for it.
const LATER: Readonly<Record<string, string>> = {
  20: '--interrupt-budget=500000',
  22: '--invocation-count-for-turbofan=20000',
};
const later = LATER[process.versions.node.split('.', 1)[0]!];
if (later !== undefined) setFlagsFromString(later);

/** Commands that run designs in one thread. */
const IN_ONE_THREAD = ['check', 'fuzz', 'step', 'replay', 'verify'];

const argv = process.argv.slice(2);
try {
  // The thread loads the model in the time in which this one does. What is stale may not even load.
  const threads = IN_ONE_THREAD.includes(argv[0] ?? '')
    ? await import('./threads.ts').catch(() => undefined)
    : undefined;
  await threads?.begin(1);
  const why = staleness(fileURLToPath(new URL('../..', import.meta.url)));
  if (why === undefined) await (await import('./start.ts')).start(argv);
  else refuse(why, BAD_INPUT);
  await threads?.end();
} catch (error) {
  const [line = ''] = String(error).split('\n');
  refuse(`cannot be started: ${line}; try npm ci`, INTERNAL);
}

function refuse(line: string, code: number): void {
  process.stderr.write(`writepath: ${line}\n`);
  process.exitCode = code;
}
