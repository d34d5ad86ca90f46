/** A search by several threads comes to what one alone does, whatever happens to the others. */
import { describe, expect, it } from 'vitest';
import { MACHINES, crewOf } from './together-toys.ts';
import { Search } from '../explorer/search.ts';
import type { Limits } from '../explorer/search.ts';

const ROOM = { states: 100_000, depth: 1000 };

function searched(machine: string, limits: Partial<Limits> = {}): Search {
  const search = new Search(MACHINES[machine]!(), { ...ROOM, ...limits });
  while (search.slice());
  return search;
}

/** All that is said, and every state with its parent. */
function accountOf(search: Search) {
  const { coverage, ...said } = search.result();
  const states = Array.from({ length: search.states }, (_, n) => [
    search.parent(n),
    ...search.state(n),
  ]);
  return { ...said, rows: coverage.rows(), answers: coverage.answers(), states };
}

/** Runs the search, and returns what it throws, and in which state. */
function thrown(machine: string, limits: Partial<Limits> = {}) {
  const search = new Search(MACHINES[machine]!(), { ...ROOM, ...limits });
  try {
    while (search.slice());
    search.result();
  } catch (error) {
    return { what: (error as Error).message, at: search.at };
  }
  throw new Error('nothing was thrown');
}

const NAMES = ['steps', 'promises', 'many ways', 'loops', 'breaks', 'rfc', 'iomap'];

describe.each(NAMES)('%s', (machine) => {
  it.each([1, 2, 3])('the same with %i more', (count) => {
    const alone = accountOf(searched(machine));
    expect(accountOf(searched(machine, { helpers: crewOf(machine, count) }))).toEqual(alone);
  });

  it('the same where they come late', () => {
    const helpers = crewOf(machine, 1, { from: 300, wait: false });
    expect(accountOf(searched(machine, { helpers }))).toEqual(accountOf(searched(machine)));
  });
});

describe('with others, as alone', () => {
  const helpers = crewOf('steps', 2);

  it.each([
    ['states', { states: 3000 }],
    ['depth', { depth: 14 }],
  ] as const)('a limit on %s', (limit, limits) => {
    const account = accountOf(searched('steps', { ...limits, helpers }));
    expect(account.limit).toBe(limit);
    expect(account).toEqual(accountOf(searched('steps', limits)));
  });

  it('states that the core does not keep', () => {
    for (const near of [8, 8000]) {
      expect(accountOf(searched('steps', { near, helpers }))).toEqual(accountOf(searched('steps')));
    }
  });

  it('blocks of one state each, of which some have more ways than there is room for', () => {
    const crew = crewOf('many ways', 1, { block: 1 });
    expect(accountOf(searched('many ways', { helpers: crew }))).toEqual(
      accountOf(searched('many ways')),
    );
  });

  it('slices of a block or two', () => {
    let asked = 0;
    const crew = crewOf('rfc', 2, { stopped: () => asked++ % 2 === 0 });
    expect(accountOf(searched('rfc', { helpers: crew }))).toEqual(accountOf(searched('rfc')));
    expect(asked).toBeGreaterThan(100);
  });

  it('up to the first breach', () => {
    const until_broken = { of: 4, all: false };
    const crew = crewOf('promises', 2);
    expect(accountOf(searched('promises', { until_broken, helpers: crew }))).toEqual(
      accountOf(searched('promises', { until_broken })),
    );
  });

  it('what is kept in the middle of it, and goes on elsewhere', () => {
    const crew = crewOf('rfc', 2);
    const whole = accountOf(searched('rfc'));
    for (const slices of [3, 20, 60]) {
      const begun = new Search(MACHINES.rfc!(), { ...ROOM, helpers: crew });
      for (let n = 0; n < slices; n++) begun.slice();
      const { saved } = begun;
      const search = new Search(MACHINES.rfc!(), ROOM);
      for (let n = 1; n < saved.states; n++) search.append(begun.state(n), begun.parent(n));
      begun.leave();
      search.resume(saved);
      while (search.slice());
      expect(accountOf(search)).toEqual(whole);
    }
  });

  it('an error of a row, in the same state', () => {
    const alone = thrown('throws');
    expect(alone.what).toBe('row task3.step: a mistake');
    for (const count of [1, 2]) {
      expect(thrown('throws', { helpers: crewOf('throws', count) })).toEqual(alone);
    }
  });
});

describe('one that is no more ends the search with an error', () => {
  const ended = /^a thread of the search has ended: /;

  it('after an exit', () => {
    expect(thrown('exits', { helpers: crewOf('exits', 1) }).what).toMatch(ended);
  });

  it('after an error that is not come to again', () => {
    const { what } = thrown('fails', { helpers: crewOf('fails', 1) });
    expect(what).toMatch(ended);
    expect(what).toContain('only here');
  });

  it('after it was killed, without a word', () => {
    const crew = crewOf('steps', 1, { patience_ms: 500 });
    let end = () => {};
    const begin: typeof crew.begin = (shared) => {
      const thread = crew.begin(shared);
      end = () => thread.end();
      return thread;
    };
    const search = new Search(MACHINES.steps!(), { ...ROOM, helpers: { ...crew, begin } });
    while (search.states < 100) search.slice();
    end();
    const rest = () => {
      while (search.slice());
      search.result();
    };
    expect(rest).toThrow('a thread of the search gives no answer for 0.5 s');
  });
});
