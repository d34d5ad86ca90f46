/** Puts one thing in place of its counterpart: a branch, `&&`, `||`. */
import { child, sides, textOf } from './ast.ts';
import type { Node, Place } from './ast.ts';

export function swapBranches({ node }: Place, source: string): readonly string[] {
  const [yes, no] = [child(node, 'consequent'), child(node, 'alternate')];
  if (!yes || !no) return [];
  const put = node.type === 'ConditionalExpression' ? textOf : braced;
  const between = source.slice(yes.end, no.start);
  const swapped = put(no, source) + between + put(yes, source);
  return [source.slice(node.start, yes.start) + swapped + source.slice(no.end, node.end)];
}

/** Braces keep an else with its own if. */
function braced(branch: Node, source: string): string {
  const text = textOf(branch, source);
  return branch.type === 'BlockStatement' ? text : `{ ${text} }`;
}

export function swapAndOr({ node }: Place, source: string): readonly string[] {
  if (node.type !== 'LogicalExpression' || node['operator'] === '??') return [];
  const [left, right] = sides(node, source);
  // Parentheses keep the order in which it was.
  const kept = child(node, 'left')?.type === 'LogicalExpression' ? `(${left})` : left;
  return [`(${kept} ${node['operator'] === '&&' ? '||' : '&&'} ${right})`];
}
