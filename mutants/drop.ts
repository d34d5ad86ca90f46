/** Leaves out one statement. */
import { child, isFunction, list } from './ast.ts';
import type { Place } from './ast.ts';
import { statements } from './left-out.ts';

const ALWAYS = ['ExpressionStatement', 'BreakStatement', 'ContinueStatement'];

export function drop(place: Place): readonly string[] {
  return isDroppable(place) && !isAllOfAnIf(place) ? [';'] : [];
}

function isDroppable({ node, parent, inside }: Place): boolean {
  if (node.type === 'ExpressionStatement') {
    const call = child(node, 'expression');
    // Without super() no object is made at all, and a directive does nothing.
    if (child(call, 'callee')?.type === 'Super' || typeof node['directive'] === 'string')
      return false;
  }
  if (node.type === 'IfStatement') {
    // What is left of a check that only throws is no more than its message.
    const only = statements(child(node, 'consequent'));
    return child(node, 'alternate') === undefined && only[0]?.type !== 'ThrowStatement';
  }
  if (node.type === 'ReturnStatement') {
    const last = list(parent, 'body').at(-1) === node;
    return !(last && inside !== undefined && child(inside, 'body') === parent);
  }
  return ALWAYS.includes(node.type);
}

/** Then leaving out the whole `if` is the same. */
function isAllOfAnIf({ node, parent, up }: Place): boolean {
  if (parent === undefined || isFunction(parent)) return false;
  const holder = parent.type === 'BlockStatement' ? up : parent;
  if (holder?.type !== 'IfStatement' || child(holder, 'alternate') !== undefined) return false;
  const all = statements(child(holder, 'consequent'));
  return all.length === 1 && all[0] === node;
}
