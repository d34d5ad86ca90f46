/** Every scenario, in the order of the mail, then of the patch. A new one is a file and a line here. */
import { allocateFailsAfterTheCopy } from './allocate-fails-after-the-copy.ts';
import { blocksSmallerThanAPage } from './blocks-smaller-than-a-page.ts';
import { crashAfterAllocate } from './crash-after-allocate.ts';
import { diskWriteFails } from './disk-write-fails.ts';
import { enospcOnAGrowingFile } from './enospc-on-a-growing-file.ts';
import { enospcOnThe17thPage } from './enospc-on-the-17th-page.ts';
import { everythingFailsOnce } from './everything-fails-once.ts';
import { mappingChangesAfterRead } from './mapping-changes-after-read.ts';
import { mappingEndsInsideAPage } from './mapping-ends-inside-a-page.ts';
import { nestedPageLocksAndKmaps } from './nested-page-locks-and-kmaps.ts';
import { receiveIsShort } from './receive-is-short.ts';
import { receiveStallsUnderLocks } from './receive-stalls-under-locks.ts';
import { reclaimMeetsALockedPage } from './reclaim-meets-a-locked-page.ts';
import type { Scenario } from '../runs/scenario.ts';
import { shortCopyAfterReserve } from './short-copy-after-reserve.ts';
import { shortCopyOverOldData } from './short-copy-over-old-data.ts';
import { signal } from './signal.ts';
import { throttledBeforeAllocate } from './throttled-before-allocate.ts';
import { twoWriters } from './two-writers.ts';
import { writeAcrossAMappingBoundary } from './write-across-a-mapping-boundary.ts';
import { writebackBetweenCopyAndAllocate } from './writeback-between-copy-and-allocate.ts';

export const SCENARIOS: readonly Scenario[] = [
  enospcOnThe17thPage,
  enospcOnAGrowingFile,
  nestedPageLocksAndKmaps,
  receiveStallsUnderLocks,
  receiveIsShort,
  reclaimMeetsALockedPage,
  shortCopyAfterReserve,
  shortCopyOverOldData,
  writeAcrossAMappingBoundary,
  mappingEndsInsideAPage,
  allocateFailsAfterTheCopy,
  writebackBetweenCopyAndAllocate,
  throttledBeforeAllocate,
  crashAfterAllocate,
  mappingChangesAfterRead,
  twoWriters,
  signal,
  everythingFailsOnce,
  blocksSmallerThanAPage,
  diskWriteFails,
];
