#!/usr/bin/env node
/** The program `writepath`. */
import { fileURLToPath } from 'node:url';
import { staleness } from './stale.ts';

const BAD_INPUT = 2;
const INTERNAL = 70;

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
