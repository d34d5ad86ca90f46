/** What is said of the counterexamples that stand beside scenarios, while their searches last. */
import type { Why } from '../evidence/why.ts';
import type { Search, Traced } from '../explorer/search.ts';
import { DESIGNS } from '../model/designs/all.ts';
import type { Run } from './check.ts';
import { explain } from './why.ts';
import type { Keeps } from './why.ts';

export interface Explained {
  readonly traced: Traced;
  readonly why: Why;
}

/** By the name of the scenario. */
export class AllExplained {
  readonly found = new Map<string, Explained>();
  readonly #keeps: Keeps;

  constructor(keeps: Keeps) {
    this.#keeps = keeps;
  }

  /** As `check` has it. */
  readonly look = (run: Run, search: Search): void => {
    const { shown, name } = run.scenario;
    if (shown === undefined || run.design.name !== shown[0]) return;
    const [, property] = shown;
    const traced = search.result().properties.find((one) => one.name === property);
    if (traced?.trace === undefined) return;
    const { trace, loop } = traced;
    const asked = { trace, ...(loop === undefined ? {} : { loop }) };
    const keeps = this.#keeps;
    this.found.set(
      name,
      explain({ run, search, property, traced: asked, designs: DESIGNS, keeps }),
    );
  };
}
