/** What keeps a call from ending, and what is not held against it. */
import { expect, it } from 'vitest';
import { explore } from '../explorer/search.ts';
import { RETURNED, RUNNING } from '../model/core.ts';
import type { Design } from '../model/design.ts';
import { MUTANTS } from '../model/designs/mutants.ts';
import { geometry } from '../model/geometry.ts';
import type { Kernel } from '../model/kernel.ts';
import { RESET, STALLED } from '../model/socket.ts';
import { kernelSystem } from '../model/system.ts';
import type { Setup } from '../model/system.ts';
import { checksOf } from './all.ts';
import { ByHand, SOCKET } from './by-hand.ts';
import { everyCallEnds } from './every-call-ends.ts';

function found(design: Design, setup: Setup) {
  const { system } = kernelSystem(design, setup, checksOf([everyCallEnds]));
  const { limit, properties } = explore(system, { states: 200_000, depth: 1000 });
  expect(limit).toBeUndefined();
  const { verdict, trace, loop } = properties[0]!;
  const names = (actions: readonly number[]) => {
    let state = system.initial();
    return actions.map((action) => {
      const step = system.step(state, action)!;
      ({ state } = step);
      return `${system.tasks[step.task]!.name}.${step.label}`;
    });
  };
  return { verdict, loop: trace && names(trace).slice(-loop!) };
}

const mutant = (name: string) => MUTANTS.find(({ design }) => design.name === `mutant/${name}`)!;

it.each([
  ['retries-without-faulting-in', ['grab_page', 'get_block', 'prepare', 'copy', 'write_end']],
  ['stale-mapping-kept', ['fault_in', 'signal', 'grab_page', 'valid', 'unlock_stale']],
  ['asks-a-peer-that-has-closed', ['recv']],
  ['fsync-only-redirties', ['lock', 'eof']],
  ['writeback-only-redirties', ['balance']],
])('%s: its own steps alone repeat', (name, rows) => {
  const { design, setup } = mutant(name);
  const { verdict, loop } = found(design, setup);
  expect(verdict).toBe('violated');
  expect(loop!.toSorted()).toEqual(rows.map((row) => `writer1.${row}`).toSorted());
});

it('who asks a silent peer again needs the peer; who asks one that has gone spins', () => {
  const { base, setup } = mutant('asks-a-peer-that-has-closed');
  const recv: Design['rows'][string] = (k: Kernel, f: { err: number }) => {
    const label = base.rows['recv']!(k, f);
    return f.err ? 'recv' : label;
  };
  const verdict = (fault: string) =>
    found(
      { ...base, rows: { ...base.rows, recv } },
      { ...setup, faults: ['peer-short', fault], faults_max: 2 },
    ).verdict;
  expect(verdict('peer-stall')).toBe('holds');
  expect(verdict('peer-reset')).toBe('violated');
});

it('others who read and reclaim for ever beside it hide no loop, and are no part of it', () => {
  const { base, setup } = mutant('fsync-does-not-wait');
  const rows = {
    ...base.rows,
    fault_in: (k: Kernel) => (k.lock_page(0), 'unlock_0'),
    unlock_0: (k: Kernel) => (k.unlock_page(0), 'fault_in'),
  };
  const { loop } = found({ ...base, rows }, setup);
  expect(loop!.toSorted()).toEqual(['writer1.fault_in', 'writer1.unlock_0']);
});

it('where nobody cleans pages, nothing is said of a writer that is throttled', () => {
  const { design, setup } = mutant('writeback-only-redirties');
  expect(found(design, { ...setup, others: ['reader'] }).verdict).toBe('holds');
  expect(found(design, { ...setup, geometry: geometry({ dirty_limit: 2 }) }).verdict).toBe('holds');
});

it('owed is what has begun and not returned, but for what waits for a silent peer', () => {
  const owed = (design: Design | undefined, state: number, connection = 0) => {
    const h = new ByHand(design);
    h.s.call[1]!.state = state;
    h.s.call[1]!.connection = connection;
    return everyCallEnds.owing(h.o);
  };
  expect([0, 1, RUNNING, RETURNED].map((state) => owed(undefined, state))).toEqual([0, 0, 2, 0]);
  expect([0, 1, RESET, STALLED].map((connection) => owed(SOCKET, RUNNING, connection))).toEqual([
    2, 2, 2, 0,
  ]);
});

it('who may go on for ever is named', () => {
  const h = new ByHand();
  h.s.call[0]!.state = h.s.call[1]!.state = RUNNING;
  expect(everyCallEnds.explain(h.o).found).toBe('writer1, writer2 may go on for ever');
});
