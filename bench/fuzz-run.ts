/**
 * Random sequences by fast-check in a process of its own, of one of the kernel's designs (paat.ts).
 * Prints one line of JSON. A command that cannot be run where it stands is skipped; `commands` has
 * those too, as many as fast-check has drawn, and `steps` those that were run. Its seconds are
 * those of all of `fuzz`.
 *
 *     node dist/bench/fuzz-run.js own|any [SEEDS]
 *
 * `own`: the calls are the scenario's. `any`: in half of the sequences they are drawn, too.
 */
import process from 'node:process';
import fc from 'fast-check';
import { Driven, sequences } from '../properties/commands.ts';
import { LENGTH_DEFAULT, fuzz } from '../properties/fuzz.ts';
import { paat } from './paat.ts';

const SEEDS = 200;
/** As many as `writepath fuzz` takes of a seed. */
const RUNS = 100;

const [, , of = 'own', last = `${SEEDS}`] = process.argv;
const own = of === 'own';
const { design, setup, properties, scenario } = paat();
const driven = new Driven(design, setup, properties, scenario.must);
const seeds = Array.from({ length: Number(last) }, (_, i) => i + 1);

const begun = performance.now();
const before = process.cpuUsage();
let steps = 0;
for (const seed of seeds) {
  const sampled = fuzz(driven, { seed, runs: RUNS, own_calls: own });
  if (sampled.failure !== undefined) throw new Error('a promise was broken that is known to hold');
  steps += sampled.steps;
}
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - begun) / 1e3;

let commands = 0;
for (const seed of seeds) {
  const drawn = fc.property(
    sequences(driven, LENGTH_DEFAULT, { own, after: () => undefined }),
    ([, sequence]) => {
      commands += [...sequence].length;
    },
  );
  fc.check(drawn, { seed, numRuns: RUNS });
}
process.stdout.write(
  `${JSON.stringify({
    of,
    runs: RUNS * seeds.length,
    commands,
    steps,
    seconds,
    cpu_s: (user + system) / 1e6,
    commands_a_second: Math.round(commands / seconds),
    steps_a_second: Math.round(steps / seconds),
  })}\n`,
);
