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

/** Has the model an outcome that differs in this alone, and there only so? */
function differsOnly(
  difference: Difference | undefined,
  only: Aspect,
  alike: (kernel: string, model: string) => boolean,
): boolean {
  if (difference === undefined) return false;
  const { kernel, allowed } = difference;
  const isAlike = (sight: Sight) => (aspect: Aspect) =>
    kernel[aspect] === sight[aspect] || (aspect === only && alike(kernel[aspect], sight[aspect]));
  return allowed.some((sight) => ASPECTS.every(isAlike(sight)));
}

const isExt4 = ({ fs }: Trace): boolean => fs === 'ext4' || fs === 'ext4d';

/** The blocks of one file, before an operation and after it. */
interface Blocks {
  readonly before: string;
  readonly kernel: string;
  readonly model: string;
}

/**
 * Do they differ only in blocks that were unwritten, and were not asked for? And is what the kernel
 * has as written of these beside what was asked for, or beside another one that is?
 */
function differInRest({ before, kernel, model }: Blocks, isAsked: (block: number) => boolean) {
  const isZeroed = (block: number): boolean => before[block] === 'U' && kernel[block] === 'M';
  const comesFrom = (block: number, step: 1 | -1): boolean => {
    let at = block;
    while (isZeroed(at) && !isAsked(at)) at += step;
    return isZeroed(at);
  };
  return Array.from(kernel.padEnd(model.length)).every((letter, block) => {
    if (isZeroed(block) && !comesFrom(block, 1) && !comesFrom(block, -1)) return false;
    if (letter === model[block]) return true;
    const isLeft = before[block] === 'U' && !isAsked(block);
    return isLeft && /^[UM]$/.test(letter) && /^[UM]$/.test(model[block] ?? '');
  });
}

/** A write or a store has zeroed more, or less, of an unwritten extent than the model would. */
function endsElsewhere(trace: Trace, { difference }: Judged): boolean {
  const op = trace.ops[difference?.at ?? -1];
  if (!isExt4(trace) || (op?.op !== 'write' && op?.op !== 'store')) return false;
  const { obs, obs2 } = trace.ops[difference!.at - 1] ?? {
    obs: trace.init.obs,
    obs2: trace.init2?.obs,
  };
  const [aspect, seen] = op.file === 1 ? (['ext2', obs2] as const) : (['ext', obs] as const);
  // A store faults a page in.
  const cells = op.op === 'store' ? trace.pb * trace.bc : trace.bc;
  const isAsked = (block: number): boolean => {
    const first = Math.floor((block * trace.bc) / cells) * cells;
    return first + cells > op.pos && first < op.pos + op.count;
  };
  return differsOnly(difference, aspect, (kernel, model) =>
    differInRest({ before: seen?.ext ?? '', kernel, model }, isAsked),
  );
}

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
    has: endsElsewhere,
  },
];
