import { describe, expect, test } from 'vitest';
import { apply, editsOf } from './rules.ts';
import type { RuleName } from './rules.ts';

/** What the rule makes of a source, all of it. */
const made = (rule: RuleName, source: string): string[] =>
  editsOf(source)
    .filter((edit) => edit.rule === rule)
    .map((edit) => apply(source, edit));

/** What is changed, by any rule. */
const changes = (source: string): string[] => editsOf(source).map((edit) => apply(source, edit));

test('drop: a statement, and an if with all it holds, once', () => {
  expect(made('drop', 'a(); b = 1;')).toEqual(['; b = 1;', 'a(); ;']);
  expect(made('drop', 'if (a) b();')).toEqual([';']);
  expect(made('drop', 'if (a) { b(); }')).toEqual([';']);
  expect(made('drop', 'if (a) { b(); c(); }')).toEqual([
    ';',
    'if (a) { ; c(); }',
    'if (a) { b(); ; }',
  ]);
  expect(made('drop', 'if (a) b(); else c();')).toEqual([
    'if (a) ; else c();',
    'if (a) b(); else ;',
  ]);
});

test('drop: a return that does not end its function', () => {
  expect(made('drop', 'function f() { if (a) return 1; return 2; }')).toEqual([
    'function f() { ; return 2; }',
  ]);
});

test('drop: what would not run at all, or only be silent, stays', () => {
  expect(made('drop', 'class A extends B { constructor() { super(); } }')).toEqual([]);
  expect(made('drop', "if (a) throw new Error('a');")).toEqual([]);
});

describe('negate', () => {
  test.each([
    ['if (a) b();', ['if (!(a)) b();']],
    ['if (!a) b();', ['if (a) b();']],
    ['while (a < b) c();', ['while (a >= b) c();']],
    ['const f = () => a === b;', ['const f = () => a !== b;']],
    ['f({ daemon: false });', ['f({ daemon: true });']],
    ['function f(): boolean { return g(); }', ['function f(): boolean { return !(g()); }']],
    ['function f(): number { return g(); }', []],
    ["const a = b || 'c';", ["const a = !(b) || 'c';"]],
  ])('%s', (source, expected) => {
    expect(made('negate', source)).toEqual(expected);
  });

  test('an operand keeps its parentheses', () => {
    expect(made('negate', 'f((a & b) !== 0);')).toEqual(['f((a & b) === 0);']);
    expect(made('negate', 'c = !(a || b) && d === 1;')).toContain('c = (a || b) && d === 1;');
  });

  test('with an else, only the branches are swapped', () => {
    expect(made('negate', 'a ? b : c; if (a) b(); else c();')).toEqual([]);
  });
});

describe('off by one', () => {
  test.each([
    ['a = 1;', ['a = 2;']],
    ['a = b + 1;', ['a = b - 1;', 'a = b + 2;']],
    [
      'a = (b + c) * 2 - 1;',
      ['a = (b + c) * 2 + 1;', 'a = (b + c) * 3 - 1;', 'a = (b + c) * 2 - 2;'],
    ],
    ['a = b + c;', []],
    ["a = 'b' + 1;", ["a = 'b' + 2;"]],
    ['a -= b;', ['a += b;']],
    ['a--;', ['a++;']],
    ['for (; a < b; a++) c();', ['for (; a <= b; a++) c();']],
    // The next number would be the limit that is taken in.
    ['f(a < 2);', ['f(a <= 2);']],
    ['f(a > 2);', ['f(a >= 2);', 'f(a > 3);']],
  ])('%s', (source, expected) => {
    expect(made('off-by-one', source)).toEqual(expected);
  });
});

test('swap branches', () => {
  expect(made('swap-branches', 'a = (b & 1) ? c : d;')).toEqual(['a = (b & 1) ? d : c;']);
  expect(made('swap-branches', 'if (a) b(); else { c(); }')).toEqual([
    'if (a) { c(); } else { b(); }',
  ]);
  expect(made('swap-branches', 'if (a) b(); else if (c) d();')).toEqual([
    'if (a) { if (c) d(); } else { b(); }',
  ]);
});

test('swap && and ||, in the order in which they were', () => {
  expect(made('swap-and-or', 'f(a && b);')).toEqual(['f((a || b));']);
  expect(made('swap-and-or', 'f(a && b && c);')).toEqual([
    'f(((a && b) || c));',
    'f((a || b) && c);',
  ]);
  expect(made('swap-and-or', 'f(a ?? b);')).toEqual([]);
});

test.each([
  ['types', 'type A = { a: 1 } | (1 extends 2 ? true : false); interface B { b: true }'],
  ['traces', 'if (this.tracing) this.x = 1;'],
  ['traces', 'if (a > 1 && this.tracing) this.x = 1;'],
  ['what is said', 'this.say(a === 1 ? b : c);'],
  ['errors', "throw new RangeError(a > 1 ? 'b' : 'c');"],
  ['texts', 'const p = { explain: (o) => ({ found: o > 1 }), about: a > 1 ? b : c };'],
  ['texts', 'function show(a: number): string { return a > 1 ? b : c; }'],
  ['templates', 'const a = `b${c + 1}`;'],
])('left out: %s', (_, source) => {
  expect(changes(source)).toEqual([]);
});

test('what is said of a fault is left out, that there is one is not', () => {
  expect(changes('this.fault(a === 1 ? b : c);')).toEqual([';']);
});

test('inside of `as` and `!` there is code', () => {
  expect(changes('const a = (b > 1) as boolean;')).toContain('const a = (b <= 1) as boolean;');
  expect(changes('const a = b[0]!;')).toEqual(['const a = b[1]!;']);
});
