/** Rows of the review's first section: wrong or hollow answers. */
import { design, refuse } from '../model/design.ts';
import type { Design, Frame } from '../model/design.ts';
import { example } from '../model/designs/example.ts';
import { xfs } from '../model/filesystems/xfs.ts';
import { geometry } from '../model/geometry.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Setup } from '../model/system.ts';
import { FSDATA } from '../model/write-begin.ts';
import type { Finding } from './findings.ts';
import { designOf, inScenario, inSetup, ofMutant, refused } from './findings.ts';

type F = Frame<{ copied: 'cells'; done: 'cells'; err: 'errno' }>;
type Rows = Record<string, (k: Kernel, f: F) => string>;

const changed = (rows: Rows, base: Design = example): Design => ({
  ...base,
  rows: { ...base.rows, ...rows },
});

const SETUP: Setup = {
  geometry: geometry(),
  files: [{ i_size: 0, blocks: '' }],
  writers: [[{ pos: 0, count: 3 }]],
  others: ['reader', 'writeback', 'ioend', 'journal', 'reclaim', 'peer'],
  faults: [],
  faults_max: 0,
};

/**
 * The example, which also looks for a signal under the page lock, and forgets what it has reserved.
 */
const leaks = (label: string): Design =>
  changed({
    prepare(k, f) {
      f.err = k.prepare_page(f.pos, k.page_end(f.pos, f.end));
      return f.err ? 'unlock_page' : label;
    },
    [label](k, f) {
      f.err = k.fatal_signal_pending();
      return f.err ? 'unlock_page' : 'copy';
    },
  });

/** Copies and commits a cell more than was asked for. */
const oneTooMany = changed({
  get_block: (k, f) => ((f.err = k.get_block(f.pos, all(k, f))), f.err ? 'unlock_page' : 'prepare'),
  prepare: (k, f) => ((f.err = k.prepare_page(f.pos, all(k, f))), f.err ? 'unlock_page' : 'copy'),
  copy: (k, f) => ((f.copied = k.copy_from_user_atomic(f.pos, all(k, f))), 'write_end'),
  write_end(k, f) {
    k.write_end(f.pos, all(k, f), f.copied, FSDATA);
    const asked = k.page_end(f.pos, f.end) - f.pos;
    k.iov_iter_advance(asked);
    f.pos += asked;
    f.done += asked;
    return f.pos < f.end ? 'fault_in' : 'unlock_inode';
  },
});
const all = (k: Kernel, f: F): number => k.page_end(f.pos, f.end + 1);

/** The call that ends at 3 unlocks its pages without a write_end: nothing of it is dirty. */
const neverDirties = changed({
  copy(k, f) {
    f.copied = k.copy_from_user_atomic(f.pos, k.page_end(f.pos, f.end));
    return f.end === 3 ? 'skip' : 'write_end';
  },
  skip(k, f) {
    k.unlock_page(k.page_index(f.pos));
    k.iov_iter_advance(f.copied);
    f.pos += f.copied;
    f.done += f.copied;
    return f.pos < f.end ? 'fault_in' : 'unlock_inode';
  },
});

const beginsTwice = changed({
  prepare(k, f) {
    f.err = k.prepare_page(f.pos, k.page_end(f.pos, f.end));
    return 'again';
  },
  again(k, f) {
    f.err = k.prepare_page(f.pos, k.page_end(f.pos, f.end));
    return 'copy';
  },
});

const returnsZero = changed(
  { ret: (k, f) => (k.returns((f as F & { received: number }).received, 0), 'done') },
  designOf('recvfile'),
);

/** What was received for one page goes into the other. */
const swapsPages = changed(
  {
    copy(k, f) {
      const by = f.pos === 0 ? k.page_size : -k.page_size;
      k.iov_iter_advance(by);
      f.copied = k.copy_from_private(f.pos, k.page_end(f.pos, f.end));
      k.iov_iter_revert(by);
      return 'write_end';
    },
  },
  designOf('recvfile-safe/ordered'),
);

/** In every tenth run it does something else. */
function remembers(): Design {
  let runs = 0;
  return changed({
    prepare(k, f) {
      f.err = k.prepare_page(f.pos, k.page_end(f.pos, f.end));
      return f.err || ++runs % 10 === 0 ? 'unlock_page' : 'copy';
    },
  });
}

