/** The copies of the project in which mutants are put to the tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyTo, readFiles } from './project.ts';

test('a copy is the same, byte for byte, packed files among it', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const copy = mkdtempSync(join(tmpdir(), 'writepath-copy-'));
  try {
    const files = readFiles(root);
    copyTo(copy, files, root);
    const differs = [...files.keys()].filter(
      (path) => !readFileSync(join(copy, path)).equals(readFileSync(join(root, path))),
    );
    expect(differs).toEqual([]);
    expect([...files.keys()].some((path) => path.endsWith('.gz'))).toBe(true);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
