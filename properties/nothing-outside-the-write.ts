/**
 * A write puts its bytes nowhere but into the range that was asked for, in the cache or on disk.
 */
import { blockAt } from '../model/extents.ts';
import type { Observer } from '../model/observe.ts';
import { anywhere, cells, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isWithin = (cell: number, call: number, o: Observer) => {
  const first = o.firstCell(call);
  return cell >= first && cell < first + o.s.call[call]!.count;
};

const strays = (value: number, cell: number, o: Observer) => {
  const call = o.cells.callOf(value);
  return call >= 0 && !isWithin(cell, call, o);
};

/** What the cache holds for a cell, and what the block does that it is mapped to. */
const inCache = (cell: number, o: Observer) => {
  const block = o.block(o.extentOf(cell));
  return block.uptodate || block.dirty ? o.cells.at(block.cells, cell % o.block_size) : 0;
};
const onDisk = (cell: number, o: Observer) => {
  const b = blockAt(o.s.extent[o.extentOf(cell)]!.map);
  return b < 0 ? 0 : o.cells.at(o.s.disk[b]!.cells, cell % o.block_size);
};

const isOutside = (cell: number, o: Observer) =>
  strays(inCache(cell, o), cell, o) || strays(onDisk(cell, o), cell, o);

const holdsWritten = (cell: number, o: Observer) => o.cells.callOf(inCache(cell, o)) >= 0;

export const nothingOutsideTheWrite: Property = {
  name: 'nothing-outside-the-write',
  short: 'outside',
  promise: 'a write changes no byte outside the range that was asked for',
  premise: (o) => firstIndex(o.s.cell.length, holdsWritten, o) >= 0,
  violated: anywhere([cells, isOutside]),
  explain: (o) => {
    const cell = firstIndex(o.s.cell.length, isOutside, o);
    const cached = inCache(cell, o);
    const value = strays(cached, cell, o) ? cached : onDisk(cell, o);
    const call = o.cells.callOf(value);
    const { pos, count } = o.s.call[call]!;
    return {
      expected: `${o.callName(call)} writes cells ${pos}..${pos + count} alone`,
      found: o.cells.name(value),
      where: o.cellName(cell),
      meets: `${value === cached ? '' : 'once it is read from disk: '}${o.reads(cell, value)}`,
    };
  },
};
