/**
 * The designs, scenarios and promises that can be named: the package's own, and what files of the
 * user export. Threads load them again, by the addresses of the modules.
 */
import { resolve } from 'node:path';
import { isCalled, theOne } from '../evidence/nearest.ts';
import type { Callable } from '../evidence/nearest.ts';
import type { Design } from '../model/design.ts';
import { PROPERTIES } from '../properties/all.ts';
import { guarded } from '../properties/guarded.ts';
import type { Property } from '../properties/property.ts';
import type { Scenario } from '../runs/scenario.ts';
import { wrongDesign, wrongName, wrongPromise, wrongScenario } from '../runs/valid.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { UsageError } from './exit.ts';
import { failedFile } from './blame.ts';
import type { Io } from './io.ts';
import { asNamed, filesOf, isPath, readOutside } from './outside.ts';
import type { Outside, Unusable } from './outside.ts';

/** What a thread needs to load the same. */
export interface Modules {
  /** The module of the package's designs, or what tests have in its place. */
  readonly listed: string;
  /** Modules that were made of files of the user. */
  readonly outside: readonly string[];
}

/** All that has a name. */
export interface Named {
  readonly designs: readonly Design[];
  readonly scenarios: readonly Scenario[];
  readonly properties: readonly Property[];
}

export interface Catalog extends Named {
  readonly modules: Modules;
  /** Designs that a file has: how the file is named on a command line. */
  readonly files: ReadonlyMap<string, string>;
  /** The same of scenarios and promises of the user. */
  readonly others: ReadonlyMap<string, string>;
  /** Files that were named, with all that they import. */
  readonly sources: readonly string[];
  /** Was a file named that cannot be used? */
  readonly failed: boolean;
}

const LISTED = new URL('../model/designs/all.js', import.meta.url).href;

type Exported = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Exported => typeof value === 'object' && value !== null;
export const isDesign = (value: unknown): value is Design =>
  isObject(value) && 'rows' in value && 'filesystem' in value;
// What lacks a part is still seen to be one, and its author is told which.
const isScenario = (value: unknown): value is Scenario =>
  isObject(value) && 'question' in value && ('geometry' in value || 'writers' in value);
const isProperty = (value: unknown): value is Property =>
  isObject(value) &&
  ('violated' in value || 'owing' in value) &&
  ['promise', 'premise', 'explain'].some((key) => key in value);

/** All that a module exports, alone or in lists. */
export async function exportedBy(url: string): Promise<Named> {
  const all = Object.values((await import(url)) as Exported).flat();
  const own = [...new Set(all)];
  return {
    designs: own.filter(isDesign),
    scenarios: own.filter(isScenario),
    properties: own.filter(isProperty).map(guarded),
  };
}

/** Everything that the modules export; what is the user's own stands last. */
export async function namedIn({ listed, outside }: Modules): Promise<Named> {
  const found = [await exportedBy(listed)];
  for (const url of outside) found.push(await exportedBy(url));
  return {
    designs: found.flatMap(({ designs }) => designs),
    scenarios: [...SCENARIOS, ...found.flatMap(({ scenarios }) => scenarios)],
    properties: [...PROPERTIES, ...found.flatMap(({ properties }) => properties)],
  };
}

/** The designs of a module; tests have modules of their own. */
export async function catalog(listed = LISTED): Promise<Catalog> {
  const modules = { listed, outside: [] };
  const found = await namedIn(modules);
  refuseTwice('designs', found.designs);
  return { ...found, modules, files: new Map(), others: new Map(), sources: [], failed: false };
}

function refuseTwice(kind: string, all: readonly { readonly name: string }[], where = ''): void {
  const names = all.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new UsageError(`${where}two ${kind} are called '${twice}'; rename one`);
}

/** What was named on a command line: names of designs, and the catalog that has them. */
export interface Asked {
  readonly catalog: Catalog;
  readonly designs: readonly string[];
}

type Work = (catalog: Catalog, designs: readonly string[]) => number | Promise<number>;

/** Does the work of a command with what was named, files among it, and ends with its exit code. */
export type Ask = (named: readonly string[], work: Work, sources?: string[]) => Promise<void>;

/**
 * Takes the files among what was named into the catalog; in their place stand the designs that they
 * have. A file that cannot be used is told of, and costs no other.
 */
