/**
 * fast-check commands over the same step as the search: a command is a call that a task begins, or
 * one step of one task. Scheduling, blocked tasks and faults are all in the commands, so what does
 * not matter is shrunk away: calls first, then steps and faults.
 */
import fc from 'fast-check';
import { positionIn } from '../machine/position.ts';
import type { Position } from '../machine/position.ts';
import { decode } from '../machine/rows.ts';
import type { Check, Step } from '../machine/rows.ts';
import type { Design } from '../model/design.ts';
import { cellsOf } from '../model/geometry.ts';
import { kernelSystem } from '../model/system.ts';
import type { Call, KernelSystem, MakeCall, Setup } from '../model/system.ts';
import { checksOf } from './all.ts';
import type { Observer } from '../model/observe.ts';
import type { Property } from './property.ts';

/** Calls that one writer makes at most, where it is fast-check that chooses them. */
const CALLS_MAX = 2;

/** For each writer the calls that it makes, one after the other. */
export type Calls = Setup['writers'];

/** Something that must happen, by a name; what of it a state shows. */
export interface Event {
  readonly what: string;
  readonly happened?: (o: Observer) => boolean;
}

/** A system in which all calls are still to be made: so many for each writer. */
class Stage {
  readonly system: KernelSystem;
  /** Commands that the design has given. */
  readonly used: ReadonlySet<string>;
  readonly #position: Position;
  /** Whose run stands there. */
  #of: Walk | undefined;
  readonly #make: MakeCall;
  /** The number of the first call of each writer. */
  readonly #first: readonly number[];

  /** `places`: how many calls each writer has; `own`: they are the setup's. */
  constructor(
    design: Design,
    setup: Setup,
    checks: (o: Observer) => readonly Check[],
    places: readonly number[],
    { own, plain }: { readonly own: boolean; readonly plain: boolean },
  ) {
    const writers = setup.writers.map((calls, writer) =>
      Array.from({ length: places[writer]! }, (_, i) => ({
        ...(own ? calls[i]! : { file: calls[0]!.file ?? 0 }),
        pos: 0,
        count: 0,
      })),
    );
    this.#first = places.map((_, writer) => places.slice(0, writer).reduce((a, b) => a + b, 0));
    const made = kernelSystem(design, { ...setup, writers }, checks);
    this.system = made.system;
    this.used = made.used;
    this.#make = made.makeCall;
    // With any calls hardly ever the same is seen twice.
    this.#position = positionIn(made.system, plain ? 'plain' : own ? 'played' : 'asked');
  }

  make(state: Int32Array, writer: number, place: number, call: Call): Int32Array {
    return this.#make(state, this.#first[writer]! + place, call);
  }

  /** Where the run stands, which is at `state` if another has stood there since. */
  positionOf(walk: Walk, state: Int32Array): Position {
    const position = this.#position;
    if (this.#of !== walk) {
      this.#of?.leave(position.state());
      this.#of = walk;
      position.goTo(state);
    }
    return position;
  }

  /** What is told, from now on, of steps that are taken in earnest. */
  tell(notice: (step: Step) => void): void {
    this.#position.onStep = notice;
  }
}

/** An event as a promise, which it breaks: then it is asked as promises are. */
const witness = ({ what, happened }: Event, o: Observer): Check => ({
  name: `must: ${what}`,
  violated: () => happened!(o),
  premise: () => true,
});

/** A design, to be driven through the calls of its setup, or through others. */
export class Driven {
  readonly setup: Setup;
  /** Calls that a writer makes at most, where they are not the setup's. */
  readonly places: number;
  /** With as many calls as the setup has, and numbered so; and with as many as any sequence has. */
  readonly #own: Stage;
  readonly #any: Stage;
  /** What has happened in any sequence: events, and faults, in the design's rows or anywhere. */
  readonly happened = new Set<string>();
  readonly happened_in_call = new Set<string>();
  /** How many promises there are. In the system they stand before the events. */
  readonly promises: number;
  readonly #events: readonly Event[];

