/** The copy stops, after space was reserved for all of it. */
import { COPIES, EVERYBODY, SMALL, emptyFile, fails, fromTheMiddle } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const shortCopyAfterReserve: Scenario = {
  name: 'short-copy-after-reserve',
  code: 's07',
  question:
    'Space is reserved for the whole range, and the copy stops early: who gives the rest back?',
  about: ['no-leaked-reservations'],
  source:
    'mm/filemap.c:2428 as patched: "if we copied less than we reserved, release any ' +
    'unused reservation"',
  large: true,
  geometry: SMALL,
  others: EVERYBODY,
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [[fromTheMiddle(g)]],
  files: emptyFile,
  asks: COPIES,
  must: [fails('copy-short'), fails('fault-in-efault')],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
