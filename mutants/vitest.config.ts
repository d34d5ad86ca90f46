/**
 * How the tests run on a mutant: one after the other in one process, in the order that is given,
 * and no further than the first failure. What happens is told line by line.
 */
import { defineConfig } from 'vitest/config';
import type { Reporter, TestSequencer, TestSpecification } from 'vitest/node';
import { AS_IT_IS, built } from '../vitest.built.ts';

const TESTS = (process.env['MUTANTS_TESTS'] ?? '').split(' ');

class GivenOrder implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    const at = ({ moduleId }: TestSpecification) =>
      TESTS.findIndex((test) => moduleId.endsWith(`/${test}`));
    return files.toSorted((a, b) => at(a) - at(b));
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

const tell = (event: string, file = '') => process.stdout.write(`@${event} ${file}\n`);

const reporter: Reporter = {
  onTestModuleQueued: ({ relativeModuleId }) => void tell('begins', relativeModuleId),
  onTestCaseResult: (test) => {
    if (test.result().state === 'failed') tell('failed', test.module.relativeModuleId);
  },
  onTestModuleEnd: (module) => {
    tell(module.state() === 'failed' ? 'failed' : 'ended', module.relativeModuleId);
  },
  onTestRunEnd: (_modules, errors) => void tell(errors.length > 0 ? 'failed' : 'passed'),
};

export default defineConfig({
  plugins: [built(process.cwd())],
  test: {
    server: { deps: { external: AS_IT_IS } },
    include: TESTS,
    reporters: [reporter],
    sequence: { sequencer: GivenOrder },
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    bail: 1,
    testTimeout: 60_000,
    cache: false,
    // A mutant may fill memory for ever.
    execArgv: ['--max-old-space-size=2048'],
  },
});
