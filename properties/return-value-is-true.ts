/**
 * write() returns n: exactly the first n bytes were taken in. What is beyond them is as it was, and a
 * write that failed has not made the file longer. Zero is returned only where nothing was asked, or
 * the socket had no more to give.
 */
import type { Observer } from '../model/observe.ts';
import { EIO, RUNNING, WRITE, cellName } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

/** The cell that a returned call shows beyond what it returned, or -1. */
function beyond(writer: number, o: Observer): number {
  const { state, ret } = o.s.call[writer]!;
  if (state === RUNNING) return -1;
  const { pos, count } = o.writers[writer]!;
  for (let cell = pos + ret; cell < pos + count; cell++) {
    if (o.visible(cell) === WRITE + writer) return cell;
  }
  return -1;
}

const showsBeyond = (writer: number, o: Observer) => beyond(writer, o) >= 0;

const returnedZero = (writer: number, o: Observer) => {
  const { state, ret, err } = o.s.call[writer]!;
  return state !== RUNNING && ret === 0 && err === 0 && !o.socket;
};

/** How far the file may reach: as it was, or as far as calls have returned or may still get. */
function reach(o: Observer): number {
  let end = o.initial_size;
  for (let i = 0; i < o.s.call.length; i++) {
    const { pos, count } = o.writers[i]!;
    const taken = o.isRunning(i) ? count : o.s.call[i]!.ret;
    if (taken > 0 && pos + taken > end) end = pos + taken;
  }
  return end;
}

const anyReturned = (writer: number, o: Observer) => !o.isRunning(writer);

export const returnValueIsTrue: Property = {
  name: 'return-value-is-true',
  short: 'ret',
  promise: 'write() returns n: exactly its first n bytes are in the file',
  premise: (o) => firstIndex(o.writers.length, anyReturned, o) >= 0,
  violated: (o) =>
    o.s.i_size > reach(o) ||
    firstIndex(o.writers.length, showsBeyond, o) >= 0 ||
    firstIndex(o.writers.length, returnedZero, o) >= 0,
  explain: (o) => {
    const writer = firstIndex(o.writers.length, showsBeyond, o);
    if (writer >= 0) {
      const cell = beyond(writer, o);
      const { ret, err } = o.s.call[writer]!;
      return {
        expected: `${err >= EIO ? 'an error' : `${ret} cells`} returned, so cell ${cell} as it was`,
        found: `a read now returns ${cellName(o.visible(cell))}`,
        where: `writer${writer + 1}, cell ${cell}`,
      };
    }
    if (o.s.i_size > reach(o)) {
      return {
        expected: `i_size ${reach(o)} at most`,
        found: `i_size ${o.s.i_size}`,
        where: 'the calls returned less than they made the file longer',
      };
    }
    return {
      expected: 'some bytes, or an error',
      found: 'write() returned 0',
      where: `writer${firstIndex(o.writers.length, returnedZero, o) + 1}`,
    };
  },
};
