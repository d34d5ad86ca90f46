/** What was acknowledged before an fsync() that has succeeded survives a crash, with its size. */
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex, inodes } from './property.ts';
import type { Breach, Property } from './property.ts';

const isSynced = (cell: number, o: Observer) => o.s.cell[cell]!.synced !== 0;

const isSizeSynced = (file: number, o: Observer) => o.s.inode[file]!.size_synced > 0;

function gone(cell: number, o: Observer): boolean {
  const { synced } = o.s.cell[cell]!;
  if (synced === 0) return false;
  const value = o.afterCrash(cell);
  const origin = o.cells.origin(value);
  if (origin < 0) return true;
  if ((synced >>> origin) & 1) return false;
  // What was written since may have reached the disk, too.
  const call = o.cells.callOf(value);
  return call < 0 || o.s.call[call]!.settled === 1;
}

/** The size on disk does not reach what was written, be that punched out by now. */
const isShort = (file: number, o: Observer): boolean => {
  const { logged_size, size_synced } = o.s.inode[file]!;
  return logged_size < size_synced;
};

function explainSize(o: Observer): Breach {
  const file = firstIndex(o.s.inode.length, isShort, o);
  const { logged_size, size_synced } = o.s.inode[file]!;
  return {
    expected: `a file of ${size_synced} cells`,
    found: `after a crash now it has ${logged_size}`,
    where: `${o.cellName(file * o.file_cells + size_synced - 1)}, which fsync() has acknowledged`,
  };
}

export const fsyncIsDurable: Property = {
  name: 'fsync-is-durable',
  short: 'fsync',
  promise: 'what was written before an fsync() that succeeds survives a crash',
  premise: (o) =>
    firstIndex(o.s.cell.length, isSynced, o) >= 0 ||
    firstIndex(o.s.inode.length, isSizeSynced, o) >= 0,
  violated: anywhere([cells, gone], [inodes, isShort]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, gone, o);
    if (cell < 0) return explainSize(o);
    return {
      expected: o.originNames(o.s.cell[cell]!.synced),
      found: `after a crash now a read returns ${o.cells.name(o.afterCrash(cell))}`,
      where: `${o.cellName(cell)}, which fsync() has acknowledged`,
      meets: `fsync() = 0; power fails; mount; ${o.reads(cell, o.afterCrash(cell))}`,
    };
  },
};
