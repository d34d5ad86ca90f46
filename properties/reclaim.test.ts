/** Direct reclaim under GFP_KERNEL waits for what it may need: a journal commit, the extent map. */
import { expect, it } from 'vitest';
import { explore } from '../explorer/search.ts';
import { design } from '../model/design.ts';
import { multipageFs } from '../model/filesystems/multipage.ts';
import { geometry } from '../model/geometry.ts';
import type { Gfp } from '../model/memory.ts';
import { kernelSystem } from '../model/system.ts';
import { PROPERTIES, checksOf } from './all.ts';

/** Allocates a page between READ, which locks the mapping, and UNRESERVE, which releases it. */
const allocates = (gfp: Gfp) =>
  design({
    name: 'allocates',
    about: 'an allocation while the mapping is locked',
    source: 'this test',
    filesystem: multipageFs({ read: 'locked', allocate: 'unwritten', hole: 'redirties' }),
    locals: { err: 'errno' },
    rows: {
      lock_inode(k) {
        k.inode_lock();
        return 'map';
      },
      map(k, f) {
        f.err = k.iomap_read(f.pos, f.end - f.pos);
        return 'alloc';
      },
      alloc(k, f) {
        f.err = k.alloc_page(gfp);
        return 'end';
      },
      end(k, f) {
        k.iomap_unreserve(f.pos, 0);
        return 'unlock_inode';
      },
      unlock_inode(k) {
        k.inode_unlock();
        return 'ret';
      },
      ret(k) {
        k.returns(0, 1);
        return 'done';
      },
    },
  });

it.each([
  { gfp: 'GFP_KERNEL', broken: ['no-deadlock'] },
  { gfp: 'GFP_NOFS', broken: [] },
] as const)('$gfp while READ has the mapping locked', ({ gfp, broken }) => {
  const setup = {
    geometry: geometry(),
    files: [{ i_size: 4, blocks: 'MM' }],
    writers: [[{ pos: 0, count: 4 }]],
    others: [],
    faults: ['direct-reclaim'],
    faults_max: 1,
  };
  const { system } = kernelSystem(allocates(gfp), setup, checksOf(PROPERTIES));
  const { properties } = explore(system, { states: 1000, depth: 1000 });
  const found = properties.filter(({ trace }) => trace !== undefined).map(({ name }) => name);
  expect(found).toEqual(broken);
  // Who waits, waits for himself alone.
  for (const { trace } of properties) {
    if (trace === undefined) continue;
    system.look(
      trace.reduce((state, action) => system.step(state, action)!.state, system.initial()),
    );
    expect([system.waiting, system.waitsFor[0]]).toEqual([1, 1]);
  }
});
