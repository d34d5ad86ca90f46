/** What one kernel does and another does not, and that each mend by itself does what it says. */
import { expect, it } from 'vitest';
import type { Design } from '../model/design.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import { mendable, withMends } from './mends.ts';

const named = (name: string): Design => DESIGNS.find((design) => design.name === name)!;

/** The promises that it breaks in a scenario, with some of its flaws mended. */
function broken(name: string, scenario: string, ...mends: string[]): string[] {
  const design = withMends(named(name), mends);
  const { result } = check(
    prepare(
      design,
      SCENARIOS.find((s) => s.name === scenario)!,
    ),
  );
  expect(result.limit).toBeUndefined();
  return result.properties.filter((p) => p.verdict === 'violated').map((p) => p.name);
}

const rows = (name: string): string[] => Object.keys(named(name).rows);

it('the loop of 2.6.37 looks for no signal', () => {
  expect(rows('page-at-a-time/2.6.37-ext3')).not.toContain('signal');
  expect(rows('page-at-a-time')).toContain('signal');
});

it('the loop of 6.18 takes in what a short copy has copied, and 3.10 denies it', () => {
  const scenario = 'short-copy-then-error';
  expect(broken('page-at-a-time', scenario)).toEqual(['return-value-is-true']);
  expect(broken('page-at-a-time/6.18-ext4', scenario)).toEqual([]);
});

it('iomap tries once more after -ENOSPC, when all is written, and i_rwsem was dropped', () => {
  const design = named('iomap');
  const scenario = SCENARIOS.find((s) => s.name === 'enospc-on-a-growing-file')!;
  const { unreached } = check(prepare(design, scenario));
  for (const row of ['flush_inodes', 'unlock_to_retry', 'free_space']) {
    expect(unreached.rows).not.toContain(`writer1.${row}`);
  }
});

it('iomap-2016 with all its mends is iomap/6.1, but for what a second loop does otherwise', () => {
  const { rows: mended } = withMends(named('iomap-2016'), mendable(named('iomap-2016')));
  const { rows: today } = named('iomap/6.1');
  const left = (a: object, b: object) => Object.keys(a).filter((label) => !(label in b));
  expect(left(today, mended)).toEqual(['signal', 'unlock_to_retry']);
  expect(left(mended, today)).toEqual(['truncate_pages']);
});

it.each([
  [
    'page-at-a-time/2.6.37-ext3',
    'disk-with-a-write-cache',
    ['no-stale-data-after-crash', 'fsync-is-durable'],
    ['commits-without-a-flush'],
  ],
  [
    'page-at-a-time/2.6.37-ext3',
    'store-and-truncate',
    ['dirty-has-somewhere-to-go'],
    ['stores-get-no-block'],
  ],
  [
    'page-at-a-time/6.18-ext4',
    'extended-past-a-torn-tail',
    ['no-stale-data', 'no-stale-data-after-crash', 'durable-data-survives', 'uptodate-means-it'],
    ['eof-tail-is-zeroed-late', 'size-is-logged-before-the-data'],
  ],
  ['page-at-a-time/6.18-ext4', 'store-beyond-eof', ['no-lost-write'], ['eof-tail-is-zeroed-late']],
  [
    'page-at-a-time/6.18-ext4-nonda',
    'disk-write-fails',
    ['durable-data-survives'],
    ['size-is-logged-before-the-data'],
  ],
  [
    'page-at-a-time/6.18-ext4-nodelalloc',
    'disk-write-fails',
    ['no-stale-data', 'no-stale-data-after-crash'],
    ['blocks-are-mapped-before-their-data'],
  ],
  [
    'page-at-a-time/6.18-ext4-writeback',
    'truncate-then-grow',
    ['removed-data-stays-gone'],
    ['commit-does-not-wait-for-data'],
  ],
  [
    'iomap-2016',
    'store-beside-a-write',
    ['dirty-has-somewhere-to-go'],
    ['punches-under-dirty-pages', 'pages-are-filled-beside-a-punch'],
  ],
  [
    'iomap-2016',
    'short-copy-after-reserve',
    ['no-stale-data-after-crash', 'no-leaked-reservations', 'nothing-is-left-beyond-eof'],
    ['delalloc-becomes-written-blocks', 'first-block-stays-reserved'],
  ],
  [
    'iomap-2016',
    'write-fails-over-delayed-data',
    ['no-stale-data-after-crash', 'dirty-has-somewhere-to-go'],
    ['delalloc-becomes-written-blocks', 'punches-what-it-has-not-reserved'],
  ],
  ['iomap-2016', 'mapping-changes-after-read', ['no-lost-write'], ['mapping-is-not-revalidated']],
])('%s in %s breaks %j, and with %j nothing', (name, scenario, promises, mends) => {
  expect(broken(name, scenario)).toEqual(promises);
  expect(broken(name, scenario, ...mends)).toEqual([]);
  // Each of them is needed.
  for (const left of mends) {
    const others = mends.filter((mend) => mend !== left);
    expect(broken(name, scenario, ...others)).not.toEqual([]);
  }
});
