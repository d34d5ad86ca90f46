/** Of all that a result depends on: the model, the promises and the search. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { sha256 } from '../../evidence/digest.ts';

const FOLDERS = ['machine', 'model', 'properties', 'explorer', 'runs/deep'];

export function projectDigest(root: string): string {
  const texts = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => posix.join(folder, path))
      .toSorted(),
  ).map((path) => [path, readFileSync(join(root, path), 'utf8')]);
  return sha256(JSON.stringify(texts), 16);
}
