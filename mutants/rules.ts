/** The rules by which a source is changed. Each edit replaces one piece of the text. */
import { parse, walk } from './ast.ts';
import type { Place } from './ast.ts';
import { leftOut } from './left-out.ts';
import { swapAndOr, swapBranches } from './swap.ts';
import { drop } from './drop.ts';
import { negate } from './negate.ts';
import { offByOne } from './off-by-one.ts';

/** What a rule makes of one node, of this source: it stands in place of the node's text. */
export type Rule = (place: Place, source: string) => readonly string[];

export const RULES = {
  drop,
  negate,
  'off-by-one': offByOne,
  'swap-branches': swapBranches,
  'swap-and-or': swapAndOr,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

export interface Edit {
  readonly rule: RuleName;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const apply = (source: string, { start, end, text }: Edit): string =>
  source.slice(0, start) + text + source.slice(end);

/** All edits of a source, in the order of the text. */
export function editsOf(source: string): Edit[] {
  const edits: Edit[] = [];
  const seen = new Set([source]);
  // Object.keys() knows no more of the names than that they are strings.
  const names = Object.keys(RULES) as RuleName[];
  walk(parse(source), leftOut, (place) => {
    const { start, end } = place.node;
    for (const rule of names) {
      for (const made of RULES[rule](place, source)) {
        const edit = { rule, start, end, text: made };
        const changed = apply(source, edit);
        if (!seen.has(changed) && isValid(changed)) edits.push(edit);
        seen.add(changed);
      }
    }
  });
  return edits.toSorted((a, b) => a.start - b.start);
}

function isValid(source: string): boolean {
  try {
    parse(source);
    return true;
  } catch {
    return false;
  }
}
