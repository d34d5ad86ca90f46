/**
 * Each write_begin has one write_end, with the private value that it handed out, and each
 * ->iomap(READ) one UNRESERVE, which "will always be called after a IOMAP_READ".
 */
import type { Observer } from '../model/observe.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const unpaired = (writer: number, o: Observer) => {
  const call = o.s.call[writer]!;
  if (call.mispaired) return true;
  return !o.isRunning(writer) && (call.reads_open > 0 || call.begins_open > 0);
};

const begun = (writer: number, o: Observer) => {
  const call = o.s.call[writer]!;
  return call.reads_open > 0 || call.begins_open > 0;
};

export const beginAndEndArePaired: Property = {
  name: 'begin-and-end-are-paired',
  short: 'pair',
  promise: 'what begins is ended once: write_begin/write_end, READ/UNRESERVE',
  premise: (o) => firstIndex(o.writers.length, begun, o) >= 0,
  violated: (o) => firstIndex(o.writers.length, unpaired, o) >= 0,
  explain: (o) => {
    const writer = firstIndex(o.writers.length, unpaired, o);
    const { mispaired, reads_open, begins_open } = o.s.call[writer]!;
    const open = [
      ...(reads_open > 0 ? [`->iomap(READ) without UNRESERVE: ${reads_open}`] : []),
      ...(begins_open > 0 ? [`write_begin without write_end: ${begins_open}`] : []),
    ];
    return {
      expected: 'every begin ended once, with what it handed out',
      found: mispaired ? 'an end without its begin, or with another fsdata' : open.join('; '),
      where: `writer${writer + 1}${mispaired ? '' : ', returned'}`,
    };
  },
};
