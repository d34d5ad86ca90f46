import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{machine,model,properties,scenarios,runs,explorer,evidence,cli,bench,mutants}/**/*.test.ts',
    ],
    // Searches take their time; the checker's own limits end them, not the clock.
    testTimeout: 60_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: '100%',
  },
});
