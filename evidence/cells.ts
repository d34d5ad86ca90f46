/** What each design did with each promise, over all scenarios: the cells of a matrix. */
import type { NotPut, Unfinished } from './not-asked.ts';
import type { Recorded } from './record.ts';
import type { Brief } from './report.ts';

/** A property as the matrix needs it. */
export interface Heading {
  readonly name: string;
  readonly short: string;
}

/** A scenario as a mail may quote it. */
export interface Coded {
  readonly name: string;
  readonly code: string;
}

export interface Tabulated {
  readonly reports: readonly Brief[];
  readonly properties: readonly Heading[];
  /** All scenarios, in order. */
  readonly scenarios: readonly Coded[];
  readonly unfinished?: readonly Unfinished[];
  readonly not_put?: readonly NotPut[];
  readonly recorded: Recorded;
  /** Why each question was not asked, and what was explored of each design. */
  readonly all?: boolean;
  /** A row a family, in place of one a design. */
  readonly folded?: boolean;
}

/** What can be said of one promise: broken, or the weakest thing that is true in all scenarios. */
export type Said = 'violated' | 'holds' | 'incomplete' | 'vacuous' | 'not asked';

export interface Cell {
  readonly said: Said;
  /** Of the shortest counterexample, where it is broken. */
  readonly steps?: number;
  readonly scenario?: string;
  /** Of a family: some of its designs keep the promise. */
  readonly in_part?: boolean;
}

export interface Row {
  readonly design: string;
  readonly cells: readonly Cell[];
}

export const designsIn = ({ reports, unfinished = [] }: Tabulated): string[] => [
  ...new Set([...reports, ...unfinished].map(({ design }) => design)),
];

export function rowsOf(all: Tabulated): Row[] {
  const { reports, properties, unfinished = [] } = all;
  return designsIn(all).map((design) => {
    const own = reports.filter((report) => report.design === design);
    const open = unfinished.some((run) => run.design === design);
    return {
      design,
      // What no run has broken, one that did not end might have.
      cells: properties
        .map(({ name }) => cellOf(own, name))
        .map((cell): Cell => (open && cell.said !== 'violated' ? { said: 'incomplete' } : cell)),
    };
  });
}

/** The shortest counterexample; else the weakest thing that can be said. */
function cellOf(reports: readonly Brief[], name: string): Cell {
  const asked = reports.flatMap((report) => {
    const property = report.properties[name];
    return property === undefined ? [] : [{ scenario: report.scenario, property }];
  });
  const broken = asked.filter(({ property }) => property.steps !== null);
  if (broken.length > 0) {
    const least = broken.reduce((a, b) => (b.property.steps! < a.property.steps! ? b : a));
    return { said: 'violated', steps: least.property.steps!, scenario: least.scenario };
  }
  // Incomplete in one scenario is incomplete; without a case in any, vacuous.
  const verdicts = asked.map(({ property }) => property.verdict);
  if (verdicts.length === 0) return { said: 'not asked' };
  if (verdicts.includes('incomplete')) return { said: 'incomplete' };
  return { said: verdicts.every((one) => one === 'vacuous') ? 'vacuous' : 'holds' };
}

export const familyOf = (design: string): string => design.split('/', 1)[0]!;

/** A row for each family that has several designs: the shortest of all their counterexamples. */
export function folded(rows: readonly Row[]): Row[] {
  const families = [...new Set(rows.map(({ design }) => familyOf(design)))];
  return families.map((family) => {
    const own = rows.filter(({ design }) => familyOf(design) === family);
    if (own.length === 1) return own[0]!;
    const cells = own[0]!.cells.map((_, i) => together(own.map((row) => row.cells[i]!)));
    return { design: `${family} (${own.length})`, cells };
  });
}

const WEAKEST: readonly Said[] = ['violated', 'incomplete', 'holds', 'vacuous', 'not asked'];

function together(cells: readonly Cell[]): Cell {
  const broken = cells.filter(({ said }) => said === 'violated');
  const said = WEAKEST.find((one) => cells.some((cell) => cell.said === one))!;
  if (broken.length === 0) return { said };
  const least = broken.reduce((a, b) => (b.steps! < a.steps! ? b : a));
  return broken.length < cells.length ? { ...least, in_part: true } : least;
}

const SIGNS: Readonly<Record<Exclude<Said, 'violated'>, string>> = {
  holds: '.',
  incomplete: '?',
  vacuous: 'v',
  'not asked': '-',
};

/** `8s21`: the steps of the shortest counterexample, and the code of the scenario that has it. */
export function signOf(cell: Cell, scenarios: readonly Coded[]): string {
  if (cell.said !== 'violated') return SIGNS[cell.said];
  const code = scenarios.find(({ name }) => name === cell.scenario)?.code ?? '';
  return `${cell.steps}${code}${cell.in_part ? '~' : ''}`;
}
