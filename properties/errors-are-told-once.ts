/**
 * An error of writeback is returned by the next fsync() of everybody who has the file open, and
 * then not again. truncate(), punch and zero range, which write what is dirty and wait for it, fail
 * where an error is on record of which nobody has asked.
 */
import type { Observer } from '../model/observe.ts';
import { anywhere, calls, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const isWrong = (call: number, o: Observer) => o.s.call[call]!.told_wrongly === 1;
const mustFail = (call: number, o: Observer) => o.s.call[call]!.must_fail === 1;
const isToBeTold = (file: number, o: Observer) => o.s.inode[file]!.may_tell !== 0;

export const errorsAreToldOnce: Property = {
  name: 'errors-are-told-once',
  short: 'errseq',
  promise: 'an error of writeback is returned once to each who calls fsync(), or waits for it',
  premise: (o) =>
    firstIndex(o.s.inode.length, isToBeTold, o) >= 0 ||
    firstIndex(o.calls.length, mustFail, o) >= 0 ||
    firstIndex(o.calls.length, isWrong, o) >= 0,
  violated: anywhere([calls, isWrong]),
  explain: (o) => {
    const call = firstIndex(o.calls.length, isWrong, o);
    const { err } = o.s.call[call]!;
    return {
      expected: err > 0 ? 'no error: he was told of it before' : 'an error, which was not told yet',
      found: err > 0 ? 'it returns an error' : 'it returns 0',
      where: o.callName(call),
      meets: `${o.calls[call]!.call}() = ${err > 0 ? 'an error, again' : '0, and it was lost'}`,
    };
  },
};
