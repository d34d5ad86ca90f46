/** Local variables of rows. */
import { flag, range } from '../machine/struct.ts';
import type { Field, Spec } from '../machine/struct.ts';
import { errno } from './errno.ts';
import { cellsOf } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/** What one holds: an offset or a length, a page's number, an I/O, yes or no, an error. */
export const LOCAL_KINDS = ['cells', 'page', 'io', 'flag', 'errno'] as const;
export type LocalKind = (typeof LOCAL_KINDS)[number];
export type Locals = Readonly<Record<string, LocalKind>>;

/** The locals of a piece of work, as its rows see them. */
export type Frame<D extends Locals> = { -readonly [N in keyof D]: number };

function localField(kind: LocalKind, g: Geometry): Field {
  switch (kind) {
    case 'cells':
      return range(cellsOf(g));
    case 'page':
      return range(g.pages * g.files);
    case 'io':
      return range(g.pages * g.files * 2 ** g.page_blocks);
    case 'flag':
      return flag;
    case 'errno':
      return errno;
  }
}

export const localFields = (locals: Locals, g: Geometry): Spec =>
  Object.fromEntries(Object.entries(locals).map(([name, kind]) => [name, localField(kind, g)]));

/** Arguments of a call, and names that the machine keeps for itself. */
const RESERVED = /^(?:pos|end|pc|constructor)$|_(?:word|shift|mask|clear|max)$/;

/** Why the name cannot be given to a local variable; undefined where it can. */
export function reserved(name: string): string | undefined {
  if (RESERVED.test(name)) return `'${name}' is a reserved name`;
  return /^[a-z][a-z0-9_]*$/.test(name) ? undefined : `'${name}' is no name in lower case`;
}
