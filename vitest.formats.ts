/** Forms, read by programs that are too large, or no packages of npm: `npm run test:formats`. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { AS_IT_IS, built } from './vitest.built.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  plugins: [built(root)],
  test: {
    include: ['formats/**/*.test.ts'],
    server: { deps: { external: AS_IT_IS } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
