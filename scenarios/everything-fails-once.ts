/** Every fault that there is, each wherever a design can meet it. */
import { FAULTS } from '../model/kernel.ts';
import { EVERYBODY, SMALL, inside } from '../runs/scenario.ts';
import type { Scenario } from '../runs/scenario.ts';

export const everythingFailsOnce: Scenario = {
  name: 'everything-fails-once',
  code: 's23',
  question: 'Any one thing fails, anywhere: is every promise kept?',
  source:
    'the mail: "without any of the supporting structures needed to handle the failure ' +
    'cases properly"',
  geometry: { ...SMALL, block_cells: 3, blocks: 4 },
  others: EVERYBODY,
  faults: FAULTS.map(({ name }) => name),
  faults_max: 1,
  writers: (g) => [[inside(g)]],
  files: (g) => [{ i_size: g.block_cells, blocks: 'M' }],
  must: [
    { what: 'something fails in a call', faults: FAULTS.map(({ name }) => name), in_call: true },
  ],
};
