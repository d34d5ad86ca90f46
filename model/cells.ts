/**
 * What a cell holds: never bytes, but whose bytes they are and which. A value is ZERO, STALE,
 * GARBAGE, or an origin (the old data of a file, or a call that wrote) with the place in the file
 * where that byte belongs: a byte in the wrong place is a wrong byte.
 *
 * The cells of a block lie in one number, so that a block is copied at once.
 */
import { range, worded } from '../machine/struct.ts';
import type { Field, Place } from '../machine/struct.ts';
import { cellsOf } from './geometry.ts';
import type { Geometry } from './geometry.ts';

export const ZERO = 0;
/** What some earlier owner left in the block. */
export const STALE = 1;
/** Memory that was never initialised. */
export const GARBAGE = 2;
/** The first value that has an origin. */
const FIRST = 3;

/** Bits that a block's cells may take together. */
const BITS_MAX = 30;

/** STALE or GARBAGE. */
export const isForeign = (value: number): boolean => value === STALE || value === GARBAGE;

export class Cells {
  readonly #file: number;
  readonly #files: number;
  readonly #bits: number;
  readonly #mask: number;
  readonly #count: number;
  readonly #calls: readonly string[];

  /** `calls`: names of the calls, as data is known by them. */
  constructor(g: Geometry, calls: readonly string[]) {
    this.#file = cellsOf(g);
    this.#files = g.files;
    this.#count = g.block_cells;
    this.#calls = calls;
    this.#bits = 32 - Math.clz32(this.max);
    this.#mask = 2 ** this.#bits - 1;
  }

  /** Can a block of this geometry be held in one number? */
  static possible(g: Geometry, calls: number): boolean {
    const max = FIRST + (g.files + calls) * cellsOf(g) - 1;
    return (32 - Math.clz32(max)) * g.block_cells <= BITS_MAX;
  }

  /** The largest value of a cell. */
  get max(): number {
    return FIRST + this.origins * this.#file - 1;
  }

  get origins(): number {
    return this.#files + this.#calls.length;
  }

  /** Old data of a file, at a place of it. */
  old(file: number, place: number): number {
    return FIRST + file * this.#file + place;
  }

  /** What a call writes, at a place of its file; GARBAGE where its buffer cannot have that byte. */
  written(call: number, place: number): number {
    if (place < 0 || place >= this.#file) return GARBAGE;
    return FIRST + (this.#files + call) * this.#file + place;
  }

  /** The origin's number: files first, then calls; -1 where the value has none. */
  origin(value: number): number {
    return value < FIRST ? -1 : Math.floor((value - FIRST) / this.#file);
  }

  /** The origin's number of a call. */
  originOf(call: number): number {
    return this.#files + call;
  }

  /** The call that wrote the value, or -1. */
  callOf(value: number): number {
    return Math.max(-1, this.origin(value) - this.#files);
  }

  /** The place in its file where the byte belongs; of a value without origin, -1. */
  place(value: number): number {
    return value < FIRST ? -1 : (value - FIRST) % this.#file;
  }

  at(cells: number, i: number): number {
    return (cells >>> (this.#bits * i)) & this.#mask;
  }

  with(cells: number, i: number, value: number): number {
    const shift = this.#bits * i;
    return (cells & ~(this.#mask << shift)) | (value << shift);
  }

  /** A block full of one value. */
  all(value: number): number {
    let cells = 0;
    for (let i = 0; i < this.#count; i++) cells = this.with(cells, i, value);
    return cells;
  }

  /** Does any cell of the block hold what no file ever wrote? */
  hasForeign(cells: number): boolean {
    for (let i = 0; i < this.#count; i++) if (isForeign(this.at(cells, i))) return true;
    return false;
  }

  originName(origin: number): string {
    if (origin >= this.#files) return this.#calls[origin - this.#files]!;
    return this.#files === 1 ? 'old' : `old${origin + 1}`;
  }

  /** `w1`; where the byte belongs elsewhere than at `place`, `w1[3]`. */
  name(value: number, place = -1): string {
    if (value < FIRST) return ['zero', 'STALE', 'GARBAGE'][value]!;
    const name = this.originName(this.origin(value));
    const belongs = this.place(value);
    return place < 0 || place === belongs ? name : `${name}[${belongs}]`;
  }

  /** All cells of a block; `first` is the place of its first cell, where it has one. */
  show(cells: number, first = -1): string {
    return Array.from({ length: this.#count }, (_, i) =>
      this.name(this.at(cells, i), first < 0 ? -1 : first + i),
    ).join(',');
  }

  /** The field of a block's cells; `first` gives the place of its first cell. */
  field(first: (record: Place['record']) => number = () => -1): Field {
    const max = 2 ** (this.#bits * this.#count) - 1;
    return worded(
      range(max, (cells, record) => this.show(cells, first(record))),
      { change: (to) => `holds ${to}`, stand: (value) => `holds ${value}` },
    );
  }
}
