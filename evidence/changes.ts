/**
 * What a step changed, in the kernel's words: each field says its own change, and what belongs to
 * one record is said together. A field that a subsystem adds is said without a line here.
 */
import type { Place, Spec, Struct } from '../machine/struct.ts';

/** A field that has changed, wherever it lies. */
export interface Changed {
  readonly place: Pick<Place, 'record' | 'own' | 'field'>;
  readonly from: string;
  readonly to: string;
}

/** How the records are called; those that are not here need no name. */
const TITLES: Readonly<Record<string, string>> = { page: 'page', extent: 'extent', disk: 'blk' };

/** `page[0]`, `page[0] block[1]`, `blk[2]`; '' for a record that needs no name. */
export function titleOf(record: Place['record'], oneBlock: boolean): string {
  const [kind = '', number, part, block] = record;
  const title = TITLES[kind];
  if (title === undefined) return '';
  const own = `${title}[${number}]`;
  return part === undefined || oneBlock ? own : `${own} ${part}[${block}]`;
}

/** Has each page one block, so that the two are one thing to a reader? */
export const pagesAreBlocks = ({
  places,
}: {
  readonly places: readonly Pick<Place, 'record'>[];
}): boolean => !places.some(({ record }) => record[0] === 'page' && record[3] === 1);

const wordOf = ({ place, from, to }: Changed): string => place.field.change(to, from, place.own);

/** One phrase for each thing that changed, as `page[0] locked, holds w1,w1`. */
export function changesBetween(
  { struct }: { readonly struct: Struct<Spec> },
  before: Int32Array,
  after: Int32Array,
): string[] {
  return phrasesOf(struct.diff(before, after), pagesAreBlocks(struct));
}

/** The same of fields that are known to have changed. */
export function phrasesOf(changes: readonly Changed[], oneBlock: boolean): string[] {
  const records = new Map<string, { title: string; words: string[] }>();
  for (const change of changes) {
    const { record } = change.place;
    if (record[0] === 'task') continue; // locals
    const word = wordOf(change);
    const title = titleOf(record, oneBlock);
    const key = title === '' ? record.join('.') : title;
    if (!records.has(key)) records.set(key, { title, words: [] });
    if (word !== '') records.get(key)!.words.push(word);
  }
  return [...records.values()].flatMap(({ title, words }) => phrase(title, words));
}

function phrase(title: string, words: readonly string[]): string[] {
  if (words.length === 0) return [];
  if (title === '') return [words.join('; ')];
  // What a page held is gone with it; that it was dirty is worth saying.
  const gone = words.includes('clean') ? 'dropped with dirty data' : 'dropped';
  return [`${title} ${words.includes('dropped') ? gone : words.join(', ')}`];
}
