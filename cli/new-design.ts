/** `new`: a file to start a design of one's own from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { newDesign } from '../library/new.ts';
import { HOLDS, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { packageRoot } from './outside.ts';
import { save } from './save.ts';

export function addNew(program: Command, { io, end }: { io: Io; end: (code: number) => void }) {
  program
    .command('new')
    .description('writes a small design to start from to NAME.ts, in this directory')
    .argument('<name>', 'as my-design: lower case, digits and hyphens')
    .addHelpText('after', '\nExample:\n  writepath new my-design && writepath check ./my-design.ts')
    .action((name: string) => end(make(name, io)));
}

function make(name: string, io: Io): number {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    throw new UsageError(`'${name}' cannot be the name of a design: lower case, digits, hyphens`);
  }
  const file = `${name}.ts`;
  if (existsSync(file)) throw new UsageError(`${file} is there already`);
  const example = readFileSync(join(packageRoot, 'model/designs/example.ts'), 'utf8');
  save(file, newDesign(name, example));
  io.out(`${file} written. Next:\n    npx writepath check ./${file}\n`);
  return HOLDS;
}
