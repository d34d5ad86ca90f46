/** What was reserved and not used. */
import { SMALL, fromTheMiddle, emptyFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const shortCopyAfterReserve: Scenario = {
  name: 'short-copy-after-reserve',
  question:
    'Space is reserved for the whole range, and the copy stops early: who gives the rest back?',
  source:
    'the patch, line 360: "if we copied less than we reserved, release any unused reservation"',
  geometry: SMALL,
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: ['copy-short', 'fault-in-efault'],
  faults_max: 2,
  writers: (g) => [fromTheMiddle(g)],
  file: emptyFile,
  asks: (design) => !design.socket,
  breaks: {},
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'no-leaked-reservations'],
};
