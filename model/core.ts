/**
 * What every command starts from: the state, the task whose turn it is, the call that it is in, the
 * file that it works on, and the budget of faults. Also the system call itself: it has begun, runs,
 * has returned.
 */
import { Turn } from '../machine/rows.ts';
import type { Awaited } from '../machine/turn.ts';
import { counter, flag, oneOf, range, untold, worded } from '../machine/struct.ts';
import type { Field } from '../machine/struct.ts';
import type { Cells } from './cells.ts';
import { ENOSPC, errno, errorName } from './errno.ts';
import type { Filesystem } from './filesystem.ts';
import { cellsOf, fileBlocksOf, pageCells } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import { checks, tells } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { choice, declare } from './subsystem.ts';
import type { FaultSite, Lock, Sizes, State, SystemCall, Use } from './subsystem.ts';

// Where a system call stands.
export const NOT_MADE = 0;
/** It is to be made, and has not begun. */
export const TO_COME = 1;
export const RUNNING = 2;
export const RETURNED = 3;
/** The power has failed while it ran, or before it was made. */
export const LOST = 4;

/** The call that is the design's own; all others are the kernel's. */
export const WRITE = 'write';

/** 1 + a task, or 0 for nobody. */
export const owner = (z: Pick<Sizes, 'tasks'>): Field =>
  range(z.tasks.length, (n) => (n === 0 ? 'nobody' : z.tasks[n - 1]!));

/** Of 1 + a task, or 0 for nobody, the mask. */
export const maskOfOwner = (holder: number): number => (holder === 0 ? 0 : 1 << (holder - 1));

/** Something that one task at a time holds, as a trace speaks of it. */
export const lock = (z: Pick<Sizes, 'tasks'>, what: string): Field =>
  worded(owner(z), {
    change: (to) => (to === 'nobody' ? `${what} free` : `${what} held`),
    stand: () => '',
  });

const CALL_STATES = ['not made', 'to come', 'running', 'returned', 'lost'];

const CORE = declare({
  name: 'core',
  world: (z) => ({
    faults_left: untold(range(z.faults_max)),
    power_has_failed: untold(z.tasks.includes('power') ? flag : range(0)),
  }),
  /** The page is one folio with the page before it. */
  page: (z) => ({ joined: untold(range(z.geometry.large_folios)) }),
  call: (z) => ({
    state: untold(oneOf(...CALL_STATES.slice(0, z.tasks.includes('power') ? 5 : 4))),
    /** Arguments and result, in cells. */
    pos: untold(range(cellsOf(z.geometry))),
    count: untold(range(cellsOf(z.geometry))),
    ret: untold(range(cellsOf(z.geometry))),
    err: untold(errno),
    /** The user's iterator: so many cells of the buffer have been taken. */
    iterated: untold(counter(2 * cellsOf(z.geometry))),
  }),
  sites: { which_page: choice('the page that a task of the kernel picks') },
});

/** A system call as the kernel knows it before it is made: whose it is, and on which file. */
export interface KnownCall {
  readonly name: string;
  /** `write`, the design's; or one of the kernel's own. */
  readonly call: string;
  readonly thread: number;
  readonly file: number;
  /** The page of its file that the user buffer is a mapping of. */
  readonly buffer?: number;
  /** It is made when the power has failed and come back. */
  readonly after_crash?: boolean;
}

export interface CoreOptions {
  readonly state: object;
  readonly geometry: Geometry;
  readonly cells: Cells;
  readonly filesystem: Filesystem;
  readonly calls: readonly KnownCall[];
  /** Names of all tasks, those that make calls first. */
  readonly tasks: readonly string[];
  readonly sites: readonly FaultSite[];
  /** Faults that may happen. */
  readonly faults: readonly string[];
  readonly ledger: Ledger;
  /** Forgets what is in memory; every task is where it was when it began, or at its end. */
  readonly restart: () => void;
  /** What the design says that it uses. */
  readonly uses: ReadonlySet<Use>;
  /** Is an account kept of what was promised? */
  readonly judged: boolean;
  /** What direct reclaim under GFP_KERNEL may need. */
  readonly reclaim_needs: readonly Lock<Core>[];
  /** System calls of the kernel's own, by name: what the ledger is told of them. */
  readonly kernel_calls: Readonly<Record<string, Pick<SystemCall, 'begins' | 'ends'>>>;
}

/** Of handles, slots and pages of its own a thread holds one more than a file has pages. */
export const heldMax = ({ pages }: Geometry): number => pages + 1;

export const maskOf = (tasks: readonly string[], ...names: readonly string[]): number =>
  tasks.reduce((mask, name, i) => (names.includes(name) ? mask | (1 << i) : mask), 0);

