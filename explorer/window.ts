/**
 * The whole states that a search in compact mode still needs: a queue, in chunks. The chunk that is
 * being filled is with the module; the others come here when they are full.
 */

/** States of a chunk, as in core/core.ts. */
const CHUNK = 2 ** 12;

export class Window {
  readonly #words: number;
  readonly #chunks = new Map<number, Int32Array>();
  /** Chunks that were given up, to be used again. */
  readonly #free: Int32Array[] = [];
  /** The first chunk that is still here. */
  #first = 0;

  constructor(words: number) {
    this.#words = CHUNK * words;
  }

  /** Bytes of all chunks, those given up included. */
  get bytes(): number {
    return 4 * this.#words * (this.#chunks.size + this.#free.length);
  }

  /** Takes a chunk that is full, and begins there in the module's memory. */
  keep(chunk: number, heap: Int32Array, from: number): void {
    const states = this.#free.pop() ?? new Int32Array(this.#words);
    states.set(heap.subarray(from, from + this.#words));
    this.#chunks.set(chunk, states);
  }

  bring(chunk: number, heap: Int32Array, to: number): void {
    const states = this.#chunks.get(chunk);
    if (states === undefined) throw new Error(`chunk ${chunk} of the states is no longer kept`);
    heap.set(states, to);
  }

  /** Gives up all chunks before that one. */
  giveUp(until: number): void {
    for (; this.#first < until; this.#first++) {
      const states = this.#chunks.get(this.#first);
      if (states === undefined) continue;
      this.#chunks.delete(this.#first);
      this.#free.push(states);
    }
  }
}
