/**
 * Where rows are written: file and line of the source, as the engine knows each function. A source
 * map leads from what runs to what was written.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import type { Debugger, Runtime } from 'node:inspector';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A function that may be a row. */
// oxlint-disable-next-line typescript/no-explicit-any -- rows have frames of many types
type AnyFunction = (...args: any[]) => unknown;

type Script = Debugger.ScriptParsedEventDataType;

const HERE = '__writepath_places';

/** `my-design.ts:12` of each function; undefined where nothing is known. */
export function placesOf(functions: readonly AnyFunction[]): readonly (string | undefined)[] {
  const session = new Session();
  session.connect();
  const scripts = new Map<string, Script>();
  session.on('Debugger.scriptParsed', ({ params }) => void scripts.set(params.scriptId, params));
  const held = globalThis as Record<string, unknown>;
  try {
    ask(session, 'Debugger.enable');
    held[HERE] = functions;
    const list = ask(session, 'Runtime.evaluate', {
      expression: `globalThis.${HERE}`,
    }) as Runtime.EvaluateReturnType;
    const found = propertiesOf(session, list.result.objectId!).result;
    return functions.map((_, i) => {
      const id = found.find(({ name }) => name === String(i))?.value?.objectId;
      const location = id === undefined ? undefined : locationOf(session, id);
      const script = location && scripts.get(location.scriptId);
      return script && sourceOf(script, location);
    });
  } finally {
    delete held[HERE];
    session.disconnect();
  }
}

/** The answer comes at once, since it is this very thread that is asked. */
function ask(session: Session, method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

const propertiesOf = (session: Session, objectId: string) =>
  ask(session, 'Runtime.getProperties', {
    objectId,
    ownProperties: true,
  }) as Runtime.GetPropertiesReturnType;

function locationOf(session: Session, id: string): Debugger.Location | undefined {
  const inside = propertiesOf(session, id).internalProperties ?? [];
  const found = inside.find(({ name }) => name === '[[FunctionLocation]]');
  return found?.value?.value as Debugger.Location | undefined;
}

/** The root of the project, as its own sources are named from. */
const ROOT = new URL('../../', import.meta.url).href;

/** Where a script's map is from: beside it, or inside it. */
const maps = new Map<string, SourceMap | undefined>();

function sourceOf(
  { url, sourceMapURL = '' }: Pick<Script, 'url' | 'sourceMapURL'>,
  at: Omit<Debugger.Location, 'scriptId'>,
): string | undefined {
  const map = mapOf(url, sourceMapURL);
  const entry = map?.findEntry(at.lineNumber, at.columnNumber ?? 0);
  if (entry === undefined || !('originalSource' in entry)) {
    return url.startsWith('file:') ? `${pathOf(url)}:${at.lineNumber + 1}` : undefined;
  }
  const base = url.startsWith('file:') ? url : pathToFileURL(`${process.cwd()}/`).href;
  return `${pathOf(new URL(entry.originalSource, base).href)}:${entry.originalLine + 1}`;
}

function mapOf(url: string, name: string): SourceMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url, name));
  return maps.get(url);
}

function readMap(url: string, name: string): SourceMap | undefined {
  try {
    const inside = /^data:application\/json[^,]*;base64,(.*)$/s.exec(name)?.[1];
    const text =
      inside === undefined
        ? readFileSync(new URL(name === '' ? `${url}.map` : name, url), 'utf8')
        : Buffer.from(inside, 'base64').toString('utf8');
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

/** A frame of a stack: the address of the module, line and column, counted from 1. */
const FRAME = /(data:text\/javascript;base64,[\w+/=]+(?:#[\w=]*)?|file:[^\s()]+?):(\d+):(\d+)/g;

/**
 * Where an error was thrown: the innermost place that is none of this package's own code but that
 * of designs; undefined where there is none.
 */
export function placeOfError(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, url, line, column] of stack.matchAll(FRAME)) {
    if (url!.startsWith(`${ROOT}dist/`) && !url!.startsWith(`${ROOT}dist/model/designs/`)) continue;
    return placeAt(url!, Number(line) - 1, Number(column) - 1);
  }
  return undefined;
}

/** The map of a module that was loaded from its own text lies at its end. */
function placeAt(url: string, line: number, column: number): string | undefined {
  const text = /^data:[^,]*,([^#]*)/.exec(url)?.[1];
  const name =
    text === undefined
      ? ''
      : (/\/\/# sourceMappingURL=(\S+)\s*$/.exec(Buffer.from(text, 'base64').toString())?.[1] ??
        '');
  return sourceOf({ url, sourceMapURL: name }, { lineNumber: line, columnNumber: column });
}

/** From the project's root; what lies outside of it, from where the program was started. */
function pathOf(url: string): string {
  if (url.startsWith(ROOT)) return url.slice(ROOT.length);
  return relative(process.cwd(), fileURLToPath(url));
}

interface Piece {
  readonly rows: Readonly<Record<string, AnyFunction>>;
}

interface Tasks {
  readonly tasks: readonly { readonly name: string; readonly work: readonly Piece[] }[];
}

/** A row of a task; without the piece of work that it is of, the first that has it. */
export interface Named {
  readonly task: string;
  readonly label: string;
  readonly piece?: number;
}

/** Where these rows are written, one by one. */
export function placesIn({ tasks }: Tasks, rows: readonly Named[]): (string | undefined)[] {
  const functions = rows.map(({ task, label, piece }) => {
    const { work } = tasks.find(({ name }) => name === task) ?? { work: [] };
    const one = piece === undefined ? work.find((each) => label in each.rows) : work[piece];
    return one?.rows[label];
  });
  const found = functions.filter((one) => one !== undefined);
  const places = placesOf(found);
  return functions.map((one) => (one === undefined ? undefined : places[found.indexOf(one)]));
}

/** Of `task.label`, as an error names a row. */
export function placeIn(system: Tasks, row: string): string | undefined {
  const [task = '', label = ''] = row.split('.', 2);
  return placesIn(system, [{ task, label }])[0];
}