export class Core extends Turn {
  readonly s: State<typeof CORE>;
  readonly site: { readonly [name: string]: number };
  readonly fs: Filesystem;
  readonly geometry: Geometry;
  readonly cells: Cells;
  readonly calls: readonly KnownCall[];
  readonly names: readonly string[];
  readonly ledger: Ledger;
  readonly restart: () => void;
  /** Mask of the tasks that clean pages. */
  readonly cleaners: number;
  /** Mask of the task that ends its I/O. */
  readonly ioend: number;
  /** Are all at work who it takes to clean a page? */
  readonly cleans: boolean;
  /** Mask of those who have a file open and ask for errors of writeback: all, or nobody. */
  readonly openers: number;
  /** Is any call made that asks for AS_EIO? */
  readonly checks_errors: boolean;
  /** Mask of the tasks that may commit a transaction. */
  readonly committers: number;
  /** Mask of the task at the far end of the socket. */
  readonly peer: number;
  readonly judged: boolean;
  /** What direct reclaim under GFP_KERNEL may need. */
  readonly reclaim_needs: readonly Lock<Core>[];
  /** PAGE_SIZE, and the size of a block, in cells. */
  readonly page_size: number;
  readonly block_size: number;
  /** The file that is worked on, the call that the task is in (-1: none), and its thread (-1). */
  file = 0;
  current = -1;
  /** False when the power has failed once. */
  get hasPower(): boolean {
    return this.s.power_has_failed === 0;
  }
  readonly #uses: ReadonlySet<Use>;
  readonly #enabled: readonly boolean[];
  readonly #calls_of: readonly (readonly number[])[];
  readonly #kernel_calls: readonly (Pick<SystemCall, 'begins' | 'ends'> | undefined)[];
  /** Cells of a file. */
  readonly file_cells: number;
  readonly #file_blocks: number;

