/**
 * Each write_begin has one write_end, with the private value that it handed out, and each
 * ->iomap(READ) one UNRESERVE, which "will always be called after a IOMAP_READ".
 */
import type { Observer } from '../model/observe.ts';
import { anywhere, calls, firstIndex } from './property.ts';
import type { Property } from './property.ts';

const begun = (call: number, o: Observer) => {
  const { maps, write_begins } = o.s.call[call]!;
  return maps > 0 || write_begins > 0;
};

const unpaired = (call: number, o: Observer) =>
  o.s.call[call]!.mispaired === 1 || (o.hasReturned(call) && begun(call, o));

export const beginAndEndArePaired: Property = {
  name: 'begin-and-end-are-paired',
  short: 'pair',
  promise: 'what begins is ended once: write_begin/write_end, READ/UNRESERVE',
  premise: (o) => firstIndex(o.calls.length, begun, o) >= 0,
  violated: anywhere([calls, unpaired]),
  explain: (o) => {
    const call = firstIndex(o.calls.length, unpaired, o);
    const { mispaired, maps, write_begins } = o.s.call[call]!;
    const open = [
      ...(maps > 0 ? [`->iomap(READ) without UNRESERVE: ${maps}`] : []),
      ...(write_begins > 0 ? [`write_begin without write_end: ${write_begins}`] : []),
    ];
    return {
      expected: 'every begin ended once, with what it handed out',
      found: mispaired ? 'an end without its begin, or with another fsdata' : open.join('; '),
      where: `${o.callName(call)}${mispaired ? '' : ', returned'}`,
      meets: 'nothing yet: what begin has taken is given back twice, or never',
    };
  },
};
