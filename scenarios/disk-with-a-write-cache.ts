/** The disk says that data is written, and has it in a cache that the power cut takes. */
import type { Observer } from '../model/observe.ts';
import { SMALL, fromTheMiddle, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

/** Before fsync(), and before the journal, which flushes, has the block that the write adds. */
function isMovedAtWill(o: Observer): boolean {
  const { extent, disk } = o.s;
  if (o.hasBegun(1) || extent[extent.length - 1]!.logged !== 0) return false;
  return o.cells.callOf(o.cells.at(disk[0]!.media, o.block_size - 1)) === 0;
}

export const diskWithAWriteCache: Scenario = {
  name: 'disk-with-a-write-cache',
  code: 's36',
  question: 'What was written is in the cache of the disk, and the power fails: what is lost?',
  about: ['fsync-is-durable', 'no-stale-data-after-crash'],
  source: 'Documentation/block/writeback_cache_control.rst; REQ_PREFLUSH, REQ_FUA',
  geometry: { ...SMALL, write_cache: 1 },
  others: ['writeback', 'ioend', 'journal', 'disk', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[fromTheMiddle(g), { call: 'fsync', pos: 0, count: 1 }]],
  files: sizedFile((blocks) => 'M'.repeat(blocks - 1)),
  must: [
    { what: 'fsync() succeeds', happened: (o) => o.hasReturned(1) && o.s.call[1]!.err === 0 },
    {
      what: 'data is in the cache of the disk alone',
      happened: (o) => o.s.disk[0]!.media !== o.s.disk[0]!.cells,
    },
    {
      what: 'the disk moves data to stable media that nobody has had flushed',
      happened: (o) => isMovedAtWill(o),
    },
  ],
  shown: ['multipage-rfc/unlocked,mapped,allocates', 'no-stale-data-after-crash'],
};
