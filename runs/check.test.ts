/** What is said of a search: that a promise holds, and that the question was asked at all. */
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { example } from '../model/designs/example.ts';
import type { Design } from '../model/design.ts';
import { EIO } from '../model/errno.ts';
import type { Kernel } from '../model/kernel.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import type { Outcome } from './check.ts';
import { fails, notAsked } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const scenario = (name: string) => SCENARIOS.find((s) => s.name === name)!;
const design = (name: string) => DESIGNS.find((d) => d.name === name)!;

const verdictOf = ({ result }: Outcome, name: string) =>
  result.properties.find((property) => property.name === name)?.verdict;

const SOUND = design('page-at-a-time');

describe('a promise has the same verdict, asked alone or with the others', () => {
  const runs = [
    ['multipage-rfc/locked,unwritten,redirties', 'crash-after-allocate'],
    ['page-at-a-time', 'signal'],
    ['recvfile', 'receive-is-short'],
  ] as const;
  it.each(runs)('%s in %s', (d, s) => {
    const together = check(prepare(design(d), scenario(s)));
    for (const property of together.run.properties) {
      const alone = check(prepare(design(d), scenario(s), {}, [property]));
      expect(verdictOf(alone, property.name), property.name).toBe(
        verdictOf(together, property.name),
      );
    }
  });
});

describe('where what must happen did not, nothing holds', () => {
  const asked = scenario('enospc-on-the-17th-page');
  const rest: Partial<Scenario> = { faults: [], faults_max: 0 };

  it('at bounds at which it cannot: 17 blocks are enough for two pages', () => {
    const { verdict, unreached, result } = check(prepare(SOUND, asked, { pages: 2 }));
    expect(verdict).toBe('vacuous');
    expect(unreached.must).toEqual(asked.must.map(({ what }) => what));
    // That there was no case is another thing than that the question was not asked.
    expect(unreached.cases).not.toContain('no-stale-data');
    expect(unreached.cases).toContain('enospc-is-true');
    expect(new Set(result.properties.map((property) => property.verdict))).toEqual(
      new Set(['vacuous']),
    );
  });

  it('at its own bounds it holds, and it is said of every promise that had a case', () => {
    const { verdict, unreached, result } = check(prepare(SOUND, asked));
    expect([verdict, unreached.must]).toEqual(['holds', []]);
    const idle = result.properties.filter((p) => p.verdict === 'vacuous').map(({ name }) => name);
    expect(unreached.cases).toEqual(idle);
    expect(verdictOf({ result } as Outcome, 'no-stale-data')).toBe('holds');
  });

  it('a state that never comes: not one of two is enough', () => {
    const must = (happened: () => boolean) => [
      { what: 'this', happened: () => true },
      { what: 'that', happened },
    ];
    const never = { ...scenario('signal'), ...rest, must: must(() => false) };
    expect(check(prepare(SOUND, never))).toMatchObject({
      verdict: 'vacuous',
      unreached: { must: ['that'], incapable: false },
    });
    const always = { ...never, must: must(() => true) };
    expect(check(prepare(SOUND, always))).toMatchObject({
      verdict: 'holds',
      unreached: { must: [] },
    });
  });

  it('what was broken stays broken', () => {
    const never = { ...scenario('receive-is-short'), must: [{ what: 'x', happened: () => false }] };
    const { verdict, unreached, result } = check(prepare(design('recvfile'), never));
    expect([verdict, unreached.must]).toEqual(['violated', ['x']]);
    expect(verdictOf({ result } as Outcome, 'no-nested-page-locks')).toBe('violated');
    expect(verdictOf({ result } as Outcome, 'space-is-owned-once')).toBe('holds');
  });

  it('a search that was cut short says so, and not that something never happened', () => {
    const { verdict, unreached } = check(prepare(SOUND, asked), { states: 10, depth: 1000 });
    expect([verdict, unreached.must]).toEqual(['incomplete', []]);
  });
});

describe('what only some designs can come to', () => {
  const throttled = scenario('throttled-before-allocate');
  /** Says what it says whatever happens. */
  const refuses: Design = {
    ...example,
    rows: {
      lock_inode: (k: Kernel) => (k.inode_lock(), 'unlock_inode'),
      unlock_inode: (k: Kernel) => (k.inode_unlock(), 'ret'),
      ret: (k: Kernel) => (k.returns(0, EIO), 'done'),
    },
  };

  it('a command that the design does not give: incapable, at its own bounds', () => {
    expect(check(prepare(refuses, throttled))).toMatchObject({
      verdict: 'vacuous',
      unreached: { must: ['a writer is throttled'], incapable: true },
    });
    const loose = check(prepare(SOUND, throttled, { dirty_limit: 32 }));
    expect(loose).toMatchObject({ verdict: 'vacuous', unreached: { incapable: false } });
    // It gives the command, and is never throttled: that is no incapability.
    const { geometry } = throttled;
    const never = { ...throttled, geometry: { ...geometry, dirty_limit: 32 } };
    const able = check(prepare(SOUND, never));
    expect(able).toMatchObject({ verdict: 'vacuous', unreached: { incapable: false } });
    const elsewhere = check(prepare(refuses, throttled, { pages: 1 }));
    expect(elsewhere).toMatchObject({ verdict: 'vacuous', unreached: { incapable: false } });
  });

  it('everything fails once: what a task of the kernel meets is no fault in a call', () => {
    const { verdict, unreached } = check(prepare(refuses, scenario('everything-fails-once')));
    expect([verdict, unreached.must]).toEqual(['vacuous', ['something fails in a call']]);
    expect(unreached.faults).not.toContain('read-eio');
  });
});

