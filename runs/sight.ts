/** What can be seen of a file: of a state of the model, and of what a kernel did. */
import { ZERO } from '../model/cells.ts';
import { HOLE, DELALLOC, MAPPED, UNWRITTEN, extentType } from '../model/extents.ts';
import { fileBlocksOf } from '../model/geometry.ts';
import type { WholeKernel } from '../model/kernel.ts';
import { isTaggedDirty, isUnderWriteback, pageOf } from '../model/page-cache.ts';
import { BUSY } from '../model/space.ts';
import type { Operation, Seen } from '../traces/format.ts';

/** What is compared, by the names by which a difference is told; `2`: of the second file. */
export const ASPECTS = [
  'ret',
  'size',
  'ext',
  'cache',
  'data',
  'free',
  'size2',
  'ext2',
  'cache2',
] as const;
export type Aspect = (typeof ASPECTS)[number];
export type Sight = Readonly<Record<Aspect, string>>;

const LETTERS: Readonly<Record<number, string>> = {
  [HOLE]: '.',
  [DELALLOC]: 'd',
  [UNWRITTEN]: 'U',
  [MAPPED]: 'M',
};

/** What is seen of one file, whose state `k` looks at. */
function fileSight(k: WholeKernel, file: number): Pick<Sight, 'size' | 'ext' | 'cache'> {
  k.file = file;
  const blocks = Array.from({ length: fileBlocksOf(k.geometry) }, (_, fb) => fb);
  const pages = Array.from({ length: k.geometry.pages }, (_, index) => index);
  return {
    size: String(k.s.inode[file]!.i_size),
    ext: blocks.map((fb) => LETTERS[extentType(k, fb)]).join(''),
    cache: pages.map((index) => cacheWord(k, index)).join(' '),
  };
}

const cacheWord = (k: WholeKernel, index: number): string =>
  (pageOf(k, index).present ? 'p' : '-') +
  (isTaggedDirty(k, index) ? 'd' : '-') +
  (isUnderWriteback(k, index) ? 'w' : '-');

/**
 * What is seen of a state. `found`: so many blocks were free when the file was found. statfs()
 * counts what an uncommitted transaction has freed as free, and never less than none.
 */
export function sightOf(
  k: WholeKernel,
  { found, ret, reads }: { readonly found: number; readonly ret: string; readonly reads?: number },
): Sight {
  let free = Math.max(0, k.s.free);
  if (!k.fs.counts_busy) for (const { owner } of k.s.disk) if (owner === BUSY) free++;
  const second = k.s.inode.length > 1 ? fileSight(k, 1) : { size: '', ext: '', cache: '' };
  return {
    ret,
    ...fileSight(k, 0),
    data: reads === undefined ? '' : dataOf(k, reads),
    free: String(found - free),
    size2: second.size,
    ext2: second.ext,
    cache2: second.cache,
  };
}

/** What a read of the whole file copies out: a letter a cell, as traces have them. */
function dataOf(k: WholeKernel, file: number): string {
  k.file = file;
  return Array.from({ length: k.s.inode[file]!.i_size }, (_, cell) => letterOf(k, cell)).join('');
}

/** In no trace: the cell is not uptodate, or holds what was never at its place. */
const NO_LETTER = '!';

function letterOf(k: WholeKernel, cell: number): string {
  const { block } = pageOf(k, k.page_index(cell));
  const { uptodate, cells } = block[k.blockOf(cell) % k.geometry.page_blocks]!;
  if (!uptodate) return NO_LETTER;
  const value = k.cells.at(cells, cell % k.block_size);
  if (value === ZERO) return '0';
  const origin = k.cells.origin(value);
  if (origin < 0 || k.cells.place(value) !== cell) return NO_LETTER;
  return origin < k.geometry.files ? 'o' : k.cells.originName(origin);
}

/** What a kernel was seen to do. */
export function seenOf(op: Operation, data = 'data' in op ? op.data : ''): Sight {
  const { obs, obs2 } = op;
  return {
    ret: 'ret' in op ? String(op.ret) : '0',
    ...textOf(obs),
    data,
    free: String(obs.free),
    size2: obs2 ? String(obs2.size) : '',
    ext2: obs2?.ext ?? '',
    cache2: obs2?.cache ?? '',
  };
}

const textOf = ({ size, ext, cache }: Seen): Pick<Sight, 'size' | 'ext' | 'cache'> => ({
  size: String(size),
  ext,
  cache,
});

/** The first aspect in which none of `allowed` is as it was seen; `together`: each is in some. */
export function differsIn(
  seen: Sight,
  allowed: readonly Sight[],
  only: readonly Aspect[] = ASPECTS,
): Aspect | 'together' {
  return (
    only.find((aspect) => allowed.every((sight) => sight[aspect] !== seen[aspect])) ?? 'together'
  );
}

export const isSame = (a: Sight, b: Sight, only: readonly Aspect[] = ASPECTS): boolean =>
  only.every((aspect) => a[aspect] === b[aspect]);
