/**
 * Designs in files of the user: each file is made into one module, with all that it imports but
 * this package, and tried in a thread of its own before anything else loads it.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BuildFailure, Plugin } from 'esbuild';
import { UsageError } from './exit.ts';

/** A file that was read: the module that it makes, and what else has to be watched for it. */
export interface Outside {
  /** As it was named, or found in a directory that was. */
  readonly file: string;
  readonly url: string;
  /** The file and all that it imports, with full paths. */
  readonly sources: readonly string[];
}

/** A file that cannot be used: why, in one line. */
export interface Unusable {
  readonly file: string;
  readonly what: string;
}

const SOURCE = /\.m?[jt]s$/;
const NO_DESIGN = /\.(?:d|test|spec|config)\.m?[jt]s$/;

/** Is this the name of a file or a directory, and not of a design? */
export const isPath = (name: string): boolean =>
  /^(?:\.{1,2}$|\.{0,2}\/)/.test(name) || SOURCE.test(name);

export const isSource = (name: string): boolean => SOURCE.test(name);

/** The files that a path stands for: itself, or those of the directory, in order of their names. */
export function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) throw new UsageError(`cannot read ${path}: no such file or directory`);
  const found = statSync(path);
  if (found.isFile()) return [path];
  if (!found.isDirectory()) throw new UsageError(`cannot read ${path}: it is no regular file`);
  const files = readdirSync(path)
    .filter((name) => SOURCE.test(name) && !NO_DESIGN.test(name))
    .toSorted()
    .map((name) => join(path, name));
  if (files.length === 0) throw new UsageError(`${path}: no .ts, .mts, .js or .mjs file in it`);
  return files;
}

/** Loading takes no longer than this, in seconds, or something in the file goes on for ever. */
export const LOAD_S = 4;

/** Reads a file, and tries whether it loads. */
export async function readOutside(file: string): Promise<Outside | Unusable> {
  const made = await bundled(file);
  if ('what' in made) return made;
  const what = await whyNot(made.url);
  return what === undefined ? made : { file, what };
}

/** What stands for this package in the files of users, wherever it was started from. */
const OURS: Readonly<Record<string, string>> = {
  writepath: new URL('../library/index.js', import.meta.url).href,
};

const ours: Plugin = {
  name: 'writepath',
  setup(build) {
    build.onResolve({ filter: /^writepath(?:\/|$)/ }, ({ path }) => {
      const url = OURS[path];
      if (url !== undefined) return { path: url, external: true };
      return { errors: [{ text: `a design can import 'writepath' alone, not '${path}'` }] };
    });
  },
};

async function bundled(file: string): Promise<Outside | Unusable> {
  // Takes longer to load than most searches.
  const { build } = await import('esbuild');
  const cwd = process.cwd();
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [resolve(file)],
      absWorkingDir: cwd,
      // Nothing is written: it says what the sources of the map are named from.
      outfile: join(cwd, '.writepath-bundle.mjs'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      sourcesContent: false,
      metafile: true,
      keepNames: false,
      // What a user's tsconfig.json says of this is of no use here, and it may be broken.
      tsconfigRaw: '{}',
      logLevel: 'silent',
      plugins: [ours],
    });
    const [bundle] = outputFiles;
    return {
      file,
      url: `data:text/javascript;base64,${Buffer.from(bundle!.contents).toString('base64')}`,
      sources: Object.keys(metafile.inputs).map((name) => resolve(cwd, name)),
    };
  } catch (error) {
    return { file, what: firstOf(error as BuildFailure) };
  }
}

/** The first of the errors, with its place. */
function firstOf({ errors, message }: BuildFailure): string {
  const first = errors?.[0];
  if (first === undefined) return message.replace(/\s*\n\s*/g, ' ');
  const { location, text } = first;
  const at = location === null ? '' : `${location.file}:${location.line}:${location.column + 1}: `;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${at}${text}${more}`;
}

/** Why the module does not load; undefined where it does. */
async function whyNot(url: string): Promise<string | undefined> {
  const trial = new Worker(new URL('./trial.js', import.meta.url), {
    workerData: url,
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string | undefined>((end) => {
      timer = setTimeout(
        () => end(`it does not load: something in it goes on for more than ${LOAD_S} s`),
        LOAD_S * 1000,
      );
      trial.once('message', (what: string | null) => end(what ?? undefined));
      trial.once('error', (error: Error) => end(`it does not load: ${error.message}`));
      trial.once('exit', (code) => end(`it does not load: ${exited(code)}`));
    });
  } finally {
    clearTimeout(timer);
    await trial.terminate();
  }
}

/** With 13 a thread ends whose module waits, at its top level, for what nothing brings about. */
const exited = (code: number): string =>
  code === 13 ? 'its top level awaits what never comes' : `it calls process.exit(${code})`;

/** How a file is named in the command that finds a counterexample again: never with a full path. */
export function asNamed(file: string): string {
  const from = relative(process.cwd(), resolve(file));
  if (from === '') return '.';
  return from.startsWith('..') && !file.startsWith('..') ? basename(file) : dotted(from);
}

const dotted = (path: string): string => (path.startsWith('.') ? path : `./${path}`);

/** Where the package's own sources or its built code lie. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
