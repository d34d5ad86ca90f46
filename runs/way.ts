/** How a model comes to an outcome: the shortest way there, as the steps that it takes. */
import type { Sink } from '../machine/machine.ts';
import type { Operation, Trace } from '../traces/format.ts';
import { askedOf } from './conform.ts';
import type { Judge } from './conform.ts';
import { isSame } from './sight.ts';
import type { Sight } from './sight.ts';
import { STATES_MAX, key } from './specification.ts';
import type { States } from './specification.ts';

export interface Way {
  readonly from: Int32Array;
  readonly actions: readonly number[];
}

interface Found {
  readonly state: Int32Array;
  readonly before?: Found;
  readonly action: number;
}

/** Undefined where there is none, or none among so many states as a judge would look at. */
export function wayTo(
  judge: Judge,
  { trace, op, before }: { readonly trace: Trace; readonly op: Operation; readonly before: States },
  wanted: Sight,
): Way | undefined {
  // The power fails at once, and nobody takes a step.
  if (op.op === 'crash' || op.op === 'held') return undefined;
  const { spec } = judge;
  const asked = askedOf(op, spec.geometry);
  const walk = judge.begin(trace, false);
  const seen = new Set<string>();
  const open: Found[] = [];
  let now: Found | undefined;
  const sink: Sink = {
    successor: (action, to) => {
      const id = key(to);
      if (seen.has(id)) return;
      seen.add(id);
      open.push({ state: to.slice(), action, ...(now === undefined ? {} : { before: now }) });
    },
  };
  for (const state of spec.begun(before, asked)) sink.successor(-1, state);
  for (let next = 0; next < open.length && open.length <= STATES_MAX; next++) {
    now = open[next]!;
    const { state } = now;
    if (spec.isOver(state, asked) && isSame(walk.sight(state, op, asked), wanted)) {
      return wayBack(now);
    }
    spec.turns(state, asked, sink);
  }
  return undefined;
}

function wayBack(end: Found): Way {
  const actions: number[] = [];
  let first = end;
  for (; first.before !== undefined; first = first.before) actions.push(first.action);
  return { from: first.state, actions: actions.toReversed() };
}
