/** The same after a power cut now: what the log has committed shows no block before its data. */
import type { Observer } from '../model/observe.ts';
import { MAPPED, cellName } from '../model/state.ts';
import { firstIndex } from './property.ts';
import type { Property } from './property.ts';

const stale = (cell: number, o: Observer) => o.foreignAfterCrash(cell) !== 0;

export const noStaleDataAfterCrash: Property = {
  name: 'no-stale-data-after-crash',
  short: 'crash',
  promise: 'after a crash a read returns what was written to the file, or zero',
  premise: (o) => o.s.log.i_size > 0 && o.s.log.extent.some((extent) => extent.type === MAPPED),
  violated: (o) => firstIndex(o.s.log.i_size, stale, o) >= 0,
  explain: (o) => {
    const cell = firstIndex(o.s.log.i_size, stale, o);
    return {
      expected: 'bytes of the file, or zero',
      found: `after a crash now a read returns ${cellName(o.foreignAfterCrash(cell))}`,
      where: `cell ${cell}, file block ${o.fileBlock(cell)}, which the journal has as MAPPED`,
    };
  },
};
