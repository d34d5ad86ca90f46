/**
 * The committed list of mutants that nobody catches and that are not the same: an entry is a
 * paragraph, the mutant's name, and below it, indented, why no promise can tell.
 */

export interface Entry {
  readonly id: string;
  readonly why: string;
}

/** Throws where a paragraph is no entry. Lines that begin with # are comments. */
export function readEntries(text: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const paragraphs = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '');
  for (const paragraph of paragraphs) {
    const [id = '', ...rest] = paragraph.replace(/^\n+/, '').trimEnd().split('\n');
    const why = rest.map((line) => line.trim()).join(' ');
    if (/^\s/.test(id) || why === '' || !rest.every((line) => /^\s/.test(line))) {
      throw new Error(`no entry of a mutant's name with a reason, indented, below it: ${id}`);
    }
    if (entries.has(id)) throw new Error(`two entries of one mutant: ${id}`);
    entries.set(id, { id, why });
  }
  return entries;
}
