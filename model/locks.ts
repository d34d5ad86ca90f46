/** i_rwsem, kmap slots, signals. */
import { range, untold } from '../machine/struct.ts';
import { heldMax, lock } from './core.ts';
import { EINTR } from './errno.ts';
import { declare, fault } from './subsystem.ts';
import type { Ctx } from './subsystem.ts';

const LOCKS = declare({
  name: 'locks',
  inode: (z) => ({ i_rwsem: lock(z, 'i_rwsem') }),
  thread: (z) => ({ kmaps: untold(range(heldMax(z.geometry))) }),
  sites: { signal: fault('a fatal signal is pending', 'SIGKILL') },
});
export type Locks = Ctx<typeof LOCKS>;
type K = Locks;

export function mustHoldInode(k: K): void {
  if (k.s.inode[k.file]!.i_rwsem !== k.me + 1) k.wrong('changes i_size without i_rwsem');
}

export const locks = {
  ...LOCKS,
  commands: {
    /** mutex_lock(&inode->i_mutex), now inode_lock(): one writer at a time. */
    inode_lock(this: K): void {
      this.command();
      const inode = this.s.inode[this.file]!;
      if (inode.i_rwsem !== 0) return this.waitFor(inode.i_rwsem, 'i_rwsem');
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
      let owners = 0;
      for (let i = 0; i < thread.length; i++) {
        used += thread[i]!.kmaps;
        if (thread[i]!.kmaps > 0) owners |= 1 << i;
      }
      if (used >= this.geometry.kmap_slots) {
        this.wait(owners);
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
  must_be_free: [
    {
      what: 'i_rwsem',
      by: (k: K, thread: number) => {
        for (let i = 0; i < k.s.inode.length; i++) {
          if (k.s.inode[i]!.i_rwsem === thread + 1) return true;
        }
        return false;
      },
    },
    { what: 'kmap slots', by: (k: K, thread: number) => k.s.thread[thread]!.kmaps > 0 },
  ],
};
