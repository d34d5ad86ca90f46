/**
 * Commands that recvfile variants alone give: pools, lock_sock(), pages that are given to the page
 * cache, and pages that stay locked from one call to the next.
 */
import { describe, expect, it } from 'vitest';
import { encodeAction } from '../machine/rows.ts';
import { design } from './design.ts';
import type { Frame } from './design.ts';
import { ENOMEM } from './errno.ts';
import { xfs } from './filesystems/xfs.ts';
import { geometry } from './geometry.ts';
import type { Kernel } from './kernel.ts';
import type { Use } from './subsystem.ts';
import { kernelSystem } from './system.ts';
import type { Setup } from './system.ts';

type Row = (k: Kernel, f: Frame<{ got: 'cells' }>) => void;

interface Given {
  readonly uses?: readonly Use[];
  readonly setup?: Partial<Setup>;
}

/** Calls of these rows, one after the other; steps are taken by the name of a task. */
function script(rows: readonly Row[], { uses = ['lock_sock', 'aggregate'], setup }: Given = {}) {
  const own = rows.map((row, i) => [
    `row${i}`,
    (k: Kernel, f: Frame<{ got: 'cells' }>) => (
      row(k, f),
      i + 1 < rows.length ? `row${i + 1}` : 'ret'
    ),
  ]);
  const ret = (k: Kernel) => (k.returns(0, ENOMEM), 'done' as const);
  const { system, observer } = kernelSystem(
    design({
      name: 'script',
      about: 'row upon row',
      source: 'this test',
      filesystem: xfs,
      socket: true,
      uses,
      locals: { got: 'cells' },
      rows: { ...(Object.fromEntries(own) as Record<string, Row & (() => string)>), ret },
    }),
    {
      geometry: geometry(),
      files: [{ i_size: 4, blocks: '' }],
      writers: [[{ pos: 0, count: 4 }]],
      others: ['writeback', 'ioend', 'peer'],
      faults: ['pool-enomem'],
      faults_max: 1,
      ...setup,
    },
    () => [],
  );
  let state = system.initial();
  const names = system.tasks.map(({ name }) => name);
  /** What the task's next row says; undefined where it has to wait. */
  const step = (name: string, answers: readonly number[] = []) => {
    const next = system.step(state, encodeAction(names.indexOf(name), answers));
    if (next !== undefined) state = next.state;
    system.look(state);
    return next?.said;
  };
  const steps = (count: number) => Array.from({ length: count }, () => step('writer1'));
  const block = (page: number) => observer.s.page[page]!.block[0]!;
  const shown = (page: number) => observer.cells.show(block(page).cells, 2 * page);
  return { step, steps, block, shown, o: observer };
}

const received: Row[] = [
  (k) => k.alloc_private_page('GFP_KERNEL'),
  (k) => k.alloc_private_page('GFP_KERNEL'),
  (k) => k.recv_private(4),
  (k) => k.inode_lock(),
];

