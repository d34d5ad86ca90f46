/** The kernel of the reference space: each command is one step under one lock. */
import { Turn, pcField } from '../machine/rows.ts';
import type { AnyRows, Check } from '../machine/rows.ts';
import { array, flag, oneOf, range } from '../machine/struct.ts';
import type { View } from '../machine/struct.ts';

export interface Geometry {
  readonly pages: number;
  readonly blocks: number;
  /** Where the allocator may begin its search, as the environment likes: blocks 0..hints-1. */
  readonly hints: number;
}

/** What runs: the kernel asks of it only which labels there are. */
export interface Programs {
  readonly write: AnyRows<never>;
  readonly writeback: AnyRows<never>;
  readonly reader: AnyRows<never>;
  readonly reclaim: AnyRows<never>;
  readonly power: AnyRows<never>;
}

/** Everything that a state holds. `map` is 0 for a hole, otherwise 1 + the block. */
export function layout({ pages, blocks }: Geometry, programs: Programs) {
  const origin = oneOf('zero', 'writer 1', 'writer 2', 'stale');
  return {
    page: array(pages, {
      upt: flag,
      dirty: flag,
      lock: oneOf('free', 'writer 1', 'writer 2', 'writeback', 'reader'),
      data: origin,
      unw: flag,
      map: range(blocks),
    }),
    disk: array(blocks, { data: origin }),
    resv: range(blocks),
    writer: array(2, {
      pc: pcField([{ rows: programs.write }]),
      pos: range(pages),
      len: range(pages),
      i: range(pages),
      need: flag,
      short: flag,
    }),
    writeback: { pc: pcField([{ rows: programs.writeback }]), page: range(pages - 1) },
    reader: { pc: pcField([{ rows: programs.reader }]), page: range(pages - 1) },
    reclaim: { pc: pcField([{ rows: programs.reclaim }]) },
    power: { pc: pcField([{ rows: programs.power }]) },
  };
}

export type State = View<ReturnType<typeof layout>>;
export type Frame = State['writer'][number];
export type Held = State['reader'];

/** Where bytes come from: 1 and 2 are the writers. */
export const ZERO = 0;
export const STALE = 3;

const FREE = 0;
/** A page is locked by 1 + the number of the task. */
const locker = (task: number) => task + 1;

const SITES = [
  { name: 'reserve', answers: ['ok', 'ENOSPC'] },
  { name: 'copy', answers: ['all', 'short'] },
  { name: 'allocate', answers: [] },
  { name: 'page', answers: [] },
  { name: 'write', answers: ['ok', 'EIO'] },
  { name: 'read', answers: ['ok', 'EIO'] },
];
const RESERVE = 0;
const COPY = 1;
const ALLOCATE = 2;
const PAGE = 3;
const WRITE = 4;
const READ = 5;

export class Kernel extends Turn {
  readonly pages: number;
  readonly blocks: number;
  readonly hints: number;
  readonly s: State;
  /** Whether the run that `map` found is a hole. */
  hole = 0;

  constructor({ pages, blocks, hints }: Geometry, s: State) {
    super(SITES);
    this.pages = pages;
    this.blocks = blocks;
    this.hints = hints;
    this.s = s;
  }

  /** The length of the longest run of pages from `pos` that are holes, or are not, alike. */
  map(pos: number): number {
    this.command();
    const { page } = this.s;
    this.hole = page[pos]!.map === 0 ? 1 : 0;
    let end = pos + 1;
    while (end < this.pages && (page[end]!.map === 0 ? 1 : 0) === this.hole) end++;
    return end - pos;
  }

  reserve(len: number): boolean {
    this.command();
    const { s } = this;
    if (mapped(s) + s.resv + len > this.blocks || this.choose(RESERVE, 2)) return false;
    s.resv += len;
    return true;
  }

  lockPage(p: number): void {
    this.command();
    const page = this.s.page[p]!;
    if (page.lock === FREE) page.lock = locker(this.me);
    else this.wait(1 << (page.lock - 1));
  }

  unlockPage(p: number): void {
    this.command();
    this.s.page[p]!.lock = FREE;
  }

  /** 1 if it faulted and copied nothing. */
  copyFromUser(p: number): number {
    this.command();
    if (this.choose(COPY, 2)) return 1;
    const page = this.s.page[p]!;
    page.data = this.me + 1;
    page.upt = page.dirty = 1;
    return 0;
  }

  /** Backs the holes in pos..end with blocks, unwritten, or throws away what they hold. */
  allocate(pos: number, end: number): boolean {
    this.command();
    const { s } = this;
    const hint = this.choose(ALLOCATE, this.hints + 1);
    if (hint === this.hints) {
      for (let p = pos; p < end; p++) this.#discard(p);
      return false;
    }
    let used = usedBlocks(s);
    for (let p = pos; p < end; p++) {
      const page = s.page[p]!;
      if (page.map !== 0) continue;
      let map = hint + 1;
      while ((used >>> map) & 1) map = map === this.blocks ? 1 : map + 1;
      used |= 1 << map;
      page.map = map;
      page.unw = 1;
    }
    s.resv -= end - pos;
    return true;
  }

