import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { staleness } from './cli/stale.ts';
import { AS_IT_IS, built } from './vitest.built.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const why = staleness(root);
if (why !== undefined) throw new Error(why);

/** Where tests are. */
const FOLDERS =
  'machine model properties scenarios runs explorer evidence cli bench mutants traces recorder ' +
  'verifier library page';

/** What takes longest is begun first, lest one core waits for it in the end. */
const LONG = ['runs/scenarios.test.ts', 'runs/mends.test.ts', 'runs/fuzz.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((name) => moduleId.endsWith(name));
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, of a list
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  plugins: [built(root)],
  test: {
    include: FOLDERS.split(' ').map((folder) => `${folder}/**/*.test.ts`),
    server: { deps: { external: AS_IT_IS } },
    // Searches take their time; the checker's own limits end them, not the clock.
    testTimeout: 60_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: '100%',
    // All cores are at work: threads that collect garbage beside them would only take turns.
    execArgv: ['--single-threaded-gc'],
    // What was built keeps no state from call to call: no file needs modules of its own.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
