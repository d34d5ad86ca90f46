/** One of the kernel's designs at a size that takes a while: what is measured of real ones. */
import { DESIGNS } from '../model/designs/all.ts';
import { prepare } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { everythingFailsOnce } from '../scenarios/everything-fails-once.ts';

export function paat(): Run {
  const design = DESIGNS.find(({ name }) => name === 'page-at-a-time/delalloc')!;
  return prepare(design, everythingFailsOnce, { pages: 4 });
}
