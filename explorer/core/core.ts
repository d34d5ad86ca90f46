/**
 * What a search does for every transition, in WebAssembly: the set of states seen, and the playing
 * back of what rows and promises were seen to do. Written in AssemblyScript, which is TypeScript
 * with types of C; explorer/table.ts and explorer/expander.ts are its other side.
 *
 * Nothing here knows what a state means. All is in one memory, by addresses:
 *
 * - States lie packed, in chunks, in the order in which they were first reached. States beyond
 *   `near_max` lie outside, with the other side.
 * - An open table of their numbers, `index`, finds them. What costs time here is memory that is not
 *   in the cache, not arithmetic. So candidates are gathered in batches, the places where they may
 *   stand are touched first, all together, and only then are they compared; and what a number
 *   leaves free of its 32 bits holds bits of the hash, so that few states are looked at in vain.
 *   Many candidates were gathered only a moment before, since two steps in either order lead to the
 *   same state: those are dropped at once.
 * - The state from which each was first reached is kept in two bits a state: states are numbered in
 *   the order in which they are found, and expanded in that order, so that the numbers of their
 *   parents never fall. A 0 stands for each state that is expanded, and a 1 for each that is found
 *   while it is: the 1 of a state is the bit with the number of the state and of its parent, added.
 * - In compact mode a state is kept only as long as it is needed, and for good no more than its
 *   fingerprint, 64 bits. See "States in compact mode" below.
 * - A lookup has records of what readers, rows or promises, were seen to do, each under the values
 *   of exactly the bits that the reader has ever read.
 */

// The other side.
/** The row at which a task stands is not known in the state `seen`: enters a record, returns it. */
@external("search", "learn_row")
declare function learn_row(task: i32, row: i32): usize;
/** The same of a group of questions. */
@external("search", "learn_group")
declare function learn_group(group: i32): usize;
/** The same of a task's own place, and of what is owed; see the end of this file. */
@external("search", "learn_own")
declare function learn_own(owner: i32): usize;
/** What a note says of a task's own place is met there for the first time since another was. */
@external("search", "follow")
declare function follow(owner: i32, place: i32, note: usize): void;
/** Gives the outcomes of a row that has too many for a record, to `gather`. Returns how many. */
@external("search", "run_row")
declare function run_row(task: i32, number: i32): i32;
/** A thread holds as many candidates as its ring has room for; returns when some are looked up. */
@external("search", "ring_full")
declare function ring_full(): void;
/** Others may enter a part of what stands in the index that was; have they, in the meantime? */
@external("search", "share_growth")
declare function share_growth(): void;
@external("search", "end_growth")
declare function end_growth(): i32;
/** There is no more memory; throws, so that nothing here is to be read or written without it. */
@external("search", "no_memory")
declare function no_memory(): void;
/** States that lie outside: keeps one, brings one here, compares one. */
@external("search", "far_keep")
declare function far_keep(number: i32, at: usize): void;
@external("search", "far_bring")
declare function far_bring(number: i32, to: usize): void;
@external("search", "far_equals")
declare function far_equals(number: i32, at: usize): i32;
/** In compact mode: keeps a chunk of states; brings one here, to one of three places. */
@external("search", "chunk_keep")
declare function chunk_keep(chunk: i32, at: usize): void;
@external("search", "chunk_bring")
declare function chunk_bring(chunk: i32, to: usize, place: i32): void;

const K0: u64 = 0x9e3779b97f4a7c15;
const K1: u64 = 0xbf58476d1ce4e5b9;
const K2: u64 = 0x94d049bb133111eb;

const BATCH: i32 = 512;
const BATCH_MAX: i32 = 2048;
const RECENT_BITS: i32 = 12;
const RECENT: i32 = 1 << RECENT_BITS;
const CHUNK_BITS: i32 = 12;
const CHUNK: i32 = 1 << CHUNK_BITS;
/** Of every so many states the parent is noted, from which that of others is found. */
const NOTED_BITS: i32 = 6;
/** Words of bits of parents in a piece. */
const PARENT_WORDS_BITS: i32 = 12;
/** Bytes of memory that are touched before they are used. */
const AHEAD: usize = 1 << 20;
/** Bytes of a block of records, many times more than one has. */
const BLOCK: usize = 1 << 17;

// --- Memory

/**
 * Where what several threads have to know is: where free memory begins, and behind that what `join`
 * reads.
 */
// TypeScript knows decorators of classes, AssemblyScript those of functions: hence each ignore.
// @ts-ignore: decorator
@inline
function shared(): usize {
  return (__heap_base + 63) & ~63;
}
/** Where an index was that has grown: chunks are taken from there first. */
let spare: usize = 0;
let spare_end: usize = 0;
/** The same of one in which other threads may still look. */
let spare_later: usize = 0;
let spare_later_end: usize = 0;

/** New memory, all zero. Does not return where there is none. */
function take(bytes: usize): usize {
  let at: u32 = 0;
  let end: u64 = 0;
  do {
    at = atomic.load<u32>(shared());
    end = (<u64>at + <u64>bytes + 63) & ~63;
    const pages = <i32>((end + 0xffff) >> 16) - memory.size();
    if (end > 0xffff0000 || (pages > 0 && !add_pages(pages))) no_memory();
  } while (atomic.cmpxchg<u32>(shared(), at, <u32>end) != at);
  return at;
}

/**
 * Seldom, and many at a time: the system gives real memory only to what is used, but for the other
 * side each time is a new array, and a reason to collect garbage.
 */
function add_pages(pages: i32): bool {
  const more = max(pages, memory.size() >> 1);
  return memory.grow(min(more, 65535 - memory.size())) >= 0 || memory.grow(pages) >= 0;
}

/**
 * Before others join: from now on memory does not grow, for a thread need not notice at once that
 * it has, and would write into nothing. False where the system does not give so many addresses.
 */
export function take_all(): bool {
  return memory.size() == 65535 || memory.grow(65535 - memory.size()) >= 0;
}

/** For the other side. */
export function allocate(bytes: usize): usize {
  return take(bytes);
}

// --- States

let words: i32 = 0;
/** Bytes of a state, and of what is kept of it for good. */
let width: usize = 0;
let kept: usize = 0;
/** States seen; at most so many; and whether a new one found no room. */
export let count: i32 = 0;
let capacity: i32 = 0;
export let full: i32 = 0;
let near_max: i32 = 0;
/** Addresses of chunks. */
let chunks: usize = 0;
/** For states that lie outside: the one that is expanded, its parent, and any other. */
let brought: usize = 0;

/** The state that is expanded; behind it who can move, who waits, and of each task for whom. */
export let seen: usize = 0;
/** What a row makes of it, for the other side. */
export let given: usize = 0;

/** `fingerprint_bits`: 0 where all of each state is kept. */
export function init(
  state_words: i32,
  more_words: i32,
  most: i32,
  most_near: i32,
  fingerprint_bits: i32,
): void {
  store<u32>(shared(), <u32>shared() + 64);
  words = state_words;
  width = (<usize>words) << 2;
  kept = width;
  fingerprint = take(8);
  if (fingerprint_bits != 0) begin_compact(fingerprint_bits);
  capacity = most;
  near_max = most_near;
  chunks = take(((<usize>near_max >> CHUNK_BITS) + 2) << 2);
  brought = take(3 * width);
  lay_out(12);
  index = take(4 << index_bits);
  tell_index();
  parent_pieces = take(4 << 20);
  noted = take(4 << 20);
  tried_elsewhere = take((<usize>(capacity >>> CHUNK_BITS) + 2) << 2);
  store<i32>(shared(), words, 4);
  store<i32>(shared(), near_max, 8);
  store<u32>(shared(), <u32>chunks, 12);
  store<u32>(shared(), <u32>parent_pieces, 16);
  store<u32>(shared(), <u32>noted, 20);
  store<u32>(shared(), <u32>tried_elsewhere, 48);
  own_memory(more_words);
}

