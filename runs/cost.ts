/** What a write of so many pages costs: one run of a design, alone, in which nothing fails. */
import type { Over } from '../evidence/cost.ts';
import { DesignError, encodeAction } from '../machine/rows.ts';
import { CountingKernel } from '../model/cost.ts';
import type { Costs } from '../model/cost.ts';
import type { Design } from '../model/design.ts';
import { MAX_PAGES_PER_RECVFILE } from '../model/designs/recvfile.ts';
import { cellsOf, geometry } from '../model/geometry.ts';
import { kernelSystem, othersOf, writerName } from '../model/system.ts';
import type { KernelSystem, Made, Setup } from '../model/system.ts';

/** The letter of such a block in a file; see `InitialFile`. */
const LETTERS: Readonly<Record<Over, string>> = { hole: '.', mapped: 'M', unwritten: 'U' };

/** LAST_PKMAP with PAE, the fewest that there are. */
const KMAP_SLOTS = 512;

const WRITER = 0;
/** A design that takes more rows for a page goes round for ever. */
const ROWS_MAX = 64;
/** The fields of a call, which the same thread's next call finds as they were at first. */
const OF_A_CALL = /^(?:call|stack)\[0\]\.|^(?:task|pc)\.writer1\b/;

/** A block a page, and one cell a block; the size of the file is set, as SMB clients do. */
function setupOf(design: Design, pages: number, over: Over): Setup {
  const g = geometry({
    pages,
    blocks: pages,
    block_cells: 1,
    dirty_limit: pages,
    kmap_slots: KMAP_SLOTS,
  });
  return {
    geometry: g,
    files: [{ i_size: cellsOf(g), blocks: LETTERS[over].repeat(pages) }],
    writers: [[{ pos: 0, count: cellsOf(g) }]],
    others: othersOf(['writeback', 'peer'], design),
    faults: [],
    faults_max: 0,
  };
}

/**
 * What a write of `pages` pages costs; in as many calls as the design's limit makes necessary, and
 * then writeback runs. Undefined where the filesystem has no such extents. Throws DesignError where
 * the design does not write all of it.
 */
export function costOf(
  design: Design,
  pages: number,
  over: Over,
  /** For who watches the rows: the system, before any of them runs. */
  watch: (system: KernelSystem) => void = () => undefined,
): Costs | undefined {
  if (over === 'unwritten' && !design.filesystem.has_unwritten) return undefined;
  const setup = setupOf(design, pages, over);
  const made = kernelSystem(design, setup, () => [], { kernel: CountingKernel });
  watch(made.system);
  const run = new Alone(made);
  const a_call = design.socket ? MAX_PAGES_PER_RECVFILE : pages;
  for (let page = 0; page < pages; page += a_call) run.call(page, Math.min(a_call, pages - page));
  return run.costs();
}

/** The system of the smallest write: rows have the same numbers in that of any. */
export const costSystem = (design: Design): KernelSystem =>
  kernelSystem(design, setupOf(design, 1, 'hole'), () => []).system;

/** One writer, and who it waits for. Every question is given the good answer. */
class Alone {
  readonly #made: Made;
  readonly #system: KernelSystem;
  readonly #kernel: CountingKernel;
  #state: Int32Array;

  constructor(made: Made) {
    this.#made = made;
    this.#system = made.system;
    // It was made of that class; the system's type does not say so.
    this.#kernel = made.system.kernel as unknown as CountingKernel;
    this.#state = made.system.initial();
  }

  /** The thread makes a call, and returns from it. */
  call(page: number, pages: number): void {
    const { page_size, peer, costs } = this.#kernel;
    const args = { pos: page * page_size, count: pages * page_size };
    this.#forget();
    this.#state = this.#made.makeCall(this.#state, 0, args);
    costs.calls++;
    for (let left = ROWS_MAX * pages; !this.#returned(); left--) {
      if (left === 0) throw new DesignError(`does not return within ${ROWS_MAX} rows a page`);
      if (!this.#step(WRITER) && !this.#run(this.#kernel.waits)) this.#isStuck();
    }
    const { struct } = this.#system;
    const ret = struct.get(this.#state, struct.place('call[0].ret'));
    if (ret !== args.count) {
      throw new DesignError(`writes ${ret} of ${args.count} pages, and nothing has failed`);
    }
    this.#run(peer);
  }

  /** Writeback runs, and what all of this has cost is known. */
  costs(): Costs {
    this.#run(-1);
    const costs = { ...this.#kernel.costs };
    this.#system.look(this.#state);
    costs.writeback_is_stuck = this.#system.waiting !== 0;
    return costs;
  }

  /** Nothing is left of the call before. */
  #forget(): void {
    const first = this.#system.initial();
    for (const { name, word, shift, mask } of this.#system.struct.places) {
      if (!OF_A_CALL.test(name)) continue;
      const bits = mask << shift;
      this.#state[word] = (this.#state[word]! & ~bits) | (first[word]! & bits);
    }
  }

  #returned(): boolean {
    return this.#system.row(this.#state, WRITER) === `${writerName(WRITER)}.done`;
  }

  /** The others of the mask `tasks` go on, one after the other, as far as they can; can one? */
  #run(tasks: number): boolean {
    let moved = false;
    for (let task = WRITER + 1; task < this.#system.tasks.length; task++) {
      let goes_on = ((tasks >>> task) & 1) === 1 && this.#step(task);
      moved ||= goes_on;
      while (goes_on) goes_on = this.#step(task);
    }
    return moved;
  }

  #step(task: number): boolean {
    const step = this.#system.step(this.#state, encodeAction(task, []));
    if (step !== undefined) this.#state = step.state;
    return step !== undefined;
  }

  #isStuck(): never {
    const row = this.#system.row(this.#state, WRITER);
    const { beyond } = this.#system;
    const why = beyond === undefined ? 'waits for ever' : `${beyond} leaves its range`;
    throw new DesignError(`row ${row}: ${why}, and nothing has failed`);
  }
}
