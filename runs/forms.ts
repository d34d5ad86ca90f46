/** What a run is handed on as, beside its text: made where its search is. */
import type { Account } from '../evidence/account.ts';
import { accountOf, stepsTraced } from '../evidence/accounted.ts';
import type { Headlined, Known, Way } from '../evidence/accounted.ts';
import { fsxOf } from '../evidence/fsx.ts';
import type { Fsx } from '../evidence/fsx.ts';
import type { Graph } from '../evidence/graph.ts';
import { itfOf } from '../evidence/itf.ts';
import type { Outcome } from '../evidence/outcome.ts';
import type { Told } from '../evidence/trace.ts';
import type { Search } from '../explorer/search.ts';
import { graphOf, levelsOf } from './graph.ts';
import { changedRows } from './mends.ts';
import { placesIn } from './places.ts';
import { modelName } from './recorded.ts';

/** Which forms somebody wants. */
export interface Wanted {
  readonly account?: boolean;
  readonly itf?: boolean;
  readonly fsx?: boolean;
  /** The state graph, where it has so many states at most. */
  readonly graph?: number;
  readonly levels?: boolean;
}

export interface Formed {
  readonly account?: Account;
  /** Of the counterexample. */
  readonly itf?: string;
  readonly fsx?: Fsx;
  /** Undefined also where there are more states than were asked for. */
  readonly graph?: Graph;
  /** States by depth. */
  readonly levels?: readonly number[];
}

/** What is known of the run beside its outcome; the promise by its name. */
interface More {
  readonly headlined?: Omit<Headlined, 'property'> & { readonly property: string };
  readonly ways?: ReadonlyMap<string, readonly Way[]>;
}

export function formed(outcome: Outcome, search: Search, wanted: Wanted, more: More = {}): Formed {
  const { run, result } = outcome;
  const headlined = more.headlined && named(run, more.headlined);
  const ended = result.limit === undefined;
  const small = ended && search.states <= (wanted.graph ?? 0);
  return {
    ...(wanted.account && { account: accountFor(outcome, { headlined, ways: more.ways }) }),
    ...(wanted.itf && headlined && { itf: itfOf(run, headlined) }),
    ...(wanted.fsx && headlined && { fsx: fsxOf(run, headlined) }),
    ...(small && { graph: graphOf(outcome, search) }),
    ...(wanted.levels && { levels: levelsOf(search) }),
  };
}

function named(
  { design, properties }: Outcome['run'],
  { property, because = [], ...rest }: NonNullable<More['headlined']>,
): Headlined {
  const flaws = because.map(({ name }) => name);
  const found = properties.find(({ name }) => name === property)!;
  return { ...rest, because, property: found, mended: changedRows(design, flaws) };
}

function accountFor(
  outcome: Outcome,
  {
    headlined,
    ways,
  }: { readonly headlined: Headlined | undefined; readonly ways: Known['ways'] | undefined },
): Account {
  const steps = stepsTraced(outcome, headlined?.trace);
  const rows = new Map(
    steps.map((one) => [
      keyOf(one),
      { task: one.task, label: one.step.label, piece: one.step.piece },
    ]),
  );
  const places = rows.size === 0 ? [] : placesIn(outcome.run.system, [...rows.values()]);
  const known = new Map([...rows.keys()].map((key, i) => [key, places[i]]));
  return accountOf(outcome, {
    ...(headlined && { headlined }),
    ...(ways && { ways }),
    model: modelName(),
    place: (step) => known.get(keyOf(step)),
  });
}

/** Pieces of a task's work may have rows of one label. */
const keyOf = ({ task, step }: Told): string => `${task} ${step.piece} ${step.label}`;
