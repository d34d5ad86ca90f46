/** `list`: everything that can be named on a command line. */
import type { Command } from 'commander';
import { lines, wrap } from '../evidence/text.ts';
import { SITES } from '../model/kernel.ts';
import { coded } from '../runs/scenario.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import type { Io } from './io.ts';

interface Entry {
  readonly name: string;
  readonly about: string;
  /** What can be typed in place of the name. */
  readonly also?: string;
}

export function addList(program: Command, { all, io, end }: On): void {
  program
    .command('list')
    .description('the names of all designs, scenarios, properties and faults')
    .option('--json', 'as one JSON object: designs, scenarios, properties, faults')
    .addHelpText('after', '\nExample:\n  writepath list --json')
    .action((options: { json?: boolean }) => end(list(all, options, io)));
}

function list(
  { designs, scenarios, properties }: Catalog,
  options: { readonly json?: boolean },
  io: Io,
): number {
  const codes = coded(scenarios);
  const faults = SITES.filter((site) => site.fault);
  if (options.json) {
    const all = {
      designs: designs.map(({ name, about, source, filesystem, socket }) => ({
        name,
        about,
        source,
        filesystem: filesystem.name,
        socket,
      })),
      scenarios: scenarios.map((s, i) => ({
        name: s.name,
        code: codes[i]!.code,
        question: s.question,
        source: s.source,
        geometry: s.geometry,
        others: s.others,
        faults: s.faults,
        faults_max: s.faults_max,
      })),
      properties: properties.map(({ name, short, promise }) => ({ name, short, promise })),
      faults: faults.map(({ name, about, answers }) => ({ name, about, answers })),
    };
    io.out(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  const parts = [
    section('designs', designs),
    section(
      'scenarios',
      scenarios.map(({ name, question }, i) => ({
        name,
        about: question,
        also: codes[i]!.code,
      })),
    ),
    section(
      'properties',
      properties.map(({ name, short, promise }) => ({ name, about: promise, also: short })),
    ),
    section('faults', faults),
  ];
  io.out(parts.join('\n'));
  return 0;
}

function section(title: string, entries: readonly Entry[]): string {
  return lines([
    title,
    ...entries.flatMap(({ name, about, also }) => [
      `  ${name}${also === undefined ? '' : ` (${also})`}`,
      ...wrap(about, 64).map((line) => `      ${line}`),
    ]),
  ]);
}
