/**
 * Classes of difference between a kernel and its model that are known, and stay: each has a name,
 * why it is outside of the model, and a smallest example. What has no name here is unexplained.
 */
import type { Trace } from '../traces/format.ts';
import type { Difference, Judged } from './conform.ts';
import { ASPECTS } from './sight.ts';
import type { Aspect, Sight } from './sight.ts';

export interface Class {
  readonly name: string;
  /** Why it is outside of the model, in a sentence. */
  readonly why: string;
  /** The smallest trace that shows it: one line, as a trace file has it. */
  readonly example: string;
  /** Is what `judged` ends with, its difference, of this class? */
  readonly has: (trace: Trace, judged: Judged) => boolean;
}

/** Has the model an outcome that differs in these alone, and there only so? */
function differsOnly(
  difference: Difference | undefined,
  aspects: readonly Aspect[],
  alike: (kernel: string, model: string) => boolean,
): boolean {
  if (difference === undefined) return false;
  const { kernel, allowed } = difference;
  const isAlike = (sight: Sight) => (aspect: Aspect) =>
    kernel[aspect] === sight[aspect] ||
    (aspects.includes(aspect) && alike(kernel[aspect], sight[aspect]));
  return allowed.some((sight) => ASPECTS.every(isAlike(sight)));
}

const isExt4 = ({ fs }: Trace): boolean => fs === 'ext4' || fs === 'ext4d';
/** With every placed block as written, or not. */
const placed = (ext: string): string => ext.replaceAll('U', 'M');
const withoutWriteback = (cache: string): string => cache.replaceAll('w', '-');

export const DIFFERENCES: readonly Class[] = [
  {
    name: 'extents-end-elsewhere',
    why:
      'ext4 writes zeroes to the rest of an unwritten extent, or splits it, by where that extent ' +
      'ends; the model takes blocks that follow each other in the file for one extent, and knows ' +
      'not where on the disk they lie',
    example:
      '{"trace":2,"kernel":"6.18.44","fs":"ext4","pb":2,"bc":2,"pages":3,"mode":"plain","seed":0,' +
      '"q":0,"init":{"size":12,"blocks":".M....","obs":{"size":12,"ext":".M....","extents":1,' +
      '"free":0,"cache":"--- --- ---"},"avail":6463},"ops":[{"op":"zero_range","pos":0,' +
      '"count":12,"ret":0,"obs":{"size":12,"ext":"UUUUUU","extents":3,"free":5,"cache":' +
      '"--- --- ---"}},{"name":"b","op":"write","pos":4,"count":2,"ret":2,"obs":{"size":12,' +
      '"ext":"UUMMMM","extents":3,"free":5,"cache":"--- pd- ---"}}],"end":"0000bb000000"}',
    has: (trace, { difference }) =>
      isExt4(trace) && differsOnly(difference, ['ext', 'ext2'], (a, b) => placed(a) === placed(b)),
  },
  {
    name: 'flusher-still-writes',
    why:
      'where space is short ext4 wakes the flusher; it may have a page under writeback when the ' +
      'model, which lets it end, has none',
    example:
      '{"trace":2,"kernel":"6.18.44","fs":"ext4d","pb":1,"bc":2,"pages":3,"mode":"enospc","' +
      'seed":600235,"q":16,"init":{"size":6,"blocks":"...","obs":{"size":6,"ext":"...","ext' +
      'ents":0,"free":0,"cache":"--- --- ---"},"avail":3},"ops":[{"op":"write","pos":1,"cou' +
      'nt":5,"name":"a","ret":5,"obs":{"size":6,"ext":"UUU","extents":1,"free":3,"cache":"p' +
      'd- pd- pd-"}},{"op":"write","pos":4,"count":2,"name":"b","ret":2,"obs":{"size":6,"ex' +
      't":"UUU","extents":1,"free":3,"cache":"pd- pd- pd-"}},{"op":"write","pos":4,"count":' +
      '1,"name":"c","good":0,"ret":"-EFAULT","obs":{"size":6,"ext":"UUU","extents":1,"free"' +
      ':3,"cache":"pd- pd- pd-"}},{"op":"read","data":"0aaabb","obs":{"size":6,"ext":"UUU",' +
      '"extents":1,"free":3,"cache":"pd- pd- pd-"}},{"op":"sfr","a":1,"b":3,"ret":0,"obs":{' +
      '"size":6,"ext":"MMM","extents":1,"free":3,"cache":"p-- p-- p-w"}}],"end":"0aaabb"}',
    has: (trace, { difference }) =>
      trace.fs === 'ext4d' &&
      differsOnly(
        difference,
        ['cache', 'cache2'],
        (kernel, model) => withoutWriteback(kernel) === model,
      ),
  },
];