  #discard(p: number): void {
    const page = this.s.page[p]!;
    if (page.map === 0) page.upt = page.dirty = page.data = 0;
  }

  unreserve(len: number): void {
    this.command();
    this.s.resv -= len;
  }

  lockDirtyPage(): number {
    this.command();
    const { page } = this.s;
    let fit = 0;
    for (let p = 0; p < page.length; p++) {
      if (page[p]!.dirty && page[p]!.map !== 0 && page[p]!.lock === FREE) fit |= 1 << p;
    }
    return this.#lockOneOf(fit);
  }

  clearDirty(p: number): void {
    this.command();
    this.s.page[p]!.dirty = 0;
  }

  /** False on an I/O error, which leaves the page dirty. */
  writePage(p: number): boolean {
    this.command();
    const page = this.s.page[p]!;
    if (this.choose(WRITE, 2)) {
      page.dirty = 1;
      return false;
    }
    this.s.disk[page.map - 1]!.data = page.data;
    return true;
  }

  convertUnwritten(p: number): void {
    this.command();
    this.s.page[p]!.unw = 0;
  }

  lockMissingPage(): number {
    this.command();
    const { page } = this.s;
    let fit = 0;
    for (let p = 0; p < page.length; p++) {
      if (!page[p]!.upt && page[p]!.lock === FREE) fit |= 1 << p;
    }
    return this.#lockOneOf(fit);
  }

  readPage(p: number): void {
    this.command();
    if (this.choose(READ, 2)) return;
    const page = this.s.page[p]!;
    page.data = this.onDisk(page);
    page.upt = 1;
  }

  /** What a page's block holds, as a reader may see it. */
  onDisk(page: State['page'][number]): number {
    return page.map === 0 || page.unw ? ZERO : this.s.disk[page.map - 1]!.data;
  }

  evictPage(): void {
    this.command();
    const { page } = this.s;
    let fit = 0;
    for (let p = 0; p < page.length; p++) {
      if (page[p]!.upt && !page[p]!.dirty && page[p]!.lock === FREE) fit |= 1 << p;
    }
    if (fit === 0) return this.idle();
    const evicted = page[this.#oneOf(fit)]!;
    evicted.upt = evicted.data = 0;
  }

  /** Memory is gone: what is mapped, and what is on the disk, stays. */
  crash(): void {
    this.command();
    const { s } = this;
    for (const page of s.page) page.upt = page.dirty = page.lock = page.data = 0;
    s.resv = 0;
    for (const f of s.writer) {
      f.pos = f.len = f.i = f.need = f.short = 0;
      f.pc = WRITER_DONE;
    }
    s.writeback.pc = s.writeback.page = 0;
    s.reader.pc = s.reader.page = 0;
  }

  #lockOneOf(fit: number): number {
    if (fit === 0) {
      this.idle();
      return 0;
    }
    const p = this.#oneOf(fit);
    this.s.page[p]!.lock = locker(this.me);
    return p;
  }

  /** One of the pages in a mask, as the environment likes. */
  #oneOf(fit: number): number {
    let count = 0;
    for (let rest = fit; rest !== 0; rest &= rest - 1) count++;
    for (let n = this.choose(PAGE, count); n > 0; n--) fit &= fit - 1;
    return 31 - Math.clz32(fit & -fit);
  }
}

// The program counters of a writer, as properties need them: see `write`.
const LOCK = 2;
const ALLOCATING = 5;
const UNRESERVE = 6;
const WRITER_DONE = 7;

function mapped(s: State): number {
  let count = 0;
  for (let p = 0; p < s.page.length; p++) if (s.page[p]!.map !== 0) count++;
  return count;
}

/** Bit 1 + b for each block b that a page is mapped to. */
function usedBlocks(s: State): number {
  let used = 0;
  for (let p = 0; p < s.page.length; p++) used |= 1 << s.page[p]!.map;
  return used;
}

/** What a writer holds of the reservations. */
function reservedBy(f: Frame): number {
  if (!f.need) return 0;
  if (f.pc >= LOCK && f.pc <= ALLOCATING) return f.len;
  return f.pc === UNRESERVE ? f.len - f.i : 0;
}

export function promises({ blocks }: Geometry, s: State): Check[] {
  const always = (name: string, broken: () => boolean): Check => ({
    name,
    violated: broken,
    premise: () => true,
  });
  const { page } = s;
  return [
    always('no-more-than-there-is', () => mapped(s) + s.resv > blocks),
    always('no-block-mapped-twice', () => {
      let used = 0;
      for (let p = 0; p < page.length; p++) {
        const { map } = page[p]!;
        if (map !== 0 && (used >>> map) & 1) return true;
        used |= 1 << map;
      }
      return false;
    }),
    always('no-stale-data-exposed', () => {
      for (let p = 0; p < page.length; p++) {
        if (page[p]!.data === STALE && page[p]!.upt) return true;
      }
      return false;
    }),
    always('dirty-is-uptodate', () => {
      for (let p = 0; p < page.length; p++) {
        if (page[p]!.dirty && !page[p]!.upt) return true;
      }
      return false;
    }),
    always('reservations-are-held', () => {
      return s.resv !== reservedBy(s.writer[0]!) + reservedBy(s.writer[1]!);
    }),
  ];
}
