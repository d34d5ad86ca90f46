/**
 * The package as others get it: packed, installed into an empty directory, and all of it used
 * there. `npm run package` does so on each Node.js that is supported; a test on the one that runs
 * it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a command has printed, and how it has ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

/** A directory of a user, with the package in it. */
export class Installed {
  readonly folder = mkdtempSync(join(tmpdir(), 'writepath-package-'));
  readonly #path: string;

  /** `node`: a major version, installed from the registry; without it, the one that runs this. */
  constructor(node?: number, others: readonly string[] = []) {
    // Built already: a build now would change what others run.
    this.#run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', this.folder], {
      cwd: ROOT,
    });
    const [packed] = readdirSync(this.folder);
    this.write('package.json', '{ "name": "mine", "private": true, "type": "module" }\n');
    const own = node === undefined ? [] : [`node-${process.platform}-${process.arch}@${node}`];
    const quiet = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
    this.#run('npm', ['install', ...quiet, `./${packed}`, ...own, ...others]);
    const bin = `node_modules/node-${process.platform}-${process.arch}/bin`;
    this.#path = node === undefined ? '' : `${join(this.folder, bin)}:`;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  node(...args: readonly string[]): Ended {
    return this.#run('node', args);
  }

  /** A program of the package, or of another one. */
  bin(name: string, ...args: readonly string[]): Ended {
    return this.node(join('node_modules/.bin', name), ...args);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[], { cwd = this.folder } = {}): Ended {
    const env = {
      ...process.env,
      PATH: `${this.#path ?? ''}${process.env['PATH']}`,
      NO_COLOR: '1',
    };
    try {
      const out = execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
      return { code: 0, out };
    } catch (error) {
      const { status, stdout = '', stderr = '' } = error as Failure;
      if (program === 'npm') throw new Error(`npm ${args[0]}: ${stderr}`, { cause: error });
      return { code: status ?? -1, out: `${stdout}${stderr}` };
    }
  }
}

interface Failure {
  readonly status: number | null;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A program that imports all that the package promises. */
export const USES = `
import { readFileSync } from 'node:fs';
import { check, commands, design, explore, fuzz, replay, SCENARIOS, xfs } from 'writepath';
import fc from 'fast-check';
import { myDesign } from './my-design.mjs';

const said = {};
const found = check(myDesign, 'blocks-smaller-than-a-page');
said.check = found.verdict;
said.replay = replay(found.file, { designs: [myDesign] }).property;
let seen = 0;
const all = explore(myDesign, 'blocks-smaller-than-a-page', { each: () => void seen++ });
said.explore = all.states === seen && all.limit === null;
said.fuzz = fuzz(myDesign, 'blocks-smaller-than-a-page', { runs: 3000 }).property;
const c = commands(myDesign, 'blocks-smaller-than-a-page', { properties: ['no-deadlock'] });
fc.assert(fc.property(c.arbitrary, (one) => fc.modelRun(c.start, one)), { numRuns: 5 });
said.commands = 'kept';
said.design = typeof design === 'function' && xfs.name !== '' && SCENARIOS.length > 50;
console.log(JSON.stringify(said));
`;

export const SAID = {
  check: 'violated',
  replay: 'nothing-is-left-beyond-eof',
  explore: true,
  fuzz: 'nothing-is-left-beyond-eof',
  commands: 'kept',
  design: true,
};

/** A test of a user's, with the matchers. */
export const MATCHES = `
import { expect, test } from 'vitest';
import 'writepath/vitest';
import { myDesign } from './my-design.ts';

test('my design', () => {
  const scenario = 'blocks-smaller-than-a-page';
  expect(myDesign).toHold('two-writers');
  expect(myDesign).toBreak('nothing-is-left-beyond-eof', { scenario });
  expect(() => expect(myDesign).toHold(scenario)).toThrow(
    'writepath: my-design breaks nothing-is-left-beyond-eof',
  );
});
`;
