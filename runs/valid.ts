/**
 * What is wrong with a scenario, a promise or a name that a user has written, in a line: it is told
 * before anything runs, and with the word that is wrong.
 */
import { unknownName } from '../evidence/nearest.ts';
import { FAULTS_MAX, outOfRange } from '../evidence/possible.ts';
import { FAULTS, OTHERS } from '../model/kernel.ts';
import { LOCAL_KINDS } from '../model/locals.ts';
import type { LocalKind } from '../model/locals.ts';
import { SIZES } from '../model/geometry.ts';
import type { Geometry, SizeName } from '../model/geometry.ts';
import type { Must, Scenario } from './scenario.ts';

const PART = /^[a-z0-9][a-z0-9.,-]*$/i;
const NAME_MAX = 80;

/** Names become those of files, and words of a command line; undefined: this one can. */
export function wrongName(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'a text is needed';
  if (name.length > NAME_MAX) return `longer than ${NAME_MAX} characters`;
  const can = name.split('/').every((part) => PART.test(part)) && !name.includes('..');
  return can ? undefined : "letters and digits, with '-', '.', ',' and '/' between them, no '..'";
}

type Unsure = Readonly<Record<string, unknown>>;

/** The first that is wrong. */
function first(checks: Readonly<Record<string, () => string | undefined>>): string | undefined {
  for (const [key, check] of Object.entries(checks)) {
    const why = check();
    if (why !== undefined) return `${key}: ${why}`;
  }
  return undefined;
}

const text = (value: unknown) => () =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'a text is needed';
const code = (value: unknown) => () =>
  typeof value === 'function' ? undefined : 'a function is needed';

/** A list of names, each of which is known. */
const listOf = (kind: string, value: unknown, known: readonly string[]) => () => {
  if (!Array.isArray(value)) return 'a list is needed';
  const unknown = (value as unknown[]).find((one) => !known.includes(one as string));
  return unknown === undefined && !value.includes(undefined)
    ? undefined
    : unknownName(kind, String(unknown), known);
};

const maybe = (value: unknown, check: () => string | undefined) => () =>
  value === undefined ? undefined : check();

/** What is wrong with a design, all but its name: what its type says, where none was looked at. */
export function wrongDesign(design: object): string | undefined {
  const given = design as Unsure;
  return first({
    about: text(given['about']),
    source: text(given['source']),
    filesystem: () => {
      const { filesystem } = given;
      const named = typeof filesystem === 'object' && filesystem !== null && 'name' in filesystem;
      return named ? undefined : 'one of the filesystems that the package has is needed';
    },
    locals: () => wrongLocals(given['locals']),
    rows: () => wrongRows(given['rows']),
    uses: listOf('part of the kernel', given['uses'], ['lock_sock', 'aggregate']),
  });
}

function wrongLocals(locals: unknown): string | undefined {
  if (typeof locals !== 'object' || locals === null) return 'an object is needed';
  const bad = Object.entries(locals).find(([, kind]) => !LOCAL_KINDS.includes(kind as LocalKind));
  return bad && `${bad[0]}: ${unknownName('kind', String(bad[1]), LOCAL_KINDS)}`;
}

function wrongRows(rows: unknown): string | undefined {
  if (typeof rows !== 'object' || rows === null) return 'an object is needed';
  const all = Object.entries(rows);
  if (all.length === 0) return 'there is none';
  const bad = all.find(([, row]) => typeof row !== 'function');
  return bad && `${bad[0]}: a function is needed`;
}

/** What is wrong with a scenario, all but its name; `promises`: the names that are known. */
export function wrongScenario(scenario: Scenario, promises: readonly string[]): string | undefined {
  const given = scenario as unknown as Unsure;
  const faults = FAULTS.map(({ name }) => name);
  return first({
    code: maybe(given['code'], () => wrongName(given['code'])),
    question: text(given['question']),
    source: text(given['source']),
    about: maybe(given['about'], listOf('promise', given['about'], promises)),
    geometry: () => wrongGeometry(given['geometry']),
    others: listOf('task', given['others'], Object.keys(OTHERS)),
    faults: listOf('fault', given['faults'], faults),
    faults_max: () => outOfRange('it', given['faults_max'] as number, FAULTS_MAX),
    writers: () =>
      code(given['writers'])() ?? wrongCalls(() => scenario.writers(scenario.geometry)),
    files: () => code(given['files'])() ?? wrongFiles(() => scenario.files(scenario.geometry)),
    asks: maybe(given['asks'], () => wrongAsks(given['asks'])),
    must: () => wrongMust(given['must'], faults),
  });
}

function wrongGeometry(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return 'geometry({ ... }) is needed';
  const known = Object.keys(SIZES) as SizeName[];
  const other = Object.keys(given).find((name) => !known.includes(name as SizeName));
  if (other !== undefined) return unknownName('number', other, known);
  const g = given as Geometry;
  for (const name of known) {
    if (g[name] === undefined) return `${name} is missing; geometry({ ... }) has all of them`;
    const why = outOfRange(name, g[name], SIZES[name]);
    if (why !== undefined) return why;
  }
  return undefined;
}

function wrongAsks(given: unknown): string | undefined {
  const { can, otherwise } = (given ?? {}) as Unsure;
  return first({ can: code(can), otherwise: text(otherwise) });
}

function wrongMust(given: unknown, faults: readonly string[]): string | undefined {
  if (!Array.isArray(given)) return 'a list is needed';
  for (const must of given as (Must | null)[]) {
    if (typeof must !== 'object' || must === null) return 'each is an object';
    const why = first({
      what: text(must.what),
      faults: maybe(must.faults, listOf('fault', must.faults, faults)),
      happened: maybe(must.happened, code(must.happened)),
    });
    if (why !== undefined) return why;
    if (must.faults === undefined && must.happened === undefined) {
      return 'faults or happened is needed';
    }
  }
  return undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function wrongCalls(made: () => unknown): string | undefined {
  return tried(made, (calls) =>
    Array.isArray(calls) && calls.every((own) => Array.isArray(own) && own.every(isObject))
      ? undefined
      : 'for each writer a list of calls is needed',
  );
}

function wrongFiles(made: () => unknown): string | undefined {
  return tried(made, (files) =>
    Array.isArray(files) &&
    files.every((file) => isObject(file) && typeof (file as Unsure)['blocks'] === 'string')
      ? undefined
      : 'a list of { i_size, blocks } is needed',
  );
}

function tried(made: () => unknown, wrong: (value: unknown) => string | undefined) {
  try {
    return wrong(made());
  } catch (error) {
    return `it throws: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is wrong with a promise, all but its name. */
export function wrongPromise(property: object): string | undefined {
  const given = property as Unsure;
  const { short } = given;
  return first({
    short: () => text(short)() ?? (/\s/.test(short as string) ? 'it is one word' : undefined),
    promise: text(given['promise']),
    premise: code(given['premise']),
    // One of them there is, or it would not be looked at.
    ...('owing' in property
      ? { owing: code(given['owing']) }
      : { violated: code(given['violated']) }),
    explain: code(given['explain']),
  });
}
