/** Every design, in the order of the matrix. A new one is a file of its own and a line here. */
import type { Design } from '../design.ts';
import { iomap2016 } from './iomap-2016.ts';
import { iomapDesigns } from './iomap.ts';
import { multipage } from './multipage.ts';
import { multipageRfcDesigns } from './multipage-rfc.ts';
import { pageAtATimeByYear, pageAtATimeDesigns } from './page-at-a-time.ts';
import { recvfileAggregate } from './recvfile-aggregate.ts';
import { recvfileNetrx } from './recvfile-netrx.ts';
import { recvfileSafeDesigns } from './recvfile-safe.ts';
import { recvfileVendorDesigns } from './recvfile-vendors.ts';
import { recvfileDesigns } from './recvfile.ts';

export const DESIGNS: readonly Design[] = [
  ...pageAtATimeDesigns,
  ...pageAtATimeByYear,
  ...recvfileDesigns,
  ...recvfileVendorDesigns,
  recvfileAggregate,
  recvfileNetrx,
  ...recvfileSafeDesigns,
  ...multipageRfcDesigns,
  multipage,
  ...iomapDesigns,
  iomap2016,
];
