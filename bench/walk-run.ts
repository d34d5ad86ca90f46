/**
 * One random walk in a process of its own, with all promises asked after each step: `L`, through
 * the largest reference space, or `PAAT`, of one of the kernel's designs (paat.ts). Prints one line
 * of JSON. Its seconds are those of the walk, with all that it learns on its way, and without the
 * start of the process.
 *
 *     node dist/bench/walk-run.js L|PAAT [STEPS]
 */
import process from 'node:process';
import { RandomWalk } from '../explorer/walk.ts';
import { paat } from './paat.ts';
import { KNOWN, reference } from './reference.ts';

const MACHINES = {
  L: () => reference({ ...KNOWN.L, crash: true }),
  PAAT: () => paat().system,
};
const STEPS = 20_000_000;

const [, , of = 'L', steps = `${STEPS}`] = process.argv;
const walk = new RandomWalk(MACHINES[of as keyof typeof MACHINES](), { seed: 1 });
const begun = performance.now();
const before = process.cpuUsage();
walk.walk(Number(steps));
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - begun) / 1e3;
if (walk.broken.length > 0) throw new Error('a promise was broken that is known to hold');
process.stdout.write(
  `${JSON.stringify({
    of,
    steps: walk.steps,
    restarts: walk.restarts,
    seconds,
    cpu_s: (user + system) / 1e6,
    steps_a_second: Math.round(walk.steps / seconds),
  })}\n`,
);