/**
 * In place of `init`, for another thread of a search that has the same memory: it expands states
 * that lie in it, and passes on what it finds. The first thread alone puts states into the index.
 */
export function join(more_words: i32): void {
  words = load<i32>(shared(), 4);
  width = (<usize>words) << 2;
  kept = width;
  near_max = load<i32>(shared(), 8);
  chunks = load<u32>(shared(), 12);
  parent_pieces = load<u32>(shared(), 16);
  noted = load<u32>(shared(), 20);
  tried_elsewhere = load<u32>(shared(), 48);
  joined = true;
  queue = take(<usize>PASSED_ON * (20 + width));
  own_memory(more_words);
  begin_ring();
}

/** What each thread has for itself. */
function own_memory(more_words: i32): void {
  seen = take((<usize>more_words) << 2);
  given = take(width);
  lay_ring(take(<usize>RECENT * (width + 20)));
  recent = take(4 * RECENT);
  rows = changetype<Lookup>(take(64));
  groups = changetype<Lookup>(take(64));
  owns = changetype<Lookup>(take(64));
}

/** The address of what is kept of a state that is near. */
// @ts-ignore: decorator
@inline
function near(number: i32): usize {
  const chunk: usize = load<u32>(chunks + ((number >>> CHUNK_BITS) << 2));
  return chunk + <usize>(number & (CHUNK - 1)) * kept;
}

/** The address of a state, which is brought here if it lies outside: into one of three places. */
export function state(number: i32, place: i32): usize {
  if (compact) return state_in_chunk(number, place);
  if (number < near_max) return near(number);
  const at = brought + <usize>place * width;
  far_bring(number, at);
  return at;
}

// @ts-ignore: decorator
@inline
function same(one: usize, other: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= width; i += 8) if (load<u64>(one + i) != load<u64>(other + i)) return false;
  return i == width || load<u32>(one + i) == load<u32>(other + i);
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize): void {
  let i: usize = 0;
  for (; i + 8 <= width; i += 8) store<u64>(to + i, load<u64>(from + i));
  if (i < width) store<u32>(to + i, load<u32>(from + i));
}

/**
 * A word's share in the hash of a state, by its place. Shares are added up, so that the hash of a
 * successor follows from that of the state and the words that change. A share is what SplitMix64
 * makes of the place and the value in its last steps, which mix all bits.
 *
 * If shares were chance, then two states that differ would have the same hash with a chance of
 * 2^-64 exactly, however alike they are: whatever all other shares are, a single one that only one
 * of them has decides. That is what is said of omissions in compact mode; see explorer/compact.ts.
 */
// @ts-ignore: decorator
@inline
function share(value: u32, place: i32): u64 {
  let x = (<u64>(place + 1) << 32) | <u64>value;
  x = (x ^ (x >> 30)) * K1;
  x = (x ^ (x >> 27)) * K2;
  return x ^ (x >> 31);
}

/** A place in the index is its top bits, a mark the bits after them. */
function hash_of(at: usize): u64 {
  let sum: u64 = 0;
  for (let i = 0; i < words; i++) sum += share(load<u32>(at + ((<usize>i) << 2)), i);
  return sum;
}

// --- States in compact mode

// What is kept of a state for good, near or outside, is its fingerprint: its hash. States that have
// the same are taken for one. Whole states are needed only from the parent of the one that is
// expanded on, for it is compared with its parent, up to the one that was found last: a queue. It
// lies outside, in chunks, which are given up one after the other. Here are the chunk that is being
// filled and, of each of three places, the chunk that it was brought.

let compact: bool = false;
/** Bits of a fingerprint that are used. */
let used_bits: u64 = ~0;
let chunk_bytes: usize = 0;
/** The chunk that is filled, behind it those of the places; and which chunks these are. */
let window: usize = 0;
let filled: i32 = 0;
let brought_chunks: usize = 0;
/** A hash that is looked at. */
let fingerprint: usize = 0;

function begin_compact(bits: i32): void {
  compact = true;
  used_bits = ~(<u64>0) << (64 - bits);
  kept = 8;
  chunk_bytes = <usize>CHUNK * width;
  window = take(4 * chunk_bytes);
  brought_chunks = take(12);
  memory.fill(brought_chunks, 0xff, 12);
}

function state_in_chunk(number: i32, place: i32): usize {
  const chunk = number >>> CHUNK_BITS;
  const offset = <usize>(number & (CHUNK - 1)) * width;
  if (chunk == filled) return window + offset;
  const at = window + <usize>(place + 1) * chunk_bytes;
  const known = brought_chunks + ((<usize>place) << 2);
  if (load<i32>(known) != chunk) {
    chunk_bring(chunk, at, place);
    store<i32>(known, chunk);
  }
  return at + offset;
}

/** Puts the next state behind the others. */
function keep_in_chunk(from: usize): void {
  const chunk = count >>> CHUNK_BITS;
  if (chunk != filled) {
    chunk_keep(filled, window);
    filled = chunk;
  }
  copy(window + <usize>(count & (CHUNK - 1)) * width, from);
}

function fingerprint_of(number: i32): u64 {
  if (number < near_max) return load<u64>(near(number));
  far_bring(number, fingerprint);
  return load<u64>(fingerprint);
}

function has_fingerprint(number: i32, at: usize): bool {
  if (number < near_max) return load<u64>(near(number)) == load<u64>(at);
  return far_equals(number, at) != 0;
}

// --- Parents

let parent_pieces: usize = 0;
let noted: usize = 0;
let last_parent: i32 = 0;
// The parent that was asked for last, and its child.
let known_child: i32 = -1;
let known_parent: i32 = 0;

// @ts-ignore: decorator
@inline
function parent_piece(word: i32): usize {
  return parent_pieces + ((word >>> PARENT_WORDS_BITS) << 2);
}

// @ts-ignore: decorator
@inline
function in_piece(word: i32): usize {
  return (word & ((1 << PARENT_WORDS_BITS) - 1)) << 2;
}

/** A word of bits of parents; 0 where none of its piece was ever set. */
function parent_bits(word: i32): u32 {
  const piece: usize = load<u32>(parent_piece(word));
  return piece == 0 ? 0 : load<u32>(piece + in_piece(word));
}

/** The next state was found while that one was expanded. */
function add_parent(parent: i32): void {
  last_parent = parent;
  if ((count & ((1 << NOTED_BITS) - 1)) == 0) {
    const n = count >>> NOTED_BITS;
    const piece = noted + ((n >>> 12) << 2);
    if (load<u32>(piece) == 0) store<u32>(piece, <u32>take(4 << 12));
    store<u32>(load<u32>(piece) + ((n & 4095) << 2), parent);
  }
  const bit = <u64>count + <u64>parent;
  const word = <i32>(bit >> 5);
  const piece = parent_piece(word);
  if (load<u32>(piece) == 0) store<u32>(piece, <u32>take(4 << PARENT_WORDS_BITS));
  const at = <usize>load<u32>(piece) + in_piece(word);
  store<u32>(at, load<u32>(at) | (1 << (<i32>bit & 31)));
}

