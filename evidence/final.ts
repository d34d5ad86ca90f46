/** The file, the disk and the counters as a trace leaves them. */
import type { KernelSystem } from '../model/system.ts';
import { mapping } from './changes.ts';
import { fold } from './fold.ts';

/** A line for each page with its mapping, then the sizes and counters. */
export function finalState(system: KernelSystem, state: Int32Array): string[] {
  const { struct } = system;
  const values = new Map(
    struct.places.map((place) => [place.name, place.field.show(struct.get(state, place))]),
  );
  const of = (name: string) => values.get(name) ?? '';
  const sizes = ['i_size', 'i_disksize', 'free', 'reserved'].map((name) => `${name} ${of(name)}`);
  const disk = linesOf((b) => blockLine(b, of));
  return [sizes.join(', '), ...folded(linesOf((fb) => extentLine(fb, of))), ...folded(disk)];
}

function linesOf(line: (i: number) => string | undefined): string[] {
  const found: string[] = [];
  for (let i = 0; ; i++) {
    const text = line(i);
    if (text === undefined) return found;
    found.push(text);
  }
}

type Of = (name: string) => string;

function extentLine(fb: number, of: Of): string | undefined {
  const type = of(`extent[${fb}].type`);
  if (type === '') return undefined;
  const blocks = linesOf((b) => of(`page[0].block[${b}].cells`) || undefined).length;
  const page = Math.floor(fb / blocks);
  const block = `page[${page}].block[${fb % blocks}]`;
  const name = blocks === 1 ? `page[${page}]` : `page[${page}] block[${fb % blocks}]`;
  const mapped = mapping(type, of(`extent[${fb}].blkno`));
  return `${name} ${cached(`page[${page}]`, block, of)}; ${mapped}`;
}

function cached(page: string, block: string, of: Of): string {
  if (of(`${page}.present`) === '0') return 'not cached';
  const locker = of(`${page}.locked_by`);
  return [
    `holds ${of(`${block}.cells`)}`,
    ...(of(`${block}.uptodate`) === '1' ? ['uptodate'] : ['not uptodate']),
    ...(of(`${block}.dirty`) === '1' ? ['dirty'] : []),
    ...(of(`${page}.writeback`) === '1' ? ['under writeback'] : []),
    ...(locker === 'nobody' ? [] : [`locked by ${locker}`]),
  ].join(', ');
}

function blockLine(b: number, of: Of): string | undefined {
  const owner = of(`disk[${b}].owner`);
  if (owner === '') return undefined;
  return `blk[${b}] ${owner}, holds ${of(`disk[${b}].cells`)}`;
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
