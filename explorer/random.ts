/**
 * Numbers by chance, the same for the same seed: Chris Doty-Humphrey's sfc32, of 128 bits. The
 * numbers of two seeds have nothing to do with each other.
 */
export class Random {
  #a = 0;
  #b: number;
  #c = 0;
  #count = 1;

  /** `seed`: a whole number of 32 bits. */
  constructor(seed: number) {
    this.#b = seed | 0;
    // So many it takes until each bit of the seed has come everywhere.
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 bits, as a whole number below 0 or not. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** One of 0..n-1, n below 2^16: none is likelier than another by more than one in 2^16. */
  below(n: number): number {
    return ((this.next() >>> 0) * n * 2 ** -32) | 0;
  }
}
