/** What READ has sampled is no longer true when the page is locked. */
import { SMALL, inside, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const mappingChangesAfterRead: Scenario = {
  name: 'mapping-changes-after-read',
  code: 's17',
  question:
    'A block is written back, converted and reclaimed between READ and write_begin: what is read?',
  about: ['no-lost-write', 'no-stale-data'],
  source: 'mm/filemap.c:2365 as patched; mended in iomap by d7b64041164c (2022)',
  large: true,
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[inside(g)]],
  files: sizedFile((blocks) => 'u'.repeat(blocks)),
  asks: {
    can: (design) => !design.socket && design.filesystem.has_unwritten,
    otherwise: 'it has no unwritten blocks, or copies nothing from user space',
  },
  must: [
    {
      what: 'a block is converted while the call runs',
      happened: (o) => o.isRunning(0) && o.typeName(0) === 'MAPPED',
    },
  ],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-lost-write'],
};
