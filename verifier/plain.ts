/**
 * A state as plain objects: numbers, records, and arrays of records, named as the packed machine
 * names them. Nothing is packed, and no code is generated: it is copied, compared and printed field
 * by field, which is slow, and as simple as it can be.
 */
import type { ArrayOf, Field, Spec } from '../machine/struct.ts';

export interface Plain {
  [name: string]: number | Plain | Plain[];
}

/** A field of the state. */
export interface Leaf {
  /** In full, as `page[0].block[1].dirty`. */
  readonly name: string;
  /** The record that it is in, in parts: `page`, 0, `block`, 1. */
  readonly record: readonly (string | number)[];
  readonly field: Field;
}

type Node = Field | ArrayOf<Spec> | Spec;

const isField = (node: Node): node is Field => node.kind === 'field';
const isArray = (node: Node): node is ArrayOf<Spec> => node.kind === 'array';

/** All fields below a record, in declared order. */
function leavesOf(spec: Spec, path: string, record: Leaf['record']): Leaf[] {
  return Object.entries(spec).flatMap(([own, node]: [string, Node]) => {
    const name = path === '' ? own : `${path}.${own}`;
    if (isField(node)) return [{ name, record, field: node }];
    if (!isArray(node)) return leavesOf(node, name, [...record, own]);
    return Array.from({ length: node.length }, (_, i) =>
      leavesOf(node.of, `${name}[${i}]`, [...record, own, i]),
    ).flat();
  });
}

/** A record in which every field is 0. */
function zeroOf(spec: Spec): Plain {
  const record: Plain = {};
  for (const [name, node] of Object.entries(spec) as [string, Node][]) {
    if (isField(node)) record[name] = 0;
    else if (isArray(node)) {
      record[name] = Array.from({ length: node.length }, () => zeroOf(node.of));
    } else record[name] = zeroOf(node);
  }
  return record;
}

/** The parts of a record that are no fields: records, or lists of them; of what shape. */
type Shape = readonly (readonly [name: string, of: Shape])[];

const shapeOf = (spec: Spec): Shape =>
  Object.entries(spec).flatMap(([name, node]: [string, Node]) =>
    isField(node) ? [] : [[name, shapeOf(isArray(node) ? node.of : node)] as const],
  );

function copyOf(record: Plain, shape: Shape): Plain {
  const other: Plain = { ...record };
  for (const [name, inner] of shape) {
    const part = other[name] as Plain | Plain[];
    if (!Array.isArray(part)) other[name] = copyOf(part, inner);
    else if (inner.length > 0) other[name] = part.map((one) => copyOf(one, inner));
    else other[name] = part.map((one) => ({ ...one }));
  }
  return other;
}

/** Makes every field below a record 0, but for those that are to be kept. */
export function clear(record: Plain, kept: ReadonlySet<string> = new Set()): void {
  for (const name of Object.keys(record)) {
    if (kept.has(name)) continue;
    const part = record[name]!;
    if (typeof part === 'number') record[name] = 0;
    else for (const one of Array.isArray(part) ? part : [part]) clear(one, kept);
  }
}

function collect(record: Plain, into: number[]): void {
  for (const name in record) {
    const part = record[name]!;
    if (typeof part === 'number') into.push(part);
    else if (!Array.isArray(part)) collect(part, into);
    else for (const one of part) collect(one, into);
  }
}

/** The values of all fields, in declared order: copies keep that order. */
export function numbersOf(state: Plain): number[] {
  const numbers: number[] = [];
  collect(state, numbers);
  return numbers;
}

/** A name for a state that no other state has, given the values of all of its fields. */
export const keyOf = (values: readonly number[]): string => values.join();

/** The layout of a state. */
export class Layout {
  readonly leaves: readonly Leaf[];
  readonly #spec: Spec;
  readonly #shape: Shape;

  constructor(spec: Spec) {
    this.#spec = spec;
    this.#shape = shapeOf(spec);
    this.leaves = leavesOf(spec, '', []);
  }

  zero(): Plain {
    return zeroOf(this.#spec);
  }

  /** A state like this one, which shares nothing with it. */
  copy(state: Plain): Plain {
    return copyOf(state, this.#shape);
  }

  /** The fields that hold what they cannot, with what they hold; given the values of all. */
  outOfRange(numbers: readonly number[]): { readonly leaf: Leaf; readonly value: number }[] {
    // Something that is no number has become a part of the state.
    if (numbers.length !== this.leaves.length) throw new TypeError('a field is no number any more');
    const found: { leaf: Leaf; value: number }[] = [];
    for (let i = 0; i < numbers.length; i++) {
      const { min, max } = this.leaves[i]!.field;
      const value = numbers[i]!;
      if (Number.isInteger(value) && value >= min && value <= max) continue;
      found.push({ leaf: this.leaves[i]!, value });
    }
    return found;
  }

  /** A line for each field that is not 0, as it prints: what a digest of the state is made of. */
  text(state: Plain): string {
    return numbersOf(state)
      .flatMap((value, i) => {
        const { name, record, field } = this.leaves[i]!;
        return value === 0 ? [] : [`${name}=${field.show(value, record)}`];
      })
      .join('\n');
  }

  /** Where two states differ: `page[0].present: 1, not 0`. */
  differences(state: Plain, other: readonly number[]): string[] {
    const differ: string[] = [];
    numbersOf(state).forEach((value, i) => {
      if (value !== other[i]) differ.push(`${this.leaves[i]!.name}: ${value}, not ${other[i]}`);
    });
    return differ;
  }
}
