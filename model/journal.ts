/** Journal handles, and the commit of the running transaction. */
import { range, untold } from '../machine/struct.ts';
import { heldMax } from './core.ts';
import { anythingToLog, log } from './extents.ts';
import { DIRTY_PAGES, newDataUnwritten } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, task } from './subsystem.ts';
import type { Ctx, Face, Lock } from './subsystem.ts';

const JOURNAL = declare({
  name: 'journal',
  /** Nesting depth of the handle that the thread has open. */
  thread: (z) => ({ handle: untold(range(heldMax(z.geometry))) }),
});
export type Journal = Ctx<typeof JOURNAL> & PageCache;
type K = Journal;

/** Threads with a handle open, as a mask. */
function handleOwners(k: K): number {
  const { thread } = k.s;
  let mask = 0;
  for (let i = 0; i < thread.length; i++) if (thread[i]!.handle > 0) mask |= 1 << i;
  return mask;
}

/**
 * All who have a handle open share the running transaction; its commit is what shares it with
 * nobody. So does lockdep have it (j_trans_commit_map). Reclaim may need a commit.
 */
const HANDLE: Lock<K> = {
  what: 'journal handle',
  held_as: 'a journal handle',
  count: () => 1,
  holders: handleOwners,
  shared: () => true,
  reclaim_needs: true,
};

/**
 * All metadata as it is now is what a crash will leave; true where that is done. It waits for open
 * handles, and on an ordered filesystem for the data of every block that it maps for the first
 * time.
 */
export function commitNow(k: K): boolean {
  const handles = handleOwners(k);
  if (handles !== 0) {
    k.wait(handles, HANDLE);
    if (k.tracing) k.sayWait('journal handles to be closed');
    return false;
  }
  if (k.fs.ordered && newDataUnwritten(k)) {
    k.wait(k.cleaners, DIRTY_PAGES);
    if (k.tracing) k.sayWait('ordered data to be written');
    return false;
  }
  log(k);
  for (let file = 0; file < k.s.inode.length; file++) k.s.inode[file]!.zeroed_block = 0;
  return true;
}

const commands = {
  /**
   * ext4_journal_start(): handles of one task nest. Not modelled: the wait for a transaction that
   * is locked for its commit; here the commit waits for the handles.
   */
  journal_start(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    this.mayTake(thread.handle, 'journal handles open, and starts another');
    thread.handle++;
    if (this.tracing) this.say('journal_start()');
  },

  journal_stop(this: K): void {
    this.command();
    const thread = this.s.thread[this.me]!;
    if (thread.handle === 0) this.wrong('stops a journal handle that it has not started');
    thread.handle--;
    if (this.tracing) this.say('journal_stop()');
  },

  /** The journal commits, where there is anything to log. */
  journal_commit(this: K): void {
    this.command();
    if (!anythingToLog(this)) return this.idle();
    if (commitNow(this) && this.tracing) this.say('jbd2_journal_commit_transaction()');
  },
};

export const journal = {
  ...JOURNAL,
  commands,
  locks: [HANDLE],
  tasks: {
    journal: task<Face<{ commands: typeof commands }>>()(
      'commits metadata',
      {},
      {
        commit(k) {
          k.journal_commit();
          return 'commit';
        },
      },
    ),
  },
};
