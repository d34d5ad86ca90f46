/** What the keys do. */
import { byId } from './dom.ts';

/** What they move. */
export interface Moved {
  readonly at: number;
  readonly last: number;
  go(step: number): void;
  take(choice: number): void;
  back(): void;
}

const MOVES: Readonly<Record<string, (page: Moved) => void>> = {
  ArrowLeft: (page) => page.go(page.at - 1),
  ArrowRight: (page) => page.go(page.at + 1),
  p: (page) => page.go(page.at - 1),
  k: (page) => page.go(page.at - 1),
  n: (page) => page.go(page.at + 1),
  j: (page) => page.go(page.at + 1),
  Home: (page) => page.go(0),
  End: (page) => page.go(page.last),
  b: (page) => page.back(),
  '?': () => byId('help').toggleAttribute('open'),
};

/** True where the key is one of ours. */
export function actOn(event: KeyboardEvent, page: Moved): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  const { key } = event;
  if (/^[1-9]$/.test(key)) page.take(Number(key));
  else if (Object.hasOwn(MOVES, key)) MOVES[key]!(page);
  else return false;
  return true;
}