/** The state from which another was first reached; not of the first. */
export function parent_of(number: i32): i32 {
  if (number < known_child || number >= known_child + (1 << NOTED_BITS)) {
    const n = number >>> NOTED_BITS;
    known_child = n << NOTED_BITS;
    known_parent = load<i32>(load<u32>(noted + ((n >>> 12) << 2)) + ((n & 4095) << 2));
  }
  while (known_child < number) {
    let bit = <u64>known_child + <u64>known_parent + 1;
    known_child++;
    for (;;) {
      const rest = parent_bits(<i32>(bit >> 5)) >>> (<u32>bit & 31);
      if (rest != 0) {
        bit += ctz(rest);
        break;
      }
      bit = (bit | 31) + 1;
    }
    known_parent = <i32>(bit - <u64>known_child);
  }
  return known_parent;
}

// --- Steps tried elsewhere

/**
 * Of each state that is still to be expanded, a mask of the tasks whose steps are tried from
 * another state, and so need not be tried from it; see "Rows played back". Only the first 16 tasks
 * have a bit: designs have no more. In pieces, of which those are used again whose states are
 * expanded.
 */
let tried_elsewhere: usize = 0;
/** The first piece that is there, or comes; and those that are free, each with the next in it. */
let first_piece: i32 = 0;
let free_piece: usize = 0;

// @ts-ignore: decorator
@inline
function elsewhere_of(number: i32): u32 {
  const piece: usize = atomic.load<u32>(tried_elsewhere + ((<usize>number >>> CHUNK_BITS) << 2));
  return piece == 0 ? 0 : <u32>load<u16>(piece + (<usize>(number & (CHUNK - 1)) << 1));
}

/** Of the next state. */
// @ts-ignore: decorator
@inline
function add_elsewhere(mask: u32): void {
  const at = tried_elsewhere + ((<usize>count >>> CHUNK_BITS) << 2);
  let piece: usize = load<u32>(at);
  if (piece == 0) {
    if (mask == 0) return;
    piece = new_piece();
    // Another thread that sees it sees what was filled in, too.
    atomic.store<u32>(at, <u32>piece);
  }
  store<u16>(piece + (<usize>(count & (CHUNK - 1)) << 1), <u16>mask);
}

function new_piece(): usize {
  const piece = free_piece;
  if (piece == 0) return take(2 * CHUNK);
  free_piece = load<u32>(piece);
  memory.fill(piece, 0, 2 * CHUNK);
  return piece;
}

/** All states before that one are expanded. */
export function expanded_to(number: i32): void {
  for (; first_piece < number >>> CHUNK_BITS; first_piece++) {
    const at = tried_elsewhere + ((<usize>first_piece) << 2);
    const piece: usize = load<u32>(at);
    if (piece == 0) continue;
    store<u32>(piece, <u32>free_piece);
    free_piece = piece;
    store<u32>(at, 0);
  }
}

// --- The index, and the ring of candidates

/**
 * There are as many places as there are numbers of `index_bits` bits. What stands in one: 1 + the
 * number of a state in the low bits; how far it lies behind the place where its hash belongs; above
 * `mark_shift` as many bits of its hash as fit, those that follow the ones that are its place.
 */
let index: usize = 0;
let index_bits: i32 = 0;
let mark_shift: i32 = 0;
/** So far behind, or farther. The hash of all others is known from where and what they are. */
let behind_max: u32 = 0;
const BEHIND_BITS: i32 = 3;
/** There are never more: for all that may be kept they are enough, and more have no addresses. */
const BITS_MAX: i32 = 29;
/** From so many bits on all that is left is for the hash. */
const LARGE: i32 = 25;

function lay_out(bits: i32): void {
  index_bits = bits;
  mark_shift = bits < LARGE ? bits + BEHIND_BITS : bits;
  behind_max = bits < LARGE ? (1 << BEHIND_BITS) - 1 : 0;
}

/** What stands for a state at a place. */
// @ts-ignore: decorator
@inline
function entry_of(number: u32, hash: u32, place: u32): u32 {
  const bits = index_bits;
  const behind = (place - (hash >>> (32 - bits))) & (0xffffffff >>> (32 - bits));
  const mark = ((hash << bits) >>> mark_shift) << mark_shift;
  return mark | (min(behind, behind_max) << bits) | number;
}

/**
 * Candidates, those not looked up yet the last of them. Of each its hash, parent, place, and whose
 * steps are tried elsewhere.
 */
let ring: usize = 0;
let hashes: usize = 0;
export let ring_parents: usize = 0;
export let places: usize = 0;
let ring_elsewhere: usize = 0;
/**
 * For each of the hashes that begin alike: where in the ring the last of them is; above that other
 * bits of its hash.
 */
let recent: usize = 0;
const TAG: u32 = ~(<u32>RECENT - 1);
/** How many were ever put into it, modulo 2^32; and how many of the last are not looked up yet. */
export let next: i32 = 0;
export let batched: i32 = 0;
/** 1 where they are not to be looked up before their turn has come. */
let held: i32 = 0;
/** Is this not the first thread? */
let joined: bool = false;
/** States before that one do not change any more. */
let settled: i32 = 0;

/** Where all of a ring lies that begins there. */
function lay_ring(at: usize): void {
  hashes = at;
  ring_parents = hashes + 8 * RECENT;
  places = ring_parents + 4 * RECENT;
  ring_elsewhere = places + 4 * RECENT;
  ring = ring_elsewhere + 4 * RECENT;
}
/** Keeps the touching reads alive. */
export let touched: i32 = 0;

/** The state from which the search begins, which the other side has put into `given`. */
export function begin(): void {
  begin_ring();
  enlist(given, hash_of(given), 0, 0);
  flush();
}

/** What is recent is compared: at first that is the first state, wherever one looks. */
function begin_ring(): void {
  const first = load<u32>(chunks) == 0 ? given : near(0);
  for (let i = 0; i < RECENT; i++) copy(ring + <usize>i * width, first);
}

/** Gathers the candidate in `given`. */
export function gather(parent: i32): void {
  const hash = hash_of(given);
  if (!is_recent(given, hash)) enlist(given, hash, parent, 0);
}

// @ts-ignore: decorator
@inline
function is_recent(at: usize, hash: u64): bool {
  const last = load<u32>(recent + ((<usize>(hash >> (64 - RECENT_BITS))) << 2));
  return ((last ^ <u32>hash) & TAG) == 0 && same(ring + <usize>(last & ~TAG) * width, at);
}

function enlist(at: usize, hash: u64, parent: i32, elsewhere: u32): void {
  const n = next & (RECENT - 1);
  copy(ring + <usize>n * width, at);
  store<u64>(hashes + ((<usize>n) << 3), hash & used_bits);
  store<i32>(ring_parents + ((<usize>n) << 2), parent);
  store<u32>(ring_elsewhere + ((<usize>n) << 2), elsewhere);
  store<u32>(recent + ((<usize>(hash >> (64 - RECENT_BITS))) << 2), (<u32>hash & TAG) | n);
  next++;
  if (++batched < BATCH_MAX) return;
  if (!held) flush();
  else if (batched >= RECENT) ring_full();
}

