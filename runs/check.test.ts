import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../model/designs/all.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import type { Outcome } from './check.ts';

const scenario = (name: string) => SCENARIOS.find((s) => s.name === name)!;
const design = (name: string) => DESIGNS.find((d) => d.name === name)!;

const verdictOf = ({ result }: Outcome, name: string) =>
  result.properties.find((property) => property.name === name)?.verdict;

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

describe('what did not happen makes what is left unbroken vacuous', () => {
  const outcome = check(
    prepare(design('multipage-rfc/locked,unwritten,redirties'), scenario('crash-after-allocate')),
  );

  it('in a run that is violated', () => {
    expect(outcome.verdict).toBe('violated');
    expect(outcome.unreached).toContain('row writeback.writepage');
    expect(verdictOf(outcome, 'no-stale-data')).toBe('vacuous');
    expect(verdictOf(outcome, 'no-lock-outlives-the-call')).toBe('violated');
  });

  it('with a fault that could never be injected', () => {
    const own = scenario('signal');
    expect(check(prepare(design('page-at-a-time'), own)).verdict).toBe('holds');
    // Nothing is written where nobody writes back.
    const others = own.others.filter((name) => name === 'reader' || name === 'reclaim');
    const never = check(
      prepare(design('page-at-a-time'), { ...own, others, faults: ['signal', 'write-eio'] }),
    );
    expect(never.verdict).toBe('vacuous');
    expect(never.unreached).toContain('fault write-eio=-EIO');
    expect(verdictOf(never, 'no-lost-write')).toBe('vacuous');
  });
});

describe('surprises', () => {
  const unordered = design('page-at-a-time/unordered');

  it('a break that was expected and was not asked for is none', () => {
    const one = PROPERTIES.filter(({ name }) => name === 'no-deadlock');
    expect(check(prepare(unordered, scenario('signal'), {}, one)).surprises).toEqual([]);
  });

  it('at other bounds than the scenario has nothing is expected', () => {
    const small = check(prepare(unordered, scenario('signal'), { faults_max: 0 }));
    expect(small.surprises).toEqual([]);
  });

  it('a break that was not expected, and one that did not come', () => {
    const asked = { ...scenario('signal'), breaks: [] };
    expect(check(prepare(unordered, asked)).surprises).toEqual([
      'page-at-a-time/unordered in signal: breaks no-stale-data-after-crash, and was expected not to',
    ]);
    const wanted = {
      designs: 'page-at-a-time',
      breaks: ['no-lost-write'],
      because: 'it does not',
    };
    const sound = prepare(design('page-at-a-time'), { ...asked, breaks: [wanted] });
    expect(check(sound).surprises).toEqual([
      'page-at-a-time in signal: was expected to break no-lost-write, and does not',
    ]);
  });
});
