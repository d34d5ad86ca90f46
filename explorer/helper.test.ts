/** What two threads of a search have to tell each other: in one thread, so that none is chance. */
import { expect, it } from 'vitest';
import type { Machine } from '../machine/machine.ts';
import { Turn, pcField } from '../machine/rows.ts';
import type { Row } from '../machine/rows.ts';
import { Struct, flag } from '../machine/struct.ts';
import type { Spec } from '../machine/struct.ts';
import { System } from '../machine/system.ts';
import { compiledModule } from './core.ts';
import { Expander } from './expander.ts';

/** Sets one flag, then the other. The promise looks at the second only once the first is set. */
function machine() {
  const kernel = new (class extends Turn {
    set(field: 'first' | 'second') {
      this.command();
      view[field] = 1;
      this.say(field);
    }
  })([]);
  const rows: Readonly<Record<string, Row<typeof kernel, object, string>>> = {
    first(k) {
      k.set('first');
      return 'second';
    },
    second(k) {
      k.set('second');
      return 'done';
    },
  };
  const struct = new Struct({ first: flag, second: flag, pc: pcField([{ rows }]), own: {} });
  const memory = new Int32Array(struct.words);
  const view = struct.view(memory);
  const task = { name: 'task', pc: 'pc', work: [{ rows, frame: { path: 'own', view: view.own } }] };
  return new System({
    struct,
    memory,
    kernel,
    tasks: [{ ...task, daemon: false, at_will: false }],
    checks: () => [
      {
        name: 'not both',
        premise: () => true,
        violated: () => view.first === 1 && view.second === 1,
      },
    ],
    start: () => undefined,
  });
}

it('what a promise has read here, a helper has to know', () => {
  const others = { makeRoom: () => undefined };
  const first = Expander.of(machine(), 100, {})!;
  const prints = first.share(others);
  for (let n = 0; n < 2; n++) {
    expect(first.expand(n, n + 1)).toBe(n + 1);
    first.table.flush();
  }
  const { memory } = first.table.core;
  const module = compiledModule();
  const control = new Int32Array(0);
  const shared = { helper: 0, module, memory, near: first.table.near, control, prints };
  const helper = () => Expander.helping(machine() as Machine as System<Spec, Turn>, shared, others);
  const broken = (one: Expander) => {
    one.expand(2, 3);
    return one.found().filter(({ piece }) => piece >= 0).length;
  };
  // From state 1 on only the second flag is another, which a helper has never seen to be read.
  expect(broken(helper())).toBe(0);
  const informed = helper();
  informed.merge();
  expect(broken(informed)).toBe(1);
  expect(broken(first)).toBe(1);
});
