/**
 * The package, packed and installed into an empty directory, and all of it used there. On the
 * Node.js that runs the tests; `npm run package` does the same on 20, 22 and 24, with vitest and
 * tsc as well.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Installed, MATCHES, SAID, USES } from './packed.ts';

/** Major versions, or none: then the one that runs this, and what takes long is left out. */
const NODES = (process.env['WRITEPATH_NODES'] ?? '').split(',').filter(Boolean).map(Number);

const TOOLS = ['vitest@4.1.12', 'typescript@7.0.2', '@types/node@20.19.43', 'fast-check@4.10.2'];

const TSCONFIG = `{
  "compilerOptions": {
    "strict": true, "module": "nodenext", "target": "es2022", "noEmit": true, "types": ["node"],
    "allowImportingTsExtensions": true
  },
  "include": ["my-design.ts", "my.test.ts"]
}
`;

describe.each(NODES.length === 0 ? [undefined] : NODES)('on Node.js %s', (node) => {
  const whole = node !== undefined;
  const user = new Installed(node, whole ? TOOLS : []);
  afterAll(() => user.end());

  it('is that Node.js', () => {
    const major = node ?? Number(process.versions.node.split('.')[0]);
    expect(user.node('--version').out).toMatch(new RegExp(`^v${major}\\.`));
  });

  it('the program: a new design, its counterexample, replayed and verified', () => {
    expect(user.bin('writepath', 'new', 'my-design').code).toBe(0);
    const asked = ['./my-design.ts', '--scenario', 'blocks-smaller-than-a-page'];
    const found = user.bin('writepath', 'check', ...asked, '--save', 't.json');
    expect(found.out).toContain('breaks nothing-is-left-beyond-eof');
    expect(found.code).toBe(1);
    expect(user.bin('writepath', 'verify', 't.json', './my-design.ts').code).toBe(1);
    expect(user.bin('writepath', 'list').out).toContain('multipage-rfc/legacy');
  });

  it('the library: all that it promises', () => {
    user.write('my-design.mjs', user.read('my-design.ts'));
    user.write('use.mjs', USES);
    const { code, out } = user.node('use.mjs');
    expect(code, out).toBe(0);
    expect(JSON.parse(out)).toEqual(SAID);
  });

  it.runIf(whole)('the matchers, in a test of a user, and the types', () => {
    user.write('my.test.ts', MATCHES);
    user.write('tsconfig.json', TSCONFIG);
    expect(user.bin('vitest', 'run')).toMatchObject({ code: 0 });
    expect(user.bin('tsc')).toEqual({ code: 0, out: '' });
  });
});
