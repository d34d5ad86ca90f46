/** The program as it is installed: dist/, built before the tests run. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const writepath = (...argv: string[]) => spawnSync(process.execPath, [MAIN, ...argv]);

test('matrix: the number of workers cannot be seen in the output', () => {
  const asked = [
    'page-at-a-time',
    'page-at-a-time/6.18-ext4',
    'recvfile',
    '--scenario',
    'signal',
    '--scenario',
    'receive-is-short',
  ];
  const [one, three] = ['1', '3'].map((n) => writepath('matrix', ...asked, '--workers', n));
  expect(one!.stdout.toString()).toMatch(/^recvfile .*\d+s05/m);
  expect(three!.stdout.equals(one!.stdout)).toBe(true);
  expect([one!.stderr.length, three!.stderr.length]).toEqual([0, 0]);
});

test('a reader that goes away is no fault', () => {
  const { stdout, stderr } = spawnSync('sh', [
    '-c',
    `"${process.execPath}" "${MAIN}" check recvfile | head -n 1`,
  ]);
  expect(stdout.toString().split('\n')).toHaveLength(2);
  expect(stderr.toString()).not.toMatch(/EPIPE|Error|fault/);
});

test('an interrupt prints what was found until then', async () => {
  const bounds = '--faults 5 --pages 3 --page-blocks 2 --blocks 6 --max-states 20000000'.split(' ');
  const scenario = ['--scenario', 'everything-fails-once', '--scenario', 'signal'];
  const child = spawn(process.execPath, [
    MAIN,
    'check',
    'page-at-a-time/delalloc',
    ...scenario,
    ...bounds,
  ]);
  let out = '';
  // An interrupt between two runs leaves the second to be named as not begun.
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      out += data.toString();
    });
  }
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGINT'), 500);
  const [code] = (await once(child, 'close')) as [number];
  expect(out).toMatch(/not all states: interrupted|incomplete|not begun/);
  expect([1, 3]).toContain(code);
});
