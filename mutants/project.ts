/** The project as it was when the run began: its files, what to mutate, and which tests see it. */
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { digest } from './mutant.ts';

/** Paths from the root, and the texts; of what is no source, bytes. */
export type Files = ReadonlyMap<string, string>;

const encodingOf = (path: string) => (path.endsWith('.ts') ? 'utf8' : 'latin1');

/** What is known of earlier runs. */
export const RESULTS = 'mutants/results.jsonl';

const NOT_COPIED = ['node_modules', 'dist', '.git'];
/** What other runs keep, and go on to write. */
const KEPT = /results\.jsonl$/;

const MUTATED = ['model', 'properties'];

/** Designs that are in no list: tests alone look at them, or readers. */
const NOT_MUTATED = new RegExp(
  [
    String.raw`\.test\.ts$`,
    String.raw`^model/designs/(mutant.*|historical|example)\.ts$`,
    String.raw`^properties/(clauses.*|by-hand|breaches)\.ts$`,
  ].join('|'),
);

/** A test that starts processes or threads runs what was built, not what was mutated. */
const STARTS_OTHERS = /from 'node:(child_process|worker_threads)'/;

/** What takes long, and is not meant to notice a change of the model that others do not. */
const LEFT_OUT = /^(bench|cli|mutants)\/|^runs\/words\.test\.ts$/;

const IMPORTS = /(?:from|import) '(\.[^']+)'/g;

export function readFiles(root: string): Files {
  const paths: string[] = [];
  const look = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (NOT_COPIED.includes(entry.name) || KEPT.test(path)) continue;
      if (entry.isDirectory()) look(path);
      else if (entry.isFile()) paths.push(path);
    }
  };
  look('');
  return new Map(
    paths.toSorted().map((path) => [path, readFileSync(join(root, path), encodingOf(path))]),
  );
}

/** Of all that a result may depend on, this folder left out. */
export function digestOf(files: Files): string {
  const texts = [...files].filter(([path]) => !path.startsWith('mutants/'));
  return digest(JSON.stringify(texts), 16);
}

export const mutatedFiles = (files: Files): string[] =>
  [...files.keys()].filter(
    (path) =>
      MUTATED.includes(path.split('/')[0]!) && path.endsWith('.ts') && !NOT_MUTATED.test(path),
  );

/** The tests that can be run on mutants, each with the files that it reaches by imports. */
export function testsOf(files: Files): Map<string, ReadonlySet<string>> {
  const tests = [...files].filter(
    ([path, text]) =>
      path.endsWith('.test.ts') && !LEFT_OUT.test(path) && !STARTS_OTHERS.test(text),
  );
  return new Map(tests.map(([path]) => [path, reachedFrom(path, files)]));
}

function reachedFrom(path: string, files: Files): ReadonlySet<string> {
  const reached = new Set([path]);
  for (const from of reached) {
    for (const [, to] of (files.get(from) ?? '').matchAll(IMPORTS)) {
      reached.add(posix.join(dirname(from), to!));
    }
  }
  return reached;
}

/** Writes a copy that tests can run in; the packages are those of the original. */
export function copyTo(directory: string, files: Files, root: string): void {
  for (const [path, text] of files) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), text, encodingOf(path));
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
}
