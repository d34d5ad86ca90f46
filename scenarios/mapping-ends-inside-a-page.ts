/** Two blocks a page, and a mapping that ends between them. */
import { FSDATA_BY_ADDRESS, OUTSIDE_OF_THE_IOMAP, UNORDERED } from './reasons.ts';
import { SMALL, wholeFile, sparseFile } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const mappingEndsInsideAPage: Scenario = {
  name: 'mapping-ends-inside-a-page',
  question: 'A page lies half in the iomap: write_begin refuses it, and then?',
  source: 'mm/filemap.c:2403 as patched: "if (status == -ERANGE) status = 0"',
  geometry: { ...SMALL, page_blocks: 2, blocks: 8 },
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim'],
  faults: [],
  faults_max: 0,
  writers: (g) => [wholeFile(g)],
  file: (g) => ({ ...sparseFile(g), blocks: '.M..' }),
  asks: (design) => !design.socket,
  quiet: ['truncate_pages', 'truncate_blocks'],
  breaks: [FSDATA_BY_ADDRESS, UNORDERED, OUTSIDE_OF_THE_IOMAP],
  shown: ['multipage-rfc/unlocked,unwritten,redirties', 'return-value-is-true'],
};
