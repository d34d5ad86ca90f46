/** What a call may come to again and again: a copy that stops, and a pause when it is throttled. */
import { expect, it } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import { design } from './design.ts';
import type { Design } from './design.ts';
import { xfs } from './filesystems/xfs.ts';
import { geometry } from './geometry.ts';
import type { Kernel } from './kernel.ts';
import { kernelSystem } from './system.ts';
import type { Setup } from './system.ts';

type Row = (k: Kernel) => unknown;

/** These rows, one after the other; and steps of the call, each with its answers. */
function runs(rows: readonly Row[], parts: Partial<Setup> = {}) {
  const own = rows.map((row, i) => [`row${i}`, (k: Kernel) => (row(k), `row${i + 1}`)] as const);
  const last = { [`row${rows.length}`]: (k: Kernel) => (k.returns(0, 1), 'done') };
  const made: Design = design({
    name: 'script',
    about: 'row upon row',
    source: 'this test',
    filesystem: xfs,
    locals: {},
    rows: { ...Object.fromEntries(own), ...last },
  });
  const setup: Setup = {
    geometry: geometry(),
    files: [{ i_size: 4, blocks: 'dd' }],
    writers: [[{ pos: 0, count: 4 }]],
    others: ['writeback'],
    faults: ['copy-short', 'fault-in-efault'],
    faults_max: 2,
    ...parts,
  };
  const { system, observer } = kernelSystem(made, setup, () => []);
  let state = system.initial();
  const step = (...answers: number[]) => {
    const taken = system.step(state, encodeAction(0, answers))!;
    const stays = taken.state.every((word, i) => word === state[i]);
    ({ state } = taken);
    system.look(state);
    return { said: taken.said, asked: taken.chosen.length, stays };
  };
  const waits = (): boolean => system.step(state, encodeAction(0, [])) === undefined;
  return { step, waits, s: observer.s };
}

it('where the atomic copy has stopped it stops again, until the buffer is faulted in', () => {
  const copy: Row = (k) => k.copy_from_user_atomic(0, 2);
  const lock: Row = (k) => k.lock_page(0);
  const unlock: Row = (k) => k.unlock_page(0);
  const fault_in: Row = (k) => k.fault_in_readable();
  const rest: Row = (k) => {
    k.iov_iter_advance(1);
    return k.copy_from_user_atomic(1, 2);
  };
  const { step } = runs([lock, copy, copy, rest, unlock, fault_in, fault_in, lock, rest]);
  step();
  // One cell, and the same again; nothing is asked. Of what follows there is none.
  expect(step(2)).toMatchObject({ said: 'copy_from_user_atomic(0..2) = 1', asked: 1 });
  expect(step()).toMatchObject({ said: 'copy_from_user_atomic(0..2) = 1', asked: 0 });
  expect(step()).toMatchObject({ said: 'copy_from_user_atomic(1..2) = 0', asked: 0 });
  step();
  // A fault that fails leaves it as it is.
  expect(step(1).said).toBe('fault_in_readable() = -EFAULT');
  expect(step().said).toBe('fault_in_readable() = 0');
  step();
  expect(step()).toMatchObject({ said: 'copy_from_user_atomic(1..2) = 1' });
});

it('a throttled writer is let go, or looks again and has changed nothing', () => {
  const balance: Row = (k) => k.balance_dirty_pages();
  const at = (dirty_limit: number, others = ['writeback', 'ioend']) =>
    runs([() => undefined, balance], { geometry: geometry({ dirty_limit }), others });
  const { step, s } = at(1);
  step();
  for (let times = 0; times < 3; times++) {
    const said = 'balance_dirty_pages_ratelimited(): 2 dirty, pauses and looks again';
    expect(step(1)).toEqual({ said, asked: 1, stays: true });
  }
  expect(s.call[0]!.throttled).toBe(0);
  const said = 'balance_dirty_pages_ratelimited(): throttled';
  expect(step()).toEqual({ said, asked: 1, stays: false });
  expect(s.call[0]!.throttled).toBe(1);

  // Below the limit it is not; and where nobody cleans pages nothing is asked.
  for (const other of [at(2), at(1, ['reader']), at(1, ['writeback']), at(1, ['ioend'])]) {
    other.step();
    expect(other.step()).toMatchObject({ asked: 0, stays: false });
  }
});

it.each([
  { blocks: 'd', dirty: true },
  { blocks: 'Md', dirty: true },
  { blocks: 'MM', dirty: false },
])('what XFS does before -ENOSPC waits for what is dirty, of whichever page: $blocks', (one) => {
  const flush: Row = (k) => k.flush_inodes();
  const files = [{ i_size: 4, blocks: one.blocks }];
  const { step, waits } = runs([() => undefined, flush], { files, others: ['writeback', 'ioend'] });
  step();
  expect(waits()).toBe(one.dirty);
  // Where nobody is at work who could write it, it does nothing.
  const alone = runs([() => undefined, flush], { files, others: ['writeback'] });
  alone.step();
  expect(alone.waits()).toBe(false);
});
