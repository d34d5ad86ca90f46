/** The module that does what a search does for every transition; see core/core.ts. */
import { readFileSync } from 'node:fs';

/** The memory of a search, which other threads of it may have, too. */
export interface Memory {
  readonly buffer: SharedArrayBuffer;
}

/** As much of WebAssembly as is needed: the types of Node have none of it. */
const { Module, Instance, Memory } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Memory: new (of: {
        readonly initial: number;
        readonly maximum: number;
        readonly shared: true;
      }) => Memory;
      readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
    };
  }
).WebAssembly;

/** What the module asks of its other side. Numbers are of states, addresses bytes of its memory. */
export interface Asked {
  learn_row(task: number, row: number): number;
  learn_group(group: number): number;
  learn_own(owner: number): number;
  follow(owner: number, place: number, note: number): void;
  run_row(task: number, number: number): number;
  ring_full(): void;
  share_growth(): void;
  end_growth(): number;
  no_memory(): void;
  far_keep(number: number, at: number): void;
  far_bring(number: number, to: number): void;
  far_equals(number: number, at: number): number;
  chunk_keep(chunk: number, at: number): void;
  chunk_bring(chunk: number, to: number, place: number): void;
}

interface Variable {
  value: number;
}

/** What the module gives; core/core.ts says what each is. */
export interface Core {
  readonly memory: Memory;
  readonly count: Variable;
  readonly full: Variable;
  readonly seen: Variable;
  readonly given: Variable;
  readonly transitions: Variable;
  readonly ring_parents: Variable;
  readonly places: Variable;
  readonly stop: Variable;
  readonly expanding: Variable;
  readonly next: Variable;
  readonly batched: Variable;
  readonly passed_on: Variable;
  readonly taken: Variable;
  readonly yes: Variable;
  readonly found: Variable;
  readonly apart: Variable;
  allocate(bytes: number): number;
  take_all(): number;
  init(words: number, more: number, most: number, near: number, fingerprint: number): void;
  join(more: number): void;
  queue_at(): number;
  expanded_to(number: number): void;
  flush_first(n: number): void;
  flush_queue(at: number, from: number, n: number, bits: number): void;
  hold(on: number): void;
  enter_block(): number;
  split_part(): void;
  state(number: number, place: number): number;
  parent_of(number: number): number;
  begin(): void;
  gather(parent: number): void;
  flush_full(): void;
  flush(): void;
  append(parent: number): number;
  appended(): void;
  find(at: number): number;
  lookup_init(which: number, readers: number, words: number): void;
  lookup_forget(which: number): void;
  lookup_bytes(which: number): number;
  lookup_find(which: number, reader: number): number;
  lookup_enter(which: number, reader: number, read: number, learned: number): number;
  tasks_init(tasks: number): number;
  expand(from: number, until: number): number;
  edges(number: number): number;
  groups_init(groups: number): number;
  own_init(owners: number, places: number): number;
  own_left(place: number): void;
  scan(from: number, until: number): void;
  next_open(from: number, until: number): number;
}

/** The module, which other threads need not compile again. */
let compiled: object | undefined;

export const compiledModule = (): object =>
  (compiled ??= new Module(readFileSync(new URL('core.wasm', import.meta.url))));

export function useModule(module: object): void {
  compiled ??= module;
}

/** Pages of 64 KiB that a memory has at most. */
const PAGES_MAX = 65_536;

/** One with a memory of its own, or with that of another. */
export function core(asked: Asked, memory = newMemory()): Core {
  const env = {
    memory,
    abort: () => {
      throw new Error('the module of the search has failed');
    },
  };
  // Every method alone: the module looks them up by name.
  const search = { ...asked };
  const { exports } = new Instance(compiledModule(), { env, search });
  return exports as Core;
}

const newMemory = (): Memory => new Memory({ initial: 1, maximum: PAGES_MAX, shared: true });
