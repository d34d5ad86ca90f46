/** The module that does what a search does for every transition; see core/core.ts. */
import { readFileSync } from 'node:fs';

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** As much of WebAssembly as is needed: the types of Node have none of it. */
const { Module, Instance } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
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
  readonly yes: Variable;
  readonly found: Variable;
  allocate(bytes: number): number;
  init(words: number, more: number, most: number, near: number, fingerprint: number): void;
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

let compiled: object | undefined;

/** One with a memory of its own. */
export function core(asked: Asked): Core {
  compiled ??= new Module(readFileSync(new URL('core.wasm', import.meta.url)));
  const env = {
    abort: () => {
      throw new Error('the module of the search has failed');
    },
  };
  // Every method alone: the module looks them up by name.
  const search = { ...asked };
  const { exports } = new Instance(compiled, { env, search });
  return exports as Core;
}
