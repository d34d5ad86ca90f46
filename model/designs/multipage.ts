/**
 * multipage_write_segment() with all its mends: what its comments promise. A mapping is read and
 * trimmed to what it is good for; space is noted in the extent map before the copy, and allocated
 * by writeback; each page asks whether the mapping is still true; each READ is ended.
 */
import type { Design } from '../design.ts';
import type { Filesystem } from '../filesystem.ts';
import { multipageFs } from '../filesystems/multipage.ts';
import { FLAWS } from './multipage-mends.ts';
import { multipageDesign } from './multipage-rfc.ts';

/** What it must assume of the filesystem: each is a flaw of those that answer otherwise. */
export const ASSUMED: Filesystem = {
  ...multipageFs({ read: 'unlocked', allocate: 'unwritten', hole: 'redirties' }),
  name: 'multipage',
  keeps_eof_page_writable: false,
  about:
    'READ takes no lock, a new block is unwritten until its data is on disk, each change of ' +
    'the extent map is noted',
};

/** On a filesystem that notes no changes of its extent map: the check under the lock is blind. */
const unnoted = (fs: Filesystem): Design => {
  const design = named('multipage, with changes not noted', fs);
  return { ...design, filesystem: { ...design.filesystem, notes_changes: false } };
};

const named = (name: string, fs: Filesystem): Design => ({
  ...multipageDesign(name, fs, (flaw) => FLAWS.some((one) => one.name === flaw)),
  source: 'multipage_write_segment(), with the mends of multipage-mends.ts',
  flaws: [],
});

export const multipage: Design = named('multipage', ASSUMED);

/** The same where one thing that it assumes is not so: each shows that the assumption is needed. */
export const WITHOUT: readonly { readonly assumption: string; readonly design: Design }[] = [
  {
    assumption: 'READ takes no lock',
    design: named(
      'multipage, with READ locking',
      multipageFs({ read: 'locked', allocate: 'unwritten', hole: 'redirties' }),
    ),
  },
  { assumption: 'each change of the extent map is noted', design: unnoted(ASSUMED) },
  {
    assumption: 'a new block is unwritten until its data is on disk',
    design: named(
      'multipage, with blocks mapped',
      multipageFs({ read: 'unlocked', allocate: 'mapped', hole: 'redirties' }),
    ),
  },
];
