/** Steps that are apart are tried in one order only, and nothing is lost by that. */
import { describe, expect, it } from 'vitest';
import { KNOWN, reference } from '../bench/reference.ts';
import { HEAD, LONG, OUTCOMES } from '../machine/memo.ts';
import { Apart, TOUCHES } from './apart.ts';
import { Expander } from './expander.ts';
import { Search } from './search.ts';
import { StateTable, hashOf } from './table.ts';
import { machineOf } from './alone-toy.ts';
import type { Rows } from './alone-toy.ts';

const WORDS = 3;
const ROWS = 0;
/** Where the task stands. */
const TASK_AT = { word: 2, shift: 16, mask: 0xff };
const TASK = 0;

function begun(): { readonly table: StateTable; readonly apart: Apart } {
  const table = new StateTable(new Int32Array(WORDS), 16);
  table.core.lookup_init(ROWS, 1, WORDS);
  table.core.tasks_init(1);
  return { table, apart: new Apart(table, [TASK_AT]) };
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
      'moving its task',
      [reads(0, 0, 0), noteOf([0, 1])],
      [reads(0, 0, 0), noteOf([2, 1 << 16])],
      false,
    ],
    [
      'in the second outcome',
      [reads(0, 0, 0), noteOf([2, 1], [1, 1])],
      [reads(0, 1, 0), noteOf()],
      false,
    ],
  ] as const)('%s', (_, one, other, are) => {
    const begin = begun();
    const [a, b] = [begin.apart.touchOf(TASK, ...one), begin.apart.touchOf(TASK, ...other)];
    expect(a).not.toBe(b);
    expect([areApart(begin, a, b), areApart(begin, b, a)]).toEqual([are, are]);
  });

  it('the same is the same', () => {
    const { apart } = begun();
    const touch = () => apart.touchOf(TASK, reads(1, 2, 3), noteOf([1, 4]));
    expect(touch()).toBe(touch());
  });

  it('too many outcomes, or one touch too many, are apart from nothing', () => {
    const begin = begun();
    const long = noteOf();
    long[OUTCOMES] = LONG;
    expect(begin.apart.touchOf(TASK, reads(1, 0, 0), long)).toBe(0);
    const touches = Array.from({ length: TOUCHES + 5 }, (_, i) =>
      begin.apart.touchOf(TASK, reads(i + 1, 0, 0), noteOf([1, 1])),
    );
    expect(touches.slice(TOUCHES - 2)).toEqual([TOUCHES - 1, 0, 0, 0, 0, 0, 0]);
    const is = (touch: number) => areApart(begin, 0, touch) || areApart(begin, touch, 0);
    expect(touches.some(is)).toBe(false);
  });
});

/** How many candidates a search has; without the touches known before where all are to be tried. */
function candidates(all_are_tried: boolean): number {
  const machine = reference({ ...KNOWN.XXS, crash: true });
  const expander = Expander.of(machine, KNOWN.XXS.states, {})!;
  const { table } = expander;
  for (let at = 0; at < table.count; table.flush()) {
    const bits = table.core.apart.value >>> 2;
    if (all_are_tried) table.heap.fill(0, bits, bits + TOUCHES ** 2 / 32);
    at = expander.expand(at, at + 1);
  }
  return table.core.next.value;
}

it('fewer steps are tried', () => {
  expect(candidates(false)).toBeLessThan(0.9 * candidates(true));
});

/** Each counts to 1 in a cell of its own, in whatever order: more than the core has bits for. */
const INDEPENDENT = 17;

describe('states, numbers, parents and counts are those of a search that runs every row', () => {
  const rows = (cell: number): Rows => ({
    count(k) {
      k.set(cell, 1);
      return 'done';
    },
  });
  const tasks = Array.from({ length: INDEPENDENT }, (_, cell) => rows(cell));
  it.each([
    ['the reference space', () => reference({ ...KNOWN.XS, crash: true }), KNOWN.XS.states],
    ['more tasks than bits', () => machineOf({ cells: INDEPENDENT, tasks }), 2 ** INDEPENDENT],
  ] as const)('%s', (_, machine, states) => {
    const [played, plain] = [false, true].map((every_row) => {
      const search = new Search(machine(), { states: 2 ** 20, depth: 1000, plain: every_row });
      while (search.slice());
      const { transitions, depth, coverage } = search.result();
      let sum = 0;
      for (let n = 0; n < search.states; n++) {
        sum = mix(mix(sum, search.parent(n)), hashOf(search.state(n)));
      }
      return { states: search.states, transitions, depth, sum, rows: coverage.rows() };
    });
    expect(played).toEqual(plain);
    expect(played?.states).toBe(states);
  });
});

const mix = (sum: number, value: number): number =>
  Math.imul(sum ^ value, 0x85ebca6b) ^ (sum >>> 15);
