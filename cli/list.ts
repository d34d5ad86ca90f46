/** `list`: everything that can be named on a command line. */
import { lines, wrap } from '../evidence/text.ts';
import { SITES } from '../model/kernel.ts';
import type { Catalog } from './catalog.ts';
import type { Io } from './io.ts';

interface Entry {
  readonly name: string;
  readonly about: string;
}

export function list(
  { designs, scenarios, properties }: Catalog,
  options: { readonly json?: boolean },
  io: Io,
): number {
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
      scenarios: scenarios.map((s) => ({
        name: s.name,
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
      scenarios.map(({ name, question }) => ({ name, about: question })),
    ),
    section(
      'properties',
      properties.map(({ name, promise }) => ({ name, about: promise })),
    ),
    section('faults', faults),
  ];
  io.out(parts.join('\n'));
  return 0;
}

function section(title: string, entries: readonly Entry[]): string {
  return lines([
    title,
    ...entries.flatMap(({ name, about }) => [
      `  ${name}`,
      ...wrap(about, 64).map((line) => `      ${line}`),
    ]),
  ]);
}
