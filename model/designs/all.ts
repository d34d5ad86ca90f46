/** Every design, in the order of the matrix. A new one is a file of its own and a line here. */
import type { Design } from '../design.ts';
import { multipageRfcDesigns } from './multipage-rfc.ts';
import { pageAtATimeDesigns } from './page-at-a-time.ts';
import { recvfileDesigns } from './recvfile.ts';

export const DESIGNS: readonly Design[] = [
  ...pageAtATimeDesigns,
  ...recvfileDesigns,
  ...multipageRfcDesigns,
];
