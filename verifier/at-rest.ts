/**
 * How a run begins, and how it goes on after a power cut: calls that are to be made, files as they
 * are found, and what is left when all that was in memory is gone.
 */
import { GARBAGE, STALE, ZERO } from '../model/cells.ts';
import { NOT_MADE, TO_COME } from '../model/core.ts';
import type { KnownCall } from '../model/core.ts';
import { DELALLOC, MAPPED, UNWRITTEN, setExtent } from '../model/extents.ts';
import { cellsOf, fileBlocksOf } from '../model/geometry.ts';
import type { KernelState, WholeKernel } from '../model/kernel.ts';
import { FILE } from '../model/space.ts';
import type { Call, InitialFile } from '../model/system.ts';
import type { Worker } from '../model/workers.ts';
import { clear } from './plain.ts';
import type { Plain } from './plain.ts';

/** The state that commands work on: the kernel's own fields, and what each task has. */
export type Live = KernelState & {
  task: Record<string, Record<string, Record<string, number>>>;
  pc: Record<string, number>;
};

/** A call as the setup has it. */
export type Made = KnownCall & Call;

/** Every call is to be made, but those with nothing to do. */
export function makeCalls(live: Live, calls: readonly Made[], workers: readonly Worker[]): void {
  calls.forEach((made, i) => {
    const { pos, count } = made;
    Object.assign(live.task[workers[made.thread]!.name]![made.name]!, { pos, end: pos + count });
    Object.assign(live.call[i]!, {
      pos,
      count,
      readable: made.readable === undefined ? 0 : made.readable + 1,
      holds: made.holds === true ? 1 : 0,
      state: count === 0 && made.call !== 'truncate' ? NOT_MADE : TO_COME,
    });
  });
}

/** Puts the files on a disk that is otherwise full of what somebody has left there. */
export function fillFiles(k: WholeKernel, files: readonly InitialFile[]): void {
  const { s, cells, geometry: g } = k;
  for (const block of s.disk) block.cells = cells.all(STALE);
  let next = 0;
  files.forEach((file, number) => {
    const inode = s.inode[number]!;
    inode.i_size = inode.i_disksize = inode.logged_size = file.i_size;
    Array.from({ length: fileBlocksOf(g) }, (_, fb) => file.blocks[fb] ?? '.').forEach(
      (letter, fb) => {
        if (letter === '.') return;
        const extent = number * fileBlocksOf(g) + fb;
        if (letter === 'd') {
          s.reserved++;
          setExtent(k, extent, DELALLOC, -1);
        } else place(k, letter, extent, next++, contentOf(k, number, fb, letter));
        if (letter === 'd' || letter === 'u') {
          isDirty(k, extent, contentOf(k, number, fb, letter));
        }
        if (letter !== 'U') promise(k, number, fb, letter);
      },
    );
  });
  if (g.write_cache === 1) for (const block of s.disk) block.media = block.cells;
  s.free = s.disk.length - next - s.reserved;
}

/** Old data up to EOF; behind it zeroes, or what a crash has cut off. */
function contentOf({ geometry: g, s, cells }: WholeKernel, file: number, fb: number, is: string) {
  const behind = is === 'T' ? STALE : ZERO;
  let content = 0;
  for (let i = 0; i < g.block_cells; i++) {
    const at = fb * g.block_cells + i;
    content = cells.with(content, i, at < s.inode[file]!.i_size ? cells.old(file, at) : behind);
  }
  return content;
}

/** A block of the disk is the file's. */
function place(k: WholeKernel, letter: string, extent: number, b: number, content: number): void {
  const { s, geometry: g } = k;
  if (!k.fs.has_unwritten && letter !== 'M' && letter !== 'T') {
    throw new Error(`the filesystem '${k.fs.name}' has no unwritten or delayed blocks`);
  }
  const isMapped = letter === 'M' || letter === 'T';
  s.disk[b]!.owner = FILE;
  if (isMapped) s.disk[b]!.cells = content;
  setExtent(k, extent, isMapped ? MAPPED : UNWRITTEN, b);
  const file = Math.floor(extent / fileBlocksOf(g));
  if (letter === 'U' && k.fs.frees_eof_blocks) s.inode[file]!.prealloc = 1;
}

/** The page cache has it, and the disk not yet. */
function isDirty({ geometry: g, s, cells }: WholeKernel, extent: number, content: number): void {
  const page = s.page[Math.floor(extent / g.page_blocks)]!;
  if (page.present === 0) for (const block of page.block) block.cells = cells.all(GARBAGE);
  page.present = 1;
  Object.assign(page.block[extent % g.page_blocks]!, { uptodate: 1, dirty: 1, cells: content });
}

/** Old data is acknowledged; what is on disk, for good. */
function promise({ geometry: g, s }: WholeKernel, file: number, fb: number, letter: string): void {
  for (let i = 0; i < g.block_cells; i++) {
    const at = fb * g.block_cells + i;
    if (at >= s.inode[file]!.i_size) return;
    const cell = s.cell[file * cellsOf(g) + at]!;
    cell.promised = 1 << file;
    if (letter === 'M' || letter === 'T') cell.durable = 1;
  }
}

// What outlives a power cut, beside the disk, the calls, and what is true of the whole system: what
// the journal has, and what was promised.
const OF_EXTENTS = new Set(['logged', 'claimed', 'preallocated']);
const OF_INODES = new Set([
  'logged_size',
  'logged_tree',
  'prealloc',
  'size_asked',
  'emptied_to',
  'half_removed',
]);

/** The power has failed and is back: memory is empty, and only some calls are still made. */
export function restart(live: Live, calls: readonly Made[], workers: readonly Worker[]): void {
  const all = live as unknown as Readonly<Record<string, Plain[]>>;
  for (const name of ['page', 'thread', 'stack']) for (const one of all[name]!) clear(one);
  for (const extent of all['extent']!) clear(extent, OF_EXTENTS);
  for (const inode of all['inode']!) clear(inode, OF_INODES);
  workers.forEach(({ name, daemon, pieces }, task) => {
    const later = calls.filter(({ thread, after_crash }) => thread === task && after_crash);
    const arguments_of = new Set(later.map((call) => call.name));
    for (const { name: piece } of pieces) {
      if (!arguments_of.has(piece)) clear(live.task[name]![piece] as Plain);
    }
    const rows = pieces.reduce((sum, piece) => sum + Object.keys(piece.rows).length, 0);
    live.pc[name] = daemon || later.length > 0 ? 0 : rows;
  });
}
