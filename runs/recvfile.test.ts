/** The vendors' recvfile variants: each does what its own C code does, and the others do not. */
import { describe, expect, it } from 'vitest';
import { STALLED } from '../model/socket.ts';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { Observer } from '../model/observe.ts';
import type { Property } from '../properties/property.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import { withMends } from './mends.ts';
import { wholeFile } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const B = 'recvfile/b-comcerto';
const D = 'recvfile/d-synology';
const E = 'recvfile/e-synology-aggregate';
const F = 'recvfile/f-oxnas';

const designOf = (name: string): Design => DESIGNS.find((design) => design.name === name)!;
const scenarioOf = (name: string) => SCENARIOS.find((scenario) => scenario.name === name)!;

/** Names of the promises that are broken. */
const broken = (design: Design, scenario: Scenario): string[] =>
  check(prepare(design, scenario)).result.properties.flatMap(({ name, trace }) =>
    trace ? [name] : [],
  );

/** Is there any state of which this is true? */
function happens(design: Design, scenario: Scenario, what: (o: Observer) => boolean): boolean {
  const never: Property = {
    name: 'never',
    short: 'never',
    promise: 'it never comes to this',
    premise: () => true,
    violated: what,
    explain: () => ({ expected: '', found: '', where: '' }),
  };
  const { result } = check(prepare(design, scenario, {}, [never]));
  expect(result.limit).toBeUndefined();
  return result.properties[0]!.trace !== undefined;
}

const isShort = scenarioOf('receive-is-short');
const stalls = scenarioOf('receive-stalls-under-locks');

describe('B', () => {
  const empty: Scenario = {
    ...isShort,
    faults: ['pool-enomem'],
    faults_max: 1,
    writers: (g) => [[wholeFile(g)], [wholeFile(g)]],
    must: [],
  };

  it('an empty pool: -ENOMEM with i_mutex locked, and the next call waits for ever', () => {
    expect(broken(designOf(B), empty)).toEqual(
      expect.arrayContaining(['no-lock-outlives-the-call', 'no-deadlock']),
    );
    const mended = broken(withMends(designOf(B), ['returns-with-i-mutex']), empty);
    expect(mended).not.toContain('no-lock-outlives-the-call');
    expect(mended).not.toContain('no-deadlock');
  });

  it('a short receive is -EPIPE, and what has come is gone for the caller; A returns it', () => {
    const returned = (o: Observer) => o.wrote(0) && o.s.call[0]!.ret < o.s.call[0]!.count;
    expect(happens(designOf(B), isShort, returned)).toBe(false);
    expect(happens(designOf('recvfile'), isShort, returned)).toBe(true);
    expect(broken(designOf(B), isShort)).toContain('stream-is-accounted');
    expect(broken(designOf('recvfile'), isShort)).not.toContain('stream-is-accounted');
  });
});

describe('D', () => {
  it('tells of what was received, with the error: the stream is accounted', () => {
    expect(broken(designOf(D), isShort)).not.toContain('stream-is-accounted');
    expect(broken(designOf(D), isShort)).toContain('return-value-is-true');
  });

  it('where write_begin fails, the page before is not committed, and stays reserved', () => {
    const enospc = scenarioOf('enospc-on-the-17th-page');
    const left = (page: number) => (o: Observer) =>
      o.hasReturned(0) && o.isDelayed(page) && o.block(page).dirty === 0;
    expect([14, 15, 16].map((page) => happens(designOf(D), enospc, left(page)))).toEqual([
      false,
      true,
      false,
    ]);
    const mended = withMends(designOf(D), ['last-page-is-ended-as-empty']);
    expect(happens(mended, enospc, left(15))).toBe(false);
  });

  it('write_end of all pages but the last gets the fsdata of another', () => {
    expect(broken(designOf(D), isShort)).toContain('begin-and-end-are-paired');
    const one = { ...isShort, geometry: { ...isShort.geometry, pages: 1 } };
    expect(broken(designOf(D), one)).not.toContain('begin-and-end-are-paired');
  });
});

