/** Lock orders, as they are shown: a table as lockdep would print it, and the cycles among them. */
import type { Order } from '../explorer/orders.ts';
import type { Result } from '../explorer/search.ts';
import { COLUMNS, count, lines, wrap } from './text.ts';

/** An order, and where it was seen first: a shortest trace to a row that takes or waits. */
export interface SeenOrder extends Order {
  readonly scenario: string;
  /** `writer1.grab_page`: whose row. */
  readonly row: string;
  readonly how: 'takes' | 'waits for';
  /** Of the trace; the last one takes it, or after the last one the row waits. */
  readonly steps: number;
  /** Tasks in the order in which they move, each with the answers given that are not the usual. */
  readonly trace: string;
}

/** What was seen in one run. */
export interface LocksOfRun {
  readonly scenario: string;
  readonly states: number;
  /** Which limit was hit, if one was: further states may show further orders. */
  readonly limit: Result['limit'] | null;
  readonly orders: readonly SeenOrder[];
  /** Classes that somebody holds, or wants, for himself alone. */
  readonly exclusive: readonly string[];
}

/** What was seen of a design in all of its runs. */
export interface LocksOfDesign {
  readonly design: string;
  readonly orders: readonly SeenOrder[];
  readonly cycles: readonly (readonly SeenOrder[])[];
  readonly states: number;
  readonly runs: number;
  /** Scenarios whose runs did not close. */
  readonly open: readonly string[];
}

/** `invalidate_lock (shared) -> PG_locked` */
export function orderText({ from, to, from_shared, to_shared, within }: Order): string {
  const mode = (shared: boolean): string => (shared ? ' (shared)' : '');
  const words = { ascending: ', ascending', descending: ', descending', same: ', the same' };
  const order = `${from}${mode(from_shared)} -> ${to}${mode(to_shared)}`;
  return order + (within === undefined || within === 'alike' ? '' : words[within]);
}

/** Whose row, and how far into which run. */
export function seenText({ row, how, steps, scenario }: SeenOrder): string {
  const when = how === 'takes' ? 'takes it in step' : 'waits for it after step';
  return `${row} ${when} ${steps} of ${scenario}`;
}

export const isCircular = ({ cycles }: LocksOfDesign): boolean => cycles.length > 0;

/** Are all states known? Else nothing can be claimed of orders that were not seen. */
export const isClosed = ({ open }: LocksOfDesign): boolean => open.length === 0;

const indented = (by: number, text: string): string[] =>
  wrap(text, COLUMNS - by).map((line) => ' '.repeat(by) + line);

/** Of designs, in that order; those of which the same is to be told are told of together. */
export function locksText(all: readonly LocksOfDesign[]): string {
  const told = new Map<string, string[]>();
  for (const found of all) {
    const text = lines([...ordersLines(found), ...found.cycles.flatMap(cycleLines)]);
    const heads = [found.design, ...indented(2, verdict(found))];
    told.set(text, [...(told.get(text) ?? []), ...heads]);
  }
  return [...told].map(([text, heads]) => lines(heads) + text).join('\n');
}

function ordersLines({ orders }: LocksOfDesign): string[] {
  const told = orders.flatMap((order) => [
    ...indented(2, orderText(order)),
    ...indented(6, seenText(order)),
  ]);
  return told.length > 0 ? ['', ...told] : [];
}

const cycleLines = (cycle: readonly SeenOrder[]): string[] => [
  '',
  '  possible circular locking dependency:',
  ...cycle.flatMap((order) => [
    ...indented(4, orderText(order)),
    ...indented(8, `${seenText(order)}:`),
    ...indented(10, order.trace || 'at the start'),
  ]),
];

function verdict({ orders, cycles, states, runs, open }: LocksOfDesign): string {
  const all = `${count(states, 'state')} of ${count(runs, 'run')}`;
  const among = count(orders.length, 'order');
  const circular = cycles.length === 0 ? 'no cycle' : count(cycles.length, 'cycle');
  const found = `${circular} among ${among}`;
  if (open.length === 0) return `${found}, within ${all}, all closed`;
  // Of orders that were not seen nothing is claimed.
  const so_far = cycles.length > 0 ? found : among;
  return `incomplete: ${so_far} in the first ${all}; not all states of: ${open.join(', ')}`;
}

/** One line of JSON. */
export const locksJson = (found: LocksOfDesign): string => `${JSON.stringify(found)}\n`;
