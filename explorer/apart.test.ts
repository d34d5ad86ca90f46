/** Steps that are apart are given in one order only, and nothing is lost by that. */
import { describe, expect, it } from 'vitest';
import { KNOWN, reference } from '../bench/reference.ts';
import { HEAD, LONG, OUTCOMES } from '../machine/memo.ts';
import { Apart, TOUCHES } from './apart.ts';
import { Expander } from './expander.ts';
import { StateTable } from './table.ts';

const WORDS = 3;
const ROWS = 0;

function begun(): { readonly table: StateTable; readonly apart: Apart } {
  const table = new StateTable(new Int32Array(WORDS), 16);
  table.core.lookup_init(ROWS, 1, WORDS);
  table.core.tasks_init(1);
  return { table, apart: new Apart(table) };
}

/** A note of so many outcomes, each of which writes one word. */
function noteOf(...written: readonly (readonly [word: number, bits: number])[]): Int32Array {
  const note = new Int32Array(HEAD + 5 * written.length);
  note[OUTCOMES] = written.length;
  written.forEach(([word, bits], i) => note.set([0, 1, 4 * word, ~bits, bits], HEAD + 5 * i));
  return note;
}

function areApart({ table }: ReturnType<typeof begun>, one: number, other: number): boolean {
  const at = (table.core.apart.value + one * (TOUCHES / 8)) >>> 2;
  return ((table.heap[at + (other >>> 5)]! >>> (other & 31)) & 1) === 1;
}

describe('touches', () => {
  const reads = (...masks: readonly number[]) => Int32Array.from(masks);

  it.each([
    ['other bits', [reads(1, 0, 0), noteOf([1, 4])], [reads(2, 0, 0), noteOf([1, 8])], true],
    ['reading the same', [reads(1, 0, 0), noteOf([1, 4])], [reads(1, 0, 0), noteOf([2, 4])], true],
    [
      'reading what is written',
      [reads(1, 0, 0), noteOf()],
      [reads(0, 0, 0), noteOf([0, 1])],
      false,
    ],
    ['writing what is read', [reads(0, 0, 0), noteOf([0, 1])], [reads(1, 0, 0), noteOf()], false],
    ['writing the same', [reads(0, 0, 0), noteOf([2, 6])], [reads(0, 0, 0), noteOf([2, 4])], false],
    [
      'in the second outcome',
      [reads(0, 0, 0), noteOf([2, 1], [1, 1])],
      [reads(0, 1, 0), noteOf()],
      false,
    ],
  ] as const)('%s', (_, one, other, are) => {
    const begin = begun();
    const [a, b] = [begin.apart.touchOf(...one), begin.apart.touchOf(...other)];
    expect(a).not.toBe(b);
    expect([areApart(begin, a, b), areApart(begin, b, a)]).toEqual([are, are]);
  });

  it('the same is the same', () => {
    const { apart } = begun();
    const touch = () => apart.touchOf(reads(1, 2, 3), noteOf([1, 4]));
    expect(touch()).toBe(touch());
  });

  it('too many outcomes, or one touch too many, are apart from nothing', () => {
    const begin = begun();
    const long = noteOf();
    long[OUTCOMES] = LONG;
    expect(begin.apart.touchOf(reads(1, 0, 0), long)).toBe(0);
    const touches = Array.from({ length: TOUCHES + 5 }, (_, i) =>
      begin.apart.touchOf(reads(i + 1, 0, 0), noteOf([1, 1])),
    );
    expect(touches.slice(TOUCHES - 2)).toEqual([TOUCHES - 1, 0, 0, 0, 0, 0, 0]);
    expect(touches.some((touch) => areApart(begin, 0, touch))).toBe(false);
  });
});

/** All that a search does; with all steps given, in whatever order they may be. */
function searched(all_are_given: boolean) {
  const machine = reference({ ...KNOWN.XXS, crash: true });
  const expander = Expander.of(machine, KNOWN.XXS.states, {})!;
  const { table } = expander;
  for (let at = 0; at < table.count; table.flush()) {
    const bits = table.core.apart.value >>> 2;
    if (all_are_given) table.heap.fill(0, bits, bits + TOUCHES ** 2 / 32);
    at = expander.expand(at, at + 1);
  }
  expander.settle();
  const states = Array.from({ length: table.count }, (_, n) => [table.parent(n), table.state(n)]);
  const counted = [expander.transitions, machine.coverage.rows(), machine.coverage.answers()];
  return { states, counted, candidates: table.core.next.value };
}

it('fewer steps are given, and states, numbers, parents and counts are the same', () => {
  const fewer = searched(false);
  const all = searched(true);
  expect(fewer.states).toEqual(all.states);
  expect(fewer.counted).toEqual(all.counted);
  expect(fewer.candidates).toBeLessThan(0.9 * all.candidates);
});
