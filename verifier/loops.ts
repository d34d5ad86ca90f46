/**
 * Loops in which something has begun and never ends. Such a loop counts only if it is weakly fair:
 * whoever could move in all of its states takes a step in it. It is looked for in whole strongly
 * connected components, found in the plainest way that does not recurse: all states in the order in
 * which a walk leaves them, and then, last first, whatever leads to each.
 */

/** A state: what is owed in it, as a mask, and the steps that others can count on. */
export interface Place {
  readonly owing: number;
  readonly edges: readonly { readonly task: number; readonly to: number }[];
}

/** Components that have such a loop, each with its states. */
export function fairLoops(places: readonly Place[]): number[][] {
  return components(places).filter((states) => isFair(places, states));
}

/** Is something owed in all of these states, and who can always move not left out? */
export function isFair(places: readonly Place[], states: readonly number[]): boolean {
  const inside = new Set(states);
  let owed = -1;
  let able = -1;
  let steps = 0;
  let loops = false;
  for (const state of states) {
    const { owing, edges } = places[state]!;
    owed &= owing;
    let tasks = 0;
    for (const { task, to } of edges) {
      tasks |= 1 << task;
      if (!inside.has(to)) continue;
      loops = true;
      steps |= 1 << task;
    }
    able &= tasks;
  }
  return loops && owed !== 0 && (able & ~steps) === 0;
}

/** Strongly connected components of the states in which anything is owed. */
function components(places: readonly Place[]): number[][] {
  const comesFrom: number[][] = places.map(() => []);
  places.forEach(({ owing, edges }, from) => {
    if (owing === 0) return;
    for (const { to } of edges) if (places[to]!.owing !== 0) comesFrom[to]!.push(from);
  });
  const taken = new Set<number>();
  return asTheyAreLeft(places)
    .toReversed()
    .flatMap((root) => {
      if (taken.has(root)) return [];
      taken.add(root);
      const states = [root];
      for (const state of states) {
        for (const from of comesFrom[state]!) {
          if (taken.has(from)) continue;
          taken.add(from);
          states.push(from);
        }
      }
      return [states];
    });
}

/** The states in the order in which a walk that goes deep first has seen all that follows. */
function asTheyAreLeft(places: readonly Place[]): number[] {
  const entered = new Set<number>();
  const left: number[] = [];
  for (let root = 0; root < places.length; root++) {
    if (places[root]!.owing === 0 || entered.has(root)) continue;
    entered.add(root);
    const path = [{ state: root, next: 0 }];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const edge = places[last.state]!.edges[last.next++];
      if (edge === undefined) {
        left.push(last.state);
        path.pop();
      } else if (places[edge.to]!.owing !== 0 && !entered.has(edge.to)) {
        entered.add(edge.to);
        path.push({ state: edge.to, next: 0 });
      }
    }
  }
  return left;
}
