/**
 * A matrix over machines, by a queue: `enqueue` puts in a job for each part, `worker` takes one
 * after the other, `collect` waits for all and draws them. The answers are files; the queue only
 * says whose turn it is, so that a job which is run twice changes nothing.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const USAGE = `usage: node queue.mjs enqueue N FOLDER [DESIGN...] [--scenario NAME...]
       node queue.mjs worker
       node queue.mjs collect N FOLDER [--all]`;

const NAME = 'writepath';
/** After so long without a sign of life a worker is dead, and another takes its job. */
const LOCK_MS = Number(process.env.WRITEPATH_LOCK_MS ?? 30_000);
const LOOK_MS = 200;

const connection = () =>
  new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', { maxRetriesPerRequest: null });

const partIn = (folder, k) => join(folder, `part-${k}.json`);
const numbers = (of) => Array.from({ length: of }, (_, i) => i + 1);
const jobId = (folder, k) =>
  `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}-${k}`;

async function enqueue(of, folder, asked) {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty: name a new folder`);
  const queue = new Queue(NAME, { connection: connection() });
  const jobs = numbers(of).map((k) => ({
    name: 'part',
    data: { k, of, folder, asked },
    // What is on file needs no record in the queue; what has failed is told of by `collect`.
    opts: { jobId: jobId(folder, k), attempts: 3, removeOnComplete: true },
  }));
  await queue.addBulk(jobs);
  await queue.close();
  return 0;
}

async function worker() {
  const run = await program();
  const taken = async ({ data: { k, of, folder, asked } }) => {
    process.stdout.write(`part ${k}/${of}: begun\n`);
    const part = partIn(folder, k);
    // Under a name of its own: a job that was taken for dead may still be at work.
    const own = `${part}.${randomUUID()}`;
    const code = await run(['matrix', ...asked, '--shard', `${k}/${of}`, '--out', own], io());
    if (code !== 0) throw new Error(`part ${k} of ${of}: exit code ${code}`);
    renameSync(own, part);
  };
  const options = { lockDuration: LOCK_MS, stalledInterval: LOCK_MS, maxStalledCount: 1000 };
  const taking = new Worker(NAME, taken, { connection: connection(), ...options });
  taking.on('error', (error) => process.stderr.write(`${error.message}\n`));
  // Until it is ended: by whatever signal, its job goes to another.
  return new Promise(() => undefined);
}

async function collect(of, folder, asked) {
  const queue = new Queue(NAME, { connection: connection() });
  // Jobs first: a file is there before its job has ended.
  for (;;) {
    const left = await jobsLeft(queue, of, folder);
    const missing = numbers(of).filter((k) => !existsSync(partIn(folder, k)));
    if (missing.length === 0) break;
    if (left === 0) throw new Error(`part ${missing[0]} of ${of} is missing, and no job is left`);
    await setTimeout(LOOK_MS);
  }
  await queue.close();
  const run = await program();
  return run(['merge', ...numbers(of).map((k) => partIn(folder, k)), ...asked], io());
}

/** How many of these jobs have not ended. Throws when one has failed for good. */
async function jobsLeft(queue, of, folder) {
  const own = new Set(numbers(of).map((k) => jobId(folder, k)));
  const failed = (await queue.getFailed()).find(({ id }) => own.has(id));
  if (failed !== undefined) throw new Error(failed.failedReason);
  const left = await queue.getJobs(['waiting', 'active', 'delayed', 'paused']);
  return left.filter((job) => job !== undefined && own.has(job.id)).length;
}

/** `writepath`, in this process: it dies with its worker. */
async function program() {
  const { staleness } = await import('../dist/cli/stale.js');
  const why = staleness(fileURLToPath(new URL('..', import.meta.url)));
  if (why !== undefined) throw new Error(why);
  return (await import('../dist/cli/program.js')).run;
}

const io = () => ({
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  progress: () => undefined,
  stop: new AbortController().signal,
});

function main([command, n, folder, ...asked]) {
  if (command === 'worker' && n === undefined) return worker();
  const of = /^\d{1,4}$/.test(n ?? '') ? Number(n) : 0;
  const known = { enqueue, collect }[command];
  if (known === undefined || of < 1 || of > 1000 || folder === undefined) throw new Error(USAGE);
  return known(of, resolve(folder), asked);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`writepath-queue: ${error.message}\n`);
  process.exitCode = 2;
}
// Connections to Redis that are still open would keep the process.
process.exit();
