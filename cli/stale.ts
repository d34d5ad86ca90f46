/**
 * Is dist/ what the sources beside it say? The build leaves a hash of each source in dist/. Hashes,
 * for dates say nothing after a clone, a checkout or a copy.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Path of a source, from the root, and the hash of what was in it. */
export type Sources = Readonly<Record<string, string>>;

export const STAMP = 'dist/sources.json';
const CONFIG = 'tsconfig.json';

/** What the program was made of. Tests are not part of it. */
export function sourcesIn(root: string, folders: readonly string[]): Sources {
  const paths = folders
    .flatMap((folder) => (existsSync(join(root, folder)) ? filesIn(root, folder) : []))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  return Object.fromEntries(
    [...paths, CONFIG].toSorted().map((path) => [path, hashOf(join(root, path))]),
  );
}

/** Folder by folder: Node.js takes ten times as long where it is asked for all that are below. */
function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}

const hashOf = (file: string): string =>
  createHash('sha1').update(readFileSync(file)).digest('base64').slice(0, 16);

/** Folders that are compiled. */
export function foldersOf(root: string): readonly string[] {
  return (JSON.parse(readFileSync(join(root, CONFIG), 'utf8')) as { include: string[] }).include;
}

/** Why dist/ must not be run, in a line; undefined where it may. */
export function staleness(root: string): string | undefined {
  // Installed without its sources, there is nothing that dist/ could be older than.
  if (!existsSync(join(root, 'cli/main.ts'))) return undefined;
  const built = stampIn(root);
  if (built === undefined) return 'dist/ does not say what it was built from: run npm run build';
  const inFolders = Object.keys(built).filter((path) => path.includes('/'));
  const folders = new Set(inFolders.map((path) => path.slice(0, path.indexOf('/'))));
  const now = sourcesIn(root, [...folders]);
  const changed = Object.keys(now).find((path) => now[path] !== built[path]);
  if (changed !== undefined) return `dist/ is older than ${changed}: run npm run build`;
  const gone = Object.keys(built).find((path) => now[path] === undefined);
  return gone && `dist/ was built from ${gone}, which is gone: run npm run build`;
}

function stampIn(root: string): Sources | undefined {
  try {
    return JSON.parse(readFileSync(join(root, STAMP), 'utf8')) as Sources;
  } catch {
    return undefined;
  }
}
