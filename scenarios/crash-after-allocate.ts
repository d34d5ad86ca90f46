/** A power cut at every state, with the journal free to commit at any time. */
import { SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const crashAfterAllocate: Scenario = {
  name: 'crash-after-allocate',
  code: 's16',
  question:
    'The power is cut after blocks were allocated and before the data was written: what is read?',
  about: ['no-stale-data-after-crash'],
  source:
    'mm/filemap.c:2408 as patched: "now the data has been copied, allocate the range ' +
    'we\'ve copied"',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: sizedFile(),
  must: [
    {
      what: 'the journal commits a block that the call has got',
      happened: (o) => o.s.extent.some(({ logged }) => logged > 0),
    },
  ],
  shown: ['multipage-rfc/unlocked,mapped,redirties', 'no-stale-data-after-crash'],
};
