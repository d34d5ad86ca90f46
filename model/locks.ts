/** i_rwsem, invalidate_lock, kmap slots, signals. */
import { range, untold } from '../machine/struct.ts';
import { heldMax, lock, maskOfOwner } from './core.ts';
import { EINTR } from './errno.ts';
import { exclusiveOf, holdersOf, isShared, rwsem, sharedWith, sharedWithout } from './rwsem.ts';
import { declare, fault } from './subsystem.ts';
import type { Ctx, Lock } from './subsystem.ts';

const LOCKS = declare({
  name: 'locks',
  inode: (z) => ({
    i_rwsem: lock(z, 'i_rwsem'),
    invalidate_lock: z.filesystem.invalidate_lock ? rwsem(z, 'invalidate_lock') : untold(range(0)),
  }),
  thread: (z) => ({ kmaps: untold(range(heldMax(z.geometry))) }),
  sites: { signal: fault('a fatal signal is pending', 'SIGKILL') },
});
export type Locks = Ctx<typeof LOCKS>;
type K = Locks;

const I_RWSEM: Lock<K> = {
  what: 'i_rwsem',
  count: (k) => k.s.inode.length,
  holders: (k, file) => maskOfOwner(k.s.inode[file]!.i_rwsem),
};

const INVALIDATE_LOCK: Lock<K> = {
  what: 'invalidate_lock',
  count: (k) => k.s.inode.length,
  holders: (k, file) => holdersOf(k.s.inode[file]!.invalidate_lock),
  shared: (k, file) => isShared(k.s.inode[file]!.invalidate_lock),
};

/** Threads with more than `n` slots, as a mask. */
function kmapOwners(k: K, n: number): number {
  const { thread } = k.s;
  let owners = 0;
  for (let i = 0; i < thread.length; i++) if (thread[i]!.kmaps > n) owners |= 1 << i;
  return owners;
}

const KMAP: Lock<K> = {
  what: 'kmap slot',
  held_as: 'kmap slots',
  /** So many as the thread has that has the most. */
  count(k) {
    const { thread } = k.s;
    let most = 0;
    for (let i = 0; i < thread.length; i++) most = Math.max(most, thread[i]!.kmaps);
    return most;
  },
  holders: kmapOwners,
  alike: true,
};

export function mustHoldInode(k: K): void {
  if (k.s.inode[k.file]!.i_rwsem !== k.me + 1) k.wrong('changes i_size without i_rwsem');
}

/** Somebody has it exclusively, and it is wanted for reading. */
export function waitForInvalidate(k: K): void {
  k.wait(holdersOf(k.s.inode[k.file]!.invalidate_lock), INVALIDATE_LOCK, k.file, true);
  if (k.tracing) k.sayWait('invalidate_lock');
}

/** Down for reading: waits only for who has it exclusively. True where it was taken. */
export function shareInvalidateLock(k: K): boolean {
  const inode = k.s.inode[k.file]!;
  if (!isShared(inode.invalidate_lock)) {
    waitForInvalidate(k);
    return false;
  }
  inode.invalidate_lock = sharedWith(inode.invalidate_lock, k.me);
  return true;
}

export function unshareInvalidateLock(k: K): void {
  const inode = k.s.inode[k.file]!;
  inode.invalidate_lock = sharedWithout(inode.invalidate_lock, k.me);
}

export const locks = {
  ...LOCKS,
  commands: {
    /** filemap_invalidate_lock(): nobody may put pages into the cache, or take them out. */
    invalidate_lock(this: K): void {
      this.command();
      const inode = this.s.inode[this.file]!;
      const value = inode.invalidate_lock;
      if (value !== 0) {
        this.wait(holdersOf(value), INVALIDATE_LOCK, this.file);
        if (this.tracing) this.sayWait('invalidate_lock');
        return;
      }
      inode.invalidate_lock = exclusiveOf(this.me);
      if (this.tracing) this.say('filemap_invalidate_lock()');
    },

    invalidate_unlock(this: K): void {
      this.command();
      const inode = this.s.inode[this.file]!;
      if (inode.invalidate_lock !== exclusiveOf(this.me)) {
        this.wrong('unlocks an invalidate_lock that it does not hold');
      }
      inode.invalidate_lock = 0;
      if (this.tracing) this.say('filemap_invalidate_unlock()');
    },

    /** mutex_lock(&inode->i_mutex), now inode_lock(): one writer at a time. */
    inode_lock(this: K): void {
      this.command();
      const inode = this.s.inode[this.file]!;
      if (inode.i_rwsem !== 0) {
        return this.waitFor(inode.i_rwsem, 'i_rwsem', I_RWSEM, this.file);
      }
      inode.i_rwsem = this.me + 1;
      if (this.tracing) this.say('inode_lock()');
    },

    inode_unlock(this: K): void {
      this.command();
      const inode = this.s.inode[this.file]!;
      if (inode.i_rwsem !== this.me + 1) this.wrong('unlocks an i_rwsem that it does not hold');
      inode.i_rwsem = 0;
      if (this.tracing) this.say('inode_unlock()');
    },

    /** kmap(): sleeps until one of the slots, which all files share, is free. Lock: kmap_lock. */
    kmap(this: K, index: number): void {
      this.command();
      const { thread } = this.s;
      let used = 0;
      for (let i = 0; i < thread.length; i++) used += thread[i]!.kmaps;
      if (used >= this.geometry.kmap_slots) {
        this.wait(kmapOwners(this, 0), KMAP);
        if (this.tracing) this.sayWait('a kmap slot');
        return;
      }
      this.mayTake(thread[this.me]!.kmaps, 'kmap slots, and takes another');
      thread[this.me]!.kmaps++;
      if (this.tracing) this.say(`kmap(${index})`);
    },

    kunmap(this: K, index: number): void {
      this.command();
      const thread = this.s.thread[this.me]!;
      if (thread.kmaps === 0) this.wrong('kunmaps what it has not kmapped');
      thread.kmaps--;
      if (this.tracing) this.say(`kunmap(${index})`);
    },

    /** fatal_signal_pending(): -EINTR or 0. */
    fatal_signal_pending(this: K): number {
      this.command();
      const error = this.fails(this.site.signal) ? EINTR : 0;
      if (this.tracing) this.say(`fatal_signal_pending() = ${error ? 1 : 0}`);
      return error;
    },
  },
  locks: [I_RWSEM, INVALIDATE_LOCK, KMAP],
};
