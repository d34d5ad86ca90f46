/** The end of a build: writes down in dist/ what it was made of, and makes the program one. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STAMP, foldersOf, sourcesIn } from './stale.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// npm does so where it links the program, but not again where it was built anew.
chmodSync(fileURLToPath(new URL('main.js', import.meta.url)), 0o755);
writeFileSync(join(root, STAMP), `${JSON.stringify(sourcesIn(root, foldersOf(root)), null, 1)}\n`);
