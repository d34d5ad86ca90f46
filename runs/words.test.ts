/** The sources as text: lines, words, and that no command is dead. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SUBSYSTEMS } from '../model/kernel.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COLUMNS = 100;

/** Every source file, but for this one. */
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/^(node_modules|dist|queue)\//.test(name))
  .filter((name) => name !== 'runs/words.test.ts')
  .toSorted()
  .map((name) => ({ name, lines: readFileSync(ROOT + name, 'utf8').split('\n') }));

/** Where a line has that, as `file:line`. */
const places = (has: (line: string, name: string) => boolean): string[] =>
  files.flatMap(({ name, lines }) =>
    lines.flatMap((line, i) => (has(line, name) ? [`${name}:${i + 1}`] : [])),
  );

/** A word with more than one sense, or of an earlier shape; where it may stand; what to say. */
const BANNED: readonly [word: RegExp, instead: string, allowed?: RegExp][] = [
  [/\bfits?\(|\b(?:const|function) fits?\b/, 'can, isAsked, possible'],
  [
    /\b(?:const|let|function) told\b/,
    'the thing itself: a text, a change, a breach',
    /^(?:evidence|cli|mutants)\/|\.test\.ts$/,
  ],
  [/\b(?:FIXME|TODO|XXX:)/, 'what is wrong, as a sentence, or a mend', /as patched: "XXX: /],
  [/\bjournalled\b/, 'handles, ordered, logs_size_at_write_end'],
  [/\bRECLAIM\b/, 'again(): the row runs again by itself'],
  [/\bk\.blocked\b/, 'nothing: a row that waits is undone'],
];

it('there is something to read', () => {
  expect(files.length).toBeGreaterThan(150);
});

it(`no line has more than ${COLUMNS} columns`, () => {
  expect(places((line) => line.length > COLUMNS && !line.includes('// oxlint-disable'))).toEqual(
    [],
  );
});

it('nothing but ASCII', () => {
  // oxlint-disable-next-line no-control-regex -- tabs, and all that is no printable character
  expect(places((line) => /[^ -~]/.test(line))).toEqual([]);
});

it.each(BANNED)('%s: say %s', (word, _instead, allowed = /^$/) => {
  const found = places(
    (line, name) => word.test(line) && !allowed.test(name) && !allowed.test(line),
  );
  expect(found).toEqual([]);
});

const given = SUBSYSTEMS.flatMap(({ commands = {}, looks = {} }) =>
  Object.keys({ ...commands, ...looks }),
);
const text = files.map(({ lines }) => lines.join('\n')).join('\n');

it.each(given)('%s() is given by some design, task or test', (command) => {
  // Not `toMatch`: it would print all of the text.
  expect(text.includes(`.${command}(`)).toBe(true);
});
