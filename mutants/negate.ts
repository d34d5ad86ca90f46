/** Turns a condition into its opposite. */
import { child, sides, textOf } from './ast.ts';
import type { Node, Place } from './ast.ts';

const OPPOSITE: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const LOOPS = ['WhileStatement', 'DoWhileStatement', 'ForStatement'];

export function negate(place: Place, source: string): readonly string[] {
  return isCondition(place) ? [negated(place.node, source)] : [];
}

function negated(node: Node, source: string): string {
  const text = textOf(node, source);
  if (isNot(node)) return text.slice(1).trimStart();
  if (node.type === 'Literal') return node['value'] === true ? 'false' : 'true';
  const opposite =
    node.type === 'BinaryExpression' ? OPPOSITE[String(node['operator'])] : undefined;
  return opposite === undefined ? `!(${text})` : sides(node, source).join(` ${opposite} `);
}

function isCondition(place: Place): boolean {
  const { node, parent, field } = place;
  if (parent === undefined || node.type === 'ParenthesizedExpression') return false;
  // Whoever negates the outer one negates this one.
  if (isNot(parent)) return false;
  if (field === 'test') return isLoneTest(parent);
  if (isAndOr(parent)) return !isValue(node);
  return isBoolean(node) || isResult(place);
}

/** With an else, or in `? :`, the same comes of swapping the branches. */
function isLoneTest(parent: Node): boolean {
  if (parent.type === 'IfStatement') return child(parent, 'alternate') === undefined;
  return LOOPS.includes(parent.type);
}

/** Is it what a function returns that is declared to return a boolean? */
function isResult({ parent, field, inside }: Place): boolean {
  const declared = child(child(inside, 'returnType'), 'typeAnnotation');
  if (declared?.type !== 'TSBooleanKeyword') return false;
  if (parent?.type === 'ReturnStatement') return field === 'argument';
  return parent === inside && field === 'body' && inside?.['expression'] === true;
}

/** By its form, a boolean. */
function isBoolean(node: Node): boolean {
  if (node.type === 'Literal') return typeof node['value'] === 'boolean';
  if (node.type === 'BinaryExpression') return String(node['operator']) in OPPOSITE;
  if (!isAndOr(node)) return isNot(node);
  const [left, right] = [child(node, 'left'), child(node, 'right')];
  return left !== undefined && right !== undefined && isBoolean(left) && isBoolean(right);
}

const isNot = (node: Node): boolean => node.type === 'UnaryExpression' && node['operator'] === '!';

const isAndOr = (node: Node): boolean =>
  node.type === 'LogicalExpression' && node['operator'] !== '??';

/** What stands behind `||` may be a value to fall back on. */
const isValue = (node: Node): boolean =>
  /^(Literal|TemplateLiteral|ObjectExpression|ArrayExpression)$/.test(node.type);
