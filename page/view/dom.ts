/** Elements, made of names and texts alone: nothing on the page is ever parsed as HTML. */

type Child = Node | string | undefined | false;

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** An element; `tag` may name classes, as `li.step.now`. */
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const [name = '', ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

export const byId = (id: string): HTMLElement => document.getElementById(id)!;

/** A button that does something; `tag` is its classes, as `.step`. */
export function button(
  tag: string,
  attributes: Attributes,
  does: () => void,
  ...children: Child[]
): HTMLElement {
  const element = h(`button${tag}`, { type: 'button', ...attributes }, ...children);
  element.addEventListener('click', does);
  return element;
}
