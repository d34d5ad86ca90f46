/** TypeScript as a tree with positions, in the few words that the rules need. */
import { parseAst } from 'vitest/node';

/** A node of the ESTree kind; what its other fields are depends on its type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Where a node stands: in which field of its parent, and in which function. */
export interface Place {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The parent's parent. */
  readonly up: Node | undefined;
  readonly field: string;
  readonly inside: Node | undefined;
}

/** Throws where the source is no TypeScript. */
export function parse(source: string): Node {
  // The parser's own type names every kind of node; the rules look at a few, by their fields.
  return parseAst(source, { lang: 'ts' }) as unknown as Node;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The child in a field; undefined where there is none, or a list. */
export function child(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

/** The children in a field that holds a list. */
export function list(node: Node | undefined, field: string): readonly Node[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export const textOf = (node: Node, source: string): string => source.slice(node.start, node.end);

/**
 * What stands before an operator and after it. The tree knows no parentheses, and the operands' own
 * texts would lose theirs.
 */
export function sides(node: Node, source: string): readonly [string, string] {
  const operator = String(node['operator']);
  const at = source.indexOf(operator, child(node, 'left')!.end);
  return [
    source.slice(node.start, at).trimEnd(),
    source.slice(at + operator.length, node.end).trimStart(),
  ];
}

/** The name of an identifier, of a private one, or of what is taken out of an object. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'MemberExpression') return nameOf(child(node, 'property'));
  return typeof node?.['name'] === 'string' ? node['name'] : undefined;
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

export const isFunction = (node: Node): boolean => FUNCTIONS.includes(node.type);

/** Visits all nodes from the outside in, but for those that are skipped with all they hold. */
export function walk(
  root: Node,
  skipped: (place: Place) => boolean,
  visit: (place: Place) => void,
): void {
  const go = (place: Place): void => {
    if (skipped(place)) return;
    visit(place);
    const { node } = place;
    const inside = isFunction(node) ? node : place.inside;
    for (const field of Object.keys(node)) {
      const value = node[field];
      for (const below of Array.isArray(value) ? value : [value]) {
        if (isNode(below)) go({ node: below, parent: node, up: place.parent, field, inside });
      }
    }
  };
  go({ node: root, parent: undefined, up: undefined, field: '', inside: undefined });
}