/** Flushes a batch that is worth it. Called once a state expanded. */
export function flush_full(): void {
  if (batched >= BATCH && !held) flush();
}

export function flush(): void {
  flush_first(batched);
}

/** Looks up the first so many that are held. */
export function flush_first(n: i32): void {
  const from = next - batched;
  batched -= n;
  for (let i = 0; i < n; i += BATCH_MAX) {
    flush_batch((from + i) & (RECENT - 1), min(BATCH_MAX, n - i));
  }
}

function flush_batch(first: i32, n: i32): void {
  // Before its first block a thread that has joined passes nothing on.
  if (index == 0) return;
  // A batch may run over the end of the ring.
  const until = min(RECENT, first + n);
  const rest = first + n - until;
  touch(first, until);
  touch(0, rest);
  find_places(first, until);
  find_places(0, rest);
  if (joined) {
    pass_on(first, until);
    pass_on(0, rest);
    return;
  }
  insert(first, until);
  insert(0, rest);
  grow_in_time();
}

function grow_in_time(): void {
  while (index_bits < BITS_MAX && <u64>(count + BATCH_MAX) * 10 > (<u64>7 << index_bits)) grow();
  if (held) tell_count();
}

// --- Candidates passed on, by threads that have joined

/**
 * Those that have not been known for long, in a queue that the first thread looks up. Of each its
 * hash, 8 bytes, the number of its parent, the place where it may stand, whose steps are tried
 * elsewhere, and the state.
 */
let queue: usize = 0;
const PASSED_ON: i32 = 4096;
/** How many were ever put into it, modulo 2^32; and of how many of them the room is free again. */
export let passed_on: i32 = 0;
export let taken: i32 = 0;

/** For the first thread. */
export function queue_at(): usize {
  return queue;
}

// @ts-ignore: decorator
@inline
function in_queue(at: usize, n: i32): usize {
  return at + <usize>(n & (PASSED_ON - 1)) * (20 + width);
}

function pass_on(first: i32, until: i32): void {
  for (let i = first; i < until; i++) {
    const hash = hashes + ((<usize>i) << 3);
    const from = ring + <usize>i * width;
    const place = load<u32>(places + ((<usize>i) << 2));
    if (is_settled(place, from, load<u32>(hash, 4))) continue;
    if (passed_on - taken == PASSED_ON) ring_full();
    const to = in_queue(queue, passed_on);
    store<u64>(to, load<u64>(hash));
    store<i32>(to, load<i32>(ring_parents + ((<usize>i) << 2)), 8);
    store<u32>(to, place, 12);
    store<u32>(to, load<u32>(ring_elsewhere + ((<usize>i) << 2)), 16);
    copy(to + 20, from);
    passed_on++;
  }
}

/** Is it one of the states that do not change any more? */
// @ts-ignore: decorator
@inline
function is_settled(from: u32, at: usize, hash: u32): bool {
  const bits = index_bits;
  const last: u32 = 0xffffffff >>> (32 - bits);
  let place = from;
  let entry = load<u32>(index + ((<usize>place) << 2));
  while (entry != 0) {
    const number = <i32>(entry & last) - 1;
    const known = (entry ^ (hash << bits)) >>> mark_shift == 0 && number < settled;
    if (known && number < near_max && same(near(number), at)) return true;
    place = (place + 1) & last;
    entry = load<u32>(index + ((<usize>place) << 2));
  }
  return false;
}

/**
 * Looks up so many of the queue that begins at an address, from one on. `bits`: those of the index
 * in which their places are.
 */
export function flush_queue(at: usize, from: i32, n: i32, bits: i32): void {
  for (let i = 0; i < n; i += BATCH_MAX) {
    const until = from + min(i + BATCH_MAX, n);
    const shift = 32 - index_bits;
    const found = bits == index_bits;
    let sum = 0;
    for (let k = from + i; k != until; k++) {
      const one = in_queue(at, k);
      const place = found ? load<u32>(one, 12) : load<u32>(one, 4) >>> shift;
      if (!found) store<u32>(one, place, 12);
      sum ^= load<i32>(index + ((<usize>place) << 2));
    }
    touched ^= sum;
    for (let k = from + i; k != until; k++) {
      const one = in_queue(at, k);
      insert_one(one + 20, one, load<i32>(one, 8), load<u32>(one, 12), load<u32>(one, 16));
    }
    grow_in_time();
  }
}

/** Begins, or ends, a time in which candidates are held, and others look into the index. */
export function hold(on: i32): void {
  held = on;
  if (on) tell_count();
  else if (spare_later != 0) {
    spare = spare_later;
    spare_end = spare_later_end;
    spare_later = 0;
  }
}

/** Up to there memory that will be used next was touched. */
let touched_to: usize = 0;

/**
 * The system gives a page when it is touched first, which takes longer than to find many states. So
 * those behind what is used are touched here, while the first thread looks up candidates.
 */
function touch_ahead(): void {
  const used: usize = atomic.load<u32>(shared());
  const until = min(used + AHEAD, (<usize>memory.size() << 16) - 4);
  for (touched_to = max(touched_to, used); touched_to < until; touched_to += 4096) {
    atomic.or<u32>(touched_to & ~3, 0);
  }
}

/** For a thread that has joined, before a block: what it may look at now. Returns bits. */
export function enter_block(): i32 {
  touch_ahead();
  const at: usize = atomic.load<u32>(shared(), 24);
  index = at & ~63;
  lay_out(<i32>(at & 63));
  settled = atomic.load<i32>(shared(), 28);
  return index_bits;
}

/** For threads that join: states before that one do not change any more. */
function tell_count(): void {
  atomic.store<i32>(shared(), count, 28);
}

/** Brings the places where the batch's hashes belong into the cache. */
function touch(first: i32, until: i32): void {
  const shift = 32 - index_bits;
  let sum = 0;
  for (let i = first; i < until; i++) {
    const hash = load<u32>(hashes + ((<usize>i) << 3), 4);
    sum ^= load<i32>(index + ((<usize>(hash >>> shift)) << 2));
  }
  touched ^= sum;
}

/**
 * For each candidate the place where something with its mark stands, or the free place where its
 * search ends. The state that stands there is touched too, so that `insert` finds it in the cache.
 */
function find_places(first: i32, until: i32): void {
  const bits = index_bits;
  const shift = 32 - bits;
  const last: u32 = 0xffffffff >>> shift;
  let sum = 0;
  for (let i = first; i < until; i++) {
    const hash = load<u32>(hashes + ((<usize>i) << 3), 4);
    const mark = hash << bits;
    let place = hash >>> shift;
    let entry = load<u32>(index + ((<usize>place) << 2));
    while (entry != 0 && (entry ^ mark) >>> mark_shift != 0) {
      place = (place + 1) & last;
      entry = load<u32>(index + ((<usize>place) << 2));
    }
    store<u32>(places + ((<usize>i) << 2), place);
    if (entry != 0) {
      const number = <i32>(entry & last) - 1;
      if (number < near_max) sum ^= load<i32>(near(number));
    }
  }
  touched ^= sum;
}

/** Enters those of the batch that are new. */
function insert(first: i32, until: i32): void {
  for (let i = first; i < until; i++) {
    const from = ring + <usize>i * width;
    const at = <usize>i << 2;
    const parent = load<i32>(ring_parents + at);
    const elsewhere = load<u32>(ring_elsewhere + at);
    insert_one(from, hashes + (at << 1), parent, load<u32>(places + at), elsewhere);
  }
}

