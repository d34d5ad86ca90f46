/** What a run is handed on as, beside its text: made where the search is, since it needs its states. */
import { accountOf, rowsTraced } from '../evidence/account.ts';
import type { Account, Headlined } from '../evidence/account.ts';
import { fsxOf } from '../evidence/fsx.ts';
import type { Fsx } from '../evidence/fsx.ts';
import type { Graph } from '../evidence/graph.ts';
import { itfOf } from '../evidence/itf.ts';
import type { Outcome } from '../evidence/outcome.ts';
import type { Search } from '../explorer/search.ts';
import { graphOf, levelsOf } from './graph.ts';
import { placesIn } from './places.ts';

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

/** The promise by its name. */
type Named = Omit<Headlined, 'property'> & { readonly property: string };

export function formed(outcome: Outcome, search: Search, wanted: Wanted, named?: Named): Formed {
  const { run } = outcome;
  const headlined = named && {
    ...named,
    property: run.properties.find(({ name }) => name === named.property)!,
  };
  const places = () => {
    const rows = rowsTraced(outcome, headlined?.trace);
    return rows.size === 0 ? new Map<string, string>() : placesIn(run.system, rows);
  };
  const traced = headlined !== undefined;
  const ended = outcome.result.limit === undefined;
  return {
    ...(wanted.account && { account: accountOf(outcome, places(), headlined) }),
    ...(wanted.itf && traced && { itf: itfOf(run, headlined) }),
    ...(wanted.fsx && traced && { fsx: fsxOf(run, headlined) }),
    ...(wanted.graph !== undefined &&
      ended &&
      search.states <= wanted.graph && { graph: graphOf(outcome, search) }),
    ...(wanted.levels && { levels: levelsOf(search) }),
  };
}
