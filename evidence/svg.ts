/** SVG as text, with a title and a description for those who do not see it. */

export type Attributes = Readonly<Record<string, string | number>>;

/** Markup, and what XML 1.0 has no place for, told as a question mark. */
export const escaped = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- what XML cannot hold
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** Children are text, or elements that were made here. */
export const element = (name: string, attributes: Attributes, ...children: Child[]): string => {
  const given = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : child.xml));
  return inside.length === 0
    ? `<${name}${given}/>`
    : `<${name}${given}>${inside.join('')}</${name}>`;
};

/** An element, to be put into another as it is. */
export interface Made {
  readonly xml: string;
}
type Child = string | Made;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly desc: string;
  /** Elements. */
  readonly body: readonly string[];
}

export function svg({ width, height, title, desc, body }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      `width="${width}" height="${height}" role="img" aria-labelledby="t d" ` +
      'font-family="Helvetica, Arial, sans-serif" font-size="12">',
    element('title', { id: 't' }, title),
    element('desc', { id: 'd' }, desc),
    element('rect', { width: '100%', height: '100%', fill: '#fff' }),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}
