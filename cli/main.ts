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

try {
  // Nothing else of dist/ is loaded before: what is stale may not even load.
  const why = staleness(fileURLToPath(new URL('../..', import.meta.url)));
  if (why === undefined) await (await import('./start.ts')).start(process.argv.slice(2));
  else refuse(why, BAD_INPUT);
} catch (error) {
  const [line = ''] = String(error).split('\n');
  refuse(`cannot be started: ${line}; try npm ci`, INTERNAL);
}

function refuse(line: string, code: number): void {
  process.stderr.write(`writepath: ${line}\n`);
  process.exitCode = code;
}