describe('a private page is given to the page cache', () => {
  it('where there is none it is added, locked, not uptodate; and the call has one less', () => {
    const all = script([...received, (k) => void k.add_private_page(0, 'GFP_NOFS')]);
    all.steps(2);
    all.step('peer');
    expect(all.steps(3).at(-1)).toBe('add_to_page_cache_lru(0), locked');
    expect(all.shown(0)).toBe('w1,w1');
    const { uptodate, dirty } = all.block(0);
    expect([uptodate, dirty, all.o.s.page[0]!.locked_by]).toEqual([0, 0, 1]);
    expect(all.o.s.thread[0]!.private_pages).toBe(1);
  });

  it('where there is one, -EEXIST: it takes its place, when no I/O reads from that', () => {
    const all = script(
      [
        ...received,
        (k) => void k.add_private_page(2, 'GFP_NOFS'),
        (k) => void k.grab_cache_page_write_begin(2, 'GFP_NOFS'),
        (k) => k.replace_page(2),
      ],
      { setup: { files: [{ i_size: 4, blocks: 'Mu' }] } },
    );
    all.steps(2);
    all.step('peer');
    all.steps(2);
    // The page is dirty: it goes under writeback before the call has its lock.
    for (const row of ['lock', 'eof', 'map', 'start'])
      expect(all.step('writeback'), row).toBeTruthy();
    expect(all.steps(2)).toEqual([
      'add_to_page_cache_lru(1) = -EEXIST',
      'grab_cache_page_write_begin(1), locked',
    ]);
    expect(all.steps(1)).toEqual([undefined]);
    expect(all.shown(1)).toBe('old,old');
    for (const row of ['bio', 'convert', 'end']) expect(all.step('ioend'), row).toBeTruthy();
    expect(all.steps(1)).toEqual(['replace_page_cache_page(1)']);
    // The iterator has not moved: these are the first bytes of the call, in the wrong place.
    expect(all.shown(1)).toBe('w1[0],w1[1]');
    expect(all.block(1).uptodate).toBe(1);
  });

  it.each([
    ['to where no page begins', (k: Kernel) => void k.add_private_page(1, 'GFP_NOFS'), 'moves a'],
    ['without its lock', (k: Kernel) => k.replace_page(0), 'works on page 0'],
  ])('%s: an error', (_what, row, message) => {
    const all = script([...received, row]);
    all.steps(2);
    all.step('peer');
    expect(() => all.steps(3)).toThrow(`row writer1.row4: ${message}`);
  });

  it('with none left: an error', () => {
    const none = script([(k) => k.inode_lock(), (k) => void k.add_private_page(0, 'GFP_NOFS')]);
    expect(() => none.steps(2)).toThrow('moves a private page, and has none');
  });
});

describe('lock_sock()', () => {
  it('is held by the call, and needed to read the queue', () => {
    const all = script([(k) => k.lock_sock(), (k) => k.release_sock()]);
    expect(all.steps(1)).toEqual(['lock_sock()']);
    expect(all.o.s.call[0]!.sock_locked).toBe(1);
    expect(all.steps(1)).toEqual(['release_sock()']);
    expect(all.o.s.call[0]!.sock_locked).toBe(0);
    expect(() => script([(k) => void k.net_get_bytes(0, 1)]).step('writer1')).toThrow(
      'reads a socket without lock_sock()',
    );
  });

  it('twice, or given back and not held: an error', () => {
    const twice = script([(k) => k.lock_sock(), (k) => k.lock_sock()]);
    expect(() => twice.steps(2)).toThrow('takes lock_sock() twice');
    expect(() => script([(k) => k.release_sock()]).step('writer1')).toThrow(
      'releases a lock_sock() that it does not hold',
    );
  });

  it.each([
    ['lock_sock', (k: Kernel) => k.lock_sock()],
    ['aggregate', (k: Kernel) => void k.should_do_aggregate(0, false)],
  ])('a design that does not say that it uses it is told: %s', (use, row) => {
    expect(() => script([row], { uses: [] }).step('writer1')).toThrow(
      `row writer1.row0: needs what it has not named: uses: ['${use}']`,
    );
  });
});

it('mempool_alloc() is -ENOMEM where the pool is empty, and reclaims nothing', () => {
  const said = (answer: number) =>
    script([(k) => void k.mempool_alloc('rv_pool')]).step('writer1', [answer]);
  expect([said(0), said(1)]).toEqual([
    'common_mempool_alloc(rv_pool)',
    'common_mempool_alloc(rv_pool) = -ENOMEM',
  ]);
});

