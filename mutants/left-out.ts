/** What no test is asked to notice: types, text for people, and what is done for traces alone. */
import { child, isFunction, list, nameOf } from './ast.ts';
import type { Node, Place } from './ast.ts';

/** TypeScript's own nodes are types, but for these, which hold an expression. */
const TRANSPARENT = ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'];

/** Commands that take a text for people. */
const SAYS = ['say', 'sayWait', 'fault'];

/** Those that do nothing else. A fault also ends the run. */
const ONLY_SAYS = ['say', 'sayWait'];

/** Fields that hold such a text, or a function that makes one. */
const TEXTS = ['explain', 'about', 'source', 'promise', 'because'];

const SKIPPED = ['ImportDeclaration', 'ThrowStatement', 'TemplateLiteral'];

/** Is this left out, with all that it holds? */
export function leftOut(place: Place): boolean {
  const { node, parent, field } = place;
  if (SKIPPED.includes(node.type)) return true;
  if (node.type.startsWith('TS') && !TRANSPARENT.includes(node.type)) return true;
  if (isTracing(node) || makesText(node) || isText(node)) return true;
  return field === 'arguments' && parent !== undefined && takesText(parent);
}

/** `if (this.tracing) ...`: what a search never runs. */
function isTracing(node: Node): boolean {
  if (node.type === 'IfStatement') return mentionsTracing(child(node, 'test'));
  return node.type === 'ExpressionStatement' && says(child(node, 'expression'), ONLY_SAYS);
}

function mentionsTracing(test: Node | undefined): boolean {
  if (test === undefined) return false;
  if (test.type === 'LogicalExpression') {
    return mentionsTracing(child(test, 'left')) || mentionsTracing(child(test, 'right'));
  }
  return nameOf(test) === 'tracing';
}

/**
 * A function that is declared to return a string makes text. Labels of rows are not declared so.
 */
function makesText(node: Node): boolean {
  if (!isFunction(node)) return false;
  return child(child(node, 'returnType'), 'typeAnnotation')?.type === 'TSStringKeyword';
}

/** `explain: ...`, and the others, where the value is not a state that happens to be called so. */
function isText(node: Node): boolean {
  const named = node.type === 'Property' || node.type === 'PropertyDefinition';
  const name = named || node.type === 'MethodDefinition' ? nameOf(child(node, 'key')) : undefined;
  return name !== undefined && TEXTS.includes(name) && child(node, 'value')?.type !== 'Identifier';
}

function takesText(call: Node): boolean {
  const name = nameOf(child(call, 'callee')) ?? '';
  if (call.type === 'NewExpression') return name.endsWith('Error');
  return says(call, SAYS);
}

function says(call: Node | undefined, names: readonly string[]): boolean {
  return call?.type === 'CallExpression' && names.includes(nameOf(child(call, 'callee')) ?? '');
}

/** The statements of a block, or the one that stands without braces. */
export function statements(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return node.type === 'BlockStatement' ? list(node, 'body') : [node];
}