  constructor(options: CoreOptions) {
    super(options.sites);
    // The state has what all subsystems declare; each sees its own part of it.
    this.s = options.state as State<typeof CORE>;
    this.fs = options.filesystem;
    this.geometry = options.geometry;
    this.cells = options.cells;
    this.calls = options.calls;
    this.names = options.tasks;
    this.ledger = options.ledger;
    this.restart = options.restart;
    this.#uses = options.uses;
    this.judged = options.judged;
    this.cleaners = maskOf(options.tasks, 'writeback', 'ioend');
    this.ioend = maskOf(options.tasks, 'ioend');
    this.cleans = options.tasks.includes('writeback') && options.tasks.includes('ioend');
    this.peer = maskOf(options.tasks, 'peer');
    const syncs = options.calls.filter(({ call }) => call === 'fsync');
    const made = new Set(options.calls.map(({ call }) => call));
    this.checks_errors = checks({ made });
    this.committers = syncs.reduce(
      (mask, { thread }) => mask | (1 << thread),
      maskOf(options.tasks, 'journal'),
    );
    const threads = new Set(options.calls.map(({ thread }) => thread)).size;
    this.openers = tells({ made }) ? 2 ** threads - 1 : 0;
    this.reclaim_needs = options.reclaim_needs;
    this.site = Object.fromEntries(
      options.sites.map(({ name }, i) => [name.replaceAll('-', '_'), i]),
    );
    this.#enabled = options.sites.map((s) => !s.fault || options.faults.includes(s.name));
    this.#calls_of = options.tasks.map((_, task) =>
      options.calls.flatMap(({ thread }, call) => (thread === task ? [call] : [])),
    );
    this.#kernel_calls = options.calls.map(({ call }) => options.kernel_calls[call]);
    this.page_size = pageCells(this.geometry);
    this.block_size = this.geometry.block_cells;
    this.file_cells = cellsOf(this.geometry);
    this.#file_blocks = fileBlocksOf(this.geometry);
  }

  /** The first row of a call that runs begins it. */
  override open(task: number, program: number): void {
    super.open(task, program);
    const call = this.#calls_of[task]![program];
    if (call === undefined) {
      this.current = -1;
      this.file = 0;
      return;
    }
    this.current = call;
    this.file = this.calls[call]!.file;
    const { state } = this.s.call[call]!;
    if (this.#isLeft(call)) return this.idle();
    if (state === TO_COME) {
      this.s.call[call]!.state = RUNNING;
      this.ledger.begins(call);
      this.#kernel_calls[call]?.begins?.(this);
    }
  }

  override resting(task: number, program: number): boolean {
    const call = this.#calls_of[task]![program];
    return call !== undefined && this.#isLeft(call);
  }

  /** Nobody makes the call: there is nothing to write, or the power has not failed yet. */
  #isLeft(call: number): boolean {
    if (this.s.call[call]!.state === NOT_MADE) return true;
    return this.calls[call]!.after_crash === true && this.hasPower;
  }

  override command(): void {
    super.command();
    if (this.current >= 0 && this.s.call[this.current]!.state === RETURNED) {
      this.wrong('gives a command after returns()');
    }
  }

  /** A system call that is over has said what it returns. */
  override leaving(): void {
    if (this.current >= 0 && this.s.call[this.current]!.state !== RETURNED) {
      this.wrong('goes on to done without returns()');
    }
  }

  /** The system call that the task is in. */
  get call(): (typeof this.s.call)[number] {
    if (this.current < 0) this.wrong('gives a command that only a system call may give');
    return this.s.call[this.current]!;
  }

  /** Where the call that the task is in ends, as it was asked. */
  get callEnd(): number {
    return this.call.pos + this.call.count;
  }

  /** Does the environment make this go wrong? 0 no; 1..ways: in which way. Costs one fault. */
  fails(site: number, ways = 1): number {
    const s = this.s;
    if (!this.#enabled[site] || s.faults_left === 0) return 0;
    const answer = this.choose(site, ways + 1);
    if (answer > 0) s.faults_left--;
    return answer;
  }

  // Numbers within a file, and within the arrays of the state, which run over all files.

  /** pos >> PAGE_SHIFT */
  page_index(pos: number): number {
    return Math.floor(pos / this.page_size);
  }

  /** The end of what [pos, end) has in the page of `pos`; where folios are large, in its folio. */
  page_end(pos: number, end: number): number {
    return Math.min(end, (this.folioLast(this.page_index(pos)) + 1) * this.page_size);
  }

  /** The first and the last page of the folio that page `index` lies in. */
  folioFirst(index: number): number {
    if (this.geometry.large_folios === 0) return index;
    let first = index;
    while (first > 0 && this.s.page[this.pageNumber(first)]!.joined) first--;
    return first;
  }

  folioLast(index: number): number {
    if (this.geometry.large_folios === 0) return index;
    let last = index;
    while (last + 1 < this.geometry.pages && this.s.page[this.pageNumber(last + 1)]!.joined) last++;
    return last;
  }

  blockOf(cell: number): number {
    return Math.floor(cell / this.block_size);
  }

  /** The number of a page of the file that is worked on, in `s.page`; of its blocks and cells. */
  pageNumber(index: number): number {
    if (index >>> 0 !== index || index >= this.geometry.pages) this.noSuchPage(index);
    return this.file * this.geometry.pages + index;
  }

  extentNumber(fb: number): number {
    if (fb >>> 0 !== fb || fb >= this.#file_blocks) this.noSuchPage(fb / this.geometry.page_blocks);
    return this.file * this.#file_blocks + fb;
  }

  noSuchPage(index: number): never {
    this.wrong(`works on page ${Math.floor(index)} of a file of ${this.geometry.pages} pages`);
  }

  cellNumber(cell: number): number {
    return this.file * this.file_cells + cell;
  }

  /**
   * For a task of the kernel: works on page `number` of `s.page`; returns its index in its file.
   */
  turnTo(number: number): number {
    this.file = Math.floor(number / this.geometry.pages);
    return number % this.geometry.pages;
  }

  /**
   * The number of a page that is `eligible`, of all files, as the environment picks, and turns to
   * it; with none, idles and returns -1.
   */
  pickPage<T extends Core>(this: T, eligible: (k: T, index: number) => boolean): number {
    const { files, pages } = this.geometry;
    let count = 0;
    for (let number = 0; number < files * pages; number++) {
      if (eligible(this, this.turnTo(number))) count++;
    }
    if (count === 0) {
      this.idle();
      return -1;
    }
    let nth = this.choose(this.site['which_page']!, count);
    let number = 0;
    while (!eligible(this, this.turnTo(number)) || nth-- > 0) number++;
    return number;
  }

  /** A command whose fields are there only below a design that says so. */
  mustUse(use: Use): void {
    if (!this.#uses.has(use)) this.wrong(`needs what it has not named: uses: ['${use}']`);
  }

  /** Takes one more of what a thread may hold `heldMax` of. */
  mayTake(held: number, and_takes: string): void {
    const most = heldMax(this.geometry);
    if (held === most) this.wrong(`has ${most} ${and_takes}`);
  }

  /** Waits for the one task that owns number `n` of a class; `holder` is 1 + its number. */
  waitFor(holder: number, what: string, on: Awaited, n: number): void {
    this.wait(1 << (holder - 1), on, n);
    if (this.tracing) this.sayWait(`${what}, held by ${this.names[holder - 1]}`);
  }

  /** The system call returns `written` cells, or the error if there are none. */
  finish(written: number, error: number): void {
    const { call } = this;
    call.state = RETURNED;
    call.ret = written;
    call.err = written > 0 ? 0 : error;
    this.ledger.returns(this.current, call.err === ENOSPC);
    this.#kernel_calls[this.current]?.ends?.(this, error);
    if (this.tracing) this.say(`return ${written > 0 ? written : errorName(error)}`);
  }
}

export const core = {
  ...CORE,
  commands: {
    /**
     * The system call returns `written` cells, or the error if there are none. It may report beside
     * it how many cells it has taken from a socket, and thrown away.
     */
    returns(this: Core, written: number, error: number, discarded = 0): void {
      this.command();
      if (written >>> 0 !== written || written > this.call.count) {
        this.wrong(`returns ${written} cells, of ${this.call.count} that were asked for`);
      }
      if (discarded > 0) this.ledger.discards(this.current, discarded);
      this.finish(written, error);
    },
  },
  looks: {
    /** Where the system call was asked to write. */
    user_pos(this: Core): number {
      return this.call.pos;
    },
  },
};
