/** The end of a build: writes down in dist/ what it was made of. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STAMP, foldersOf, sourcesIn } from './stale.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
writeFileSync(join(root, STAMP), `${JSON.stringify(sourcesIn(root, foldersOf(root)), null, 1)}\n`);
