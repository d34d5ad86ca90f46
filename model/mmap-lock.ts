/**
 * mmap_lock (mmap_sem before 5.8) of the one address space that all who make calls share. A page
 * fault holds it shared; mmap() wants it for itself, and who comes after him queues behind him. The
 * lock of one mapping that a fault takes in its place (since 6.4; of a file, later) keeps the same
 * two apart.
 */
import type { Row } from '../machine/rows.ts';
import { oneOf, untold, worded } from '../machine/struct.ts';
import type { core } from './core.ts';
import { pageOf } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, syscall } from './subsystem.ts';
import type { Ctx, Face, Lock } from './subsystem.ts';

// What a thread has of it.
const NONE = 0;
const SHARED = 1;
/** It waits in the queue, and keeps readers out. */
const QUEUED = 2;
const EXCLUSIVE = 3;

const MMAP_LOCK_FIELDS = declare({
  name: 'mmap-lock',
  thread: (z) => ({
    mmap_lock: z.made.has('mmap')
      ? worded(oneOf('no', 'shared', 'queued', 'exclusive'), {
          change: (to) => (to === 'no' ? 'mmap_lock free' : `mmap_lock ${to}`),
          stand: () => '',
        })
      : untold(oneOf('no')),
  }),
});
export type MmapLock = Ctx<typeof MMAP_LOCK_FIELDS> & PageCache;
type K = MmapLock;

/** Mask of the threads that have it in this way, or in the other. */
function having(k: K, way: number, or = way): number {
  const { thread } = k.s;
  let mask = 0;
  for (let i = 0; i < thread.length; i++) {
    const has = thread[i]!.mmap_lock;
    if (has === way || has === or) mask |= 1 << i;
  }
  return mask;
}

const MMAP_LOCK: Lock<K> = {
  what: 'mmap_lock',
  count: () => 1,
  holders: (k) => having(k, SHARED, EXCLUSIVE),
  shared: (k) => having(k, EXCLUSIVE) === 0,
};

/** Mask of the others who have it for themselves, or queue for that: no fault can be served. */
const writersOf = (k: K): number => having(k, QUEUED, EXCLUSIVE) & ~(1 << k.me);

/** Would a page fault have to wait? */
export const mmapIsWanted = (k: K): boolean => writersOf(k) !== 0;

/** Waits, if a page fault has to. */
export function mmapIsLocked(k: K): boolean {
  const writers = writersOf(k);
  if (writers === 0) return false;
  k.wait(writers, MMAP_LOCK, 0, true);
  if (k.tracing) k.sayWait('mmap_lock');
  return true;
}

const commands = {
  /** mmap_read_lock(): waits for who has it for himself, and for who queues. */
  mmap_read_lock(this: K): void {
    this.command();
    if (mmapIsLocked(this)) return;
    this.s.thread[this.me]!.mmap_lock = SHARED;
    if (this.tracing) this.say('mmap_read_lock()');
  },

  mmap_read_unlock(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.mmap_lock !== SHARED) this.wrong('unlocks an mmap_lock that it has not shared');
    thread.mmap_lock = NONE;
    if (this.tracing) this.say('mmap_read_unlock()');
  },

  /** mmap_write_lock(), as it begins: who wants to share it waits from now on. */
  mmap_write_queue(this: K): void {
    this.command();
    if (mmapIsLocked(this)) return;
    this.s.thread[this.me]!.mmap_lock = QUEUED;
    if (this.tracing) this.say('mmap_write_lock(): in the queue');
  },

  /** mmap_write_lock(), as it ends: all who shared it have given it back. */
  mmap_write_lock(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.mmap_lock !== QUEUED) this.wrong('takes an mmap_lock for which it has not queued');
    const readers = having(this, SHARED);
    if (readers !== 0) {
      this.wait(readers, MMAP_LOCK);
      if (this.tracing) this.sayWait('mmap_lock');
      return;
    }
    thread.mmap_lock = EXCLUSIVE;
    if (this.tracing) this.say('mmap_write_lock()');
  },

  mmap_write_unlock(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.mmap_lock !== EXCLUSIVE) this.wrong('unlocks an mmap_lock that is not its own');
    thread.mmap_lock = NONE;
    if (this.tracing) this.say('mmap_write_unlock()');
  },

  /**
   * mmap(MAP_FIXED) over the mapping of the file: a mapping takes the place of the one before, and
   * what was mapped writable faults again. Lock: mmap_lock, exclusive.
   */
  replace_mapping(this: K): void {
    this.command();
    if (this.s.thread[this.me]!.mmap_lock !== EXCLUSIVE) {
      this.wrong('changes mappings without mmap_lock');
    }
    for (let index = 0; index < this.geometry.pages; index++) pageOf(this, index).writable = 0;
    if (this.tracing) this.say('mmap_region(): what was mapped is unmapped');
  },
};

type Rows = Face<{ commands: typeof commands }> & Face<Pick<typeof core, 'commands'>>;
type Label = 'queue' | 'lock' | 'replace' | 'unlock' | 'ret';

const rows: { readonly [label in Label]: Row<Rows, object, Label> } = {
  queue(k) {
    k.mmap_write_queue();
    return 'lock';
  },
  lock(k) {
    k.mmap_write_lock();
    return 'replace';
  },
  replace(k) {
    k.replace_mapping();
    return 'unlock';
  },
  unlock(k) {
    k.mmap_write_unlock();
    return 'ret';
  },
  ret(k) {
    k.returns(0, 0);
    return 'done';
  },
};

export const mmapLock = {
  ...MMAP_LOCK_FIELDS,
  commands,
  locks: [MMAP_LOCK],
  calls: {
    mmap: syscall<Rows>()(
      () => 'maps the file anew, in the place of the mapping before',
      {},
      () => rows,
    ),
  },
};
