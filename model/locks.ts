/** i_rwsem, page locks, the journal handle, kmap slots, signals; and the system call's return. */
import { Base } from './base.ts';
import { site } from './faults.ts';
import { EITHER, EINTR, REPORTED, RETURNED, RUNNING, WRITE, errorName } from './state.ts';

const SIGNAL = site('signal');

export class Locks extends Base {
  /** mutex_lock(&inode->i_mutex), now inode_lock(): one writer at a time. */
  inode_lock(): void {
    this.command();
    const { s } = this;
    if (s.i_rwsem !== 0) return this.waitFor(s.i_rwsem, 'i_rwsem');
    s.i_rwsem = this.me + 1;
    if (this.tracing) this.say('inode_lock()');
  }

  inode_unlock(): void {
    this.command();
    const { s } = this;
    if (s.i_rwsem !== this.me + 1) this.fault('unlocks an i_rwsem that it does not hold');
    s.i_rwsem = 0;
    if (this.tracing) this.say('inode_unlock()');
  }

  /** unlock_page(). Lock: PG_locked itself. */
  unlock_page(index: number): void {
    this.command();
    this.unlock(index);
    if (this.tracing) this.say(`unlock_page(${index})`);
  }

  /** Takes PG_locked, or waits for who has it; true where it was taken. */
  protected lock(index: number): boolean {
    const page = this.s.page[index]!;
    if (page.locked_by !== 0) {
      this.waitFor(page.locked_by, `PG_locked of page ${index}`);
      return false;
    }
    page.locked_by = this.me + 1;
    return true;
  }

  protected unlock(index: number): void {
    const page = this.s.page[index]!;
    if (page.locked_by !== this.me + 1)
      this.fault(`unlocks page ${index}, which it has not locked`);
    page.locked_by = 0;
  }

  /**
   * ext4_journal_start(): handles of one task nest. Not modelled: the wait for a transaction that is
   * locked for its commit; here the commit waits for the handles.
   */
  journal_start(): void {
    this.command();
    this.call.handle++;
    if (this.tracing) this.say('journal_start()');
  }

  journal_stop(): void {
    this.command();
    if (this.call.handle === 0) this.fault('stops a journal handle that it has not started');
    this.call.handle--;
    if (this.tracing) this.say('journal_stop()');
  }

  /** Tasks with a journal handle open, as a mask. */
  protected handleOwners(): number {
    const { call } = this.s;
    let mask = 0;
    for (let i = 0; i < call.length; i++) if (call[i]!.handle > 0) mask |= 1 << i;
    return mask;
  }

  /** kmap(): sleeps until one of the few slots is free. Lock: kmap_lock. */
  kmap(index: number): void {
    this.command();
    const { call } = this.s;
    let used = 0;
    let owners = 0;
    for (let i = 0; i < call.length; i++) {
      used += call[i]!.kmaps;
      if (call[i]!.kmaps > 0) owners |= 1 << i;
    }
    if (used >= this.geometry.kmap_slots) {
      this.wait(owners);
      if (this.tracing) this.sayWait('a kmap slot');
      return;
    }
    this.call.kmaps++;
    if (this.tracing) this.say(`kmap(${index})`);
  }

  kunmap(index: number): void {
    this.command();
    if (this.call.kmaps === 0) this.fault('kunmaps what it has not kmapped');
    this.call.kmaps--;
    if (this.tracing) this.say(`kunmap(${index})`);
  }

  /** fatal_signal_pending(): -EINTR or 0. */
  fatal_signal_pending(): number {
    this.command();
    const error = this.fails(SIGNAL) ? EINTR : 0;
    if (this.tracing) this.say(`fatal_signal_pending() = ${error ? 1 : 0}`);
    return error;
  }

  protected override command(): void {
    super.command();
    const call = this.s.call[this.me];
    if (call !== undefined && call.state === RETURNED)
      this.fault('gives a command after returns()');
  }

  /** A system call that is over has said what it returns. */
  override leaving(): void {
    const call = this.s.call[this.me];
    if (call !== undefined && call.state === RUNNING)
      this.fault('goes on to done without returns()');
  }

  /** The system call returns `written` cells, or the error if there are none. */
  returns(written: number, error: number): void {
    this.command();
    const { call } = this;
    call.state = RETURNED;
    call.ret = written;
    call.err = written > 0 ? 0 : error;
    call.iomap_type = call.iomap_pos = call.iomap_end = call.iomap_reserved = 0;
    this.#promise(written);
    if (this.tracing) this.say(`return ${written > 0 ? written : errorName(error)}`);
  }

  /** Ghost: from now on user space may rely on the first `written` cells. */
  #promise(written: number): void {
    const { s, me } = this;
    const { pos } = this.writers[me]!;
    for (let i = 0; i < written; i++) {
      const promise = s.promise[pos + i]!;
      if (promise.value === REPORTED) continue;
      const other = promise.value - WRITE;
      const overlaps = other >= 0 && (s.call[me]!.overlapped >>> other) & 1;
      promise.value = overlaps || promise.value === EITHER ? EITHER : WRITE + me;
    }
    for (let i = 0; i < s.call.length; i++) {
      if (i !== me && s.call[i]!.state === RUNNING) s.call[i]!.overlapped |= 1 << me;
    }
  }
}
