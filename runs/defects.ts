/**
 * The defects of the posted patch that a reading of it has found, by number: which promise each
 * breaks here, in which scenario, and in how many steps; or why none does. `npm run golden` writes
 * the table; a test compares it.
 */
import type { Recorded } from '../evidence/record.ts';
import { COLUMNS, count, labelled, lines, wrap } from '../evidence/text.ts';

interface Shown {
  readonly design: string;
  readonly scenario: string;
  readonly property: string;
}

interface Defect {
  readonly id: string;
  /** Lines of the mail with the patch. */
  readonly source: string;
  readonly says: string;
  readonly shown: readonly Shown[];
  /** What of it is not shown, and why. */
  readonly not?: string;
}

const RFC = 'multipage-rfc/unlocked,unwritten';
const LOCKED = 'multipage-rfc/locked,unwritten';
const breach = (scenario: string, design: string, property: string): Shown => ({
  design,
  scenario,
  property,
});

export const DEFECTS: readonly Defect[] = [
  {
    id: 'D1',
    source: 'L358-367',
    says: 'a short copy leaks what was reserved for the rest',
    shown: [breach('short-copy-after-reserve', `${RFC},redirties`, 'no-leaked-reservations')],
  },
  {
    id: 'D2',
    source: 'L299-367',
    says: 'READ is ended by UNRESERVE on one way out of five',
    shown: [
      breach('short-copy-after-reserve', `${RFC},redirties`, 'begin-and-end-are-paired'),
      breach('everything-fails-once', `${LOCKED},redirties`, 'no-lock-outlives-the-call'),
    ],
  },
  {
    id: 'D3',
    source: 'L298-334',
    says: '`length` is not trimmed to the mapping',
    shown: [
      breach('write-across-a-mapping-boundary', `${RFC},redirties`, 'no-leaked-reservations'),
    ],
  },
  {
    id: 'D4',
    source: 'L250-261',
    says: 'the actor ignores `length`',
    shown: [
      breach(
        'segments-shorter-than-the-write',
        `${RFC},redirties,accepts`,
        'allocated-was-reserved',
      ),
    ],
  },
  {
    id: 'D6',
    source: 'L336-337',
    says: '-ERANGE becomes 0',
    shown: [breach('mapping-ends-inside-a-page', `${RFC},redirties`, 'return-value-is-true')],
  },
  {
    id: 'D7',
    source: 'L338',
    says: 'a status of 0 is a failure: UNRESERVE, and the write ends',
    shown: [],
    not: 'the inner loop faults the buffer in, and tries again: 0 comes of -ERANGE alone, D6',
  },
  {
    id: 'D8',
    source: 'L344-350',
    says: 'WARN_ON(0) never fires',
    shown: [],
    not: 'the kernel log is not in the model',
  },
  {
    id: 'D9',
    source: 'L349-353',
    says: 'when ALLOCATE fails dirty pages are left over a hole',
    shown: [
      breach('allocate-fails-after-the-copy', `${RFC},redirties`, 'dirty-has-somewhere-to-go'),
      breach('allocate-fails-after-the-copy', `${RFC},redirties`, 'return-value-is-true'),
    ],
  },
  {
    id: 'D11',
    source: 'L341-348',
    says: 'ALLOCATE makes blocks live before their data is on disk',
    shown: [
      breach(
        'crash-after-allocate',
        'multipage-rfc/unlocked,mapped,redirties',
        'no-stale-data-after-crash',
      ),
    ],
  },
  {
    id: 'D12',
    source: 'L327-331',
    says: 'writeback comes between the copy and ALLOCATE: it allocates, or skips, or redirties',
    shown: [
      breach('writeback-between-copy-and-allocate', `${RFC},allocates`, 'no-leaked-reservations'),
      breach('writeback-between-copy-and-allocate', `${RFC},skips`, 'no-lost-write'),
      breach('throttled-before-allocate', `${RFC},redirties`, 'every-call-ends'),
    ],
  },
  {
    id: 'D14',
    source: 'L269-271',
    says: 'what READ locks is held over page faults, reclaim and throttling',
    shown: [
      breach('buffer-is-the-file', `${LOCKED},redirties`, 'no-deadlock'),
      breach('throttled-before-allocate', `${LOCKED},redirties`, 'every-call-ends'),
    ],
  },
  {
    id: 'D15',
    source: 'L311-334',
    says: 'without that lock the mapping goes stale, and is believed',
    shown: [breach('mapping-changes-after-read', `${RFC},redirties`, 'no-lost-write')],
  },
  {
    id: 'D17',
    source: 'L341-348',
    says: 'a write fault in the same range allocates or reserves on its own',
    shown: [breach('store-beside-a-write', `${RFC},redirties`, 'no-leaked-reservations')],
  },
  {
    id: 'D19',
    source: 'L395-401',
    says: 'write_end is given the address of fsdata on the old path',
    shown: [breach('short-copy-over-old-data', 'multipage-rfc/legacy', 'begin-and-end-are-paired')],
  },
  {
    id: 'D20',
    source: 'L260',
    says: 'a struct iomap is passed as fsdata',
    shown: [],
    not:
      'fsdata is right or wrong here, and not a place in memory; that callers without RESERVE ' +
      'dirty a hole is what D17 shows',
  },
  {
    id: 'D21',
    source: 'L260',
    says: 'file is NULL',
    shown: [],
    not: 'a filesystem that looks at it crashes at once; nothing has to be explored',
  },
  {
    id: 'D22',
    source: 'L149-166',
    says: 'commands and types share a name space',
    shown: [],
    not: 'a matter of types of C; commands here have names of their own',
  },
  {
    id: 'D23',
    source: 'L299',
    says: 'a positive return of ->iomap is taken for bytes written',
    shown: [],
    not: 'no filesystem here returns one',
  },
  {
    id: 'D24',
    source: 'L335',
    says: 'a printk in the hot path, with wrong formats',
    shown: [],
    not: 'the kernel log is not in the model',
  },
  {
    id: 'D25',
    source: 'L271-369',
    says: 'nothing says who zeroes behind EOF, and when the size on disk is set',
    shown: [],
    not:
      'the filesystem does both, as XFS does, and is assumed to: extended-past-a-torn-tail holds ' +
      'for these designs',
  },
  {
    id: 'D27',
    source: 'L240-269',
    says: 'i_mutex is held for the whole write, over throttling and faults; no look for signals',
    shown: [breach('throttled-before-allocate', `${RFC},redirties`, 'every-call-ends')],
    not: 'that a call looks for a fatal signal is nothing that user space was promised',
  },
  {
    id: 'D28',
    source: 'L233-247',
    says: 'a short copy into a page that was not read has to be denied: the patch does',
    shown: [],
    not: 'mutant/short-copy-accepted does not, and breaks uptodate-means-it (properties/kills.txt)',
  },
];

/** Steps to the breach, as on record; undefined where there is none. */
export function stepsOf({ design, scenario, property }: Shown, recorded: Recorded) {
  return recorded[scenario]?.find(({ designs }) => designs.includes(design))?.broken[property];
}

export function defects(recorded: Recorded): string {
  const shown = DEFECTS.filter((one) => one.shown.length > 0).length;
  return lines([
    ...wrap(
      'What a reading of the posted patch has found, by number: the promises that it breaks ' +
        'here, in the fewest steps that show it; or why none does.',
      COLUMNS,
    ),
    '',
    ...DEFECTS.flatMap((defect) => [
      ...labelled(defect.id, `${defect.says} (${defect.source})`),
      ...defect.shown.flatMap((one) =>
        labelled(
          '',
          `${one.property}, ${count(stepsOf(one, recorded) ?? 0, 'step')}: ${one.design} in ` +
            one.scenario,
        ),
      ),
      ...(defect.not === undefined ? [] : labelled('not shown', defect.not)),
    ]),
    '',
    `${shown} of ${DEFECTS.length} are shown.`,
  ]);
}
