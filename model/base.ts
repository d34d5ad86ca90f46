/**
 * What every command starts from: the state, the task whose turn it is, faults and their budget.
 *
 * The kernel is one class, written in layers, a file a subject (locks, page cache, allocator, ...);
 * each extends the one below. Designs see the commands and never the state, which is protected.
 */
import { Turn } from '../machine/rows.ts';
import { SITES, site } from './faults.ts';
import type { FaultName } from './faults.ts';
import type { Filesystem } from './filesystem.ts';
import { pageCells } from './state.ts';
import type { Geometry, KernelState } from './state.ts';

/** One write(2) or recvfile: `pos` and `count` in cells. */
export interface WriteCall {
  readonly pos: number;
  readonly count: number;
}

export interface KernelOptions {
  readonly state: KernelState;
  readonly geometry: Geometry;
  readonly filesystem: Filesystem;
  readonly writers: readonly WriteCall[];
  /** Names of all tasks, the writers first. */
  readonly tasks: readonly string[];
  readonly faults: readonly FaultName[];
}

const WHICH_PAGE = site('which-page');

export class Base extends Turn {
  protected readonly s: KernelState;
  readonly fs: Filesystem;
  protected readonly geometry: Geometry;
  protected readonly writers: readonly WriteCall[];
  protected readonly names: readonly string[];
  readonly #enabled: readonly boolean[];
  /** PAGE_SIZE, in cells. */
  readonly page_size: number;
  protected readonly block_size: number;

  constructor(options: KernelOptions) {
    super(SITES);
    this.s = options.state;
    this.fs = options.filesystem;
    this.geometry = options.geometry;
    this.writers = options.writers;
    this.names = options.tasks;
    this.#enabled = SITES.map(
      (s) => !s.fault || (options.faults as readonly string[]).includes(s.name),
    );
    this.page_size = pageCells(this.geometry);
    this.block_size = this.geometry.block_cells;
  }

  /** Does the environment make this go wrong? 0 no; 1..ways: in which way. Costs one fault. */
  protected fails(number: number, ways = 1): number {
    if (!this.#enabled[number] || this.s.faults_left === 0) return 0;
    const answer = this.choose(number, ways + 1);
    if (answer > 0) this.s.faults_left--;
    return answer;
  }

  /** The system call that the task is in. Only writers are in one. */
  protected get call(): KernelState['call'][number] {
    const call = this.s.call[this.me];
    if (call === undefined) this.fault('gives a command that only a writer may give');
    return call;
  }

  /** i_size_read(): any task may look, without a lock. */
  get i_size_read(): number {
    return this.s.i_size;
  }

  /** Where the system call was asked to write. */
  get user_pos(): number {
    return this.writers[this.me]!.pos;
  }

  /** MAX_WRITEBACK_PAGES pages, in cells. */
  get segment_size(): number {
    return this.geometry.segment_pages * this.page_size;
  }

  /** pos >> PAGE_SHIFT */
  page_index(pos: number): number {
    return Math.floor(pos / this.page_size);
  }

  /** The end of what [pos, end) has in the page of `pos`. */
  page_end(pos: number, end: number): number {
    return Math.min(end, (this.page_index(pos) + 1) * this.page_size);
  }

  protected blockOf(cell: number): number {
    return Math.floor(cell / this.block_size);
  }

  /** Waits, if somebody else holds what ->iomap(READ) locked: the extent map may not be looked at. */
  protected mapIsLocked(): boolean {
    const { ilock } = this.s;
    if (ilock === 0 || ilock === this.me + 1) return false;
    this.waitFor(ilock, 'the lock that ->iomap(READ) took');
    return true;
  }

  /**
   * One of the pages that are `eligible`, as the environment picks; with none, idles and returns -1.
   * The predicates are fields of the kernel, made once: the inner loop allocates nothing.
   */
  protected pickPage(eligible: (index: number) => boolean): number {
    const pages = this.s.page.length;
    let count = 0;
    for (let index = 0; index < pages; index++) if (eligible(index)) count++;
    if (count === 0) {
      this.idle();
      return -1;
    }
    let nth = this.choose(WHICH_PAGE, count);
    let index = 0;
    while (!eligible(index) || nth-- > 0) index++;
    return index;
  }

  /** Waits for the one task that owns what is wanted; `owner` is 1 + its number. */
  protected waitFor(owner: number, what: string): void {
    this.wait(1 << (owner - 1));
    if (this.tracing) this.sayWait(`${what}, held by ${this.names[owner - 1]}`);
  }
}