describe('faults', () => {
  const asked = scenario('signal');

  it('that a design looks for: the question is asked', () => {
    const { verdict, unreached } = check(prepare(SOUND, asked));
    expect([verdict, unreached.incapable, unreached.faults]).toEqual(['holds', false, []]);
  });

  it('that no command of the design can meet: incapable, whatever its rows are called', () => {
    // The example looks for no signal; a row of that name makes no difference.
    const named: Design = {
      ...example,
      rows: { signal: () => 'lock_inode', ...example.rows },
    };
    for (const one of [example, named]) {
      const { verdict, unreached } = check(prepare(one, asked));
      expect([verdict, unreached.incapable]).toEqual(['vacuous', true]);
      expect(unreached.faults).toEqual(['signal']);
      expect(unreached.must).toEqual(['signal']);
    }
    const looks: Design = {
      ...example,
      rows: {
        ...example.rows,
        lock_inode: (k: Kernel) => (k.inode_lock(), 'look'),
        look: (k: Kernel, f: { err: number }) => {
          f.err = k.fatal_signal_pending();
          return f.err ? 'unlock_inode' : 'fault_in';
        },
      },
    };
    expect(check(prepare(looks, asked))).toMatchObject({
      verdict: 'holds',
      unreached: { incapable: false, faults: [] },
    });
  });

  it('that could be met, and were not let happen, are no incapability', () => {
    const none = check(prepare(SOUND, asked, { faults_max: 0 }));
    expect(none).toMatchObject({ verdict: 'vacuous', unreached: { incapable: false, faults: [] } });
  });

  it('of which one is enough, where one stands for the other', () => {
    const either = { ...asked, faults: ['signal', 'iomap-read-eio'] };
    const one = { ...either, must: [fails('signal', 'iomap-read-eio')] };
    expect(check(prepare(SOUND, one))).toMatchObject({
      verdict: 'holds',
      unreached: { faults: ['iomap-read-eio'] },
    });
    const both = { ...either, must: [fails('signal'), fails('iomap-read-eio')] };
    expect(check(prepare(SOUND, both))).toMatchObject({
      verdict: 'vacuous',
      unreached: { must: ['iomap-read-eio'] },
    });
  });

  it('that nothing could meet are named, with the rows that never ran', () => {
    // Nothing is written where nobody writes back.
    const others = ['reader', 'reclaim'];
    const never = { ...asked, others, faults: ['signal', 'write-eio'] };
    const { verdict, unreached } = check(prepare(SOUND, never));
    expect([verdict, unreached.faults]).toEqual(['holds', ['write-eio']]);
    expect(unreached.rows).toContain('writer1.unlock_failed');
    expect(unreached.rows).not.toContain('writer1.signal');
  });
});

describe('a question that cannot be put', () => {
  it('to a design that copies, or receives, or has no ->iomap', () => {
    expect(notAsked(scenario('receive-is-short'), SOUND)).toBe('it receives nothing');
    expect(notAsked(scenario('two-writers'), design('recvfile'))).toBe(
      'it copies nothing from user space',
    );
    expect(notAsked(scenario('segments-shorter-than-the-write'), SOUND)).toBe(
      "its filesystem has not the patch's ->iomap",
    );
    expect(notAsked(scenario('signal'), SOUND)).toBeUndefined();
  });

  it('a promise that cannot be asked of the design is not asked', () => {
    const names = (d: string) =>
      prepare(design(d), scenario('signal')).properties.map(({ name }) => name);
    expect(names('page-at-a-time')).not.toContain('stream-is-accounted');
    expect(names('recvfile')).toContain('stream-is-accounted');
    expect(names('recvfile')).not.toContain('iterator-is-where-the-call-says');
  });

  it('a peer is there for who receives', () => {
    const asked = scenario('signal');
    const tasks = (d: string) => prepare(design(d), asked).observer.tasks;
    expect(tasks('recvfile')).toContain('peer');
    expect(tasks('page-at-a-time')).not.toContain('peer');
  });
});