/** `hash`: where its hash is. `first`: the place at which to begin. */
// @ts-ignore: decorator
@inline
function insert_one(from: usize, hash: usize, parent: i32, first: u32, elsewhere: u32): void {
  const bits = index_bits;
  const last: u32 = 0xffffffff >>> (32 - bits);
  const mark = load<u32>(hash, 4) << bits;
  let place = first;
  let entry = load<u32>(index + ((<usize>place) << 2));
  while (entry != 0) {
    const number = <i32>(entry & last) - 1;
    if ((entry ^ mark) >>> mark_shift == 0 && is_state(number, from, hash)) return;
    place = (place + 1) & last;
    entry = load<u32>(index + ((<usize>place) << 2));
  }
  if (count == capacity) {
    full = 1;
    return;
  }
  keep(from, hash);
  add_parent(parent);
  add_elsewhere(elsewhere);
  store<u32>(index + ((<usize>place) << 2), entry_of(++count, load<u32>(hash, 4), place));
}

// @ts-ignore: decorator
@inline
function is_state(number: i32, at: usize, hash: usize): bool {
  if (compact) return has_fingerprint(number, hash);
  return number < near_max ? same(near(number), at) : far_equals(number, at) != 0;
}

/** Puts the next state, which has that hash, where it belongs. */
// @ts-ignore: decorator
@inline
function keep(from: usize, hash: usize): void {
  if (compact) keep_in_chunk(from);
  if (count >= near_max) {
    far_keep(count, compact ? hash : from);
    return;
  }
  if ((count & (CHUNK - 1)) == 0) add_chunk();
  if (compact) store<u64>(near(count), load<u64>(hash));
  else copy(near(count), from);
}

function add_chunk(): void {
  const bytes = (<usize>CHUNK) * kept;
  let at: usize = 0;
  if (spare + bytes <= spare_end) {
    at = spare;
    spare += bytes;
  } else at = take(bytes);
  store<u32>(chunks + ((count >>> CHUNK_BITS) << 2), <u32>at);
}

/** Twice as many places. */
function grow(): void {
  const before = index;
  const bits = index_bits;
  index = take((<usize>8) << bits);
  lay_out(bits + 1);
  if (index_bits >= LARGE) enter_all();
  else if (held && bits > 16 && count <= near_max) split_together(before, bits);
  else split(before, bits, 0, 1 << bits);
  tell_index();
  const end = before + ((<usize>4) << bits);
  if (held) {
    spare_later = before;
    spare_later_end = end;
  } else if (bits > 16) {
    spare = before;
    spare_end = end;
  }
}

/** For threads that join: it begins at a multiple of 64. */
function tell_index(): void {
  atomic.store<u32>(shared(), <u32>index | <u32>index_bits, 24);
}

/**
 * The same by two threads, and first of all the places. What stands between two free places belongs
 * there, and comes to stand between the same two in the larger table: neither thread is in the
 * other's way.
 */
function split_together(before: usize, bits: i32): void {
  const places: u32 = 1 << bits;
  const first = free_place(before, 0);
  const middle = free_place(before, places >>> 1);
  store<u32>(shared(), <u32>before | <u32>bits, 32);
  store<u32>(shared(), first, 36);
  store<u32>(shared(), middle, 40);
  store<u32>(shared(), <u32>index, 44);
  share_growth();
  split(before, bits, middle, places);
  split(before, bits, 0, first);
  if (!end_growth()) split(before, bits, first, middle);
}

function free_place(table: usize, from: u32): u32 {
  let place = from;
  while (load<u32>(table + ((<usize>place) << 2)) != 0) place++;
  return place;
}

/** For a thread that has joined: its part of that. */
export function split_part(): void {
  const own = index;
  const own_bits = index_bits;
  const before: usize = load<u32>(shared(), 32);
  index = load<u32>(shared(), 44);
  lay_out(<i32>(before & 63) + 1);
  split(before & ~63, index_bits - 1, load<u32>(shared(), 36), load<u32>(shared(), 40));
  index = own;
  lay_out(own_bits);
}

/**
 * Enters what stands at some places of a table of half the size. Each place there becomes two, one
 * behind the other, so that both tables are gone through in order; states are looked at only where
 * they lie far behind their place.
 */
function split(before: usize, bits: i32, from: u32, until: u32): void {
  const last: u32 = 0xffffffff >>> (32 - bits);
  for (let place = from; place < until; place++) {
    const entry = load<u32>(before + ((<usize>place) << 2));
    if (entry == 0) continue;
    const number = entry & last;
    const behind = (entry >>> bits) & ((1 << BEHIND_BITS) - 1);
    const home = ((place - behind) & last) << (32 - bits);
    const known = home | ((entry >>> (bits + BEHIND_BITS)) << BEHIND_BITS);
    enter(number, behind < behind_max ? known : high_hash_of(<i32>number - 1));
  }
}

/** The upper half of the hash of a state: what the index is about. */
// @ts-ignore: decorator
@inline
function high_hash_of(number: i32): u32 {
  return <u32>((compact ? fingerprint_of(number) : hash_of(state(number, 2))) >> 32);
}

function enter(number: u32, hash: u32): void {
  const last: u32 = 0xffffffff >>> (32 - index_bits);
  let place = hash >>> (32 - index_bits);
  while (load<u32>(index + ((<usize>place) << 2)) != 0) place = (place + 1) & last;
  store<u32>(index + ((<usize>place) << 2), entry_of(number, hash, place));
}

/**
 * Puts all states into the index, which is empty: a batch at a time, hashes first, whose places are
 * touched, and then the entries.
 */
function enter_all(): void {
  for (let from = 0; from < count; from += BATCH_MAX) {
    const n = min(BATCH_MAX, count - from);
    const shift = 32 - index_bits;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const hash = high_hash_of(from + i);
      store<u32>(places + ((<usize>i) << 2), hash);
      sum ^= load<i32>(index + ((<usize>(hash >>> shift)) << 2));
    }
    touched ^= sum;
    for (let i = 0; i < n; i++) enter(from + i + 1, load<u32>(places + ((<usize>i) << 2)));
  }
}

/** Puts the state in `given` behind the others, one that is known to be new. Was there room? */
export function append(parent: i32): i32 {
  if (count == capacity) return 0;
  keep(given, 0);
  add_parent(parent);
  count++;
  return 1;
}

/** After the last of them: from now on they are found. */
export function appended(): void {
  let bits = 12;
  while (bits < BITS_MAX && <u64>(count + BATCH_MAX) * 10 > (<u64>7 << bits)) bits++;
  index = take((<usize>4) << bits);
  lay_out(bits);
  tell_index();
  enter_all();
}

/** The number of the state at that address, if it was flushed, or -1. */
export function find(at: usize): i32 {
  store<u64>(fingerprint, hash_of(at) & used_bits);
  return find_from(load<u32>(fingerprint, 4) >>> (32 - index_bits), at, fingerprint);
}

