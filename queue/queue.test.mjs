/** A worker is killed in the middle of a job: its part is run by another, and is there once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const QUEUE = fileURLToPath(new URL('queue.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const ASKED = ['recvfile*', 'multipage-rfc/locked*', '--scenario', 'signal'];
const PARTS = 8;

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
const socket = join(folder, 'redis.sock');
const env = { ...process.env, REDIS_URL: socket, WRITEPATH_LOCK_MS: '2000' };
const children = [];

function start(command, argv) {
  const child = spawn(command, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const started = { child, out: '', err: '' };
  child.stdout.on('data', (data) => (started.out += data));
  child.stderr.on('data', (data) => (started.err += data));
  children.push(started);
  return started;
}

async function said(...argv) {
  const started = start(process.execPath, argv);
  const [status] = await once(started.child, 'close');
  return { status, out: started.out, err: started.err };
}

const queue = (...argv) => said(QUEUE, ...argv);
const worker = () => start(process.execPath, [QUEUE, 'worker']);

async function until(holds) {
  for (let i = 0; i < 600; i++) {
    if (holds()) return;
    await setTimeout(20);
  }
  assert.fail(`never: ${holds}`);
}

before(async () => {
  const memory = ['--save', '', '--appendonly', 'no', '--dir', folder];
  start('redis-server', ['--port', '0', '--unixsocket', socket, ...memory]);
  await until(() => existsSync(socket));
});

after(async () => {
  for (const { child } of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  rmSync(folder, { recursive: true });
});

test('a worker is killed in a job: nothing is lost, nothing counted twice', async () => {
  const parts = join(folder, 'parts');
  assert.equal((await queue('enqueue', `${PARTS}`, parts, ...ASKED)).status, 0);
  const [first, second] = [worker(), worker()];
  const begun = (text) => [...text.matchAll(/^part (\d+)\/8: begun$/gm)].map(([, k]) => Number(k));
  await until(() => begun(first.out).length > 0);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  const killed = begun(first.out).at(-1);
  assert.equal(existsSync(join(parts, `part-${killed}.json`)), false, 'killed in the middle');

  const merged = await queue('collect', `${PARTS}`, parts);
  assert.deepEqual(merged, await said(MAIN, 'matrix', ...ASKED));
  assert.ok(merged.out.length > 0);
  assert.ok(begun(second.out).includes(killed), 'another worker has taken the job');
  const all = new Set([...begun(first.out), ...begun(second.out)]);
  assert.equal(all.size, PARTS);
  const files = readdirSync(parts).filter((name) => name.endsWith('.json'));
  assert.equal(files.length, PARTS);
  second.child.kill('SIGKILL');
  await once(second.child, 'close');
});

test('a part that is lost, and has no job, is told of', async () => {
  const parts = join(folder, 'parts');
  rmSync(join(parts, 'part-3.json'));
  const { status, err } = await queue('collect', `${PARTS}`, parts);
  assert.equal(status, 2);
  assert.match(err, /part 3 of 8 is missing, and no job is left\n$/);
  assert.equal((await queue('enqueue', `${PARTS}`, parts, ...ASKED)).status, 2);
});

test('a job that cannot be done is told of, after some tries', async () => {
  const parts = join(folder, 'bad');
  assert.equal((await queue('enqueue', '2', parts, 'no-such-design')).status, 0);
  worker();
  const { status, err } = await queue('collect', '2', parts);
  assert.equal(status, 2);
  assert.match(err, /part \d of 2: exit code 2\n$/);
});
