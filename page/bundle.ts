/**
 * The script of a page: its own code, the model, and the module that has the design, in one piece.
 * Nothing of it is run here.
 */
import { fileURLToPath } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';

/** Whatever address a module has: that of a file, or one that holds the code itself. */
type Url = string;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In place of the whole package, what a design needs of it. */
const OURS = here('../library/design.js');
const INDEX = new URL('../library/index.js', import.meta.url).href;

/** The code that an address holds. */
const inside = (url: Url): string =>
  Buffer.from(url.slice(url.indexOf(',') + 1), 'base64').toString('utf8');

const modules = (urls: readonly Url[]): Plugin => ({
  name: 'modules',
  setup(build) {
    build.onResolve({ filter: /^module:\d+$/ }, ({ path }) => {
      const url = urls[Number(path.slice('module:'.length))]!;
      if (url.startsWith('file:')) return { path: fileURLToPath(url) };
      return { path, namespace: 'inside' };
    });
    build.onResolve({ filter: /^file:/ }, ({ path }) => ({
      path: path === INDEX ? OURS : fileURLToPath(path),
    }));
    build.onLoad({ filter: /^/, namespace: 'inside' }, ({ path }) => ({
      contents: inside(urls[Number(path.slice('module:'.length))]!),
      loader: 'js',
    }));
  },
});

/** `urls`: the modules that have the design, and promises of the user's own. */
export async function scriptOf(urls: readonly Url[]): Promise<string> {
  // Takes longer to load than most searches.
  const { build } = await import('esbuild');
  const names = urls.map((_, i) => `own${i}`);
  const contents = [
    `import { start } from './view/main.js';`,
    ...names.map((name, i) => `import * as ${name} from 'module:${i}';`),
    `start([${names.map((name) => `...Object.values(${name}).flat()`).join(', ')}]);`,
  ].join('\n');
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: here('.'), loader: 'js' },
      write: false,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      charset: 'ascii',
      minify: true,
      legalComments: 'none',
      tsconfigRaw: '{}',
      logLevel: 'silent',
      plugins: [modules(urls)],
    });
    return outputFiles[0]!.text.trimEnd();
  } catch (error) {
    const { errors, message } = error as Partial<BuildFailure>;
    const what = errors?.[0]?.text ?? message ?? String(error);
    const [, missing] = /^No matching export .* for import "(\w+)"/.exec(what) ?? [];
    const why = missing ? `a page has no ${missing}() of 'writepath' in it` : what;
    throw new Error(`no page can be made: ${why}`, { cause: error });
  }
}
