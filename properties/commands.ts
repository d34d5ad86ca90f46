/**
 * fast-check commands over the same step as the search: a command is a call that a task begins, or
 * one step of one task. Scheduling, blocked tasks and faults are all in the commands, so what does
 * not matter is shrunk away: calls first, then steps and faults.
 */
import fc from 'fast-check';
import { IN_MASK, allOf } from '../machine/machine.ts';
import { DesignError, decode } from '../machine/rows.ts';
import type { Step } from '../machine/rows.ts';
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
  readonly observer: Observer;
  /** Commands that the design has given. */
  readonly used: ReadonlySet<string>;
  readonly #make: MakeCall;
  /** The number of the first call of each writer. */
  readonly #first: readonly number[];

  constructor(
    design: Design,
    setup: Setup,
    properties: readonly Property[],
    places: readonly number[],
    own: boolean,
  ) {
    const writers = setup.writers.map((calls, writer) =>
      Array.from({ length: places[writer]! }, (_, i) => ({
        ...(own ? calls[i]! : { file: calls[0]!.file ?? 0 }),
        pos: 0,
        count: 0,
      })),
    );
    this.#first = places.map((_, writer) => places.slice(0, writer).reduce((a, b) => a + b, 0));
    const made = kernelSystem(design, { ...setup, writers }, checksOf(properties));
    this.system = made.system;
    this.observer = made.observer;
    this.used = made.used;
    this.#make = made.makeCall;
  }

  make(state: Int32Array, writer: number, place: number, call: Call): Int32Array {
    return this.#make(state, this.#first[writer]! + place, call);
  }
}

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
  readonly #events: readonly Event[];

  constructor(
    design: Design,
    setup: Setup,
    properties: readonly Property[],
    events: readonly Event[] = [],
  ) {
    this.#events = events;
    this.setup = setup;
    const counts = setup.writers.map((calls) => calls.length);
    this.places = Math.max(CALLS_MAX, ...counts);
    this.#own = new Stage(design, setup, properties, counts, true);
    this.#any = new Stage(
      design,
      setup,
      properties,
      counts.map(() => this.places),
      false,
    );
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

  /** Takes note of a step, in whose state all look. Events name calls by the setup's numbers. */
  notice({ task, chosen }: Step, stage: Stage): void {
    for (const { site, answer } of chosen) {
      if (answer === 0) continue;
      this.happened.add(site);
      if (task < this.setup.writers.length) this.happened_in_call.add(site);
    }
    if (stage !== this.#own) return;
    for (const { what, happened } of this.#events) {
      if (happened?.(stage.observer)) this.happened.add(what);
    }
  }
}

/** Where a run stands, and what can be done there. */
export class Walk {
  readonly #driven: Driven;
  readonly #stage: Stage;
  readonly #calls: Calls;
  /** How many calls each writer has begun. */
  readonly begun: number[];
  state: Int32Array;
  readonly actions: number[] = [];
  /** Actions that are enabled in the state, in their fixed order. */
  enabled: number[] = [];
  /** Only fewer steps than these are of interest. */
  readonly below: number;

  constructor(driven: Driven, calls: Calls, below: number) {
    this.#driven = driven;
    this.#stage = driven.stageFor(calls);
    this.#calls = calls;
    this.begun = calls.map(() => 0);
    this.state = this.system.initial();
    this.below = below;
    this.#look();
  }

  get system(): KernelSystem {
    return this.#stage.system;
  }

  /** Has the writer a call that it has not begun? */
  hasCall(writer: number): boolean {
    return this.begun[writer]! < this.#calls[writer]!.length;
  }

  /** The writer begins its next call: from now on its rows can run. */
  begin(writer: number): void {
    const place = this.begun[writer]!++;
    this.state = this.#stage.make(this.state, writer, place, this.#calls[writer]![place]!);
    this.#look();
  }

  /** The calls that were begun: with them alone the same actions can be taken. */
  made(): Calls {
    // Who has begun none still has one to come: a writer without a call is none.
    return this.#calls.map((own, writer) => own.slice(0, Math.max(1, this.begun[writer]!)));
  }

  take(action: number): void {
    const { system } = this;
    const step = system.step(this.state, action);
    if (step === undefined) {
      const row = system.row(this.state, decode(action).task);
      throw new DesignError(`row ${row}: gives other successors when asked again`);
    }
    this.state = step.state;
    this.actions.push(action);
    this.#look();
    this.#driven.notice(step, this.#stage);
  }

  /** Leaves the system looking at this state: its promises can be asked. */
  #look(): void {
    const enabled: number[] = [];
    this.system.successors(this.state, 0, {
      successor: (action) => void enabled.push(action),
    });
    this.enabled = enabled;
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

/** Lets one task take its next step; of the ways in which it can turn out, 0 is the good one. */
class StepCommand implements fc.Command<Walk, Walk> {
  readonly #name: string;
  readonly #task: number;
  readonly #way: number;
  readonly #after: AfterCommand;

  constructor(name: string, task: number, way: number, after: AfterCommand) {
    this.#name = name;
    this.#task = task;
    this.#way = way;
    this.#after = after;
  }

  /** Blocked, idle or done: there is no such command now. */
  check(walk: Readonly<Walk>): boolean {
    return walk.actions.length + 1 < walk.below && this.#ways(walk).length > 0;
  }

  run(walk: Walk): void {
    const ways = this.#ways(walk);
    walk.take(ways[this.#way % ways.length]!);
    this.#after(walk);
  }

  #ways({ enabled }: Readonly<Walk>): number[] {
    return enabled.filter((action) => decode(action).task === this.#task);
  }

  toString(): string {
    return `${this.#name}${this.#way > 0 ? `=${this.#way}` : ''}`;
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

/** At most `length` commands. Mostly all goes well, and the writers move more often. */
export function commandsOf(
  driven: Driven,
  length: number,
  after: AfterCommand,
): fc.Arbitrary<Iterable<fc.Command<Walk, Walk>>> {
  const way = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
  );
  const writers = driven.setup.writers.map((_, i) => fc.constant(new BeginCommand(i, after)));
  const tasks = driven.system.tasks.flatMap(({ name }, task) => {
    const step = way.map((w) => new StepCommand(name, task, w, after));
    return name.startsWith('writer') ? [step, step, step] : [step];
  });
  return fc.commands<Walk, Walk>([...writers, ...tasks], { maxCommands: length, size: 'max' });
}

/** The first promise that the state looked at breaks; of only one, if one is named. */
export function brokenIn(system: KernelSystem, only?: string): string | undefined {
  const { properties } = system;
  const number = only === undefined ? -1 : properties.indexOf(only);
  for (let from = 0; from < properties.length; from += IN_MASK) {
    const at = number - from;
    if (number >= 0 && (at < 0 || at >= IN_MASK)) continue;
    const found = system.violations(number < 0 ? allOf(properties.length, from) : 1 << at, from);
    if (found !== 0) return properties[from + 31 - Math.clz32(found & -found)];
  }
  return undefined;
}
