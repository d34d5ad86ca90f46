/** The file, the disk and the counters as a trace leaves them: each field says how it stands. */
import type { Place } from '../machine/struct.ts';
import type { KernelSystem } from '../model/system.ts';
import { pagesAreBlocks, titleOf } from './changes.ts';
import { fold } from './fold.ts';

interface Standing {
  readonly place: Place;
  readonly words: string;
}

/** A line for the sizes and counters, one for each page with its mapping, one for each block. */
export function finalState(system: KernelSystem, state: Int32Array): string[] {
  const { struct } = system;
  const all = struct.places
    .map((place) => ({
      place,
      words: place.field.stand(struct.text(state, place), place.own),
    }))
    .filter(({ words }) => words !== '');
  const of = (kind: string) => all.filter(({ place }) => place.record[0] === kind);
  const world = all.filter(({ place }) => place.record.length === 0);
  const present = (page: number) => struct.get(state, struct.place(`page[${page}].present`)) === 1;
  const oneBlock = pagesAreBlocks(struct);
  return [
    joined([...of('inode'), ...world]),
    ...folded(pages(of('page'), of('extent'), present, oneBlock)),
    ...folded(grouped(of('disk')).map((group) => `${titled(group, oneBlock)} ${joined(group)}`)),
  ];
}

const joined = (group: readonly Standing[]): string => group.map(({ words }) => words).join(', ');
const titled = ([first]: readonly Standing[], oneBlock: boolean): string =>
  titleOf(first!.place.record, oneBlock);

/** By record, in order. */
function grouped(all: readonly Standing[]): Standing[][] {
  const groups = new Map<string, Standing[]>();
  for (const one of all) {
    const key = one.place.record.join('.');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Each block of the page cache with its page, and how the file block is mapped. */
function pages(
  cache: readonly Standing[],
  extents: readonly Standing[],
  present: (page: number) => boolean,
  oneBlock: boolean,
): string[] {
  const own = cache.filter(({ place }) => place.record.length === 2);
  const blocks = grouped(cache.filter(({ place }) => place.record.length === 4));
  return blocks.map((block, i) => {
    const [, page] = block[0]!.place.record;
    const held = [...block, ...own.filter(({ place }) => place.record[1] === page)];
    const cached = present(Number(page)) ? joined(held) : 'not cached';
    const mapped = joined(extents.filter(({ place }) => place.record[1] === i));
    return `${titled(block, oneBlock)} ${cached}; ${mapped}`;
  });
}

/** What goes on in the same way is said with its first and its last line. */
function folded(lines: readonly string[]): string[] {
  return fold(lines).flatMap(({ from, period, times }) =>
    times === 1
      ? lines.slice(from, from + period)
      : [
          ...lines.slice(from, from + period),
          '...',
          ...lines.slice(from + period * (times - 1), from + period * times),
        ],
  );
}