describe('pages that are kept from one call to the next', () => {
  const setup: Partial<Setup> = {
    geometry: geometry({ files: 2 }),
    files: [
      { i_size: 4, blocks: '' },
      { i_size: 4, blocks: '' },
    ],
    writers: [[{ pos: 0, count: 2 }], [{ pos: 0, count: 2, file: 1 }]],
  };
  /** Locks and kmaps a page, keeps it, and is no longer in there; then asks for page `at`. */
  const keeps = (at: number) => {
    const all = script(
      [
        (k) => k.inode_lock(),
        (k) => void k.should_do_aggregate(0, false),
        (k) => void k.grab_cache_page_write_begin(0, 'GFP_NOFS'),
        (k) => (k.kmap(0), k.aggregate_adds(2)),
        (k) => k.aggregate_leave(),
        (k) => void k.should_do_aggregate(at, false),
        (k) => k.aggregate_kunmap(0),
        (k) => void k.aggregate_write_end(0, 2, 2),
      ],
      { setup },
    );
    all.steps(5);
    return all;
  };

  it('a call that goes on where they end adds to them; one elsewhere has them flushed', () => {
    expect(keeps(2).steps(1)).toEqual(['should_do_aggregate(): yes']);
    expect(keeps(0).steps(1)).toEqual(['should_do_aggregate(): others are to be flushed']);
  });

  it('a call on another file has them flushed; who comes meanwhile waits for it', () => {
    const all = keeps(0);
    expect(all.o.s.thread[0]!.kmaps).toBe(1);
    all.step('writer2');
    expect(all.step('writer2')).toBe('should_do_aggregate(): others are to be flushed');
    expect(all.steps(1)).toEqual([undefined]);
  });

  it('another call undoes what was locked and kmapped for them, and has not their i_rwsem', () => {
    const first = (f: { readonly pos: number }) => f.pos === 0;
    const all = script(
      [
        (k) => k.inode_lock(),
        (k) => void k.should_do_aggregate(0, false),
        (k, f) =>
          first(f)
            ? void k.grab_cache_page_write_begin(0, 'GFP_NOFS')
            : k.aggregate_kunmap(k.aggregate_pos()),
        (k, f) =>
          first(f)
            ? (k.kmap(0), k.aggregate_adds(2))
            : void k.aggregate_write_end(k.aggregate_pos(), k.aggregate_end(), 2),
        (k) => k.aggregate_leave(),
        (k) => k.inode_unlock(),
      ],
      {
        setup: {
          ...setup,
          files: [
            { i_size: 1, blocks: '' },
            { i_size: 4, blocks: '' },
          ],
          writers: [[{ pos: 0, count: 2 }], [{ pos: 2, count: 2, file: 1 }]],
        },
      },
    );
    all.steps(6);
    const { inode, page, thread } = all.o.s;
    expect([page[0]!.locked_by, thread[0]!.kmaps, inode[0]!.i_size]).toEqual([1, 1, 1]);
    for (let i = 0; i < 4; i++) expect(all.step('writer2')).toBeTruthy();
    expect([page[0]!.locked_by, thread[0]!.kmaps, inode[0]!.i_size]).toEqual([0, 0, 2]);
    expect([inode[0]!.i_rwsem, inode[1]!.i_rwsem]).toEqual([0, 2]);
    expect(all.shown(0)).toBe('GARBAGE,GARBAGE');
  });

  it('while another one is in there, a call on another file does without', () => {
    const rows: Row[] = [(k) => k.inode_lock(), (k) => void k.should_do_aggregate(0, false)];
    const all = script(rows, { setup });
    expect(all.steps(2).at(-1)).toBe('should_do_aggregate(): yes');
    all.step('writer2');
    expect(all.step('writer2')).toBe('should_do_aggregate(): no');
  });

  it('who is not in there cannot leave; a page that nobody has locked is not committed', () => {
    const leaves = script([(k) => k.aggregate_leave()]);
    expect(() => leaves.steps(1)).toThrow('leaves aggregation without being in it');
    const commits = script([
      (k) => void k.should_do_aggregate(0, false),
      (k) => void k.aggregate_write_end(0, 2, 2),
    ]);
    expect(() => commits.steps(2)).toThrow('commits page 0, which nobody has locked');
  });

  it('aggregate_write_end() commits, unlocks, and raises i_size', () => {
    const all = keeps(2);
    expect(all.steps(3).slice(1)).toEqual(['kunmap(0)', 'aggregate_write_end(0..2, copied 2) = 2']);
    const { uptodate, dirty } = all.block(0);
    expect([uptodate, dirty, all.o.s.page[0]!.locked_by]).toEqual([1, 1, 0]);
    expect(all.o.s.thread[0]!.kmaps).toBe(0);
  });
});
