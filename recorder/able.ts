/** Can this machine be recorded? What it lacks is said in one line, before anything is done. */
import { Cannot } from './cannot.ts';
import { KINDS } from './geometry.ts';
import type { Setup } from './geometry.ts';

export function refuseUnable({ fs, mode }: Setup): void {
  if (process.platform !== 'linux') {
    throw new Cannot(`a kernel is recorded on Linux; this is ${process.platform}`);
  }
  if (process.getuid?.() !== 0) {
    throw new Cannot('a kernel is recorded as root; it mounts filesystems (on images in memory)');
  }
  if (mode === 'enospc' && KINDS[fs].avail_max === undefined) {
    throw new Cannot(`${fs} cannot be filled up to a few blocks; record it with --mode plain`);
  }
}
