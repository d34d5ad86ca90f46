/** The name that was probably meant. */

/** Insertions, deletions and substitutions that lead from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/**
 * The known name closest to `name`, the first of equals; one that contains it comes first.
 * Undefined where more than half of it would have to change.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const containing = known.find((candidate) => name.length > 2 && candidate.includes(name));
  if (containing !== undefined) return containing;
  let best: string | undefined;
  let least = Math.floor(name.length / 2) + 1;
  for (const candidate of known) {
    const d = distance(name, candidate);
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

/** `unknown design 'recvfil'; the nearest is 'recvfile'` */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `unknown ${kind} '${name}'${near === undefined ? '' : `; the nearest is '${near}'`}`;
}

/** What can be named: by its name, or by what stands for it in the matrix. */
export interface Callable {
  readonly name: string;
  /** Of a promise: its heading. */
  readonly short?: string;
  /** Of a scenario. */
  readonly code?: string;
}

export const isCalled = (one: Callable, name: string): boolean =>
  one.name === name || one.short === name || one.code === name;

/** The one of that name; what `refuse` throws where there is none. */
export function theOne<T extends Callable>(
  kind: string,
  name: string,
  all: readonly T[],
  refuse: (why: string) => Error,
): T {
  const found = all.find((one) => isCalled(one, name));
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  throw refuse(unknownName(kind, name, names));
}
