/** A mutant: one edit of one file, under a name that it keeps while the code around it changes. */
import { createHash } from 'node:crypto';
import { apply, editsOf } from './rules.ts';
import type { Edit, RuleName } from './rules.ts';

export interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly rule: RuleName;
  /** Counted from 1. */
  readonly line: number;
  /** The lines that the edit touches, as one: as they are, and as they become. */
  readonly before: string;
  readonly after: string;
  readonly edit: Edit;
}

export const digest = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

export function mutantsOf(file: string, source: string): Mutant[] {
  const times = new Map<string, number>();
  return editsOf(source).map((edit) => {
    const [before, after] = linesOf(source, edit);
    const what = [file, edit.rule, before, after].join('\n');
    const ordinal = (times.get(what) ?? 0) + 1;
    times.set(what, ordinal);
    return {
      id: digest(`${what}\n${ordinal}`, 10),
      file,
      rule: edit.rule,
      line: source.slice(0, edit.start).split('\n').length,
      before,
      after,
      edit,
    };
  });
}

function linesOf(source: string, edit: Edit): [string, string] {
  const from = source.lastIndexOf('\n', edit.start - 1) + 1;
  const end = source.indexOf('\n', edit.end);
  const changed = apply(source, edit);
  const rest = end < 0 ? 0 : source.length - end;
  return [
    squeezed(source.slice(from, source.length - rest)),
    squeezed(changed.slice(from, changed.length - rest)),
  ];
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * So many of them, and always the same: those whose names give the lowest hashes, but first one of
 * every file. What changes in one file does not shuffle the others.
 */
export function sampled(all: readonly Mutant[], count: number, seed: number): Mutant[] {
  const ranked = all
    .map((mutant) => ({ mutant, rank: digest(`${seed} ${mutant.id}`, 16) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ mutant }) => mutant);
  const files = new Set<string>();
  const first = ranked.filter(({ file }) => files.size < files.add(file).size);
  const rest = ranked.filter((mutant) => !first.includes(mutant));
  return [...first, ...rest].slice(0, count);
}

/** The line, where, and by which rule: as the list of equivalents has it, too. */
export const titleOf = ({ id, file, line, rule }: Mutant): string =>
  `${id} ${file}:${line} ${rule}`;