export async function withFiles(all: Catalog, named: readonly string[], io: Io): Promise<Asked> {
  const paths = named.filter(isPath);
  if (paths.length === 0) return { catalog: all, designs: named };
  const loaded: (Outside & { readonly own: Named })[] = [];
  const sources: string[] = [];
  let failed = false;
  const refuse = (unusable: Unusable): void => {
    io.err(failedFile(unusable));
    failed = true;
  };
  for (const file of new Set(paths.flatMap(filesOf))) {
    const found = await readOutside(file);
    if ('what' in found) {
      refuse(found);
      sources.push(resolve(file));
    } else {
      loaded.push({ ...found, own: await exportedBy(found.url) });
      sources.push(...found.sources);
    }
  }
  const files = new Map<string, string>();
  const others = new Map<string, string>();
  let found: Named = all;
  const read: Outside[] = [];
  // A scenario may be about the promise of another file.
  const promises = [all, ...loaded.map(({ own }) => own)].flatMap(({ properties }) =>
    properties.map(({ name }) => name),
  );
  for (const one of loaded) {
    const { file, own } = one;
    const what = wrongIn(own, found.scenarios, promises);
    if (what === undefined) {
      own.designs.forEach(({ name }) => files.set(name, asNamed(file)));
      const asked = [...own.scenarios, ...own.properties];
      asked.forEach(({ name }) => others.set(name, asNamed(file)));
      found = added(found, own, file);
      read.push(one);
    } else refuse({ file, what });
  }
  const designs = [...named.filter((name) => !isPath(name)), ...files.keys()];
  if (designs.length === 0 && !failed) {
    const how = 'export const mine = design({ ... })';
    throw new UsageError(`${paths.join(' ')}: no design is exported; ${how}`);
  }
  const outside = read.map(({ url }) => url);
  const modules = { ...all.modules, outside };
  return { catalog: { ...found, modules, files, others, sources, failed }, designs };
}

/** What is wrong with what a file exports; undefined where all of it can be used. */
export function wrongIn(
  { designs, scenarios, properties }: Named,
  before: readonly Scenario[],
  promises: readonly string[],
): string | undefined {
  const badly = (kind: string, { name }: { readonly name: unknown }, why: string | undefined) => {
    const wrong = wrongName(name);
    if (wrong !== undefined) return `${kind} ${quoted(name)}: name: ${wrong}`;
    return why === undefined ? undefined : `${kind} ${String(name)}: ${why}`;
  };
  const all = [...before, ...scenarios];
  for (const one of designs) {
    const wrong = badly('design', one, wrongDesign(one));
    if (wrong !== undefined) return wrong;
  }
  for (const one of scenarios) {
    const wrong = badly('scenario', one, wrongScenario(one, promises) ?? codeTaken(one, all));
    if (wrong !== undefined) return wrong;
  }
  for (const one of properties) {
    const wrong = badly('promise', one, wrongPromise(one));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** In a line, however long it is. */
const quoted = (name: unknown): string =>
  typeof name === 'string' ? JSON.stringify(name.slice(0, 100)) : `of type ${typeof name}`;

/** Codes x1, x2 are those of scenarios that have none. */
function codeTaken(one: Scenario, all: readonly Scenario[]): string | undefined {
  const { code } = one;
  if (code === undefined) return undefined;
  if (/^x\d+$/.test(code)) return `code: '${code}' is for scenarios that have none`;
  const other = all.find((another) => another !== one && isCalled(another, code));
  return other === undefined ? undefined : `code: '${code}' is that of ${other.name}`;
}

function added(to: Named, own: Named, file: string): Named {
  const all = {
    designs: [...to.designs, ...own.designs],
    scenarios: [...to.scenarios, ...own.scenarios],
    properties: [...to.properties, ...own.properties],
  };
  for (const kind of ['designs', 'scenarios', 'properties'] as const) {
    refuseTwice(kind, all[kind], `${file}: `);
  }
  return all;
}

/**
 * How a job is told of the files of the user that it needs: of the design, or its name; of the
 * scenario and the promises.
 */
export function filesFor(
  { files, others }: Catalog,
  { design, scenario, properties }: { design: string; scenario: string; properties: Names },
): { readonly file?: string } {
  const own = files.get(design);
  const asked = [scenario, ...properties].map((name) => others.get(name));
  const needed = new Set([own ?? design, ...asked].filter((file) => file !== undefined));
  return needed.size === 1 && own === undefined ? {} : { file: [...needed].join(' ') };
}

type Names = readonly string[];

/** One of a list by its name. */
export const called = <T extends Callable>(kind: string, name: string, all: readonly T[]): T =>
  theOne(kind, name, all, (why) => new UsageError(why));
