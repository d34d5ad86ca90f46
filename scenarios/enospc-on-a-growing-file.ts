/** ENOSPC beyond EOF, where a filesystem has to trim what it has begun. */
import type { Observer } from '../model/observe.ts';
import { BUSY, NEIGHBOUR } from '../model/space.ts';
import { SMALL, emptyFile, wholeFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

/** Has the device a block of this owner? */
function owns(owner: number, o: Observer): boolean {
  const { disk } = o.s;
  for (let b = 0; b < disk.length; b++) if (disk[b]!.owner === owner) return true;
  return false;
}

export const enospcOnAGrowingFile: Scenario = {
  name: 'enospc-on-a-growing-file',
  code: 's02',
  question:
    'The last page gets ENOSPC beyond EOF: the filesystem trims the failed write off. Then?',
  about: ['no-deadlock', 'nothing-is-left-beyond-eof'],
  source:
    'the mail: "There\'s no notification to the filesystem that they need to be truncated away"',
  large: true,
  geometry: { ...SMALL, pages: 3, blocks: 2 },
  others: ['writeback', 'ioend', 'journal', 'neighbour', 'peer'],
  faults: [],
  faults_max: 0,
  writers: (g) => [[wholeFile(g)]],
  files: emptyFile,
  must: [
    {
      what: 'the call is told that there is no space, beyond EOF',
      happened: (o) => o.s.call[0]!.no_space === 1,
    },
    {
      what: 'another file has taken the space',
      happened: (o) => o.s.call[0]!.no_space === 1 && owns(NEIGHBOUR, o),
    },
    {
      what: 'another file gives space back while the call has all that it has got',
      happened: (o) => o.s.call[0]!.no_space === 0 && owns(BUSY, o),
    },
  ],
  shown: ['recvfile', 'no-deadlock'],
};
