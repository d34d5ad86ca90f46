import { describe, expect, it } from 'vitest';
import { design, refuse } from './design.ts';
import { xfs } from './filesystems/xfs.ts';
import { DesignError } from '../machine/rows.ts';
import { reserved } from './locals.ts';

const named = (name: string) => () =>
  refuse(
    design({
      name: 'odd',
      about: 'a name',
      source: 'this test',
      filesystem: xfs,
      locals: { [name]: 'cells' },
      rows: { ret: (k) => (k.returns(0, 1), 'done') },
    }),
  );

describe('names of local variables', () => {
  it.each([
    'pos',
    'end',
    'pc',
    'constructor',
    'done_mask',
    'x_word',
    'x_shift',
    'a_max',
    'a_clear',
  ])('%s is refused, and the design is named', (name) => {
    expect(reserved(name)).toBe(`'${name}' is a reserved name`);
    expect(named(name)).toThrow(DesignError);
    expect(named(name)).toThrow(`design odd: local variable: '${name}' is a reserved name`);
  });

  it.each(['Upper', '_x', '9', 'a-b', '', 'toString', 'hasOwnProperty'])(
    '%s is no name',
    (name) => {
      expect(named(name)).toThrow(`design odd: local variable: '${name}' is no name in lower case`);
    },
  );

  it.each(['done', 'position', 'ending', 'mask', 'max', 'pc2', 'my_maximum'])(
    '%s is a name as any other',
    (name) => {
      expect(reserved(name)).toBeUndefined();
      expect(named(name)).not.toThrow();
    },
  );
});
