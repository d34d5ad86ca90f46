/**
 * Gives a state's successors to the table, and says what promises say of it, by what rows and
 * promises were seen to do in other states that look alike to them.
 */
import { Answers } from '../machine/answers.ts';
import { FOUND } from '../machine/lookup.ts';
import { HEAD, Memo } from '../machine/memo.ts';
import type { Machine, Sink } from '../machine/machine.ts';
import { System } from '../machine/system.ts';
import type { Spec } from '../machine/struct.ts';
import type { Turn } from '../machine/turn.ts';
import { Behind } from './behind.ts';
import { mix, finish } from './table.ts';
import type { StateTable } from './table.ts';

export class Expander {
  transitions = 0;
  readonly memo: Memo;
  readonly answers: Answers;
  readonly #system: System<Spec, Turn>;
  readonly #table: StateTable;
  /** The state, then who can move, who waits, and of each task for whom. */
  readonly #seen: Int32Array;
  /** The same state with what a row writes. */
  readonly #to: Int32Array;
  /** What each word of the state adds to its hash. */
  readonly #shares: Int32Array;
  // Of each task: where its place lies in a state, and its first row.
  readonly #word: Int32Array;
  readonly #shift: Int32Array;
  readonly #mask: Int32Array;
  readonly #first: Int32Array;

  constructor(system: System<Spec, Turn>, table: StateTable) {
    this.#system = system;
    this.#table = table;
    const tasks = system.tasks.length;
    const words = system.words + 2 + tasks;
    this.memo = new Memo(system, words);
    this.answers = new Answers(system, words);
    this.#seen = new Int32Array(words);
    this.#to = new Int32Array(system.words);
    this.#shares = new Int32Array(system.words);
    const pcs = system.tasks.map(({ pc }) => system.struct.place(pc));
    this.#word = Int32Array.from(pcs, ({ word }) => word);
    this.#shift = Int32Array.from(pcs, ({ shift }) => shift);
    this.#mask = Int32Array.from(pcs, ({ mask }) => mask);
    this.#first = Int32Array.from({ length: tasks + 1 }, (_, i) => system.first(i));
  }

  /** Is the machine one whose rows and promises leave a trail? */
  static of(machine: Machine, table: StateTable): Expander | undefined {
    return machine instanceof System ? new Expander(machine, table) : undefined;
  }

  /** Gathers the successors of a state, and answers what is asked of it. */
  expand(number: number): void {
    const table = this.#table;
    const states = table.piece(number);
    const seen = this.#seen;
    const to = this.#to;
    const { memo } = this;
    const { lookup } = memo;
    const words = to.length;
    const at = table.place(number);
    const shares = this.#shares;
    let sum = 0;
    for (let i = 0; i < words; i++) {
      const word = states[at + i]!;
      to[i] = seen[i] = word;
      const share = mix(word, i);
      shares[i] = share;
      sum = (sum + share) | 0;
    }
    const tasks = this.#word.length;
    let moves = 0;
    let waiting = 0;
    let shown = false;
    for (let task = 0; task < tasks; task++) {
      seen[words + 2 + task] = 0;
      const pc = (seen[this.#word[task]!]! >>> this.#shift[task]!) & this.#mask[task]!;
      const row = this.#first[task]! + pc;
      if (row >= this.#first[task + 1]!) continue;
      let record = lookup.find(row, seen);
      if (record === 0) {
        if (!shown) this.#system.show(seen, 0);
        shown = true;
        record = memo.learn(task, row, seen);
      } else lookup.pool[record + FOUND]!++;
      const notes = lookup.pool;
      let n = lookup.added(row, record);
      let outcomes = notes[n]!;
      if (notes[n + 1] === 1) {
        waiting |= 1 << task;
        seen[words + 2 + task] = notes[n + 2]!;
      }
      n += HEAD;
      this.transitions += outcomes;
      for (; outcomes > 0; outcomes--) {
        const end = n + 2 + 3 * notes[n + 1]!;
        let hash = sum;
        for (let i = n + 2; i < end; i += 3) {
          const word = notes[i]!;
          const old = seen[word]!;
          const now = (old & notes[i + 1]!) | notes[i + 2]!;
          if (now !== old) {
            to[word] = now;
            hash = (hash + mix(now, word) - shares[word]!) | 0;
          }
        }
        if (hash !== sum) {
          moves |= 1 << task;
          table.gather(to, finish(hash), number);
          for (let i = n + 2; i < end; i += 3) to[notes[i]!] = seen[notes[i]!]!;
        }
        n = end;
      }
    }
    seen[words] = moves;
    seen[words + 1] = waiting;
    const parent = table.parent(number);
    if (parent < 0) this.answers.answer(seen, states, -1);
    else this.answers.answer(seen, table.piece(parent), table.place(parent));
  }

  /** For who looks for loops in the states that were searched. */
  behind(): Behind {
    return new Behind(this.#system, this.#table, this.memo);
  }

  /** The state's successors, one call each, as the machine would give them. */
  successors(number: number, sink: Sink): void {
    const table = this.#table;
    const seen = this.#seen;
    const to = this.#to;
    const { memo } = this;
    const { lookup } = memo;
    const words = to.length;
    const piece = table.piece(number);
    const at = table.place(number);
    for (let i = 0; i < words; i++) to[i] = seen[i] = piece[at + i]!;
    this.#system.show(seen, 0);
    for (let task = 0; task < this.#word.length; task++) {
      const pc = (seen[this.#word[task]!]! >>> this.#shift[task]!) & this.#mask[task]!;
      const row = this.#first[task]! + pc;
      if (row >= this.#first[task + 1]!) continue;
      const record = lookup.find(row, seen) || memo.learn(task, row, seen);
      const notes = lookup.pool;
      let n = lookup.added(row, record);
      let outcomes = notes[n]!;
      n += HEAD;
      for (; outcomes > 0; outcomes--) {
        const end = n + 2 + 3 * notes[n + 1]!;
        for (let i = n + 2; i < end; i += 3) {
          to[notes[i]!] = (to[notes[i]!]! & notes[i + 1]!) | notes[i + 2]!;
        }
        sink.successor(notes[n]!, to);
        for (let i = n + 2; i < end; i += 3) to[notes[i]!] = seen[notes[i]!]!;
        n = end;
      }
    }
  }
}
