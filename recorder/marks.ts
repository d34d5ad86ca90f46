/**
 * Whose bytes. Everything that a sequence writes is made of 8-byte words that name the sequence,
 * the file, the cell and the write, so that no word can be taken for another one's.
 */
import { Withheld } from './cannot.ts';

/** In the words of sequences; those of the image as it was before mkfs have IMAGE. */
const SEQUENCE = 0xb5a7;
const IMAGE = 0x1c3d;

/** The word of one cell, as two numbers of 32 bits. */
const low = (letter: string, file: number, cell: number): number =>
  ((SEQUENCE << 16) | (letter.charCodeAt(0) << 8) | (file << 7) | cell) >>> 0;

/** The memory of cells, as 32-bit words, least significant byte first. */
const wordsOf = (bytes: Uint8Array): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/** Writes the cells of `letter` from cell `from` of the file on over the whole of `bytes`. */
export function mark(
  bytes: Uint8Array,
  cell_bytes: number,
  {
    sequence,
    file,
    letter,
    from,
  }: { sequence: number; file: number; letter: string; from: number },
): void {
  const words = wordsOf(bytes);
  const wordsACell = cell_bytes / 4;
  for (let i = 0; i < words.length; i += 2) {
    words[i] = low(letter, file, from + Math.floor(i / wordsACell));
    words[i + 1] = sequence;
  }
}

/** Fills an image before there is a filesystem on it: no block of it is zero, or of a sequence. */
export function markImage(bytes: Uint8Array): void {
  const words = wordsOf(bytes);
  for (let i = 0; i < words.length; i += 2) {
    words[i] = (IMAGE << 16) >>> 0;
    words[i + 1] = i;
  }
}

/**
 * A letter a cell: `0` zero, the letter of a write, `?` not one thing all through. Throws Withheld
 * when a word is neither zero nor of this sequence, this file, and this place.
 */
export function lettersOf(
  bytes: Uint8Array,
  cell_bytes: number,
  { sequence, file }: { sequence: number; file: number },
): string {
  const words = wordsOf(bytes);
  const wordsACell = cell_bytes / 4;
  let letters = '';
  for (let cell = 0; cell * wordsACell < words.length; cell++) {
    const end = Math.min((cell + 1) * wordsACell, words.length);
    letters += letterOf(words, cell * wordsACell, end, { sequence, file, cell });
  }
  return letters;
}

interface Place {
  readonly sequence: number;
  readonly file: number;
  readonly cell: number;
}

function letterOf(words: Uint32Array, from: number, end: number, place: Place): string {
  const first = words[from]!;
  let mixed = false;
  for (let i = from; i < end; i += 2) {
    const word = words[i]!;
    if (!isOwn(word, words[i + 1]!, place)) throw new Withheld();
    if (word !== first) mixed = true;
  }
  if (mixed) return '?';
  return first === 0 ? '0' : String.fromCharCode((first >>> 8) & 0xff);
}

function isOwn(word: number, next: number, { sequence, file, cell }: Place): boolean {
  if (word === 0 && next === 0) return true;
  return next === sequence && word >>> 16 === SEQUENCE && (word & 0xff) === ((file << 7) | cell);
}
