/**
 * Records over words, declared once.
 *
 * A layout is a tree of fields, each with its range, like a C struct of bit-fields. From it come
 * the packing (every field at a fixed place in an array of 32-bit words), a typed view to read and
 * write a state like objects (`s.page[1].locked_by = 2`), and a state's printing, field by field.
 * States are always packed: to copy, compare or hash one is to do so with its few words.
 */

/** A number in min..max, or a name for each value; and how a trace speaks of it. */
export interface Field {
  readonly kind: 'field';
  /** 0, or below it for a counter that may go wrong. */
  readonly min: number;
  readonly max: number;
  /** A counter past its range ends the run as a limit does: it says nothing of the design. */
  readonly counter: boolean;
  readonly show: (value: number, record: Place['record']) => string;
  /** What a trace says where the value changes; '' for nothing. */
  readonly change: (to: string, from: string, name: string) => string;
  /** What is said of a value in a state as it stands; '' for nothing. */
  readonly stand: (value: string, name: string) => string;
}

export type Words = Partial<Pick<Field, 'change' | 'stand'>>;

/** A fixed number of equal records. */
export interface ArrayOf<S extends Spec> {
  readonly kind: 'array';
  readonly length: number;
  readonly of: S;
}

export interface Spec {
  readonly [name: string]: Field | ArrayOf<Spec> | Spec;
}

/** What a layout looks like to read and write: numbers, records, arrays of records. */
export type View<S extends Spec> = {
  -readonly [N in keyof S as S[N] extends Field ? N : never]: number;
} & {
  readonly [N in keyof S as S[N] extends Field ? never : N]: S[N] extends ArrayOf<infer R>
    ? readonly View<R>[]
    : S[N] extends Spec
      ? View<S[N]>
      : never;
};

const NUMBER: Required<Words> = {
  change: (to, from, name) => `${name} ${from} -> ${to}`,
  stand: (value, name) => `${name} ${value}`,
};
const FLAG: Required<Words> = {
  change: (to, _, name) => (to === '1' ? name : `not ${name}`),
  stand: (value, name) => (value === '1' ? name : ''),
};

/** A number in 0..max. */
export function range(max: number, show: Field['show'] = (value) => String(value)): Field {
  if (!Number.isInteger(max) || max < 0 || max > 0x3fffffff) {
    throw new RangeError(`a field's range must end in 0..2^30-1, not ${max}`);
  }
  return { kind: 'field', min: 0, max, counter: false, show, ...NUMBER };
}

/** A counter, which a wrong design may take out of its range, and below zero: -max..max. */
export function counter(max: number): Field {
  return { ...range(max), min: -max, counter: true };
}

/** One of the names given, as its number; prints as the name. */
export function oneOf(...names: readonly string[]): Field {
  return range(names.length - 1, (value) => names[value] ?? String(value));
}

export const flag: Field = { ...range(1), ...FLAG };

/** The field, with other words for it in a trace. */
export const worded = (field: Field, words: Words): Field => ({ ...field, ...words });

/** The field, of which a trace says nothing. */
export const untold = (field: Field): Field => worded(field, { change: () => '', stand: () => '' });

export function array<S extends Spec>(length: number, of: S): ArrayOf<S> {
  return { kind: 'array', length, of };
}

/** Where a field lies: `memory[word] >>> shift & mask`, the sign extended where it has one. */
export interface Place {
  /** In full, as `page[0].block[1].dirty`. */
  readonly name: string;
  /** The same in parts: `page`, 0, `block`, 1; and the field's own name. */
  readonly record: readonly (string | number)[];
  readonly own: string;
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly field: Field;
}

export interface Change {
  readonly place: Place;
  readonly from: string;
  readonly to: string;
}

/** A field was given a value outside the range that its layout declares. */
export class FieldRangeError extends Error {
  override readonly name = 'FieldRangeError';
  /** Where the field is a counter: its name. */
  readonly counter: string | undefined;

  constructor(message: string, name?: string) {
    super(message);
    this.counter = name;
  }
}

/**
 * What was done to one state's memory: the bits that were read before they were written, and those
 * that were written, a mask a word each. Whoever reads or writes it by a view leaves his trail.
 */
export class Trail {
  readonly read: Int32Array;
  readonly written: Int32Array;

  constructor(words: number) {
    this.read = new Int32Array(words);
    this.written = new Int32Array(words);
  }

  clear(): void {
    this.read.fill(0);
    this.written.fill(0);
  }
}

const trails = new WeakMap<Int32Array, Trail>();