/** The same, from a place on; `hash`: where its hash is. */
function find_from(from: u32, at: usize, hash: usize): i32 {
  const bits = index_bits;
  const last: u32 = 0xffffffff >>> (32 - bits);
  const mark = load<u32>(hash, 4) << bits;
  let place = from;
  let entry = load<u32>(index + ((<usize>place) << 2));
  while (entry != 0) {
    const number = <i32>(entry & last) - 1;
    if ((entry ^ mark) >>> mark_shift == 0 && is_state(number, at, hash)) return number;
    place = (place + 1) & last;
    entry = load<u32>(index + ((<usize>place) << 2));
  }
  return -1;
}

// --- Lookups

/** Of a record: its hash, its reader's name, what was learned, and then its key. */
const NAME: usize = 4;
const LEARNED: usize = 8;
const KEY: usize = 12;

@unmanaged
class Lookup {
  readers: i32;
  /** Most words that a reader may read. */
  words: i32;
  /** Of each reader: how many words it reads, its name, and pairs of an offset and a mask. */
  reads: usize;
  names: usize;
  footprints: usize;
  next_name: i32;
  /** Addresses of records, each at the place where its hash belongs or behind it; and how many. */
  slots: usize;
  last: u32;
  records: u32;
  /** Blocks that records are put into, each with the address of the next: the first; the last. */
  first: usize;
  block: usize;
  free: usize;
  /** Bytes of those that have any. */
  bytes: usize;
}

const SLOTS: u32 = 1024;

/** Lookups of rows, of groups of questions, and of tasks' own places. */
let rows: Lookup = changetype<Lookup>(0);
let groups: Lookup = changetype<Lookup>(0);
let owns: Lookup = changetype<Lookup>(0);
/** The hash of what was looked up last. */
let wanted: u32 = 0;

// @ts-ignore: decorator
@inline
function lookup_of(which: i32): Lookup {
  return which == 0 ? rows : which == 1 ? groups : owns;
}

/** A lookup for so many readers, of which nothing is known. */
export function lookup_init(which: i32, readers: i32, most_words: i32): void {
  const l = lookup_of(which);
  l.readers = readers;
  l.words = most_words;
  l.reads = take((<usize>readers) << 2);
  l.names = take((<usize>readers) << 2);
  l.footprints = take((<usize>(readers * most_words)) << 3);
  for (let i = 0; i < readers; i++) store<i32>(l.names + ((<usize>i) << 2), i);
  l.next_name = readers;
  if (l.slots == 0) {
    l.slots = take((<usize>SLOTS) << 2);
    l.last = SLOTS - 1;
    l.first = take(BLOCK);
  }
  lookup_forget(which);
}

/** Forgets all records, but not what readers read. */
export function lookup_forget(which: i32): void {
  const l = lookup_of(which);
  memory.fill(l.slots, 0, (<usize>l.last + 1) << 2);
  l.records = 0;
  l.bytes = 0;
  begin_block(l, l.first);
}

function begin_block(l: Lookup, block: usize): void {
  l.block = block;
  l.free = block + 8;
  l.bytes += BLOCK;
}

export function lookup_bytes(which: i32): usize {
  return lookup_of(which).bytes;
}

/** The hash of what a reader sees in `seen`. */
// @ts-ignore: decorator
@inline
function hash_of_key(l: Lookup, reader: i32): u32 {
  const foot = l.footprints + (<usize>(reader * l.words) << 3);
  const end = foot + (<usize>load<i32>(l.reads + ((<usize>reader) << 2)) << 3);
  const name = load<i32>(l.names + ((<usize>reader) << 2));
  let mixed: u64 = K0 * <u64>(name + 1);
  for (let p = foot; p < end; p += 8) {
    mixed = (mixed ^ <u64>(load<u32>(seen + load<u32>(p)) & load<u32>(p, 4))) * K1;
    mixed ^= mixed >> 32;
  }
  return <u32>mixed;
}

/** The record of what a reader sees in `seen`; 0 where there is none. */
// @ts-ignore: decorator
@inline
function look(l: Lookup, reader: i32): usize {
  return look_for(l, reader, hash_of_key(l, reader));
}

/** The same where the hash is known. */
// @ts-ignore: decorator
@inline
function look_for(l: Lookup, reader: i32, hash: u32): usize {
  const foot = l.footprints + (<usize>(reader * l.words) << 3);
  const end = foot + (<usize>load<i32>(l.reads + ((<usize>reader) << 2)) << 3);
  const name = load<i32>(l.names + ((<usize>reader) << 2));
  wanted = hash;
  const last = l.last;
  let place = hash & last;
  let record: usize = load<u32>(l.slots + ((<usize>place) << 2));
  while (record != 0) {
    if (load<u32>(record) == hash && load<i32>(record, NAME) == name) {
      let key = record + KEY;
      let p = foot;
      while (p < end && load<u32>(key) == (load<u32>(seen + load<u32>(p)) & load<u32>(p, 4))) {
        key += 4;
        p += 8;
      }
      if (p == end) break;
    }
    place = (place + 1) & last;
    record = load<u32>(l.slots + ((<usize>place) << 2));
  }
  return record;
}

export function lookup_find(which: i32, reader: i32): usize {
  return look(lookup_of(which), reader);
}

/**
 * A new record of what was not found in `seen`. `read`: the address of all bits that the reader has
 * read of it now.
 */
export function lookup_enter(which: i32, reader: i32, read: usize, learned: u32): usize {
  const l = lookup_of(which);
  if (widen(l, reader, read)) look(l, reader);
  const foot = l.footprints + (<usize>(reader * l.words) << 3);
  const reads = load<i32>(l.reads + ((<usize>reader) << 2));
  const bytes = KEY + ((<usize>reads) << 2);
  if (l.free + bytes > l.block + BLOCK) {
    if (load<u32>(l.block) == 0) store<u32>(l.block, <u32>take(BLOCK));
    begin_block(l, load<u32>(l.block));
  }
  const record = l.free;
  l.free += bytes;
  store<u32>(record, wanted);
  store<i32>(record, load<i32>(l.names + ((<usize>reader) << 2)), NAME);
  store<u32>(record, learned, LEARNED);
  let to = record + KEY;
  for (let i = 0; i < reads; i++) {
    const p = foot + ((<usize>i) << 3);
    store<u32>(to, load<u32>(seen + load<u32>(p)) & load<u32>(p, 4));
    to += 4;
  }
  place_record(l, record);
  l.records++;
  if (l.records * 2 > l.last) spread(l);
  return record;
}

/** Does the reader read more than was known? Then what was entered before is not found again. */
function widen(l: Lookup, reader: i32, read: usize): bool {
  const foot = l.footprints + (<usize>(reader * l.words) << 3);
  let reads = load<i32>(l.reads + ((<usize>reader) << 2));
  let wider = false;
  for (let word = 0; word < l.words; word++) {
    const bits = load<u32>(read + ((<usize>word) << 2));
    if (bits == 0) continue;
    const offset = <u32>word << 2;
    let i = 0;
    while (i < reads && load<u32>(foot + ((<usize>i) << 3)) != offset) i++;
    const p = foot + ((<usize>i) << 3);
    if (i == reads) {
      store<u32>(p, offset);
      store<u32>(p, 0, 4);
      reads++;
    }
    if ((bits & ~load<u32>(p, 4)) != 0) {
      store<u32>(p, load<u32>(p, 4) | bits, 4);
      wider = true;
    }
  }
  if (wider) {
    store<i32>(l.reads + ((<usize>reader) << 2), reads);
    store<i32>(l.names + ((<usize>reader) << 2), l.next_name++);
  }
  return wider;
}

