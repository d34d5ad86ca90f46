/** The bounds of a run in the kernel's words: a verdict is never shown without them. */
import { fileBlocksOf } from '../model/geometry.ts';
import type { Geometry } from '../model/geometry.ts';
import { WRITE } from '../model/core.ts';
import { CALLS } from '../model/kernel.ts';
import { knownCalls, writerName } from '../model/system.ts';
import type { InitialFile, Setup } from '../model/system.ts';
import { count, labelled } from './text.ts';

/** In brief: `2 pages, 3 blocks, 2 writers, 1 fault`. */
export function briefly({ geometry: g, writers, faults, faults_max }: Setup): string {
  const calls = writers.reduce((sum, own) => sum + own.length, 0);
  return [
    ...(g.files > 1 ? [count(g.files, 'file')] : []),
    count(g.pages, 'page'),
    ...(g.page_blocks > 1 ? [`${g.page_blocks} blocks a page`] : []),
    count(g.blocks, 'device block'),
    count(writers.length, 'writer'),
    ...(calls > writers.length ? [count(calls, 'call')] : []),
    count(faults.length === 0 ? 0 : faults_max, 'fault'),
  ].join(', ');
}

/** In full: sizes, the files as they are found, who is at work, and what may go wrong. */
export function inFull(setup: Setup): string[] {
  const { geometry: g, files, others, faults, faults_max } = setup;
  const may =
    faults.length === 0 || faults_max === 0
      ? 'nothing'
      : `${count(faults_max, 'fault')} at most, of: ${faults.join(', ')}`;
  return [
    ...labelled('Bounds', sizes(g)),
    ...files.flatMap((file, i) =>
      labelled(files.length > 1 ? `File ${i + 1}` : 'File', inWords(file, g)),
    ),
    ...labelled('Calls', callsInWords(setup)),
    ...labelled('At work', others.length === 0 ? 'nobody else' : others.join(', ')),
    ...labelled('May fail', may),
  ];
}

const whatIt = (call: string, pos: number, end: number): string =>
  call === WRITE ? `writes cells ${pos}..${end}` : CALLS[call]!.about(pos, end);

function callsInWords({ geometry: g, writers }: Setup): string {
  const all = knownCalls(writers);
  return writers
    .map((_, thread) => {
      const own = all.filter((call) => call.thread === thread);
      const texts = own.map(({ call, name, pos, count: cells, file, buffer }) => {
        const which = own.length > 1 ? ` (${name})` : '';
        const where = g.files > 1 ? ` of file ${file + 1}` : '';
        const from = buffer === undefined ? '' : ` from a mapping of page ${buffer}`;
        const what = `${whatIt(call, pos, pos + cells)}${from}`;
        return `${what}${where}${which}`;
      });
      return `${writerName(thread)} ${texts.join(', then ')}`;
    })
    .join('; ');
}

function sizes(g: Geometry): string {
  return [
    ...(g.files > 1 ? [count(g.files, 'file')] : []),
    count(g.pages, 'page'),
    `${count(g.page_blocks, 'block')} a page`,
    `${g.block_cells} cells a block`,
    `${count(g.blocks, 'block')} on the device`,
    // Limits that no run of this size can meet say nothing.
    ...(g.kmap_slots <= g.pages ? [count(g.kmap_slots, 'kmap slot')] : []),
    ...(g.dirty_limit < g.pages * g.files
      ? [`writers throttled above ${count(g.dirty_limit, 'dirty page')}`]
      : []),
    ...(g.bio_pages > 1 ? [`bios of ${count(g.bio_pages, 'page')}`] : []),
    ...(g.write_cache ? ['a disk with a volatile write cache'] : []),
    ...(g.range_cyclic ? ['writeback that wraps around'] : []),
    ...(g.stable_pages ? ['stable pages'] : []),
    ...(g.segment_pages < g.pages ? [`segments of ${count(g.segment_pages, 'page')}`] : []),
  ].join(', ');
}

const LETTERS: Readonly<Record<string, string>> = {
  '.': 'hole',
  M: 'mapped, old data',
  T: 'mapped, old data, and behind EOF what a crash has cut off',
  U: 'unwritten',
  d: 'delalloc, dirty in the cache',
  u: 'unwritten, dirty in the cache',
};

function inWords({ i_size, blocks }: InitialFile, g: Geometry): string {
  const size = i_size === 0 ? 'empty' : `i_size ${i_size}`;
  const known = blocks.replace(/\.+$/, '');
  if (known === '') return i_size === 0 ? size : `${size}, all holes`;
  const runs = known.match(/(.)\1*/g)!;
  let fb = 0;
  const named = runs.map((run) => {
    const where = run.length === 1 ? `block ${fb}` : `blocks ${fb}..${fb + run.length - 1}`;
    fb += run.length;
    return `${where} ${LETTERS[run[0]!] ?? run[0]}`;
  });
  return [size, ...named, ...(known.length < fileBlocksOf(g) ? ['then holes'] : [])].join('; ');
}
