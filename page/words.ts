/** A state in words and letters, field by field, as far as no page is needed for that. */
import type { Plain } from '../verifier/plain.ts';
import { numbersOf } from '../verifier/plain.ts';
import type { Leaf } from '../verifier/plain.ts';
import { ownName } from './walk.ts';
import type { Walk } from './walk.ts';

/** A cell as it is drawn. */
export interface CellText {
  readonly name: string;
  readonly short: string;
  /** The class that gives it its hue. */
  readonly kind: string;
  /** Its place in the file, or -1. */
  readonly place: number;
  readonly changed: boolean;
}

export const FOREIGN_NAMES = [
  { kind: 'zero', short: '0', says: 'zeroes' },
  { kind: 'stale', short: 'STALE', says: 'what an earlier owner left in the block' },
  { kind: 'garbage', short: 'GARB', says: 'memory never initialised' },
] as const;

/** Hues for calls, which are then used again. */
const HUES = 6;

/** A field with what it holds. */
export interface Standing {
  readonly leaf: Leaf;
  readonly own: string;
  readonly value: number;
  /** As it prints. */
  readonly text: string;
  /** What is said of it as it stands; '' for nothing. */
  readonly words: string;
  readonly changed: boolean;
  /** What it held before the step. */
  readonly old: number;
  readonly was: string;
}

/** The cells of a block are one field, which prints as their names. */
export const isCells = ({ own }: Pick<Standing, 'own'>): boolean =>
  own === 'cells' || own === 'media';

/** Has a trace a word for it when it changes? Then it is shown, even where it stands silent. */
function speaks({ field }: Leaf, own: string): boolean {
  return field.change('1', '0', own) !== '' || field.change('0', '1', own) !== '';
}

function wordsOf(leaf: Leaf, own: string, value: number, text: string): string {
  const stands = leaf.field.stand(text, own);
  if (stands !== '' || value === 0 || own === 'present' || !speaks(leaf, own)) return stands;
  return leaf.field.max === 1 ? own : `${own}: ${text}`;
}

/** All fields of a state, in declared order; `before`: the state that the step came from. */
export function standingIn(walk: Walk, state: Plain, before: Plain | undefined): Standing[] {
  const { leaves } = walk.interpreter.layout;
  const was = before && numbersOf(before);
  return numbersOf(state).map((value, i) => {
    const leaf = leaves[i]!;
    const own = ownName(leaf);
    const text = leaf.field.show(value, leaf.record);
    const old = was?.[i] ?? value;
    return {
      leaf,
      own,
      value,
      text,
      words: wordsOf(leaf, own, value, text),
      changed: old !== value,
      old,
      was: leaf.field.show(old, leaf.record),
    };
  });
}

/** By record: `page.0.block.1`. */
export function byRecord(all: readonly Standing[]): Map<string, Standing[]> {
  const groups = new Map<string, Standing[]>();
  for (const one of all) {
    const key = one.leaf.record.join('.');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Hue by origin: old data, each call, and what has no origin. */
export function kindOf({ interpreter }: Walk, value: number): string {
  const { cells, geometry } = interpreter.observer;
  const origin = cells.origin(value);
  if (origin < 0) return FOREIGN_NAMES[value]!.kind;
  return origin < geometry.files ? 'old' : `call${(origin - geometry.files) % HUES}`;
}

/** What is known by a name of its own: old data, and each call with who made it. */
export function originsOf({ interpreter }: Walk): (readonly [string, string, string])[] {
  const { cells, calls, tasks, geometry } = interpreter.observer;
  return Array.from({ length: cells.origins }, (_, origin) => {
    const name = cells.originName(origin);
    const which = geometry.files === 1 ? 'the file' : `file ${origin + 1}`;
    if (origin < geometry.files) return [name, 'old', `bytes of ${which}, written before`] as const;
    const number = origin - geometry.files;
    const { thread, call } = calls[number]!;
    return [name, `call${number % HUES}`, `bytes of ${tasks[thread]}, ${call}`] as const;
  });
}

/** `first`: the place in its file of the first cell, or -1. */
export function cellsIn(walk: Walk, one: Standing, first: number): CellText[] {
  const { cells, geometry } = walk.interpreter.observer;
  return Array.from({ length: geometry.block_cells }, (_, i) => {
    const value = cells.at(one.value, i);
    const place = first < 0 ? -1 : first + i;
    const name = cells.name(value, place);
    const kind = kindOf(walk, value);
    const short = FOREIGN_NAMES.find((foreign) => foreign.kind === kind)?.short ?? name;
    const changed = cells.at(one.old, i) !== value;
    return { name, short, kind, place, changed };
  });
}