function place_record(l: Lookup, record: usize): void {
  let place = load<u32>(record) & l.last;
  while (load<u32>(l.slots + ((<usize>place) << 2)) != 0) place = (place + 1) & l.last;
  store<u32>(l.slots + ((<usize>place) << 2), <u32>record);
}

/** Over four times as many places. */
function spread(l: Lookup): void {
  const before = l.slots;
  const places = l.last + 1;
  const larger = take((<usize>places) << 4);
  l.slots = larger;
  l.last = 4 * places - 1;
  for (let i: u32 = 0; i < places; i++) {
    const record = load<u32>(before + ((<usize>i) << 2));
    if (record != 0) place_record(l, record);
  }
}

// --- Rows played back

let tasks: i32 = 0;
/** Of each task: the offset of the word that says where it stands, shift, mask, its first row. */
let places_of_tasks: usize = 0;
/** What each word of the state adds to its hash. */
let shares: usize = 0;
/** Of each task the row at which it stands now, the hash of what that reads, its note and touch. */
let rows_now: usize = 0;
/** Steps that the states have which were expanded so far. */
export let transitions: f64 = 0;
/** For the other side: expanding ends after this state; and the number of that. */
export let stop: i32 = 0;
export let expanding: i32 = 0;

/** Returns where the other side puts 4 words for each task, and the number of all rows. */
export function tasks_init(number_of_tasks: i32): usize {
  tasks = number_of_tasks;
  apart = take(TOUCHES * (TOUCHES >>> 3));
  places_of_tasks = take((<usize>(tasks + 1)) << 4);
  shares = take((<usize>words) << 3);
  rows_now = take((<usize>tasks) << 4);
  return places_of_tasks;
}

// What a row was seen to do is a note, at an address that several records may have: how often it
// was played back; how many outcomes, or -1 where they are too many; 1 where it waits, and the mask
// of those it waits for. Then for each outcome the action, how many words it writes, and of each
// its offset, what is kept of it, and what is set. Before all that is its touch.

/**
 * Steps are apart where neither writes what the other reads or writes: then they lead to the same
 * state in either order. Which bits a step was seen to read and to write has a number, its touch; 0
 * stands for too many of them. Of each there are bits for all: 1 where they are apart.
 *
 * That saves steps. Say that u leads from p to s, where s is found for the first time, and that t
 * from p is apart from u, and is either of an earlier task or need not be tried itself. Then what t
 * leads to from p has a smaller number than s and is expanded before; and from there u leads to
 * what t leads to from s. So t need not be tried from s: nothing that it finds would be new. It is
 * only counted. States, their numbers and their parents are the same as if it had been tried.
 * That a step goes by where its task stands is a part of its touch.
 */
export let apart: usize = 0;
/** explorer/apart.ts has it, too. */
const TOUCHES: usize = 1024;

/** A mask of those of these tasks whose steps are apart from that of another. */
// @ts-ignore: decorator
@inline
function apart_from(touch: u32, moves: u32): u32 {
  const at = apart + <usize>touch * (TOUCHES >>> 3);
  let mask: u32 = 0;
  for (let rest = moves; rest != 0; rest &= rest - 1) {
    const task = ctz(rest);
    const other = load<u32>(rows_now + ((<usize>task) << 4), 12);
    const bits = load<u32>(at + ((<usize>other >>> 5) << 2));
    mask |= ((bits >>> (other & 31)) & 1) << task;
  }
  return mask;
}

/** The row at which a task stands in `seen`; -1 where it has ended. */
// @ts-ignore: decorator
@inline
function row_of(task: i32): i32 {
  const p = places_of_tasks + ((<usize>task) << 4);
  const pc = (load<u32>(seen + load<u32>(p)) >>> load<u32>(p, 4)) & load<u32>(p, 8);
  const row = load<i32>(p, 12) + pc;
  return row >= load<i32>(p, 16 + 12) ? -1 : row;
}

/**
 * Gathers the successors of states one after the other, and answers what is asked of them. Ends
 * after one of which there is something to be said; returns the number of the next.
 */
export function expand(from: i32, until: i32): i32 {
  stop = 0;
  let number = from;
  while (number < until) {
    expanding = number;
    transitions += <f64>expand_one(number);
    number++;
    flush_full();
    if (stop) break;
  }
  return number;
}

/** Returns how many successors there are. */
function expand_one(number: i32): i32 {
  let steps = 0;
  const own = state(number, 0);
  copy(seen, own);
  copy(given, own);
  let sum: u64 = 0;
  for (let i = 0; i < words; i++) {
    const part = share(load<u32>(seen + ((<usize>i) << 2)), i);
    store<u64>(shares + ((<usize>i) << 3), part);
    sum += part;
  }
  let moves: u32 = 0;
  let waiting: u32 = 0;
  // Before its first block a thread that has joined expands states that were expanded long ago.
  const elsewhere = index == 0 ? 0 : elsewhere_of(number);
  const behind = seen + width;
  // Where the records may be is touched first, all together.
  let sum_touched: u32 = 0;
  for (let task = 0; task < tasks; task++) {
    store<u32>(behind + 8 + ((<usize>task) << 2), 0);
    const row = row_of(task);
    store<i32>(rows_now + ((<usize>task) << 4), row);
    if (row < 0) continue;
    const hash = hash_of_key(rows, row);
    store<u32>(rows_now + ((<usize>task) << 4), hash, 4);
    sum_touched ^= load<u32>(load<u32>(rows.slots + ((<usize>(hash & rows.last)) << 2)));
  }
  touched ^= sum_touched;
  for (let task = 0; task < tasks; task++) {
    const now = rows_now + ((<usize>task) << 4);
    const row = load<i32>(now);
    if (row < 0) continue;
    let record = look_for(rows, row, load<u32>(now, 4));
    // That a row has really run is counted where it does.
    const known = record != 0;
    if (!known) record = learn_row(task, row);
    const n: usize = load<u32>(record, LEARNED);
    if (known) store<u32>(n, load<u32>(n) + 1);
    store<u32>(now, <u32>n, 8);
    store<u32>(now, load<u32>(n - 4), 12);
    if (load<i32>(n, 8) == 1) {
      waiting |= 1 << task;
      store<u32>(behind + 8 + ((<usize>task) << 2), load<u32>(n, 12));
    }
  }
  for (let task = 0; task < tasks; task++) {
    const now = rows_now + ((<usize>task) << 4);
    if (load<i32>(now) < 0) continue;
    let n: usize = load<u32>(now, 8);
    const outcomes = load<i32>(n, 4);
    if (outcomes < 0) {
      steps += run_row(task, number);
      moves |= 1 << task;
      copy(given, seen);
      continue;
    }
    steps += outcomes;
    if ((elsewhere >>> task) & 1) {
      moves |= 1 << task;
      continue;
    }
    n += 16;
    const others = moves | elsewhere;
    let before: u32 = 0;
    let is_known = false;
    for (let o = 0; o < outcomes; o++) {
      const end = n + 8 + <usize>load<i32>(n, 4) * 12;
      let hash = sum;
      let changed: u32 = 0;
      for (let i = n + 8; i < end; i += 12) {
        const offset: usize = load<u32>(i);
        const old = load<u32>(seen + offset);
        const now = (old & load<u32>(i, 4)) | load<u32>(i, 8);
        store<u32>(given + offset, now);
        hash += share(now, <i32>(offset >> 2)) - load<u64>(shares + (offset << 1));
        changed |= now ^ old;
      }
      if (changed != 0) {
        moves |= 1 << task;
        if (!is_recent(given, hash)) {
          if (!is_known) before = apart_from(load<u32>(now, 12), others);
          is_known = true;
          enlist(given, hash, number, before);
        }
      }
      for (let i = n + 8; i < end; i += 12) {
        const offset: usize = load<u32>(i);
        store<u32>(given + offset, load<u32>(seen + offset));
      }
      n = end;
    }
  }
  store<u32>(behind, moves);
  store<u32>(behind, waiting, 4);
  answer(number);
  return steps;
}

