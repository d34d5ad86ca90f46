/** What the package gives to programs and to tests of its users. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { example } from '../model/designs/example.ts';
import {
  BadQuestion,
  DESIGNS,
  DesignError,
  PROPERTIES,
  PromiseBroken,
  SCENARIOS,
  SMALL,
  check,
  commands,
  emptyFile,
  explore,
  fuzz,
  replay,
  wholeFile,
} from './index.ts';
import { wrongName, wrongPromise, wrongScenario } from '../runs/valid.ts';
import type { Breach, Observer, Property, Scenario } from './index.ts';
import { evidence, toBreak, toHold } from './vitest.ts';

const GROWING = 'blocks-smaller-than-a-page';
const EOF = 'nothing-is-left-beyond-eof';
const designOf = (name: string) => DESIGNS.find((one) => one.name === name)!;

describe('check', () => {
  it('gives the verdict, what is broken, the text and a file that replays', () => {
    const found = check(example, GROWING);
    expect(found).toMatchObject({ verdict: 'violated', broken: { [EOF]: 9 }, states: 746 });
    expect(found.text).toMatch(/^writepath: example breaks nothing-is-left-beyond-eof$/m);
    // No command finds it again, and no file was saved.
    expect(found.text).not.toContain('To see it again:');
    expect(found.text).toMatch(/\n\nIts steps, task\(answers\)\*times:\n {4}\S/);
    const again = replay(found.file!, { designs: [example] });
    expect(again).toMatchObject({ property: EOF, steps: 9, changed: false });
  });

  it('says what held; only of the promises that are asked', () => {
    const { verdict, text, file } = check(example, GROWING, { properties: ['no-deadlock'] });
    expect([verdict, file]).toEqual(['holds', undefined]);
    expect(text).toContain('holds in all 746 states');
  });

  it('takes bounds and limits', () => {
    const limited = check(example, 'two-writers', { limits: { states: 100 } });
    expect(limited.verdict).toBe('incomplete');
    expect(check(example, GROWING, { bounds: { faults_max: 0 } }).verdict).toBe('vacuous');
  });

  it('refuses what cannot be asked, in a line', () => {
    expect(() => check(example, 'blocks-smaler')).toThrow(BadQuestion);
    expect(() => check(example, 'receive-is-short')).toThrow(
      'receive-is-short cannot be asked of example: it receives nothing',
    );
  });

  it.each([
    [{ page: 3 }, "unknown bound 'page'; the nearest is 'pages'"],
    [{ pages: 99 }, 'pages = 99 is not in 1..32'],
    [{ pages: -1 }, 'pages = -1 is not in 1..32'],
    [{ pages: '2' }, "pages = '2' is not in 1..32"],
    [{ pages: null }, 'pages = null is not in 1..32'],
    [{ page_blocks: 3 }, 'page_blocks = 3 is not 1, 2, 4'],
    [{ faults: 9 }, 'faults = 9 is not in 0..8'],
    [{ faults: 1, faults_max: 2 }, 'faults = 1 and faults_max = 2: these are the same'],
    [{ pages: 32, page_blocks: 4 }, /^blocks-smaller-than-a-page: a file of 256 cells is too/],
    [7, 'no bounds: number'],
  ])('refuses bounds that cannot be run: %j', (bounds, why) => {
    const asked = () => check(example, GROWING, { bounds: bounds as object });
    expect(asked).toThrow(BadQuestion);
    expect(asked).toThrow(why);
  });

  it('takes faults for faults_max', () => {
    expect(check(example, GROWING, { bounds: { faults: 0 } }).verdict).toBe('vacuous');
  });

  it('refuses what is no design, no scenario, no promise, no number', () => {
    const no = (value: unknown) => value as never;
    expect(() => check(no(undefined), GROWING)).toThrow(new BadQuestion('no design: undefined'));
    expect(() => expect(3).toHold(GROWING)).toThrow('no design: number');
    expect(() => expect(3).toBreak(EOF)).toThrow('no design: number');
    expect(() => check(example, no(null))).toThrow(new BadQuestion('no scenario: null'));
    expect(() => check(example, GROWING, { properties: [no({})] })).toThrow(
      'promise undefined: short: a text is needed',
    );
    expect(() => check(example, GROWING, { properties: [no(1)] })).toThrow('no property: number');
    expect(() => fuzz(example, GROWING, { runs: 0.5 })).toThrow('runs = 0.5 is not in 1..1000000');
    expect(() => fuzz(example, GROWING, { seed: -1 })).toThrow(BadQuestion);
    expect(() => commands(example, GROWING, { length: 0 })).toThrow(BadQuestion);
  });
});

describe('what a user wrote', () => {
  const mine: Scenario = {
    name: 'mine',
    question: 'Of my own?',
    source: 'here',
    geometry: SMALL,
    others: [],
    faults: [],
    faults_max: 0,
    writers: (g) => [[wholeFile(g)]],
    files: emptyFile,
    must: [],
  };
  const never: Property = {
    name: 'never-returns',
    short: 'never',
    promise: 'no call returns',
    premise: () => true,
    violated: (o) => o.hasReturned(0),
    explain: () => ({ expected: 'no return', found: 'a return', where: 'the call' }),
  };

  it('is listed as it should be', () => {
    expect(wrongScenario(mine, [])).toBeUndefined();
    expect(wrongPromise(never)).toBeUndefined();
    const names = PROPERTIES.map(({ name }) => name);
    expect(SCENARIOS.flatMap((one) => wrongScenario(one, names) ?? [])).toEqual([]);
    expect(PROPERTIES.flatMap((one) => wrongPromise(one) ?? [])).toEqual([]);
    const all = [...SCENARIOS, ...PROPERTIES, ...DESIGNS];
    expect(all.flatMap(({ name }) => wrongName(name) ?? [])).toEqual([]);
  });

  it.each([
    [{ others: ['writebak'] }, "others: unknown task 'writebak'; the nearest is 'writeback'"],
    [{ others: [undefined] }, "others: unknown task 'undefined'"],
    [{ faults: ['copy-shrt'] }, "faults: unknown fault 'copy-shrt'; the nearest is 'copy-short'"],
    [{ about: ['eof'] }, "about: unknown promise 'eof'; the nearest is '" + EOF],
    [{ geometry: { pages: 2 } }, 'geometry: files is missing; geometry({ ... }) has all of them'],
    [{ geometry: { ...SMALL, pages: 99 } }, 'geometry: pages = 99 is not in 1..32'],
    [{ geometry: { ...SMALL, page: 1 } }, "geometry: unknown number 'page'"],
    [{ faults_max: 9 }, 'faults_max: it = 9 is not in 0..8'],
    [{ writers: [] }, 'writers: a function is needed'],
    [{ writers: () => [{}] }, 'writers: for each writer a list of calls is needed'],
    [{ files: () => [0] }, 'files: a list of { i_size, blocks } is needed'],
    [{ must: [{ what: 'x', faults: ['y-z'] }] }, "must: faults: unknown fault 'y-z'"],
    [{ must: [{ what: 'x' }] }, 'must: faults or happened is needed'],
    [{ asks: {} }, 'asks: can: a function is needed'],
    [{ code: '../x' }, "code: letters and digits, with '-'"],
  ])('a scenario with %j is refused', (part, why) => {
    const asked = () => check(example, { ...mine, ...(part as object) });
    expect(asked).toThrow(BadQuestion);
    expect(asked).toThrow(`scenario mine: ${why}`);
  });

  it.each([
    [{ short: 'two words' }, 'short: it is one word'],
    [{ explain: undefined }, 'explain: a function is needed'],
    [{ promise: '' }, 'promise: a text is needed'],
  ])('a promise with %j is refused', (part, why) => {
    const asked = { properties: [{ ...never, ...part } as Property] };
    expect(() => check(example, mine, asked)).toThrow(`promise never-returns: ${why}`);
  });

  it.each(['violated', 'premise', 'explain'])('an error in %s is one of the promise', (part) => {
    const wrong = () => {
      throw new TypeError('no such thing');
    };
    const asked = () => check(example, mine, { properties: [{ ...never, [part]: wrong }] });
    expect(asked).toThrow(DesignError);
    expect(asked).toThrow('promise never-returns: no such thing');
  });

  it('a promise may be of a class; its breach has to be told', () => {
    class Mine {
      readonly name = 'mine';
      readonly short = 'mine';
      readonly promise = 'no call returns';
      #found = 'a return';
      premise = () => true;
      violated(o: Observer) {
        return o.hasReturned(0);
      }
      explain() {
        return { expected: 'none', found: this.#found, where: 'the call' };
      }
    }
    expect(check(example, mine, { properties: [new Mine()] }).text).toContain('a return');
    const silent = { ...never, explain: () => ({}) as Breach };
    expect(() => check(example, mine, { properties: [silent] })).toThrow(
      "promise never-returns: explain gives no text 'expected'",
    );
  });

  it.each([
    '',
    '../x',
    'a/../b',
    'a//b',
    '/a',
    'a/',
    'a b',
    'a\n',
    'a..b',
    '.a',
    'x'.repeat(81),
    3,
  ])('the name %j is refused', (name) => expect(wrongName(name)).toBeDefined());
});

describe('explore', () => {
  it('shows every state once, the initial one first', () => {
    const numbers: number[] = [];
    const sizes = new Set<number>();
    const all = explore(example, GROWING, {
      each: ({ number, o }) => {
        numbers.push(number);
        sizes.add(o.s.inode[0]!.i_size);
      },
    });
    expect(numbers).toEqual(Array.from({ length: all.states }, (_, i) => i));
    expect(all).toMatchObject({ states: 746, transitions: 1816, depth: 27, limit: null });
    expect([...sizes].toSorted((a, b) => a - b)).toEqual([0, 4]);
  });
});

describe('fuzz and commands', () => {
  it('find a breach, with what fast-check needs to find it again', () => {
    const { property, text, file } = fuzz(example, GROWING, { runs: 500, seed: 2 });
    expect(property).toBe(EOF);
    expect(text!.replace(/\s+/g, ' ')).toMatch(/fast-check: seed -?\d+, path "[\d:]+"/);
    expect(replay(file!, { designs: [example] }).property).toBe(EOF);
  });

  it('are an arbitrary of fast-check, to be composed: a broken promise is thrown', () => {
    const asked = { properties: ['no-nested-page-locks'], length: 60 };
    const one = commands(designOf('recvfile'), 'receive-is-short', asked);
    const property = fc.property(fc.tuple(fc.boolean(), one.arbitrary), ([, sequence]) => {
      fc.modelRun(one.start, sequence);
    });
    const result = fc.check(property, { seed: 1, numRuns: 200 });
    expect(result.failed).toBe(true);
    expect(result.errorInstance).toBeInstanceOf(PromiseBroken);
    expect((result.errorInstance as PromiseBroken).property).toBe('no-nested-page-locks');
    expect(String(result.errorInstance)).toContain('2 page locks held at once');
    const sound = commands(designOf('multipage'), 'signal', asked);
    fc.assert(
      fc.property(sound.arbitrary, (sequence) => fc.modelRun(sound.start, sequence)),
      { seed: 1, numRuns: 5 },
    );
  });
});

describe('matchers', () => {
  it('fail with the counterexample, and with what held', () => {
    expect(example).toHold(GROWING, {}, { properties: ['no-deadlock'] });
    expect(example).toBreak(EOF);
    expect(example).toBreak('eof', { scenario: 's24' });
    expect(example).toBreak(EOF, { scenario: GROWING });
    expect(example).toBreak(EOF, { scenario: GROWING, steps: 9 });
    expect(() => expect(example).toHold(GROWING)).toThrow(/^writepath: example breaks/);
    expect(() => expect(example).not.toBreak(EOF, { scenario: GROWING })).toThrow(
      /expected example not to break nothing-is-left-beyond-eof/,
    );
    expect(() => expect(example).toBreak('no-deadlock', { scenario: GROWING })).toThrow(
      /expected example to break no-deadlock[\s\S]*holds in all/,
    );
    expect(toBreak(example, EOF, { scenario: GROWING, steps: 8 }).pass).toBe(false);
  });

  it('what was not asked does not hold', () => {
    expect(toHold(example, GROWING, { faults_max: 0 }).pass).toBe(false);
  });

  it('fail where nothing was decided, with .not as well', () => {
    const few = { limits: { states: 9 } };
    const limited = /^not decided: states limit hit\n\nwritepath: example is not decided/;
    const tried = /^was not really tried\n\nwritepath: example was not really tried/;
    expect(() => expect(example).toHold(GROWING, {}, few)).toThrow(limited);
    expect(() => expect(example).not.toHold(GROWING, {}, few)).toThrow(limited);
    expect(() => expect(example).toHold(GROWING, { faults: 0 })).toThrow(tried);
    expect(() => expect(example).not.toHold(GROWING, { faults: 0 })).toThrow(tried);
    const asked = { scenario: GROWING, ...few };
    const said = /to break no-deadlock: not decided: states limit hit\n\nwritepath: example is/;
    expect(() => expect(example).toBreak('no-deadlock', asked)).toThrow(said);
    expect(() => expect(example).not.toBreak('no-deadlock', asked)).toThrow(said);
    const none = { scenario: GROWING, bounds: { faults: 0 } };
    expect(() => expect(example).not.toBreak(EOF, none)).toThrow(/: was not really tried\n/);
    expect(example).not.toHold(GROWING);
    expect(example).not.toBreak('no-deadlock', { scenario: GROWING });
  });

  it('of many scenarios it is said what each has come to', () => {
    const asked = () => expect(example).toBreak('no-deadlock', { limits: { states: 2 } });
    expect(asked).toThrow(
      /^expected example to break no-deadlock: not decided: states limit hit\n\n( {2}\S+: .+\n){9}/,
    );
  });

  it('the evidence is the same text each time, for a snapshot', () => {
    expect(evidence(example, GROWING)).toBe(evidence(example, GROWING));
  });
});
