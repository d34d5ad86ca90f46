/**
 * How a write path is written down: a table of labelled rows. Each row gives the kernel one
 * command, and returns the label of the row that follows; `done` ends the call.
 */
import { DesignError } from '../machine/rows.ts';
import type { AnyRows, Row } from '../machine/rows.ts';
import type { Filesystem } from './filesystem.ts';
import type { Observer } from './observe.ts';
import type { Use } from './subsystem.ts';
import type { Kernel } from './kernel.ts';
import { reserved } from './locals.ts';
import type { Frame as LocalFrame, Locals } from './locals.ts';

/** The locals of a write path. `pos` and `end` are its arguments, set when the call is made. */
export type Frame<D extends Locals> = { pos: number; end: number } & LocalFrame<D>;

/** Rows that several designs share: their own labels, and those to which they leave. */
export type Part<F, Own extends string, Exit extends string> = {
  readonly [label in Own]: Row<Kernel, F, Own | Exit>;
};

/** Something that is wrong with a design as its code is. */
export interface Flaw {
  readonly name: string;
  /** In a sentence. */
  readonly says: string;
  /** The line of the source, and where it was mended. */
  readonly source: string;
  /**
   * Where no rows can mend it, since it is the whole idea: the design that does without, and what
   * the end of a trace must show for this to be the reason.
   */
  readonly instead?: { readonly design: string; readonly shows: (o: Observer) => boolean };
}

/** Is the flaw of this name mended? */
export type Mended = (flaw: string) => boolean;

export interface Design {
  readonly name: string;
  /** In a sentence: what is special about it. */
  readonly about: string;
  /** Where it was published, or what it models. */
  readonly source: string;
  readonly filesystem: Filesystem;
  /** Does it take its bytes from a socket? */
  readonly socket: boolean;
  /** Parts of the kernel's state that few designs need; the commands that work on them say so. */
  readonly uses: readonly Use[];
  readonly locals: Locals;
  readonly rows: AnyRows<Kernel>;
  /** Rows of the others at work (`task.row`) that this design, a mutant, replaces. */
  readonly others: Readonly<Record<string, AnyRows<Kernel>[string]>>;
  /** Whole tables of the others at work, by task or call, that this design, a mutant, replaces. */
  readonly tables?: Readonly<Record<string, AnyRows<Kernel>>>;
  /** Why it cannot be run at all: said when it is asked, so that others can be. */
  readonly refused?: string;
  /** What is wrong with it; of a design that is as it should be, nothing. */
  readonly flaws: readonly Flaw[];
  /** The same with some of its flaws mended. */
  readonly mended?: (flaws: ReadonlySet<string>) => Design;
}

/**
 * A design with its flaws: `build` makes it on a filesystem, with those mended that it is told of.
 * The flaws of the filesystem are flaws of the design, too.
 */
export function flawed(
  build: (fs: Filesystem, mended: Mended) => Design,
  fs: Filesystem,
  own: readonly Flaw[] = [],
): Design {
  const flaws = [
    ...own,
    ...(fs.flaws ?? []).map(({ name, says, source }) => ({ name, says, source })),
  ];
  const made = (mended: ReadonlySet<string>): Design => {
    const right = (fs.flaws ?? []).filter(({ name }) => mended.has(name));
    const mendedFs = right.reduce((so_far, { mend }) => mend(so_far), fs);
    return {
      ...build(mendedFs, (name) => mended.has(name)),
      flaws: flaws.filter(({ name }) => !mended.has(name)),
      mended: made,
    };
  };
  return made(new Set());
}

/** Throws where the design cannot be run at all. */
export function refuse({ name, refused }: Design): void {
  if (refused !== undefined) throw new DesignError(`design ${name}: ${refused}`);
}

export function design<D extends Locals, L extends string>(parts: {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly filesystem: Filesystem;
  readonly socket?: boolean;
  readonly uses?: readonly Use[];
  readonly locals: D;
  readonly rows: { readonly [label in L]: Row<Kernel, Frame<D>, NoInfer<L>> };
}): Design {
  const names = Object.keys(parts.locals);
  const refused = names.map(reserved).find((why) => why !== undefined);
  // A row that writes into the table, or a design that changes while it runs, is then an error.
  Object.freeze(parts.rows);
  return Object.freeze({
    socket: false,
    uses: [],
    others: {},
    flaws: [],
    ...parts,
    ...(refused === undefined ? {} : { refused: `local variable: ${refused}` }),
  });
}
