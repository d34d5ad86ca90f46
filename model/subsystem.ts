/**
 * How a subsystem is written down: one file declares its fields of the state, the places where the
 * environment has a say, its lock classes, its commands (what rows may say), what rows may look at,
 * and its tasks. What other subsystems may use is plain functions.
 *
 * Which subsystems it needs stands in one type, `Ctx<...> & ...`: what is not named there does not
 * compile.
 */
import type { LockClass } from '../machine/lock-class.ts';
import type { Site } from '../machine/rows.ts';
import type { AnyRows, Row } from '../machine/rows.ts';
import type { Spec, View } from '../machine/struct.ts';
import type { Cells } from './cells.ts';
import type { Core } from './core.ts';
import type { Filesystem } from './filesystem.ts';
import type { Geometry } from './geometry.ts';
import type { Frame, Locals } from './locals.ts';

/** What the size of a field may depend on. */
export interface Sizes {
  readonly geometry: Geometry;
  readonly cells: Cells;
  /** Names of all tasks; those that make calls come first. */
  readonly tasks: readonly string[];
  readonly threads: number;
  readonly calls: number;
  readonly faults_max: number;
  /** Names of the calls that are made. */
  readonly made: ReadonlySet<string>;
  /** Is an account kept of what was promised? Else all is kept that a kernel can be seen to do. */
  readonly judged: boolean;
  /** Has any call a user buffer that ends? */
  readonly buffers_end: boolean;
  readonly filesystem: Filesystem;
  readonly socket: boolean;
  /** What few designs need, and the others do not pay for: see `Design.uses`. */
  readonly uses: ReadonlySet<Use>;
}

/** Parts of the state that are there only below a design that says so. */
export type Use = 'lock_sock' | 'aggregate';

/** The records that the state is made of; each subsystem may add fields to any of them. */
export const RECORDS = [
  'world',
  'inode',
  'page',
  'block',
  'extent',
  'disk',
  'thread',
  'call',
  'stack',
  'cell',
] as const;
// `stack` is what a call has on its stack: it is gone when the call is over.
export type RecordName = (typeof RECORDS)[number];

type Fields = (z: Sizes) => Spec;

/** A place where the environment has a say. */
export interface SiteSpec {
  readonly about: string;
  /** Does it cost one of the faults that a run may have? A free choice costs none. */
  readonly fault: boolean;
  /** Names of the answers after `ok`; further ones are numbered. */
  readonly answers: readonly string[];
}

export const fault = (about: string, ...answers: readonly string[]): SiteSpec => ({
  about,
  fault: true,
  answers: ['ok', ...answers],
});

export const choice = (about: string, ...answers: readonly string[]): SiteSpec => ({
  about,
  fault: false,
  answers,
});

/** A site as the machine has it. */
export interface FaultSite extends Site {
  readonly about: string;
  readonly fault: boolean;
}

/** What a subsystem declares before its code. */
export type Declaration = {
  readonly name: string;
  readonly sites?: Readonly<Record<string, SiteSpec>>;
} & { readonly [R in RecordName]?: Fields };

export const declare = <const D extends Declaration>(declaration: D): D => declaration;

/** One that is held until its owner gives it back. */
export interface Held<K> {
  /** In words: `private pages`. */
  readonly what: string;
  /** Does the thread hold it? Allocates nothing. */
  readonly by: (k: K, thread: number) => boolean;
}

/**
 * A class of locks, or of what others have to have done. What may be waited for is one: its name
 * stands in the call of `wait`, and lock orders follow from that and from who holds what.
 */
export interface Lock<K> extends LockClass<K> {
  /** How it is said that one is still held; without it, `what`. */
  readonly held_as?: string;
  /** Direct reclaim under GFP_KERNEL may need it. */
  readonly reclaim_needs?: true;
}

// oxlint-disable-next-line typescript/no-explicit-any -- `this` is checked where each is written
type Methods = Readonly<Record<string, (this: any, ...args: any[]) => unknown>>;

/** Work that goes on beside the calls; see `task`. */
export interface OtherTask {
  readonly about: string;
  readonly daemon: boolean;
  /** It is not the kernel's to see that it begins: what it does somebody wants, or nobody. */
  readonly at_will: boolean;
  readonly locals: Locals;
  readonly rows: AnyRows<never>;
  /** Is it there at all, on such a filesystem, and below such a design? */
  readonly present: (fs: Filesystem, socket: boolean) => boolean;
  /** Rows that it does not have on such a filesystem, at such sizes. */
  readonly absent: (fs: Filesystem, g: Geometry) => readonly string[];
}