/** Why a local variable of this name is refused. */
function refusal(name: string): string {
  try {
    refuse(
      design({
        name: 'odd',
        about: 'a local with an odd name',
        source: 'this file',
        filesystem: xfs,
        locals: { [name]: 'cells' },
        rows: { ret: (k) => (k.returns(0, 1), 'done') },
      }),
    );
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

const inOne = (pages: number): Setup => ({
  ...SETUP,
  geometry: geometry({ pages }),
  writers: [[{ pos: 0, count: 2 }]],
});

export const FINDINGS_OF_ANSWERS: readonly Finding[] = [
  ...['check_signal', 'signal'].map((label) => ({
    row: '1.1',
    case: `the example with a row ${label} that leaks, in everything-fails-once`,
    was: label === 'signal' ? 'a leak' : 'holds: no scenario asked, for the name of the row',
    right: 'violated: no-leaked-reservations',
    says: () => inScenario(leaks(label), 'everything-fails-once', ['no-leaked-reservations']),
  })),
  {
    row: '1.1',
    case: 'recvfile, which looks for no signal, in the scenario signal',
    was: 'a deadlock in one step: there was no peer',
    right: 'violated: no-nested-page-locks, no-page-lock-over-the-network',
    says: () =>
      inScenario(designOf('recvfile'), 'signal', [
        'no-nested-page-locks',
        'no-page-lock-over-the-network',
        'no-deadlock',
      ]),
  },
  {
    row: '1.2',
    case: 'page-at-a-time, ENOSPC at the 17th page, of 2 pages and 17 blocks',
    was: 'holds',
    right: 'vacuous',
    says: () => inScenario(designOf('page-at-a-time'), 'enospc-on-the-17th-page', [], { pages: 2 }),
  },
  ...(['', 'MM'] as const).map((blocks) => ({
    row: '1.4',
    case: `4 cells written where 3 were asked for, over ${blocks === '' ? 'holes' : 'old data'}`,
    was: 'holds',
    right: 'violated: nothing-outside-the-write',
    says: () =>
      inSetup(oneTooMany, { ...SETUP, files: [{ i_size: 4, blocks }] }, [
        'nothing-outside-the-write',
      ]),
  })),
  {
    row: '1.5',
    case: 'two calls, one after the other; the second never dirties its pages',
    was: 'holds: the two were taken to overlap',
    right: 'violated: no-lost-write',
    says: () => {
      const writers = [
        [
          { pos: 0, count: 4 },
          { pos: 0, count: 3 },
        ],
      ];
      return inSetup(neverDirties, { ...SETUP, writers }, ['no-lost-write']);
    },
  },
  {
    row: '1.6',
    case: "the README's example: what a failed write leaves beyond EOF is not trimmed",
    was: 'holds',
    right: 'violated: nothing-is-left-beyond-eof',
    says: () =>
      inScenario(example, 'short-copy-after-reserve', [
        'nothing-is-left-beyond-eof',
        'no-lost-write',
      ]),
  },
  {
    row: '1.7',
    case: 'ALLOCATE without RESERVE',
    was: 'holds: the counter was its own judge',
    right: 'violated: no-leaked-reservations, allocated-was-reserved',
    says: () => ofMutant('not-reserved'),
  },
  ...[1, 2].map((pages) => ({
    row: '1.8',
    case: `two begins and one end, with ${pages} page${pages > 1 ? 's' : ''}`,
    was: pages === 1 ? 'holds: the counter had no room for 2' : 'violated',
    right: 'violated: begin-and-end-are-paired',
    says: () => inSetup(beginsTwice, inOne(pages), ['begin-and-end-are-paired']),
  })),
  {
    row: '1.9',
    case: 'a row that remembers, in a variable of its own, how often it ran',
    was: 'holds, or a false counterexample',
    right: 'refused: row writer1.prepare',
    says: () => refused(() => inScenario(remembers(), 'short-copy-over-old-data')),
  },
  ...['done_mask', 'x_word', 'x_max', 'pc', 'constructor'].map((name) => ({
    row: '1.10',
    case: `a local variable ${name}`,
    was: 'a false deadlock, a SyntaxError, or another variable',
    right: `design odd: local variable: '${name}' is a reserved name`,
    says: () => refusal(name),
  })),
  {
    row: '1.11',
    case: 'recvfile that returns 0 for an error',
    was: 'holds',
    right: 'violated: return-value-is-true',
    says: () =>
      inSetup(returnsZero, { ...SETUP, others: ['peer'], faults: ['page-enomem'], faults_max: 1 }, [
        'return-value-is-true',
      ]),
  },
  {
    row: '1.11',
    case: 'two pages received, each copied into the place of the other',
    was: 'holds: a byte had no place',
    right: 'violated: bytes-are-in-their-place',
    says: () => inSetup(swapsPages, { ...SETUP, writers: [[{ pos: 0, count: 4 }]] }),
  },
];