/** One a memory, so that no view of it can be made that leaves none. */
export function trailOf(memory: Int32Array): Trail {
  let trail = trails.get(memory);
  if (trail === undefined) {
    trail = new Trail(memory.length);
    trails.set(memory, trail);
  }
  return trail;
}

const isField = (node: Field | ArrayOf<Spec> | Spec): node is Field => node.kind === 'field';
const isArray = (node: ArrayOf<Spec> | Spec): node is ArrayOf<Spec> => node.kind === 'array';

export class Struct<S extends Spec> {
  /** 32-bit words of one state. */
  readonly words: number;
  /** Every field with its full name, in declared order. */
  readonly places: readonly Place[];
  readonly #byName: ReadonlyMap<string, Place>;
  readonly #spec: S;
  readonly #views = new WeakMap<Int32Array, View<S>>();

  constructor(spec: S) {
    this.#spec = spec;
    const found: Pick<Place, 'record' | 'own' | 'field'>[] = [];
    flatten(spec, [], found);
    // First fit: a field never straddles two words, and goes where there is room left for it.
    const used: number[] = [];
    // Words only fill up: for so many bits there is no room before where it was found last.
    const from = new Int32Array(33);
    this.places = found.map(({ record, own, field }) => {
      const bits = 32 - Math.clz32(field.max) + (field.min < 0 ? 1 : 0);
      let word = from[bits]!;
      while (word < used.length && used[word]! + bits > 32) word++;
      from[bits] = word;
      const shift = used[word] ?? 0;
      used[word] = shift + bits;
      const name = nameOf(record) + own;
      // Written out, for a spread costs a quarter of the time that a system takes to be made.
      // A mask that is a double would be boxed in every step, hence the `| 0`.
      return { record, own, field, name, word, shift: shift & 31, mask: (2 ** bits - 1) | 0 };
    });
    this.words = Math.max(1, used.length);
    this.#byName = new Map(this.places.map((place) => [place.name, place]));
  }

  /** Reads and writes `memory`, one state, like objects. Made once a memory. */
  view(memory: Int32Array): View<S> {
    let view = this.#views.get(memory);
    if (view === undefined) {
      // The spec's type says what the untyped builder makes of it.
      view = build(this.#spec, '', memory, this.#byName) as View<S>;
      this.#views.set(memory, view);
    }
    return view;
  }

  place(name: string): Place {
    const found = this.#byName.get(name);
    if (found === undefined) throw new Error(`no field ${name}`);
    return found;
  }

  get(state: Int32Array, place: Place): number {
    const bits = (state[place.word]! >>> place.shift) & place.mask;
    return place.field.min < 0 && bits > place.mask >>> 1 ? bits - place.mask - 1 : bits;
  }

  /** The same, as it prints. */
  text(state: Int32Array, place: Place): string {
    return place.field.show(this.get(state, place), place.record);
  }

  /** What `to` holds that `from` did not, in declared order. */
  diff(from: Int32Array, to: Int32Array): Change[] {
    const changes: Change[] = [];
    for (const place of this.places) {
      const before = this.get(from, place);
      const after = this.get(to, place);
      if (before !== after) {
        const { field } = place;
        const { record } = place;
        changes.push({ place, from: field.show(before, record), to: field.show(after, record) });
      }
    }
    return changes;
  }

  /** A whole state, a line a field. */
  print(state: Int32Array): string {
    return this.places.map((place) => `${place.name} = ${this.text(state, place)}\n`).join('');
  }

  /** Everything that the meaning of a packed state depends on. */
  signature(): string {
    const sign = (p: Place) => (p.field.min < 0 ? '-' : '');
    return this.places
      .map((p) => `${p.name}:${sign(p)}${p.field.max}@${p.word}.${p.shift}`)
      .join(' ');
  }
}

/** `page[0].block[1].` */
const nameOf = (record: Place['record']): string =>
  record
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1) + (record.length > 0 ? '.' : '');

type Found = Pick<Place, 'record' | 'own' | 'field'>[];

function flatten(spec: Spec, record: Place['record'], found: Found): void {
  for (const [name, node] of Object.entries(spec)) {
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name === 'constructor') {
      throw new Error(`'${name}' cannot be the name of a field`);
    }
    if (isField(node)) found.push({ record, own: name, field: node });
    else if (isArray(node)) {
      for (let i = 0; i < node.length; i++) flatten(node.of, [...record, name, i], found);
    } else flatten(node, [...record, name], found);
  }
}