  /** `plain`: every row runs, and every promise is asked: nothing is played back. */
  constructor(
    design: Design,
    setup: Setup,
    properties: readonly Property[],
    events: readonly Event[] = [],
    { plain = false }: { readonly plain?: boolean } = {},
  ) {
    this.#events = events.filter(({ happened }) => happened !== undefined);
    this.setup = setup;
    const counts = setup.writers.map((calls) => calls.length);
    this.places = Math.max(CALLS_MAX, ...counts);
    const most = counts.map(() => this.places);
    this.promises = properties.length;
    const checks = checksOf(properties);
    // Events name calls by the setup's numbers.
    const all = (o: Observer) => [...checks(o), ...this.#events.map((event) => witness(event, o))];
    this.#own = new Stage(design, setup, all, counts, { own: true, plain });
    this.#any = new Stage(design, setup, checks, most, { own: false, plain });
    for (const stage of this.stages) stage.tell((step) => this.#notice(step));
  }

  get stages(): readonly Stage[] {
    return [this.#own, this.#any];
  }

  /** Either has the same tasks, and the same promises. */
  get system(): KernelSystem {
    return this.#own.system;
  }

  stageFor(calls: Calls): Stage {
    return calls === this.setup.writers ? this.#own : this.#any;
  }

  /** Takes note of the faults of a step. A way in which a row turns out has the same each time. */
  #notice({ task, chosen }: Step): void {
    for (const { site, answer } of chosen) {
      if (answer === 0) continue;
      this.happened.add(site);
      if (task < this.setup.writers.length) this.happened_in_call.add(site);
    }
  }

  /** Takes note of events in the state that a step has led to. */
  witness(position: Position): void {
    this.#events.forEach(({ what }, i) => {
      if (!position.breaks(this.promises + i)) return;
      this.happened.add(what);
      position.retire(this.promises + i);
    });
  }
}

/** Where a run stands, and what can be done there. */
export class Walk {
  readonly #driven: Driven;
  readonly #stage: Stage;
  readonly #calls: Calls;
  /** How many calls each writer has begun. */
  readonly begun: number[];
  readonly actions: number[] = [];
  /** Only fewer steps than these are of interest. */
  readonly below: number;
  /** Where it stood when another has come to stand there. */
  #left: Int32Array;
  /** Is anything broken, or has an event happened, where it stands? */
  #found = false;

  constructor(driven: Driven, calls: Calls, below: number) {
    this.#driven = driven;
    this.#stage = driven.stageFor(calls);
    this.#calls = calls;
    this.begun = calls.map(() => 0);
    this.#left = this.system.initial();
    this.below = below;
  }

  get system(): KernelSystem {
    return this.#stage.system;
  }

  get state(): Int32Array {
    return this.#position.state();
  }

