/**
 * Tests run what was built: vitest compiles the tests alone, and what they import is loaded from
 * dist/ as it is, the same code that a user runs.
 */
import { dirname, join, relative, resolve } from 'node:path';

export const built = (root: string) => ({
  name: 'built',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined) {
    if (importer === undefined || !source.startsWith('.')) return undefined;
    if (!source.endsWith('.ts') || source.endsWith('.test.ts')) return undefined;
    const path = relative(root, resolve(dirname(importer), source));
    return { id: join(root, 'dist', path.replace(/\.ts$/, '.js')), external: true };
  },
});

/** What is loaded as it is. */
export const AS_IT_IS = [/\/dist\//];
