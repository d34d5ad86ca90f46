/**
 * write() returns n: exactly the first n bytes were taken in. What is beyond them is as it was, and
 * a write that failed has not made the file longer. Zero, without an error, is returned only where
 * the peer has closed and sent nothing.
 */
import type { Observer } from '../model/observe.ts';
import { CLOSED } from '../model/socket.ts';
import { anywhere, calls, firstIndex, inodes } from './property.ts';
import type { Property } from './property.ts';

/** The cell that a returned call shows beyond what it returned, or -1. */
function beyond(call: number, o: Observer): number {
  if (!o.writes(call) || !o.hasReturned(call)) return -1;
  const { ret, count } = o.s.call[call]!;
  const first = o.firstCell(call);
  for (let cell = first + ret; cell < first + count; cell++) {
    if (o.cells.callOf(o.visible(cell)) === call) return cell;
  }
  return -1;
}

const showsBeyond = (call: number, o: Observer) => beyond(call, o) >= 0;

const returnedZero = (call: number, o: Observer) => {
  const { ret, err, connection, sent } = o.s.call[call]!;
  const atItsEnd = o.socket && connection === CLOSED && sent === 0;
  return o.writes(call) && o.hasReturned(call) && ret === 0 && err === 0 && !atItsEnd;
};

/** How far the file may reach: as it was, or as far as calls have returned or may still get. */
function reach(file: number, o: Observer): number {
  let end = o.sizeAsked(file);
  for (let i = 0; i < o.calls.length; i++) {
    if (o.calls[i]!.file !== file || !o.writes(i) || !o.hasBegun(i)) continue;
    const { pos, count, ret } = o.s.call[i]!;
    const taken = o.hasReturned(i) ? ret : count;
    if (taken > 0 && pos + taken > end) end = pos + taken;
  }
  return end;
}

const tooLong = (file: number, o: Observer) => o.s.inode[file]!.i_size > reach(file, o);

const returned = (call: number, o: Observer) => o.hasReturned(call);

export const returnValueIsTrue: Property = {
  name: 'return-value-is-true',
  short: 'ret',
  promise: 'write() returns n: exactly its first n bytes are in the file',
  premise: (o) => firstIndex(o.calls.length, returned, o) >= 0,
  violated: anywhere([inodes, tooLong], [calls, showsBeyond], [calls, returnedZero]),
  explain: (o) => {
    const call = firstIndex(o.calls.length, showsBeyond, o);
    if (call >= 0) {
      const cell = beyond(call, o);
      const { ret, err } = o.s.call[call]!;
      const result = err > 0 ? 'an error' : `${ret} cells`;
      return {
        expected: `${result} returned, so ${o.cellName(cell)} as it was`,
        found: `a read now returns ${o.cells.name(o.visible(cell))}`,
        where: `${o.callName(call)}, ${o.cellName(cell)}`,
        meets: `write() = ${result}; ${o.reads(cell, o.visible(cell))}`,
      };
    }
    const file = firstIndex(o.s.inode.length, tooLong, o);
    if (file >= 0) {
      return {
        expected: `i_size ${reach(file, o)} at most`,
        found: `i_size ${o.s.inode[file]!.i_size}`,
        where: 'the calls returned less than they made the file longer',
        meets: `fstat(): st_size = ${o.s.inode[file]!.i_size}`,
      };
    }
    return {
      expected: 'some bytes, or an error',
      found: 'the call returned 0',
      where: o.callName(firstIndex(o.calls.length, returnedZero, o)),
      meets: 'write() = 0: who calls it again until all is written never ends',
    };
  },
};
