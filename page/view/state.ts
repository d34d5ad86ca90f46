/**
 * The state, drawn: each file with its pages, below each block of it the extent and what is on
 * disk; then what of the disk no file has. A field that a subsystem adds shows up by its own words.
 */
import { blockAt } from '../../model/extents.ts';
import { fileBlocksOf } from '../../model/geometry.ts';
import { phrasesOf } from '../../evidence/changes.ts';
import type { Walk } from '../walk.ts';
import { byRecord, cellsIn, isCells, standingIn } from '../words.ts';
import type { Standing } from '../words.ts';
import { drawCells } from './cells.ts';
import { h } from './dom.ts';

/** What is drawn, and of what. */
interface Picture {
  readonly walk: Walk;
  readonly records: Map<string, Standing[]>;
}

const of = ({ records }: Picture, ...record: readonly (string | number)[]): readonly Standing[] =>
  records.get(record.join('.')) ?? [];

const valueOf = (fields: readonly Standing[], name: string): number =>
  fields.find(({ own }) => own === name)?.value ?? 0;

/** The words of a record, those that the step has changed marked with what stood there before. */
function chips(fields: readonly Standing[]): HTMLElement {
  const parts = fields
    .filter((one) => !isCells(one) && one.words !== '')
    .map(({ words, changed, was, text }) =>
      changed
        ? h('li.changed', {}, words, words.includes(text) && h('span.was', {}, ` was ${was}`))
        : h('li', {}, words),
    );
  return h('ul.chips', {}, ...parts);
}

/** What the step did to these records, in words. */
function news(fields: readonly Standing[]): HTMLElement | undefined {
  const changes = fields
    .filter(({ changed }) => changed)
    .map(({ leaf, own, text, was }) => ({
      place: { record: [], field: leaf.field, own },
      from: was,
      to: text,
    }));
  const [said] = phrasesOf(changes, true);
  return said === undefined ? undefined : h('p.news', {}, `changed: ${said}`);
}

const isNew = (...groups: readonly (readonly Standing[])[]): string =>
  groups.flat().some(({ changed }) => changed) ? '.changed' : '';

/** A block of the disk: who owns it, and what is in it. */
function diskBlock(picture: Picture, b: number, first: number, eof: number): HTMLElement {
  const fields = of(picture, 'disk', b);
  const drawn = fields
    .filter((one) => isCells(one) && one.leaf.field.max > 0)
    .map((one) =>
      h(
        'span',
        {},
        one.own === 'media' && h('span.note', {}, 'on stable media '),
        drawCells(cellsIn(picture.walk, one, first), eof),
      ),
    );
  return h(
    `div.disk${isNew(fields)}`,
    {},
    h('h5', {}, `blk[${b}]`),
    ...drawn,
    chips(fields),
    news(fields),
  );
}

/** A block of a file: in memory, where it is mapped, and on disk. */
function drawBlock(picture: Picture, page: number, block: number, number: number): HTMLElement {
  const { walk } = picture;
  const { geometry } = walk.interpreter.observer;
  const file = Math.floor(number / fileBlocksOf(geometry));
  const first = (number % fileBlocksOf(geometry)) * geometry.block_cells;
  const eof = valueOf(of(picture, 'inode', file), 'i_size');
  const cached = of(picture, 'page', page, 'block', block);
  const extent = of(picture, 'extent', number);
  const present = valueOf(of(picture, 'page', page), 'present') === 1;
  const held = cached.filter(isCells).map((one) => drawCells(cellsIn(walk, one, first), eof));
  const on = blockAt(valueOf(extent, 'map'));
  return h(
    'div.column',
    {},
    present
      ? h(`div.cached${isNew(cached)}`, {}, ...held, chips(cached), news(cached))
      : h(`div.cached.absent${isNew(cached)}`, {}, 'not cached'),
    h(
      `div.extent${isNew(extent)}`,
      {},
      h('h5', {}, `file block ${number}`),
      chips(extent),
      news(extent),
    ),
    on >= 0 && diskBlock(picture, on, first, eof),
  );
}

function drawPage(picture: Picture, number: number): HTMLElement {
  const { page_blocks } = picture.walk.interpreter.observer.geometry;
  const fields = of(picture, 'page', number);
  const blocks = Array.from({ length: page_blocks }, (_, b) =>
    drawBlock(picture, number, b, number * page_blocks + b),
  );
  const locked = valueOf(fields, 'locked_by') > 0 ? '.locked' : '';
  return h(
    `section.page${isNew(fields)}${locked}`,
    {},
    h('div.line', {}, h('h4', {}, `page[${number}]`), chips(fields)),
    news(fields),
    h('div.blocks', {}, ...blocks),
  );
}

function drawFile(picture: Picture, number: number): HTMLElement {
  const { files, pages } = picture.walk.interpreter.observer.geometry;
  const fields = of(picture, 'inode', number);
  return h(
    'section.file',
    {},
    h('h3', {}, files === 1 ? 'The file' : `File ${number + 1}`),
    h(`div.inode${isNew(fields)}`, {}, chips(fields), news(fields)),
    h(
      'div.pages',
      {},
      ...Array.from({ length: pages }, (_, i) => drawPage(picture, number * pages + i)),
    ),
  );
}

/** Blocks of the disk that no file block is mapped to. */
function otherBlocks(picture: Picture): HTMLElement {
  const { files, blocks, ...geometry } = picture.walk.interpreter.observer.geometry;
  const all = fileBlocksOf({ ...geometry, files, blocks }) * files;
  const mapped = new Set(
    Array.from({ length: all }, (_, i) => blockAt(valueOf(of(picture, 'extent', i), 'map'))),
  );
  const others = Array.from({ length: blocks }, (_, b) => b).filter((b) => !mapped.has(b));
  return h(
    'section.others',
    {},
    h('h3', {}, 'Disk blocks that no file has'),
    others.length === 0
      ? h('p', {}, 'none')
      : h('div.row', {}, ...others.map((b) => diskBlock(picture, b, -1, -1))),
  );
}

/** Fields that are in none of the pictures: all that are not zero. */
function everything(all: readonly Standing[]): HTMLElement {
  const shown = all.filter(({ value, changed }) => value !== 0 || changed);
  const rows = shown.map(({ leaf, text, changed, was }) =>
    h(
      changed ? 'tr.changed' : 'tr',
      {},
      h('th', { scope: 'row' }, leaf.name),
      h('td', {}, text),
      h('td', {}, changed ? `changed, was ${was}` : ''),
    ),
  );
  return h('table.fields', {}, h('caption', {}, 'All fields that are not 0'), ...rows);
}

/** Draws the state after the steps taken so far. */
export function drawState(walk: Walk, into: HTMLElement, fields: HTMLElement): void {
  const before = walk.at === 0 ? undefined : walk.stateAt(walk.at - 1);
  const all = standingIn(walk, walk.state, before);
  const picture = { walk, records: byRecord(all) };
  const world = all.filter(({ leaf }) => leaf.record.length === 0);
  const { files } = walk.interpreter.observer.geometry;
  into.replaceChildren(
    h(`div.world${isNew(world)}`, {}, chips(world), news(world)),
    ...Array.from({ length: files }, (_, number) => drawFile(picture, number)),
    otherBlocks(picture),
  );
  fields.replaceChildren(everything(all));
}
