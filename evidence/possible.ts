/** Which bounds can be run: everything outside is refused before anything runs. */
import { Cells } from '../model/cells.ts';
import type { Filesystem } from '../model/filesystem.ts';
import { SIZES, cellsOf, fileBlocksOf } from '../model/geometry.ts';
import type { Geometry, Size, SizeName } from '../model/geometry.ts';
import { knownCalls } from '../model/system.ts';
import type { Setup } from '../model/system.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const FAULTS_MAX: Range = { min: 0, max: 8 };
export const CALLS_MAX: Range = { min: 1, max: 6 };

/** A question has at most 256 answers, and a short receive may end at every cell, also at none. */
const FILE_CELLS_MAX = 254;

const within = (n: number, { min, max }: Range): boolean =>
  Number.isInteger(n) && n >= min && n <= max;

/** What is wrong with one number; undefined where nothing is. */
export function outOfRange(name: string, n: number, range: Range & Pick<Size, 'only'>) {
  if (range.only !== undefined && !range.only.includes(n)) {
    return `${name} = ${n} is not ${range.only.join(', ')}`;
  }
  return within(n, range) ? undefined : `${name} = ${n} is not in ${range.min}..${range.max}`;
}

/** Why these bounds cannot be run on this filesystem, in words; undefined where they can. */
export function impossible(setup: Setup, filesystem: Filesystem): string | undefined {
  const { geometry: g, others, faults_max } = setup;
  for (const name of Object.keys(SIZES) as SizeName[]) {
    const why = outOfRange(name, g[name], SIZES[name]);
    if (why !== undefined) return why;
  }
  if (new Set(others).size < others.length) return 'somebody is at work twice';
  return (
    outOfRange('faults_max', faults_max, FAULTS_MAX) ??
    cellsImpossible(g, knownCalls(setup.writers).length) ??
    filesImpossible(setup, filesystem) ??
    callsImpossible(setup)
  );
}

function cellsImpossible(g: Geometry, calls: number): string | undefined {
  const cells = cellsOf(g);
  if (cells > FILE_CELLS_MAX) {
    return `a file of ${cells} cells is too large; ${FILE_CELLS_MAX} are possible`;
  }
  return Cells.possible(g, calls)
    ? undefined
    : `${cells} cells a file and ${calls} calls are too many to tell whose every byte is`;
}

function filesImpossible({ geometry: g, files }: Setup, fs: Filesystem): string | undefined {
  if (files.length !== g.files) return `${files.length} files are described, of ${g.files}`;
  const cells = cellsOf(g);
  let used = 0;
  for (const { i_size, blocks } of files) {
    if (!within(i_size, { min: 0, max: cells })) {
      return `i_size = ${i_size} is not in 0..${cells}, the cells of the file`;
    }
    if (blocks.length > fileBlocksOf(g)) {
      return `the file begins with ${blocks.length} blocks, and can have ${fileBlocksOf(g)}`;
    }
    if (!fs.has_unwritten && /[Uud]/.test(blocks)) {
      return `the filesystem '${fs.name}' has no unwritten or delayed blocks`;
    }
    used += Array.from(blocks).filter((letter) => letter !== '.').length;
  }
  return used > g.blocks
    ? `the file begins with ${used} blocks of data, and the device has ${g.blocks}`
    : undefined;
}

function callsImpossible({ geometry: g, writers }: Setup): string | undefined {
  const cells = cellsOf(g);
  const calls = knownCalls(writers);
  if (!within(writers.length, { min: 1, max: 4 })) {
    return `${writers.length} writers; 1..4 are possible`;
  }
  if (writers.some((own) => own.length === 0)) return 'a writer without a call';
  if (!within(calls.length, CALLS_MAX)) return `${calls.length} calls; 1..6 are possible`;
  for (const { name, pos, count, file, buffer = 0 } of calls) {
    if (!within(pos, { min: 0, max: cells - 1 }) || !within(count, { min: 1, max: cells - pos })) {
      return `${name} is of cells ${pos}..${pos + count}, and the file has ${cells}`;
    }
    if (!within(buffer, { min: 0, max: g.pages - 1 }))
      return `the buffer of ${name} is page ${buffer}`;
    if (!within(file, { min: 0, max: g.files - 1 })) return `${name} is to file ${file + 1}`;
  }
  return undefined;
}
