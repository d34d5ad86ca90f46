/**
 * What a search has done so far, in a file: a line of JSON that says what it is of, then the states
 * in the order in which they were found, each behind the number of its parent. It is written now
 * and then, and taken up by the same command; when the search has ended it is removed.
 */
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Saved, Search } from '../explorer/search.ts';
import { BadCheckpoint } from './exit.ts';
import { putInPlace, reason } from './save.ts';

/** What is in the file, and of which run. Another version of it is another number. */
const FORMAT = 1;
/** States that are written, and read, at a time. */
const BLOCK = 4096;
/** Whoever interrupts does not wait for more to be written: what was written last is there. */
const HURRIED_MAX = 2_000_000;
const STDERR = 2;
/** The first line is not longer. */
const LINE_MAX = 2 ** 26;

export interface Checkpoint {
  readonly file: string;
  /** Of all that the states depend on: the build, the question, its bounds. */
  readonly key: string;
  readonly every_s: number;
}

interface Head {
  readonly writepath: 'checkpoint';
  readonly format: number;
  readonly key: string;
  readonly saved: Saved;
}

/** A search that is kept so. */
export class Checkpointed {
  readonly #checkpoint: Checkpoint;
  readonly #search: Search;
  #at = performance.now();

  /** Takes up what there is. */
  constructor(checkpoint: Checkpoint, search: Search) {
    this.#checkpoint = checkpoint;
    this.#search = search;
    takeUp(checkpoint, search);
  }

  /** After a slice: is it time? Writing takes no more than a tenth of it. */
  now(): void {
    const begun = performance.now();
    // Where states found no room the search cannot go on.
    if (this.#search.full || begun - this.#at < this.#checkpoint.every_s * 1000) return;
    this.#write('the search goes on');
    const end = performance.now();
    this.#at = end + 9 * (end - begun);
  }

  /** Where not all was looked at, it can go on from here. */
  end(): void {
    if (this.#search.limit === undefined) rmSync(this.#checkpoint.file, { force: true });
    else if (this.#search.limit === 'interrupted' && this.#search.states < HURRIED_MAX) {
      this.#write('what was searched is not kept');
    }
  }

  /** A full disk is no reason to give up what was searched. */
  #write(otherwise: string): void {
    const { file } = this.#checkpoint;
    if (!this.#search.flush()) return;
    try {
      writeCheckpoint(this.#checkpoint, this.#search);
    } catch (error) {
      const why = reason(error);
      // At once: a thread's own stream would be taken for something that a row has begun.
      writeSync(STDERR, `writepath: cannot write ${file}: ${why}; ${otherwise}\n`);
    }
  }
}

export function writeCheckpoint({ file, key }: Checkpoint, search: Search): void {
  putInPlace(file, (unfinished) => {
    const out = openSync(unfinished, 'wx');
    try {
      writeAll(out, key, search);
    } finally {
      closeSync(out);
    }
  });
}

function writeAll(out: number, key: string, search: Search): void {
  const { saved } = search;
  const head: Head = { writepath: 'checkpoint', format: FORMAT, key, saved };
  writeSync(out, `${JSON.stringify(head)}\n`);
  const { words } = saved;
  const block = new Int32Array(BLOCK * (words + 1));
  for (let first = 1; first < saved.states; first += BLOCK) {
    const n = Math.min(BLOCK, saved.states - first);
    let at = 0;
    for (let i = 0; i < n; i++) {
      block[at++] = search.parent(first + i);
      const place = search.place(first + i);
      const piece = search.piece(first + i);
      for (let word = 0; word < words; word++) block[at++] = piece[place + word]!;
    }
    writeWhole(out, new Uint8Array(block.buffer, 0, 4 * at));
  }
}

function writeWhole(out: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(out, bytes, done);
}

/** Goes on from the file, if there is one. Says so of a file that is not of this run. */
export function takeUp({ file, key }: Checkpoint, search: Search): boolean {
  if (!existsSync(file)) return false;
  let input: number | undefined;
  try {
    input = openSync(file, 'r');
    readAll(input, file, key, search);
    return true;
  } catch (error) {
    if (error instanceof BadCheckpoint) throw error;
    throw new BadCheckpoint(`cannot read ${file}: ${reason(error)}`, { cause: error });
  } finally {
    if (input !== undefined) closeSync(input);
  }
}

function readAll(input: number, file: string, key: string, search: Search): void {
  const { head, begin } = readHead(input, file);
  if (head.format !== FORMAT) refuse(file, 'it is of another version; remove it to begin anew');
  if (head.key !== key)
    refuse(file, 'it is of another run, or another build; remove it or name another');
  const { saved } = head;
  const { words } = search.machine;
  const block = new Int32Array(BLOCK * (words + 1));
  const bytes = new Uint8Array(block.buffer);
  const state = new Int32Array(words);
  let from = begin;
  for (let first = 1; first < saved.states; first += BLOCK) {
    const n = Math.min(BLOCK, saved.states - first);
    const length = 4 * n * (words + 1);
    if (readWhole(input, bytes.subarray(0, length), from) !== length)
      refuse(file, 'it is cut short');
    from += length;
    for (let i = 0, at = 0; i < n; i++, at += words + 1) {
      state.set(block.subarray(at + 1, at + 1 + words));
      if (!search.append(state, block[at]!)) {
        refuse(file, `it has ${saved.states} states, more than --max-states or --max-memory allow`);
      }
    }
  }
  search.resume(saved);
}

function readHead(input: number, file: string): { head: Head; begin: number } {
  let text = new Uint8Array(0);
  for (let room = 2 ** 16; room <= LINE_MAX; room *= 4) {
    text = new Uint8Array(room);
    const length = readWhole(input, text, 0);
    const end = text.subarray(0, length).indexOf(10);
    if (end >= 0) {
      return {
        head: parsed(new TextDecoder().decode(text.subarray(0, end)), file),
        begin: end + 1,
      };
    }
    if (length < room) break;
  }
  return refuse(file, 'it is no checkpoint, or cut short');
}

function parsed(line: string, file: string): Head {
  try {
    const head = JSON.parse(line) as Partial<Head> | null;
    if (head?.writepath === 'checkpoint' && head.saved !== undefined) return head as Head;
  } catch {
    // Said below.
  }
  return refuse(file, 'it is no checkpoint');
}

function readWhole(input: number, into: Uint8Array, from: number): number {
  let done = 0;
  while (done < into.length) {
    const read = readSync(input, into, done, into.length - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

const refuse = (file: string, why: string): never => {
  throw new BadCheckpoint(`${file}: ${why}`);
};
