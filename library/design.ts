/**
 * What the file of a design imports from this package: how a design, a scenario and a promise are
 * written down, and what there is to begin with. None of it needs more than JavaScript, for it is
 * also what a page has in it.
 */

// A design, its flaws, and the rows that several designs share.
export { design, flawed } from '../model/design.ts';
export type { Design, Flaw, Frame, Mended, Part } from '../model/design.ts';
export type { Kernel } from '../model/kernel.ts';
export type { Filesystem, FsFlaw } from '../model/filesystem.ts';
export type { Locals, LocalKind } from '../model/locals.ts';
export type { Use } from '../model/subsystem.ts';
export { FSDATA, FSDATA_ADDRESS, FSDATA_OF_ANOTHER } from '../model/write-begin.ts';
export * from '../model/errno.ts';
export {
  LOOPS,
  SHORT_COPY,
  WRITE_LOCALS,
  checks,
  perform_write,
  write_begin,
  zeroesFirst,
} from '../model/designs/perform-write.ts';
export { genericWrite } from '../model/designs/page-at-a-time.ts';

// Filesystems below a design, by year.
export { ext3Ordered, ext3Writeback } from '../model/filesystems/ext3-2.6.37.ts';
export { ext4Delalloc, ext4Ordered, ext4Writeback } from '../model/filesystems/ext4.ts';
export {
  ext4Of618,
  ext4Of618Nodelalloc,
  ext4Of618Nonda,
  ext4Of618Writeback,
} from '../model/filesystems/ext4-6.18.ts';
export { xfs, xfs2013 } from '../model/filesystems/xfs.ts';
export { xfsOf48 } from '../model/filesystems/xfs-4.8.ts';
export { xfsIomap, xfsIomapOf618, xfsIomapOf61 } from '../model/filesystems/iomap.ts';
export { multipageFs } from '../model/filesystems/multipage.ts';

// Scenarios and promises of one's own.
export {
  COPIES,
  EVERYBODY,
  HAS_IOMAP,
  RECEIVES,
  SMALL,
  emptyFile,
  fails,
  fromTheMiddle,
  inside,
  sizedFile,
  wholeFile,
} from '../runs/scenario.ts';
export type { Bounds, Must, Scenario } from '../runs/scenario.ts';
export { geometry } from '../model/geometry.ts';
export type { Geometry } from '../model/geometry.ts';
export type { Call, InitialFile, Setup } from '../model/system.ts';
export type { Breach, ProgressProperty, Property, StateProperty } from '../properties/property.ts';
export type { Observer } from '../model/observe.ts';

// All that is listed.
export { DESIGNS } from '../model/designs/all.ts';
export { SCENARIOS } from '../scenarios/all.ts';
export { PROPERTIES } from '../properties/all.ts';
