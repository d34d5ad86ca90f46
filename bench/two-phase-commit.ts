/**
 * Two-phase commit, as in the TLA+ specification TwoPhase of Gray and Lamport, whose counts of
 * states everybody knows. It shares nothing with a kernel: what it needs of machine/ and explorer/
 * shows whether those two know no Linux.
 *
 * A resource manager's state is the row at which it stands; so is the transaction manager's.
 */
import { Turn, pcField } from '../machine/rows.ts';
import type { AnyRows, Check, Program, Task } from '../machine/rows.ts';
import { Struct, array, flag } from '../machine/struct.ts';
import type { View } from '../machine/struct.ts';
import { System } from '../machine/system.ts';

/** The rows a resource manager stands at, in the order of their numbers. */
const MANAGER_STATES = ['working', 'prepared', 'committed', 'aborted'] as const;
type ManagerState = (typeof MANAGER_STATES)[number];
const COMMITTED = MANAGER_STATES.indexOf('committed');
const ABORTED = MANAGER_STATES.indexOf('aborted');

const SITES = [
  { name: 'manager', answers: [] },
  { name: 'coordinator', answers: [] },
];
const MANAGER = 0;
const COORDINATOR = 1;

type State = View<ReturnType<typeof layout>>;

/** The network: messages once sent stay, and may be received again. */
class Network extends Turn {
  readonly #s: State;

  constructor(s: State) {
    super(SITES);
    this.#s = s;
  }

  /** What a manager does that has not voted: it prepares, gives up, or hears the decision. */
  vote(): ManagerState {
    this.command();
    const choice = this.choose(MANAGER, 2 + this.#decisions());
    if (choice === 0) {
      this.#s.manager[this.me]!.prepared_sent = 1;
      return 'prepared';
    }
    return choice === 1 ? 'aborted' : this.#decision(choice - 2);
  }

  /** What a manager hears that has nothing more to say. */
  hear(): ManagerState {
    this.command();
    const heard = this.#decisions();
    if (heard === 0) this.wait(1 << this.#s.manager.length);
    return this.#decision(this.choose(MANAGER, heard));
  }

  #decisions(): number {
    return this.#s.commit_sent + this.#s.abort_sent;
  }

  #decision(nth: number): ManagerState {
    return this.#s.commit_sent && nth === 0 ? 'committed' : 'aborted';
  }

  /** What the coordinator does while undecided: aborts, hears of a manager, or commits. */
  coordinate(): 'undecided' | 'committed' | 'aborted' {
    this.command();
    const managers = this.#s.manager;
    let sent = 0;
    let heard = 0;
    for (const manager of managers) {
      sent += manager.prepared_sent;
      heard += manager.prepared_heard;
    }
    const all = heard === managers.length ? 1 : 0;
    const choice = this.choose(COORDINATOR, 1 + sent + all);
    if (choice === 0) {
      this.#s.abort_sent = 1;
      return 'aborted';
    }
    if (choice > sent) {
      this.#s.commit_sent = 1;
      return 'committed';
    }
    let nth = choice;
    for (const manager of managers) {
      if (manager.prepared_sent && --nth === 0) manager.prepared_heard = 1;
    }
    return 'undecided';
  }

  rest(): void {
    this.command();
    this.idle();
  }
}

const manager: Program<Network, object, ManagerState>['rows'] = {
  working(k) {
    return k.vote();
  },
  prepared(k) {
    return k.hear();
  },
  committed(k) {
    return k.hear();
  },
  aborted(k) {
    return k.hear();
  },
};

const coordinator: Program<Network, object, 'undecided' | 'committed' | 'aborted'>['rows'] = {
  undecided(k) {
    return k.coordinate();
  },
  committed(k) {
    k.rest();
    return 'committed';
  },
  aborted(k) {
    k.rest();
    return 'aborted';
  },
};

/** What runs, of which the layout needs only the labels. */
interface Programs {
  readonly manager: AnyRows<never>;
  readonly coordinator: AnyRows<never>;
}

function layout(managers: number, programs: Programs) {
  return {
    manager: array(managers, {
      pc: pcField([{ rows: programs.manager }]),
      /** The message that it is prepared was sent; and the coordinator has received it. */
      prepared_sent: flag,
      prepared_heard: flag,
    }),
    coordinator: { pc: pcField([{ rows: programs.coordinator }]) },
    commit_sent: flag,
    abort_sent: flag,
  };
}

const consistency = (s: State): Check => {
  const some = (pc: number) => s.manager.some((m) => m.pc === pc);
  return {
    name: 'no-manager-commits-while-another-aborts',
    violated: () => some(COMMITTED) && some(ABORTED),
    premise: () => some(COMMITTED),
  };
};

export function twoPhaseCommit(managers: number): System<ReturnType<typeof layout>, Network> {
  const struct = new Struct(layout(managers, { manager, coordinator }));
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  const tasks: Task<Network>[] = view.manager.map((frame, i) => ({
    name: `manager${i}`,
    pc: `manager[${i}].pc`,
    work: [{ rows: manager, frame: { path: `manager[${i}]`, view: frame } }],
    daemon: false,
  }));
  tasks.push({
    name: 'coordinator',
    pc: 'coordinator.pc',
    work: [{ rows: coordinator, frame: { path: 'coordinator', view: view.coordinator } }],
    daemon: false,
  });
  return new System({
    struct,
    memory,
    kernel: new Network(view),
    tasks,
    checks: () => [consistency(view)],
    start: () => undefined,
  });
}
