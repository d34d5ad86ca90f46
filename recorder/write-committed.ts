/** `npm run record`: writes the traces of this repository again. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Cannot } from './cannot.ts';
import { COMMITTED, made } from './committed.ts';

const TRACES = fileURLToPath(new URL('../../traces/', import.meta.url));

try {
  for (const one of COMMITTED) {
    const { bytes, says } = await made(one);
    writeFileSync(`${TRACES}${one.file}`, bytes);
    process.stdout.write(`${says}\n`);
  }
} catch (error) {
  if (!(error instanceof Cannot)) throw error;
  process.stderr.write(`writepath: cannot record: ${error.message}\n`);
  process.exitCode = 2;
}
