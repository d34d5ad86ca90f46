/** In a thread of its own: why each design breaks what it breaks in one scenario. */
import { DESIGNS } from '../model/designs/all.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { check, prepare } from './check.ts';
import { reasons } from './mends.ts';
import type { Mends } from './mends.ts';

export default ({ design, scenario }: { design: string; scenario: string }): [string, Mends][] =>
  reasons(
    check(
      prepare(
        DESIGNS.find(({ name }) => name === design)!,
        SCENARIOS.find(({ name }) => name === scenario)!,
      ),
    ),
  ).map(({ property, flaws }) => [`${design} ${scenario} ${property}`, flaws]);
