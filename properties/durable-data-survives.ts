/**
 * What was on disk before survives a crash, unless it was overwritten; and a size on disk that has
 * grown does not end in what was never written there.
 */
import { ZERO } from '../model/cells.ts';
import { HOLE, MAPPED, UNWRITTEN, typeOf } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex, inodes } from './property.ts';
import type { Breach, Property } from './property.ts';

const wasDurable = (cell: number, o: Observer) => o.isDurable(cell);

/** Zero after a crash, where old data was on disk. */
const isGone = (cell: number, o: Observer) => wasDurable(cell, o) && o.afterCrash(cell) === ZERO;

const isNowhere = (extent: number, o: Observer): boolean => {
  const type = typeOf(o.s.extent[extent]!.logged);
  return (type === HOLE || type === UNWRITTEN) && o.type(extent) !== MAPPED;
};

/** The last byte of a file that has grown on disk, in a block that no I/O has ever reached. */
const endsInNothing = (file: number, o: Observer) => {
  const size = o.s.inode[file]!.logged_size;
  if (size <= Math.max(o.sizeAsked(file), o.s.inode[file]!.emptied_to)) return false;
  return isNowhere(o.extentOf(file * o.file_cells + size - 1), o);
};

/**
 * The last byte that was written before a truncate() that has logged its size: the "NULL files" of
 * XFS. A filesystem that logs the size first, as ext4, promises nothing of it.
 */
const coversNothing = (file: number, o: Observer) => {
  const { logged_size, covered_to } = o.s.inode[file]!;
  if (covered_to === 0 || logged_size < covered_to || o.fs.truncate_logs_size_first) return false;
  return isNowhere(o.extentOf(file * o.file_cells + covered_to - 1), o);
};

function explainCovered(file: number, o: Observer): Breach {
  const { logged_size, covered_to } = o.s.inode[file]!;
  return {
    expected: 'what was written before a truncate() that succeeds is on disk with the size',
    found: `size ${logged_size} on disk; what was written below it was not`,
    where: o.cellName(file * o.file_cells + covered_to - 1),
  };
}

export const durableDataSurvives: Property = {
  name: 'durable-data-survives',
  short: 'durable',
  promise: 'a crash keeps old data, and a size on disk covers what was written',
  premise: (o) => firstIndex(o.s.cell.length, wasDurable, o) >= 0 || o.hasGrownOnDisk(),
  violated: anywhere([cells, isGone], [inodes, endsInNothing], [inodes, coversNothing]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, isGone, o);
    if (cell >= 0) {
      return {
        expected: `${o.cells.originName(o.fileOf(cell))}, which was on disk, or newer data`,
        found: 'after a crash now a read returns zero',
        where: o.cellName(cell),
        meets: `power fails; mount; ${o.reads(cell, o.afterCrash(cell))}`,
      };
    }
    const covering = firstIndex(o.s.inode.length, coversNothing, o);
    if (covering >= 0) return explainCovered(covering, o);
    const file = firstIndex(o.s.inode.length, endsInNothing, o);
    const size = o.s.inode[file]!.logged_size;
    return {
      expected: 'a size on disk that ends in a block that was written',
      found: `size ${size} on disk; its last block was never written`,
      where: o.cellName(file * o.file_cells + size - 1),
      meets: `power fails; mount; st_size = ${size}, and what is read at its end is zero`,
    };
  },
};
