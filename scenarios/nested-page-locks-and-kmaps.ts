/** Two calls on two files share the kmap slots, of which there are enough for each of them. */
import { SMALL, sizedFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const nestedPageLocksAndKmaps: Scenario = {
  name: 'nested-page-locks-and-kmaps',
  code: 's03',
  question: 'Two calls at once need kmap slots, and there are enough for one: do both end?',
  about: ['no-deadlock', 'no-nested-page-locks'],
  source:
    'the mail: "we are nesting kmap() calls for all the pages individually - is that even ' +
    'safe to do?"',
  large: true,
  geometry: { ...SMALL, files: 2, blocks: 4, kmap_slots: 2 },
  others: ['writeback', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)], [{ ...wholeFile(g), file: 1 }]],
  files: (g) => [...sizedFile()(g), ...sizedFile()(g)],
  must: [
    {
      what: 'two calls, for which there are not enough slots, have pages locked at the same time',
      happened: (o) =>
        o.geometry.kmap_slots < o.geometry.files * o.geometry.pages &&
        o.s.page.some(({ locked_by }) => locked_by === 1) &&
        o.s.page.some(({ locked_by }) => locked_by === 2),
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
