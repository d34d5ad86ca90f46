/** Results that nobody can read are no results: what cannot be written is never passed over. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** A command of a shell; `$0 $1` is the program. */
function shell(command: string) {
  const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, MAIN]);
  return [status, stderr.toString()];
}

const FULL = 'writepath: cannot write the results: no space left on the device\n';

test
  .runIf(existsSync('/dev/full'))
  .each([
    'list',
    'check page-at-a-time --scenario signal',
    'matrix page-at-a-time --scenario signal',
    'fuzz page-at-a-time --scenario signal --runs 1',
  ])('output: a full device is exit code 70, in one line: %s', (line) => {
  expect(shell(`"$0" "$1" ${line} >/dev/full`)).toEqual([70, FULL]);
});

test('output: a file that is cut off is a failure, too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
  const file = join(folder, 'list');
  const why = 'writepath: cannot write the results: the file would be too large\n';
  expect(shell(`ulimit -f 1; "$0" "$1" list >'${file}'`)).toEqual([70, why]);
  expect(statSync(file).size).toBeGreaterThan(0);
  rmSync(folder, { recursive: true });
});

test.runIf(existsSync('/dev/full'))('output: an error that cannot be told of is still one', () => {
  expect(shell('"$0" "$1" nonsense 2>/dev/full')).toEqual([2, '']);
});

// Everything holds, so all that there is to say is that it does: who reads a part has no verdict.
test('output: a reader that goes away hears nothing more, and it is not exit code 0', async () => {
  const child = spawn(process.execPath, [MAIN, 'check', 'page-at-a-time/delalloc', '--json']);
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = (await once(child, 'close')) as [number];
  expect([code, errors]).toEqual([3, '']);
});