type Built = Record<string, unknown>;

function build(
  spec: Spec,
  path: string,
  memory: Int32Array,
  places: ReadonlyMap<string, Place>,
): Built {
  const fields = Object.keys(spec).filter((name) => isField(spec[name]!));
  const parts = Object.keys(spec).filter((name) => !isField(spec[name]!));
  const signed = fields.map((name) => (spec[name] as Field).min < 0);
  const record = new (recordClass(fields, signed, parts))(
    memory,
    trailOf(memory),
    path,
    fields.map((name) => places.get(path + name)!),
  );
  for (const name of parts) {
    const node = spec[name] as ArrayOf<Spec> | Spec;
    record[name] = isArray(node)
      ? Array.from({ length: node.length }, (_, i) =>
          build(node.of, `${path}${name}[${i}].`, memory, places),
        )
      : build(node, `${path}${name}.`, memory, places);
  }
  return record;
}

type RecordClass = new (
  memory: Int32Array,
  trail: Trail,
  path: string,
  places: readonly Place[],
) => Built;

const recordClasses = new Map<string, RecordClass>();

/**
 * The class of all records that have these fields, made once a process: code that reads a page then
 * always meets the same class, whatever the geometry, which is what keeps it fast. The text of the
 * class is generated because only that gives each accessor machine code of its own. What an
 * accessor needs lies in slots whose names no field can have.
 */
function recordClass(
  fields: readonly string[],
  signed: readonly boolean[],
  parts: readonly string[],
): RecordClass {
  const names = fields.map((name, i) => (signed[i] ? `-${name}` : name));
  const key = `${names.join(' ')}/${parts.join(' ')}`;
  let made = recordClasses.get(key);
  if (made === undefined) {
    const slots = fields.map(
      (_, i) => `
      this.$w${i} = places[${i}].word;
      this.$s${i} = places[${i}].shift;
      this.$m${i} = places[${i}].mask;
      this.$b${i} = places[${i}].mask << places[${i}].shift;
      this.$x${i} = places[${i}].field.max;
      this.$n${i} = places[${i}].field.min;`,
    );
    const accessors = fields.map((name, i) => (signed[i] ? signedAccessor : accessor)(name, i));
    const text = `return class {
    constructor(memory, trail, path, places) {
      this.$memory = memory;
      this.$read = trail.read;
      this.$written = trail.written;
      this.$path = path;
      this.$places = places;${slots.join('')}
      ${parts.map((name) => `this.${name} = undefined;`).join(' ')}
    }${accessors.join('')}
  };`;
    // oxlint-disable-next-line typescript/no-implied-eval -- see above; flatten() checks names
    made = new Function('outOfRange', text)(outOfRange) as RecordClass;
    recordClasses.set(key, made);
  }
  return made;
}

const accessor = (name: string, i: number): string => `
    get ${name}() {
      const word = this.$w${i};
      this.$read[word] = this.$read[word] | this.$b${i} & ~this.$written[word];
      return this.$memory[word] >>> this.$s${i} & this.$m${i};
    }
    set ${name}(value) {
      if (value >>> 0 !== value || value > this.$x${i}) outOfRange(this, ${i}, value);
      const word = this.$w${i};
      const bits = this.$b${i};
      this.$written[word] = this.$written[word] | bits;
      this.$memory[word] = this.$memory[word] & ~bits | value << this.$s${i};
    }`;

/** The low bits of a negative number, extended again when it is read. */
const signedAccessor = (name: string, i: number): string => `
    get ${name}() {
      const word = this.$w${i};
      this.$read[word] = this.$read[word] | this.$b${i} & ~this.$written[word];
      const bits = this.$memory[word] >>> this.$s${i} & this.$m${i};
      return bits > this.$m${i} >>> 1 ? bits - this.$m${i} - 1 : bits;
    }
    set ${name}(value) {
      if ((value | 0) !== value || value > this.$x${i} || value < this.$n${i}) {
        outOfRange(this, ${i}, value);
      }
      const word = this.$w${i};
      const bits = this.$b${i};
      this.$written[word] = this.$written[word] | bits;
      this.$memory[word] = this.$memory[word] & ~bits | (value & this.$m${i}) << this.$s${i};
    }`;

function outOfRange(record: Built, i: number, value: number): never {
  const { name, field } = (record['$places'] as readonly Place[])[i]!;
  throw new FieldRangeError(
    `${name} = ${value} is outside its declared range ${field.min}..${field.max}`,
    field.counter ? name : undefined,
  );
}
