/** The bytes that are written come from a mapping of the page that is written to. */
import { COPIES, SMALL, sizedFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const bufferIsTheFile: Scenario = {
  name: 'buffer-is-the-file',
  code: 's27',
  question: 'The user buffer is a mapping of the page that is written: who waits for whom?',
  about: ['no-deadlock'],
  source: '08291429cfa6 (2007); iov_iter_fault_in_readable(), mm/filemap.c',
  geometry: SMALL,
  others: ['writeback', 'ioend', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [
    [{ pos: 0, count: g.block_cells, buffer: 0 }],
    [{ pos: g.block_cells, count: g.block_cells, buffer: 0 }],
  ],
  files: sizedFile((blocks) => 'M'.repeat(blocks)),
  asks: COPIES,
  must: [
    { what: 'the buffer is not there', happened: (o) => o.s.stack[0]!.buffer_absent === 1 },
    { what: 'both have written', happened: (o) => o.wrote(0) && o.wrote(1) },
  ],
  shown: ['multipage-rfc/locked,unwritten,redirties', 'no-deadlock'],
};
