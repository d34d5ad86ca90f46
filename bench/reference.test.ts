import { describe, expect, test } from 'vitest';
import { DONE } from '../machine/rows.ts';
import { again } from '../explorer/again.ts';
import { Search, explore } from '../explorer/search.ts';
import { Kernel, ZERO } from './reference-kernel.ts';
import type { Frame, State } from './reference-kernel.ts';
import { KNOWN, reference, write } from './reference.ts';

const ROOM = { states: 2 ** 23, depth: 1000 };
const sizes = (name: keyof typeof KNOWN) => ({ ...KNOWN[name], crash: true });

describe('reference space: counts', () => {
  // L is counted by `npm run bench`.
  test.each(['XXS', 'XS', 'S', 'M'] as const)('%s, exactly', (name) => {
    const { states, transitions, levels } = KNOWN[name];
    const result = explore(reference(sizes(name)), ROOM);
    expect(result).toMatchObject({ states, transitions, depth: levels - 1, limit: undefined });
    expect(new Set(result.properties.map(({ verdict }) => verdict))).toEqual(new Set(['holds']));
  });

  test('played back, the same as plain', () => {
    const { coverage, ...played } = explore(reference(sizes('XXS')), ROOM);
    const plain = explore(reference(sizes('XXS')), { ...ROOM, plain: true });
    expect({ ...played, coverage: undefined }).toEqual({ ...plain, coverage: undefined });
    expect(coverage.rows()).toEqual(plain.coverage.rows());
    expect(coverage.answers()).toEqual(plain.coverage.answers());
  });

  test('S without a power cut, exactly', () => {
    const result = explore(reference({ ...KNOWN.S, crash: false }), ROOM);
    expect(result).toMatchObject({ states: 395_622, transitions: 1_578_298, depth: 49 });
  });

  test('every row runs, every answer is taken, and a full page lock is waited for', () => {
    const { coverage } = explore(reference(sizes('XXS')), ROOM);
    expect(coverage.rows().filter(({ times }) => times === 0)).toEqual([]);
    expect(coverage.answers().filter(({ times }) => times === 0)).toEqual([]);
    expect(coverage.rows().find(({ name }) => name === 'writer1.lock')!.blocked).toBeGreaterThan(0);
  });

  test('nothing outside the state is read', () => {
    const search = new Search(reference(sizes('XXS')), ROOM);
    while (search.slice());
    again(search, reference(sizes('XXS')));
    expect(search.result().states).toBe(KNOWN.XXS.states);
  });
});

/** Reads what was never written, as if a block allocated were a block written. */
class IgnoresUnwritten extends Kernel {
  override onDisk(page: State['page'][number]): number {
    return page.map === 0 ? ZERO : this.s.disk[page.map - 1]!.data;
  }
}

/** Gives nothing back when the copy was short. */
function leaksWhenShort(k: Kernel, f: Frame) {
  k.unreserve(f.need && !f.short ? f.len - f.i : 0);
  const next = f.short ? DONE : 'read';
  f.pos = f.short ? 0 : f.pos + f.i;
  f.len = f.i = f.need = f.short = 0;
  return next;
}

describe('reference space: what is broken on purpose is found', () => {
  const mutants = [
    {
      what: 'a reader ignores that a block is unwritten',
      system: () => reference(sizes('XXS'), write, IgnoresUnwritten),
      broken: 'no-stale-data-exposed',
      by: 'read reserve lock copy unlock lock copy unlock allocate, cut, pick fill',
    },
    {
      what: 'a short copy leaks its reservation',
      system: () => reference(sizes('XXS'), { ...write, unreserve: leaksWhenShort }),
      broken: 'reservations-are-held',
      by: 'read reserve lock copy unlock unreserve',
    },
  ];

  test.each(mutants)('$what', ({ system, broken, by }) => {
    const machine = system();
    const found = explore(machine, ROOM).properties.find(({ name }) => name === broken)!;
    expect(found.verdict).toBe('violated');

    const mask = 1 << machine.properties.indexOf(broken);
    const labels: string[] = [];
    let state = machine.initial();
    for (const action of found.trace!) {
      machine.look(state);
      expect(machine.violations(mask)).toBe(0);
      const step = machine.step(state, action)!;
      labels.push(step.label);
      state = step.state;
    }
    machine.look(state);
    expect(machine.violations(mask)).toBe(mask);
    expect(labels).toEqual(by.match(/\w+/g));
  });
});