/** A system call that is the kernel's own, and not the write of a design; see `syscall`. */
export interface SystemCall {
  /** What it does to cells `pos` to `end`, in a sentence. */
  readonly about: (pos: number, end: number) => string;
  readonly locals: Locals;
  /** Its rows on such a filesystem, at such sizes, where such calls are made. */
  readonly rows: (fs: Filesystem, g: Geometry, made: ReadonlySet<string>) => AnyRows<never>;
  /** It begins, and returns `error` or 0: what the ledger is told. */
  readonly begins?: (k: Core) => void;
  readonly ends?: (k: Core, error: number) => void;
}

export interface Subsystem extends Declaration {
  readonly commands?: Methods;
  /** What a row may look at beside its one command. */
  readonly looks?: Methods;
  readonly tasks?: Readonly<Record<string, OtherTask>>;
  readonly calls?: Readonly<Record<string, SystemCall>>;
  /** What may be waited for. Of these, a call that has returned holds none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each looks at its own part of the kernel
  readonly locks?: readonly Lock<any>[];
  /** What else must be free when a call returns. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each looks at its own part of the kernel
  readonly must_be_free?: readonly Held<any>[];
}

/** A task of the kernel. It is at rest at its first row; rows are as in a design. */
export const task =
  <K>() =>
  <const D extends Locals, L extends string>(
    about: string,
    locals: D,
    rows: { readonly [label in L]: Row<K, Frame<D>, NoInfer<L>> },
    options: Partial<Pick<OtherTask, 'daemon' | 'at_will' | 'absent' | 'present'>> = {},
  ): OtherTask => ({
    about,
    daemon: true,
    at_will: false,
    present: () => true,
    absent: () => [],
    locals,
    rows,
    ...options,
  });

/** A system call: rows as in a design, the last of which gives `returns`. */
export const syscall =
  <K>() =>
  <const D extends Locals, L extends string>(
    about: SystemCall['about'],
    locals: D,
    rows: (
      fs: Filesystem,
      g: Geometry,
      made: ReadonlySet<string>,
    ) => {
      readonly [label in L]: Row<K, Frame<D> & { pos: number; end: number }, NoInfer<L>>;
    },
    options: Pick<SystemCall, 'begins' | 'ends'> = {},
  ): SystemCall => ({ about, locals, rows, ...options });

/**
 * The rows less those that this filesystem does not have. To their type they are all still there:
 * that none is gone to is checked when the row runs.
 */
export function without<R extends object>(rows: R, absent: readonly (keyof R)[]): R {
  const left = { ...rows };
  for (const label of absent) delete left[label];
  return left;
}

// From here on: what the declarations look like to the code of a subsystem.

type Meet<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void
  ? I
  : never;

type Part<D, R extends RecordName> = Meet<
  D extends { readonly [N in R]: (z: Sizes) => infer S extends Spec } ? View<S> : never
>;

/** The state, as far as these subsystems declare it. Arrays run over all files. */
export type State<D> = Part<D, 'world'> & {
  readonly inode: readonly Part<D, 'inode'>[];
  readonly page: readonly (Part<D, 'page'> & { readonly block: readonly Part<D, 'block'>[] })[];
  readonly extent: readonly Part<D, 'extent'>[];
  readonly disk: readonly Part<D, 'disk'>[];
  readonly thread: readonly Part<D, 'thread'>[];
  readonly call: readonly Part<D, 'call'>[];
  readonly stack: readonly Part<D, 'stack'>[];
  readonly cell: readonly Part<D, 'cell'>[];
};

type Bound<M> = { readonly [N in keyof M]: OmitThisParameter<M[N]> };
type Of<D, P extends string> = Meet<D extends { readonly [N in P]: infer M } ? Bound<M> : never>;
type SiteNames<D> = D extends { readonly sites: infer S } ? keyof S : never;

/** What the code of a subsystem sees: its own part of the state, and the numbers of its sites. */
export type Ctx<D> = Core & {
  readonly s: State<D>;
  readonly site: { readonly [N in SiteNames<D> & string]: number };
};

/** What rows see of them: commands, and what may be looked at; never the state. */
export type Face<D> = Pick<Core, 'page_size' | 'page_index' | 'page_end'> &
  Of<D, 'commands'> &
  Of<D, 'looks'>;
