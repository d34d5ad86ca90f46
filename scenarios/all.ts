/**
 * Every scenario, in the order of the mail, then of the patch. A new one is a file and a line here.
 */
import type { Scenario } from '../runs/scenario.ts';
import { allocateFailsAfterTheCopy } from './allocate-fails-after-the-copy.ts';
import { blocksSmallerThanAPage } from './blocks-smaller-than-a-page.ts';
import { bufferIsTheFile } from './buffer-is-the-file.ts';
import { crashAfterAllocate } from './crash-after-allocate.ts';
import { diskWithAWriteCache } from './disk-with-a-write-cache.ts';
import { diskWriteFails } from './disk-write-fails.ts';
import { enospcOnAGrowingFile } from './enospc-on-a-growing-file.ts';
import { enospcOnThe17thPage } from './enospc-on-the-17th-page.ts';
import { errorsAreTold } from './errors-are-told.ts';
import { everythingFailsOnce } from './everything-fails-once.ts';
import { extendedPastATornTail } from './extended-past-a-torn-tail.ts';
import { fsyncBesideAWrite } from './fsync-beside-a-write.ts';
import { fsyncThenCrash } from './fsync-then-crash.ts';
import { grownOverDelayedData } from './grown-over-delayed-data.ts';
import { mappingChangesAfterRead } from './mapping-changes-after-read.ts';
import { mappingEndsInsideAPage } from './mapping-ends-inside-a-page.ts';
import { mmapBesideAWrite } from './mmap-beside-a-write.ts';
import { nestedPageLocksAndKmaps } from './nested-page-locks-and-kmaps.ts';
import { oneCallAfterTheOther } from './one-call-after-the-other.ts';
import { oneReceiveAfterTheOther } from './one-receive-after-the-other.ts';
import { receiveEndsInsideAPage } from './receive-ends-inside-a-page.ts';
import { receiveIsShort } from './receive-is-short.ts';
import { receiveStallsUnderLocks } from './receive-stalls-under-locks.ts';
import { powerFailsAndComesBack } from './power-fails-and-comes-back.ts';
import { punchBesideAReader } from './punch-beside-a-reader.ts';
import { punchedBeforeItIsWritten } from './punched-before-it-is-written.ts';
import { reclaimMeetsALockedPage } from './reclaim-meets-a-locked-page.ts';
import { seekBesideWriteback } from './seek-beside-writeback.ts';
import { reclaimWaits } from './reclaim-waits.ts';
import { reclaimWrites } from './reclaim-writes.ts';
import { segmentsShorterThanTheWrite } from './segments-shorter-than-the-write.ts';
import { shortCopyAfterReserve } from './short-copy-after-reserve.ts';
import { shortCopyOverOldData } from './short-copy-over-old-data.ts';
import { shortCopyThenError } from './short-copy-then-error.ts';
import { signal } from './signal.ts';
import { storeAndTruncate } from './store-and-truncate.ts';
import { storeBesideAWrite } from './store-beside-a-write.ts';
import { storeMakesAMappingStale } from './store-makes-a-mapping-stale.ts';
import { storeBeyondEof } from './store-beyond-eof.ts';
import { throttledBeforeAllocate } from './throttled-before-allocate.ts';
import { truncateBesideAWrite } from './truncate-beside-a-write.ts';
import { truncateMeetsAnError } from './truncate-meets-an-error.ts';
import { truncateThenGrow } from './truncate-then-grow.ts';
import { twoFiles } from './two-files.ts';
import { twoWriters } from './two-writers.ts';
import { writeFailsOverDelayedData } from './write-fails-over-delayed-data.ts';
import { writeAcrossAMappingBoundary } from './write-across-a-mapping-boundary.ts';
import { writebackFailsAtEachStep } from './writeback-fails-at-each-step.ts';
import { writebackWrapsAround } from './writeback-wraps-around.ts';
import { writebackBetweenCopyAndAllocate } from './writeback-between-copy-and-allocate.ts';
import { zeroRangeAndFallocate } from './zero-range-and-fallocate.ts';

export const SCENARIOS: readonly Scenario[] = [
  enospcOnThe17thPage,
  enospcOnAGrowingFile,
  nestedPageLocksAndKmaps,
  receiveStallsUnderLocks,
  receiveIsShort,
  reclaimMeetsALockedPage,
  shortCopyAfterReserve,
  shortCopyOverOldData,
  shortCopyThenError,
  writeAcrossAMappingBoundary,
  mappingEndsInsideAPage,
  segmentsShorterThanTheWrite,
  allocateFailsAfterTheCopy,
  writebackBetweenCopyAndAllocate,
  throttledBeforeAllocate,
  crashAfterAllocate,
  mappingChangesAfterRead,
  twoFiles,
  twoWriters,
  oneCallAfterTheOther,
  extendedPastATornTail,
  signal,
  everythingFailsOnce,
  blocksSmallerThanAPage,
  diskWriteFails,
  writebackFailsAtEachStep,
  bufferIsTheFile,
  storeBesideAWrite,
  storeBeyondEof,
  storeAndTruncate,
  truncateThenGrow,
  truncateBesideAWrite,
  punchBesideAReader,
  zeroRangeAndFallocate,
  fsyncThenCrash,
  diskWithAWriteCache,
  powerFailsAndComesBack,
  errorsAreTold,
  fsyncBesideAWrite,
  writebackWrapsAround,
  oneReceiveAfterTheOther,
  receiveEndsInsideAPage,
  writeFailsOverDelayedData,
  storeMakesAMappingStale,
  mmapBesideAWrite,
  seekBesideWriteback,
  truncateMeetsAnError,
  reclaimWrites,
  reclaimWaits,
  punchedBeforeItIsWritten,
  grownOverDelayedData,
];
