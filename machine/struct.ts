/**
 * Records over words, declared once.
 *
 * A layout is a tree of fields, each with its range, like a C struct of bit-fields. From it come the
 * packing (every field at a fixed place in an array of 32-bit words), a typed view to read and write
 * a state like objects (`s.page[1].locked_by = 2`), and a state's printing, field by field. States
 * are always packed: to copy, compare or hash one is to do so with its few words.
 */

/** An unsigned number in 0..max, or a name for each value. */
export interface Field {
  readonly kind: 'field';
  readonly max: number;
  readonly show: (value: number) => string;
}

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

/** A number in 0..max. */
export function range(max: number, show: (value: number) => string = String): Field {
  if (!Number.isInteger(max) || max < 0 || max > 0x3fffffff) {
    throw new RangeError(`a field's range must end in 0..2^30-1, not ${max}`);
  }
  return { kind: 'field', max, show };
}

/** One of the names given, as its number; prints as the name. */
export function oneOf(...names: readonly string[]): Field {
  return range(names.length - 1, (value) => names[value] ?? String(value));
}

export const flag: Field = range(1);

export function array<S extends Spec>(length: number, of: S): ArrayOf<S> {
  return { kind: 'array', length, of };
}

/** Where a field lies: `memory[word] >>> shift & mask`. */
export interface Place {
  readonly name: string;
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly field: Field;
}

export interface Change {
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** A field was given a value outside the range that its layout declares: an error of the model. */
export class FieldRangeError extends Error {
  override readonly name = 'FieldRangeError';
}

const isField = (node: Field | ArrayOf<Spec> | Spec): node is Field => node.kind === 'field';
const isArray = (node: ArrayOf<Spec> | Spec): node is ArrayOf<Spec> => node.kind === 'array';

export class Struct<S extends Spec> {
  /** 32-bit words of one state. */
  readonly words: number;
  /** Every field with its full name, in declared order. */
  readonly places: readonly Place[];
  readonly #spec: S;

  constructor(spec: S) {
    this.#spec = spec;
    const found: { name: string; field: Field }[] = [];
    flatten(spec, '', found);
    // First fit: a field never straddles two words, and goes where there is room left for it.
    const used: number[] = [];
    this.places = found.map(({ name, field }) => {
      const bits = 32 - Math.clz32(field.max);
      let word = used.findIndex((taken) => taken + bits <= 32);
      if (word < 0) word = used.push(0) - 1;
      const shift = used[word]!;
      used[word] = shift + bits;
      return { name, word, shift: shift & 31, mask: 2 ** bits - 1, field };
    });
    this.words = Math.max(1, used.length);
  }

  /** Reads and writes `memory`, one state, like objects. Made once; costs nothing a step. */
  view(memory: Int32Array): View<S> {
    const byName = new Map(this.places.map((place) => [place.name, place]));
    // The spec's type says what the untyped builder makes of it.
    return build(this.#spec, '', memory, byName) as View<S>;
  }

  place(name: string): Place {
    const found = this.places.find((place) => place.name === name);
    if (found === undefined) throw new Error(`no field ${name}`);
    return found;
  }

  get(state: Int32Array, place: Place): number {
    return (state[place.word]! >>> place.shift) & place.mask;
  }

  /** What `to` holds that `from` did not, in declared order. */
  diff(from: Int32Array, to: Int32Array): Change[] {
    const changes: Change[] = [];
    for (const place of this.places) {
      const before = this.get(from, place);
      const after = this.get(to, place);
      if (before !== after) {
        const { name, field } = place;
        changes.push({ field: name, from: field.show(before), to: field.show(after) });
      }
    }
    return changes;
  }

  /** A whole state, a line a field. */
  print(state: Int32Array): string {
    return this.places
      .map((place) => `${place.name} = ${place.field.show(this.get(state, place))}\n`)
      .join('');
  }

  /** Everything that the meaning of a packed state depends on. */
  signature(): string {
    return this.places.map((p) => `${p.name}:${p.field.max}@${p.word}.${p.shift}`).join(' ');
  }
}

function flatten(spec: Spec, path: string, found: { name: string; field: Field }[]): void {
  for (const [name, node] of Object.entries(spec)) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`not a field name: ${name}`);
    if (isField(node)) found.push({ name: path + name, field: node });
    else if (isArray(node)) {
      for (let i = 0; i < node.length; i++) flatten(node.of, `${path}${name}[${i}].`, found);
    } else flatten(node, `${path}${name}.`, found);
  }
}

type Built = Record<string, unknown>;

function build(spec: Spec, path: string, memory: Int32Array, places: Map<string, Place>): Built {
  const fields = Object.keys(spec).filter((name) => isField(spec[name]!));
  const parts = Object.keys(spec).filter((name) => !isField(spec[name]!));
  const record = new (recordClass(fields, parts))(
    memory,
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

type RecordClass = new (memory: Int32Array, path: string, places: readonly Place[]) => Built;

const recordClasses = new Map<string, RecordClass>();

/**
 * The class of all records that have these fields, made once a process: code that reads a page then
 * always meets the same class, whatever the geometry, which is what keeps it fast. The text of the
 * class is generated because only that gives each accessor machine code of its own.
 */
function recordClass(fields: readonly string[], parts: readonly string[]): RecordClass {
  const key = `${fields.join(' ')}/${parts.join(' ')}`;
  let made = recordClasses.get(key);
  if (made === undefined) {
    const slots = fields.map(
      (name, i) => `
      this.${name}_word = places[${i}].word;
      this.${name}_shift = places[${i}].shift;
      this.${name}_mask = places[${i}].mask;
      this.${name}_clear = ~(places[${i}].mask << places[${i}].shift);
      this.${name}_max = places[${i}].field.max;`,
    );
    const accessors = fields.map(
      (name) => `
    get ${name}() { return this.$memory[this.${name}_word] >>> this.${name}_shift & this.${name}_mask; }
    set ${name}(value) {
      if (value >>> 0 !== value || value > this.${name}_max) outOfRange(this, '${name}', value);
      const word = this.${name}_word;
      this.$memory[word] = this.$memory[word] & this.${name}_clear | value << this.${name}_shift;
    }`,
    );
    const text = `return class {
    constructor(memory, path, places) {
      this.$memory = memory;
      this.$path = path;${slots.join('')}
      ${parts.map((name) => `this.${name} = undefined;`).join(' ')}
    }${accessors.join('')}
  };`;
    // oxlint-disable-next-line typescript/no-implied-eval -- see above; names are checked by flatten()
    made = new Function('outOfRange', text)(outOfRange) as RecordClass;
    recordClasses.set(key, made);
  }
  return made;
}

function outOfRange(record: Built, name: string, value: number): never {
  const field = String(record['$path']) + name;
  const max = String(record[`${name}_max`]);
  throw new FieldRangeError(`${field} = ${value} is outside its declared range 0..${max}`);
}