  get #position(): Position {
    return this.#stage.positionOf(this, this.#left);
  }

  /** Another comes to stand there. */
  leave(state: Int32Array): void {
    this.#left = state;
  }

  /** Has the writer a call that it has not begun? */
  hasCall(writer: number): boolean {
    return this.begun[writer]! < this.#calls[writer]!.length;
  }

  /** The writer begins its next call: from now on its rows can run. */
  begin(writer: number): void {
    const position = this.#position;
    const place = this.begun[writer]!++;
    const call = this.#calls[writer]![place]!;
    position.goTo(this.#stage.make(position.state(), writer, place, call));
    this.#found = position.ask();
  }

  /** The calls that were begun: with them alone the same actions can be taken. */
  made(): Calls {
    // Who has begun none still has one to come: a writer without a call is none.
    return this.#calls.map((own, writer) => own.slice(0, Math.max(1, this.begun[writer]!)));
  }

  /** Actions that are enabled in the state, in their fixed order. */
  get enabled(): readonly number[] {
    const position = this.#position;
    return this.system.tasks.flatMap((_, task) =>
      Array.from({ length: position.ways(task) }, (_way, way) => position.action(task, way)),
    );
  }

  /** In how many ways the task can go on. 0: it is blocked, idle or done. */
  ways(task: number): number {
    return this.#position.ways(task);
  }

  /** The task goes on, in one of these ways. */
  step(task: number, way: number): void {
    const position = this.#position;
    this.actions.push(position.action(task, way));
    position.take(task, way);
    this.#found = position.ask();
    if (this.#found && this.#stage === this.#driven.stages[0]) this.#driven.witness(position);
  }

  /** The same, by its action, which must be enabled. */
  take(action: number): void {
    const { task } = decode(action);
    let way = 0;
    while (this.#position.action(task, way) !== action) way++;
    this.step(task, way);
  }

  /** The first promise that is broken here; of only one, if one is named. */
  broken(only?: string): string | undefined {
    if (!this.#found) return undefined;
    const names = this.system.properties.slice(0, this.#driven.promises);
    const position = this.#position;
    return names.find((name, i) => (only === undefined || name === only) && position.breaks(i));
  }
}

/** What is done after every command: throws where a promise is broken. */
type AfterCommand = (walk: Walk) => void;

/** A writer begins the next of its calls. */
class BeginCommand implements fc.Command<Walk, Walk> {
  readonly #writer: number;
  readonly #after: AfterCommand;

  constructor(writer: number, after: AfterCommand) {
    this.#writer = writer;
    this.#after = after;
  }

  check(walk: Readonly<Walk>): boolean {
    return walk.hasCall(this.#writer);
  }

  run(walk: Walk): void {
    walk.begin(this.#writer);
    this.#after(walk);
  }

  toString(): string {
    return `writer${this.#writer + 1} begins a call`;
  }
}

/** What a step was drawn from. */
interface Drawn {
  readonly task: number;
  readonly way: number;
  readonly other: number;
  readonly tasks: readonly number[];
}

/**
 * Lets one task take its next step; of the ways in which it can turn out, 0 is the good one. Where
 * it is blocked, idle or done, another takes one that can: hardly a command is drawn in vain. Once
 * it has run it is a step of that task alone, so that what it is does not hang on the commands that
 * shrinking leaves out.
 */
class StepCommand implements fc.Command<Walk, Walk> {
  #task: number;
  readonly #way: number;
  /** Says which other of those that there are, writers several times; -1: none. */
  #other: number;
  readonly #tasks: readonly number[];
  readonly #after: AfterCommand;
  /** Who can go on, as it was last asked. */
  #next = -1;
  /** What it did when it last ran: who went on, and how. */
  #name = '';
  #took = 0;

  constructor({ task, way, other, tasks }: Drawn, after: AfterCommand) {
    this.#task = task;
    this.#way = way;
    this.#other = other;
    this.#tasks = tasks;
    this.#after = after;
  }

  check(walk: Readonly<Walk>): boolean {
    if (walk.actions.length + 1 >= walk.below) return false;
    this.#next = this.#who(walk);
    return this.#next >= 0;
  }

  /** Only where `check` has just said that it can. */
  run(walk: Walk): void {
    const task = this.#next;
    const way = this.#way % walk.ways(task);
    this.#task = task;
    this.#other = -1;
    this.#name = walk.system.tasks[task]!.name;
    this.#took = way;
    walk.step(task, way);
    this.#after(walk);
  }

  /** -1: nobody can move. */
  #who(walk: Readonly<Walk>): number {
    if (walk.ways(this.#task) > 0) return this.#task;
    if (this.#other < 0) return -1;
    const tasks = this.#tasks;
    let can = 0;
    for (let i = 0; i < tasks.length; i++) if (walk.ways(tasks[i]!) > 0) can++;
    if (can === 0) return -1;
    let left = this.#other % can;
    for (let i = 0; ; i++) if (walk.ways(tasks[i]!) > 0 && left-- === 0) return tasks[i]!;
  }

  /** In the good way, if it is not: faults are shrunk away. */
  get better(): readonly StepCommand[] {
    if (this.#way === 0) return [];
    return [0, this.#way >> 1, this.#way - 1]
      .filter((way, i, ways) => ways.indexOf(way) === i)
      .map((way) => {
        const drawn = { task: this.#task, way, other: this.#other, tasks: this.#tasks };
        return new StepCommand(drawn, this.#after);
      });
  }

  toString(): string {
    return `${this.#name}${this.#took > 0 ? `=${this.#took}` : ''}`;
  }
}

/** Where a command is drawn from one number, it goes three times as fast as from parts. */
class AnyCommand extends fc.Arbitrary<fc.Command<Walk, Walk>> {
  readonly #writers: number;
  /** Who steps; writers several times. */
  readonly #tasks: readonly number[];
  readonly #after: AfterCommand;

  constructor({ setup, system }: Driven, after: AfterCommand) {
    super();
    this.#writers = setup.writers.length;
    this.#tasks = system.tasks.flatMap(({ name }, task) =>
      Array.from({ length: name.startsWith('writer') ? MORE_OFTEN : 1 }, () => task),
    );
    this.#after = after;
  }

  override generate(mrng: fc.Random): fc.Value<fc.Command<Walk, Walk>> {
    // Of one number: what it is, whether it is the good way, which other, and who else.
    const drawn = mrng.nextInt(0, 2 ** 30 - 1);
    const kinds = this.#writers + this.#tasks.length;
    const kind = drawn % kinds;
    if (kind < this.#writers) return new fc.Value(new BeginCommand(kind, this.#after), undefined);
    const tasks = this.#tasks;
    const task = tasks[kind - this.#writers]!;
    const left = (drawn / kinds) | 0;
    const rest = (left / UNHAPPY) | 0;
    const way = left % UNHAPPY === 0 ? rest % WAYS_MAX : 0;
    const other = (rest / WAYS_MAX) | 0;
    return new fc.Value(new StepCommand({ task, way, other, tasks }, this.#after), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is fc.Command<Walk, Walk> {
    return value instanceof StepCommand;
  }

  override shrink(value: fc.Command<Walk, Walk>): fc.Stream<fc.Value<fc.Command<Walk, Walk>>> {
    const better = value instanceof StepCommand ? value.better : [];
    return fc.Stream.of(...better.map((one) => new fc.Value(one, undefined)));
  }
}

/** Calls of each writer, anywhere in the file: at least one each. */
function anyCalls({ setup, places }: Driven): fc.Arbitrary<Calls> {
  const cells = cellsOf(setup.geometry);
  const call = fc
    .tuple(fc.nat(cells - 1), fc.nat(cells - 1))
    .map(([a, b]) => ({ pos: Math.min(a, b), count: Math.abs(a - b) + 1 }));
  const own = setup.writers.map((calls) =>
    fc
      .array(call, { minLength: 1, maxLength: places, size: 'max' })
      .map((made) => made.map((one) => ({ ...one, file: calls[0]!.file ?? 0 }))),
  );
  return fc.tuple(...own);
}

/**
 * What a sequence is drawn from: the calls of the setup, or any; and at most `length` commands.
 */
export function sequences(
  driven: Driven,
  length: number,
  { own, after }: { readonly own: boolean; readonly after: AfterCommand },
) {
  const set = fc.constant(driven.setup.writers);
  return fc.tuple(own ? set : fc.oneof(set, anyCalls(driven)), commandsOf(driven, length, after));
}

/** So much more often do writers move. */
const MORE_OFTEN = 3;
/** One step in so many is not the good way, and of so many ways one. */
const UNHAPPY = 7;
const WAYS_MAX = 41;

/** At most `length` commands. Mostly all goes well, and the writers move more often. */
export const commandsOf = (
  driven: Driven,
  length: number,
  after: AfterCommand,
): fc.Arbitrary<Iterable<fc.Command<Walk, Walk>>> =>
  fc.commands<Walk, Walk>([new AnyCommand(driven, after)], { maxCommands: length, size: 'max' });
