import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { staleness } from './cli/stale.ts';
import { AS_IT_IS, built } from './vitest.built.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const why = staleness(root);
if (why !== undefined) throw new Error(why);

export default defineConfig({
  plugins: [built(root)],
  test: {
    include: [
      '{machine,model,properties,scenarios,runs,explorer,evidence,cli,bench,mutants}/**/*.test.ts',
    ],
    server: { deps: { external: AS_IT_IS } },
    // Searches take their time; the checker's own limits end them, not the clock.
    testTimeout: 60_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: '100%',
  },
});
