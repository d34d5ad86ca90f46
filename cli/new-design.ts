/** `new`: a file to start a design of one's own from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { newDesign } from '../library/new.ts';
import { HOLDS, UsageError } from './exit.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import type { Io } from './io.ts';
import { packageRoot } from './outside.ts';
import { save } from './save.ts';

/** What cannot be the name of a variable in the file that is written, be it for its imports. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete design do ' +
    'else enum eval export extends false finally for function if implements import in ' +
    'instanceof interface let new null package private protected public return static super ' +
    'switch this throw true try typeof undefined var void while with xfs yield'
  ).split(' '),
);

export function addNew(program: Command, { all, io, end }: On): void {
  program
    .command('new')
    .description('writes a small design to start from to NAME.ts, in this directory')
    .argument('<name>', 'as my-design: lower case, digits and hyphens')
    .addHelpText('after', '\nExample:\n  writepath new my-design && writepath check ./my-design.ts')
    .action((name: string) => end(make(name, all, io)));
}

function make(name: string, { designs }: Catalog, io: Io): number {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    throw new UsageError(`'${name}' cannot be the name of a design: lower case, digits, hyphens`);
  }
  if (RESERVED.has(name)) {
    throw new UsageError(`'${name}' cannot be the name of a design: it is a word of the file`);
  }
  if (designs.some((one) => one.name === name)) {
    throw new UsageError(`'${name}' is a design that is listed; choose another name`);
  }
  const file = `${name}.ts`;
  if (existsSync(file)) throw new UsageError(`${file} is there already`);
  const example = readFileSync(join(packageRoot, 'model/designs/example.ts'), 'utf8');
  save(file, newDesign(name, example));
  io.out(`${file} written. Next:\n    npx writepath check ./${file}\n`);
  return HOLDS;
}
