/** One more, one less, and limits that are taken in or left out. */
import { child, sides, textOf } from './ast.ts';
import type { Node, Place } from './ast.ts';

const LIMITS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

const SIGNS: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '+=': '-=',
  '-=': '+=',
  '++': '--',
  '--': '++',
};

export function offByOne(place: Place, source: string): readonly string[] {
  const { node, parent, field } = place;
  // A loop that counts the wrong way ends nowhere.
  if (parent?.type === 'ForStatement' && field === 'update') return [];
  switch (node.type) {
    case 'Literal':
      return isCounted(place) ? [String(Number(node['value']) + 1)] : [];
    case 'BinaryExpression':
    case 'AssignmentExpression': {
      const other = otherOperator(node);
      return other === undefined ? [] : [sides(node, source).join(` ${other} `)];
    }
    case 'UpdateExpression': {
      const sign = SIGNS[String(node['operator'])]!;
      const what = textOf(child(node, 'argument')!, source);
      return [node['prefix'] === true ? sign + what : what + sign];
    }
    default:
      return [];
  }
}

function otherOperator(node: Node): string | undefined {
  const operator = String(node['operator']);
  const [left, right] = [child(node, 'left'), child(node, 'right')];
  if (isText(left) || isText(right)) return undefined;
  const counts = node.type === 'AssignmentExpression' || isNumber(left) || isNumber(right);
  return LIMITS[operator] ?? (counts ? SIGNS[operator] : undefined);
}

/** A number whose next one means something else than a limit that is taken in or left out. */
function isCounted({ node, parent, field }: Place): boolean {
  if (!isNumber(node)) return false;
  if (field === 'key') return false;
  const operator = String(parent?.['operator']);
  if (parent?.type !== 'BinaryExpression') return true;
  return !(field === 'right' ? ['<', '>='] : ['<=', '>']).includes(operator);
}

const isNumber = (node: Node | undefined): boolean =>
  node?.type === 'Literal' && typeof node['value'] === 'number';

const isText = (node: Node | undefined): boolean =>
  node?.type === 'TemplateLiteral' ||
  (node?.type === 'Literal' && typeof node['value'] === 'string');
