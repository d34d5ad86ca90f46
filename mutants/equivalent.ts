/**
 * The committed list of mutants that no test can kill. An entry is a paragraph: name, file and
 * rule; the line before and after; and why nobody can see the difference.
 */
import type { Mutant } from './mutant.ts';
import type { Judged } from './results.ts';

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** Throws where a paragraph is no entry. Lines that begin with # are comments. */
export function readEntries(text: string): Map<string, Entry> {
  const paragraphs = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  const entries = new Map<string, Entry>();
  for (const paragraph of paragraphs) {
    const [title = '', before = '', after = '', ...rest] = paragraph
      .split('\n')
      .map((line) => line.trim());
    const id = /^([0-9a-f]{10}) \S+ \S+$/.exec(title)?.[1];
    const why = rest.join(' ');
    if (id === undefined || !before.startsWith('- ') || !after.startsWith('+') || why === '') {
      throw new Error(`no entry of a mutant with its line before, after, and a reason: ${title}`);
    }
    if (entries.has(id)) throw new Error(`two entries of one mutant: ${title}`);
    entries.set(id, { id, title, why });
  }
  return entries;
}

/** Entries of mutants that the code has no more. */
export function stale(entries: ReadonlyMap<string, Entry>, all: readonly Mutant[]): Entry[] {
  const ids = new Set(all.map(({ id }) => id));
  return [...entries.values()].filter(({ id }) => !ids.has(id));
}

/** Entries that a test has refuted. */
export function refuted(entries: ReadonlyMap<string, Entry>, judged: readonly Judged[]): Entry[] {
  return judged
    .filter(({ result }) => result.outcome !== 'survived')
    .flatMap(({ mutant }) => entries.get(mutant.id) ?? []);
}
