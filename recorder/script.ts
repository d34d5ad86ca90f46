/** What a directed sequence is made of. */
import type { FilesystemName } from '../traces/format.ts';
import type { Sequence } from './arbitrary.ts';
import { letterAt } from './calls.ts';
import type { Call, Wanted } from './calls.ts';
import type { Mode, Sizes } from './geometry.ts';

/** A question. */
export interface Asked {
  readonly name: string;
  /** Of the review (F1: ...), of the catalogue of bugs (M01: ...), or of the mail. */
  readonly ids: readonly string[];
  /** What the kernel is asked. */
  readonly asks: string;
  /** By default each that can crash. */
  readonly on?: readonly FilesystemName[];
}

export interface Directed extends Asked {
  readonly mode?: Mode;
  readonly sequence: (sizes: Sizes, fs: FilesystemName) => Scripted;
}

type Unnamed = Call extends infer C ? (C extends { name: string } ? Omit<C, 'name'> : C) : never;

interface Scripted {
  readonly file: Wanted;
  readonly second?: Wanted;
  readonly avail?: number;
  readonly calls: readonly (Unnamed & { readonly name?: string })[];
}

export const write = (pos: number, count: number, good?: number) =>
  ({ op: 'write', pos, count, ...(good === undefined ? {} : { good }) }) as const;
export const store = (pos: number, count: number) => ({ op: 'store', pos, count }) as const;
export const truncate = (pos: number) => ({ op: 'truncate', pos }) as const;
export const sfr = (a: number, b: number) => ({ op: 'sfr', a, b }) as const;
export const crash = (how: 1 | 2) => ({ op: 'crash', how }) as const;
export const fsync = { op: 'fsync' } as const;
export const read = { op: 'read' } as const;
export const drop = { op: 'drop' } as const;

/** A file of that size, whose blocks begin with those letters. */
export const file = (sizes: Sizes, size: number, blocks = ''): Wanted => ({
  size,
  blocks: blocks.padEnd(sizes.blocks, '.'),
});
/** Cells of a page. */
export const pageOf = ({ pb, bc }: Sizes): number => pb * bc;

const ALL = ['xfs', 'ext4', 'ext4d'] as const;
export const DELAYED = ['xfs', 'ext4d'] as const;
export const XFS = ['xfs'] as const;

/** The sequence of a question, its writes named by their place. */
export function scripted(directed: Directed, sizes: Sizes, fs: FilesystemName): Sequence {
  const { calls, ...rest } = directed.sequence(sizes, fs);
  return {
    ...rest,
    calls: calls.map((call, place) =>
      call.op === 'write' || call.op === 'store' ? { name: letterAt(place), ...call } : call,
    ),
  };
}

export const askedOn = ({ on = ALL }: Asked, fs: FilesystemName): boolean => on.includes(fs);