/**
 * Finds all states to which a state leads, in a space that is closed; -1 where a row has too many
 * outcomes for a note. Of the first so many candidates `parents` then has the task, and `places`
 * the number, or -1.
 */
export function edges(number: i32): i32 {
  let n = 0;
  copy(seen, state(number, 0));
  copy(given, seen);
  for (let task = 0; task < tasks; task++) {
    const row = row_of(task);
    if (row < 0) continue;
    let record = look(rows, row);
    if (record == 0) record = learn_row(task, row);
    let note: usize = load<u32>(record, LEARNED);
    const outcomes = load<i32>(note, 4);
    if (outcomes < 0 || n + outcomes > RECENT) return -1;
    note += 16;
    for (let o = 0; o < outcomes; o++) {
      const end = note + 8 + <usize>load<i32>(note, 4) * 12;
      for (let i = note + 8; i < end; i += 12) {
        const at = given + <usize>load<u32>(i);
        store<u32>(at, (load<u32>(at) & load<u32>(i, 4)) | load<u32>(i, 8));
      }
      copy(ring + <usize>n * width, given);
      store<u64>(hashes + ((<usize>n) << 3), hash_of(given));
      store<i32>(ring_parents + ((<usize>n) << 2), task);
      n++;
      for (let i = note + 8; i < end; i += 12) {
        const offset: usize = load<u32>(i);
        store<u32>(given + offset, load<u32>(seen + offset));
      }
      note = end;
    }
  }
  touch(0, n);
  find_places(0, n);
  for (let i = 0; i < n; i++) {
    const place = places + ((<usize>i) << 2);
    const from = ring + <usize>i * width;
    store<i32>(place, find_from(load<u32>(place), from, hashes + ((<usize>i) << 3)));
  }
  return n;
}

// --- Promises answered

/** Words of a mask of groups. */
let masks: i32 = 0;
/** Of each bit of a state the masks of the groups that read it; and of who moves and who waits. */
let readers: usize = 0;
let waiters: usize = 0;
/** Masks of groups: of which something is asked; and of which the answer may be another now. */
let asked: usize = 0;
let affected: usize = 0;
/** Of the last state: pairs of a group and the mask of its questions answered with yes. */
export let yes: usize = 0;
export let found: i32 = 0;

/** Returns where the other side finds `asked`, behind it `waiters`, behind that `readers`. */
export function groups_init(number_of_groups: i32): usize {
  masks = (number_of_groups + 31) >> 5;
  const bytes = (<usize>masks) << 2;
  asked = take(bytes * (2 + 32 * words));
  waiters = asked + bytes;
  readers = waiters + bytes;
  affected = take(bytes);
  yes = take((<usize>number_of_groups) << 3);
  return asked;
}

/** All questions whose answer can be another than in the state's parent; there none was yes. */
function answer(number: i32): void {
  found = 0;
  if (number == 0) memory.fill(affected, 0xff, (<usize>masks) << 2);
  else compare(state(parent_of(number), 1));
  for (let k = 0; k < masks; k++) {
    const at = (<usize>k) << 2;
    let todo = load<u32>(affected + at) & load<u32>(asked + at);
    while (todo != 0) {
      const group = 32 * k + ctz(todo);
      todo &= todo - 1;
      let record = look(groups, group);
      if (record == 0) record = learn_group(group);
      const said = load<u32>(record, LEARNED);
      if (said == 0) continue;
      store<i32>(yes + ((<usize>found) << 3), group);
      store<u32>(yes + ((<usize>found) << 3), said, 4);
      found++;
      stop = 1;
    }
  }
}

/** Which groups have read anything that differs from another state? */
function compare(other: usize): void {
  for (let k = 0; k < masks; k++) {
    store<u32>(affected + ((<usize>k) << 2), load<u32>(waiters + ((<usize>k) << 2)));
  }
  for (let i = 0; i < words; i++) {
    let bits = load<u32>(seen + ((<usize>i) << 2)) ^ load<u32>(other + ((<usize>i) << 2));
    while (bits != 0) {
      const at = readers + (<usize>((32 * i + ctz(bits)) * masks) << 2);
      bits &= bits - 1;
      for (let k = 0; k < masks; k++) {
        const o = (<usize>k) << 2;
        store<u32>(affected + o, load<u32>(affected + o) | load<u32>(at + o));
      }
    }
  }
}

// --- What is left behind; see explorer/behind.ts

/** Tasks whose own places are looked at: how many, and which. */
let owners: i32 = 0;
let owner_tasks: usize = 0;
/** Of each place: the note that was met there last; and 1 where it is left behind. */
let last_notes: usize = 0;
let left: usize = 0;

/** Returns where the other side puts the tasks, and has a byte for each place. */
export function own_init(number_of_owners: i32, places_max: i32): usize {
  owners = number_of_owners;
  owner_tasks = take((<usize>(owners + 1)) << 2);
  last_notes = take((<usize>places_max) << 2);
  left = take(<usize>places_max);
  return owner_tasks;
}

/** For the other side: the byte of a place. */
export function own_left(place: i32): void {
  store<u8>(left + <usize>place, 1);
}

/** The place of an owner in `seen`. */
// @ts-ignore: decorator
@inline
function own_place(owner: i32): i32 {
  let record = look(owns, owner);
  if (record == 0) record = learn_own(owner);
  return load<i32>(record, LEARNED);
}

/** Tells the other side what follows the own places in these states. */
export function scan(from: i32, until: i32): void {
  for (let number = from; number < until; number++) {
    copy(seen, state(number, 0));
    for (let owner = 0; owner < owners; owner++) {
      const task = load<i32>(owner_tasks + ((<usize>owner) << 2));
      const row = row_of(task);
      if (row < 0) continue;
      const place = own_place(owner);
      let record = look(rows, row);
      if (record == 0) record = learn_row(task, row);
      const note = load<u32>(record, LEARNED);
      const at = last_notes + ((<usize>place) << 2);
      if (load<u32>(at) == note) continue;
      store<u32>(at, note);
      follow(owner, place, note);
    }
  }
}

/** The first of these states in which something is owed, and that is not left behind. */
export function next_open(from: i32, until: i32): i32 {
  for (let number = from; number < until; number++) {
    copy(seen, state(number, 0));
    // The reader behind the owners is what is owed.
    let record = look(owns, owners);
    if (record == 0) record = learn_own(owners);
    if (load<u32>(record, LEARNED) != 0 && !is_left()) return number;
  }
  return until;
}

function is_left(): bool {
  for (let owner = 0; owner < owners; owner++) {
    if (row_of(load<i32>(owner_tasks + ((<usize>owner) << 2))) < 0) continue;
    if (load<u8>(left + <usize>own_place(owner)) != 0) return true;
  }
  return false;
}