describe('E', () => {
  const after = scenarioOf('one-receive-after-the-other');
  const locked = (o: Observer) => o.s.page.some(({ locked_by }) => locked_by > 0);
  const all = (o: Observer) => o.wrote(0) && o.wrote(1) && o.betweenCalls(0);

  it('between two calls pages are locked; the second commits them, since it is not aligned', () => {
    const between = (o: Observer) => o.hasReturned(0) && o.betweenCalls(0) && locked(o);
    expect(happens(designOf(E), after, between)).toBe(true);
    const quiet = { ...after, others: ['peer'] };
    expect(happens(designOf(E), quiet, (o) => all(o) && locked(o))).toBe(false);
    const dirty = (o: Observer) => o.block(0).dirty === 1 && o.block(1).dirty === 1;
    expect(happens(designOf(E), quiet, (o) => all(o) && dirty(o))).toBe(true);
    expect(happens(designOf(E), quiet, (o) => o.hasReturned(0) && !o.hasBegun(1) && dirty(o))).toBe(
      false,
    );
  });

  it('a call on another file commits them, and keeps its own', () => {
    const files = scenarioOf('nested-page-locks-and-kmaps');
    const flushed = (o: Observer) =>
      o.hasReturned(0) &&
      o.hasReturned(1) &&
      [0, 1, 2, 3].map((page) => o.s.page[page]!.locked_by).join('') === '0022';
    expect(happens(designOf(E), files, flushed)).toBe(true);
  });

  it('the others never return with a page locked', () => {
    for (const name of ['recvfile', B, D, F]) {
      expect(broken(designOf(name), after), name).not.toContain('no-lock-outlives-the-call');
    }
  });
});

describe('F', () => {
  it('one page lock at a time, and one is held while it waits', () => {
    expect(broken(designOf(F), isShort)).not.toContain('no-nested-page-locks');
    expect(broken(designOf(F), isShort)).toContain('no-page-lock-over-the-network');
  });

  it('commits no garbage, and loses what write_end denies', () => {
    expect(broken(designOf(F), isShort)).not.toContain('no-stale-data');
    expect(broken(designOf(F), isShort)).toContain('stream-is-accounted');
  });

  it('-EAGAIN is tried again for ever, under the page lock; the others give up', () => {
    const silent = { ...stalls, faults: ['peer-stall', 'peer-short'], must: [] };
    const gives_up = (o: Observer) => o.hasReturned(0) && o.s.call[0]!.connection === STALLED;
    const nothing = (o: Observer) => gives_up(o) && o.s.call[0]!.sent < o.s.call[0]!.count;
    expect(happens(designOf(F), silent, nothing)).toBe(false);
    expect(happens(designOf('recvfile'), silent, nothing)).toBe(true);
  });
});

describe('recvfile-safe, moving pages', () => {
  const moves = ['recvfile-safe/moves', 'recvfile-safe/ordered,moves'].map(designOf);

  it.each(moves)('$name: a page is added where there is none, and else replaced', (design) => {
    const was = (o: Observer) => o.s.page[0]!.present === 1 && o.s.page[0]!.locked_by === 1;
    // Of two pages one is given away: it is in the cache, and its bytes are there at once.
    const given = (o: Observer) => was(o) && o.s.thread[0]!.private_pages === 1 && o.holds(0, 0);
    expect(happens(design, isShort, given)).toBe(true);
    // The reader was there first: the page is found, and holds what it has read.
    const found = (o: Observer) =>
      was(o) && o.s.thread[0]!.private_pages === 2 && o.block(0).uptodate === 1 && !o.holds(0, 0);
    expect(happens(design, stalls, found)).toBe(true);
    expect(happens(design, isShort, found)).toBe(false);
  });

  it.each(moves)('$name: part of a page is copied, and no private page given away', (design) => {
    const part: Scenario = { ...isShort, writers: () => [[{ pos: 1, count: 2 }]], must: [] };
    const given = (o: Observer) => o.s.page[0]!.locked_by === 1 && o.holds(0, 1);
    const left = (o: Observer) => o.s.thread[0]!.private_pages;
    expect(happens(design, part, (o) => given(o) && left(o) === 2)).toBe(true);
    expect(happens(design, part, (o) => given(o) && left(o) < 2)).toBe(false);
  });
});
