/**
 * The models that kernels are held against, each with one thing changed for the worse: would the
 * traces notice? What they cannot notice is listed with the reason.
 */
import type { AnyRows } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { iomapDesign } from '../model/designs/iomap.ts';
import { genericWrite } from '../model/designs/page-at-a-time.ts';
import { LOOPS } from '../model/designs/perform-write.ts';
import type { WriteFrame } from '../model/designs/perform-write.ts';
import type { Filesystem } from '../model/filesystem.ts';
import type { Kernel, WholeKernel } from '../model/kernel.ts';
import type { FilesystemName } from '../traces/format.ts';

export interface Variation {
  readonly name: string;
  readonly says: string;
  /** Whose models have it. */
  readonly of: readonly FilesystemName[];
  readonly vary: (design: Design) => Design;
  /** Mutants (model/designs/mutants.ts) and bugs (historical.ts) that are this mistake. */
  readonly also?: readonly string[];
  /** Why no trace shows it, of one that none does. */
  readonly unseen?: string;
}

type Row = AnyRows<Kernel>[string];
/** The locals of all rows together: which a row has is written where it is. */
export type Locals = WriteFrame & {
  start: number;
  stop: number;
  at: number;
  scanned: number;
  zeroed: number;
  dirty: number;
  cleared_space: number;
  page: number;
  next: number;
  index: number;
  io: number;
  size: number;
};
export type Changed = (k: Kernel, f: Locals, sound: (k: Kernel, f: Locals) => string) => string;

/** One row of the write path is another one. */
export const row =
  (label: string, change: Changed) =>
  (design: Design): Design => {
    const sound = design.rows[label];
    if (sound === undefined) throw new Error(`${design.name} has no row ${label}`);
    const changed = (k: Kernel, f: Locals): string => change(k, f, sound as typeof changed);
    return { ...design, rows: { ...design.rows, [label]: changed as Row } };
  };

/** The row is there, and then something is not as it should be. */
export const after = (
  label: string,
  change: (k: WholeKernel & Kernel, f: Locals, before: Before) => void,
) =>
  row(label, (k, f, sound) => {
    const whole = k as WholeKernel & Kernel;
    const before = { pos: f.pos, i_size: whole.s.inode[whole.file]!.i_size };
    const next = sound(k, f);
    change(whole, f, before);
    return next;
  });
interface Before {
  readonly pos: number;
  readonly i_size: number;
}

type OfCall = (k: WholeKernel & Kernel, f: Locals & CallLocals) => string;
interface CallLocals {
  readonly end: number;
  longer: number;
}

/** Rows of other calls, or of other tasks (`call.row`), are other ones. */
export const calls =
  (rows: (logs_first: boolean) => Readonly<Record<string, OfCall>>) =>
  (design: Design): Design => ({
    ...design,
    others: rows(design.filesystem.truncate_logs_size_first === true) as Design['others'],
  });

/** The same of one row, whatever the filesystem. */
export const otherRow = (label: string, change: OfCall) => calls(() => ({ [label]: change }));

/** The filesystem is another one, and the rows are those that go with it. */
export const on =
  (change: (fs: Filesystem) => Partial<Filesystem>) =>
  (design: Design): Design => {
    const fs = { ...design.filesystem, ...change(design.filesystem) };
    if (fs.maps_by === 'iomap_begin') return { ...iomapDesign(design.name, fs) };
    return {
      ...design,
      filesystem: fs,
      ...genericWrite(fs, { loop: LOOPS['6.18'], by_block: false }),
    };
  };

/** One of the flaws that Linux has is mended. */
export const mended =
  (flaw: string) =>
  (design: Design): Design => {
    // A filesystem that never had it has nothing to mend.
    if (!design.flaws.some(({ name }) => name === flaw)) return design;
    return design.mended!(new Set([flaw]));
  };

export const ALL = ['xfs', 'ext4', 'ext4d'] as const;
