/** The allocation that "should not fail unless the filesystem has had a fatal error". */
import { EVERYBODY, HAS_IOMAP, SMALL, emptyFile, fails, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const allocateFailsAfterTheCopy: Scenario = {
  name: 'allocate-fails-after-the-copy',
  code: 's13',
  question: 'ALLOCATE fails, at once or half way, and the data is in the page cache already: then?',
  about: ['dirty-has-somewhere-to-go', 'no-lost-write', 'return-value-is-true'],
  source: 'mm/filemap.c:2419 as patched: "XXX: mark all pages not-up-to-date?"',
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['iomap-allocate-eio', 'iomap-allocate-partial'],
  faults_max: 1,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  asks: HAS_IOMAP,
  must: [fails('iomap-allocate-eio', 'iomap-allocate-partial')],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'dirty-has-somewhere-to-go'],
};
