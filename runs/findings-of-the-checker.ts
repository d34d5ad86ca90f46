/** Section 1 of the review, what is about the checker more than about a design: see findings.ts. */
import { matrix } from '../evidence/matrix.ts';
import { reportOf } from '../evidence/report.ts';
import type { Design } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { PROPERTIES } from '../properties/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import { coded } from './scenario.ts';
import { designOf, inScenario, refused } from './findings.ts';
import type { Finding } from './findings.ts';
import { readRecord } from './recorded.ts';

/** A row of the example that goes on as `next` says, whatever its command answered. */
const goesOn = (row: string, next: (label: string) => string): Design => ({
  ...example,
  rows: { ...example.rows, [row]: (k, f) => next(example.rows[row]!(k, f)) },
});

/** It ends the call early by chance. */
const tosses = (): Design =>
  goesOn('write_end', (label) => (Math.random() < 0.5 ? 'unlock_inode' : label));

/** It does so the first time that it runs. */
function once(): Design {
  let first = true;
  return goesOn('write_end', (label) => {
    const early = first;
    first = false;
    return early ? 'unlock_inode' : label;
  });
}

/** What copy has answered is looked at a row later. */
function readsLate(): Design {
  let answer = '';
  const keeps = goesOn('copy', (label) => label);
  return {
    ...keeps,
    rows: {
      ...keeps.rows,
      copy(k, f: { copied: number }) {
        const label = example.rows['copy']!(k, f);
        answer = String(f.copied);
        return label;
      },
      write_end(k, f) {
        const label = example.rows['write_end']!(k, f);
        return answer === '0' ? 'unlock_inode' : label;
      },
    },
  };
}

/** It looks whether a trace is written. */
const looks = (): Design => ({
  ...example,
  rows: {
    ...example.rows,
    write_end(k, f) {
      // What no type of a design has: that is the point.
      const { tracing } = k as unknown as { tracing: boolean };
      return tracing ? 'unlock_inode' : example.rows['write_end']!(k, f);
    },
  },
});

/** The signs in the row of a design of which one run was interrupted. */
function signsOfInterrupted(): string {
  const design = designOf('page-at-a-time/delalloc');
  const scenario = SCENARIOS.find(({ name }) => name === 'signal')!;
  const text = matrix({
    reports: [reportOf(check(prepare(design, scenario)))],
    properties: PROPERTIES,
    scenarios: coded(SCENARIOS),
    unfinished: [{ design: design.name, scenario: 'two-writers', why: 'interrupted' }],
    recorded: {},
  });
  const rows = text.split('\n').filter((line) => line.startsWith(' delalloc'));
  return [
    ...new Set(
      rows
        .join(' ')
        .replace('delalloc', '')
        .match(/[.?v]|\d+\w/g),
    ),
  ].join(' ');
}

/** How many breaches on record have no reason that was found by mending. */
const withoutReason = (): string => {
  const because = Object.values(readRecord()).flatMap((results) =>
    results.flatMap((result) => Object.values(result.because)),
  );
  const none = because.filter((flaws) => flaws.length === 0).length;
  return because.length === 0 ? 'no record' : `${none} without a reason`;
};

export const FINDINGS_OF_THE_CHECKER: readonly Finding[] = [
  {
    row: '1.3',
    case: 'a matrix of which one run was interrupted: its signs',
    was: '.',
    right: '?',
    says: signsOfInterrupted,
  },
  ...[
    { what: 'tosses a coin', made: tosses },
    { what: 'does something else the first time', made: once },
    { what: 'looks a row late at what another row was given', made: readsLate },
    { what: 'looks whether a trace is written', made: looks },
  ].map(({ what, made }) => ({
    row: '1.9',
    case: `a row that ${what}`,
    was: 'holds, or a false counterexample',
    right: 'refused: row writer1.write_end',
    says: () => refused(() => inScenario(made(), 'short-copy-over-old-data')),
  })),
  {
    row: '1.13',
    case: 'breaches on record: reasons are found by mending, and tested (mends.test.ts)',
    was: '36 of 84 reasons for one of them were false',
    right: '0 without a reason',
    says: withoutReason,
  },
  {
    row: '1.15',
    case: 'multipage-rfc, a mapping that ends inside a page, at 1 block a page',
    was: 'a smaller test, and nothing said so',
    right: 'vacuous',
    says: () =>
      inScenario(designOf('multipage'), 'mapping-ends-inside-a-page', [], { page_blocks: 1 }),
  },
];
