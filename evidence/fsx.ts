/**
 * The calls of a trace as an operations file of fsx (xfstests: `fsx --replay-ops FILE`), in the
 * order in which they begin. Only one call at a time runs there, on one file, and none fails: a
 * trace that needs more has no equivalent, and that is said.
 *
 * A line is an operation, its offset, its length and the size of the file before it; a line that
 * begins with `#` is a comment. No line has more than 255 bytes.
 */
import type { Traced } from '../explorer/search.ts';
import { RUNNING, WRITE } from '../model/core.ts';
import type { Geometry } from '../model/geometry.ts';
import { knownCalls, writerName } from '../model/system.ts';
import type { InitialFile } from '../model/system.ts';
import type { Run } from './outcome.ts';
import { lastState, tell } from './trace.ts';
import type { Told } from './trace.ts';
import { wrap } from './text.ts';

/** Bytes of a page; a block is a page's part. */
const PAGE = 4096;

export type Fsx = { readonly text: string } | { readonly why: string };

type Call = ReturnType<typeof knownCalls>[number];

/** The kernel's calls that fsx makes, too: the operation, and what it is given. */
const OPERATIONS: Readonly<Record<string, (at: number, end: number) => [string, number, number]>> =
  {
    [WRITE]: (at, end) => ['write', at, end - at],
    store: (at, end) => ['mapwrite', at, end - at],
    read: (at, end) => ['read', at, end - at],
    truncate: (at) => ['truncate', 0, at],
    fallocate: (at, end) => ['fallocate', at, end - at],
    punch_hole: (at, end) => ['punch_hole', at, end - at],
    zero_range: (at, end) => ['zero_range', at, end - at],
    fsync: () => ['fsync', 0, 0],
  };
/** The model's leave the size of the file as it is. */
const KEEPS_SIZE: ReadonlySet<string> = new Set(['fallocate', 'zero_range']);

export function fsxOf(run: Run, { trace }: Traced): Fsx {
  const told = tell(run.system, trace);
  const begun = callsBegun(run, told);
  const why = noEquivalent(run, told, begun);
  if (why !== undefined) return { why };
  const { geometry: g, files } = run.setup;
  const prepared = asFound(files[0]!, g);
  const calls = begun.map(({ call, size }) => operation(call, size, g));
  return { text: `${[...heading(run, told), ...prepared, '# the calls', ...calls].join('\n')}\n` };
}

interface Begun {
  readonly call: Call;
  /** Steps in which it begins, and before which it has returned. */
  readonly from: number;
  readonly to: number;
  /** Cells of the file before it. */
  readonly size: number;
}

function callsBegun({ system, setup }: Run, told: readonly Told[]): Begun[] {
  const { struct } = system;
  const states = [system.initial(), ...told.map(({ step }) => step.state)];
  const found = knownCalls(setup.writers).flatMap((call, i) => {
    const place = struct.place(`call[${i}].state`);
    const running = states.flatMap((state, n) => (struct.get(state, place) === RUNNING ? [n] : []));
    const [first] = running;
    if (first === undefined) return [];
    const size = struct.get(states[Math.max(0, first - 1)]!, struct.place('inode[0].i_size'));
    return [{ call, from: first, to: running.at(-1)! + 1, size }];
  });
  return found.toSorted((a, b) => a.from - b.from);
}

/** Why fsx cannot do the same; undefined where it can. */
function noEquivalent(
  { setup, design, system }: Run,
  told: readonly Told[],
  begun: readonly Begun[],
): string | undefined {
  if (setup.geometry.files > 1) return 'there is more than one file';
  const { struct } = system;
  const end = lastState(system, told);
  if (struct.get(end, struct.place('power_has_failed')) === 1) return 'the power fails';
  if (/T/.test(setup.files[0]!.blocks)) return 'a crash has left data behind EOF';
  for (const [i, { call, from, size }] of begun.entries()) {
    const name = `${call.call} of ${writerName(call.thread)}`;
    if (OPERATIONS[call.call] === undefined) return `fsx makes no ${name}`;
    if (call.call === WRITE && design.socket) return `${name} is received from a socket`;
    if (call.buffer !== undefined) return `the buffer of ${name} is a mapping of the file`;
    if (call.readable !== undefined) return `the buffer of ${name} cannot be read to its end`;
    if (call.call === 'store' && call.pos + call.count > size)
      return `${name} goes beyond the end of the file`;
    const before = begun.slice(0, i).find(({ to }) => to > from);
    if (before !== undefined)
      return `${name} runs while ${before.call.call} of ${writerName(before.call.thread)} does`;
  }
  return begun.length === 0 ? 'no call has begun' : undefined;
}

/** A cell's first byte: blocks have a power of two of them, cells what is left when they share. */
function bytesOf(cell: number, { page_blocks, block_cells }: Geometry): number {
  const block = PAGE / page_blocks;
  const inside = Math.floor(((cell % block_cells) * block) / block_cells);
  return Math.floor(cell / block_cells) * block + inside;
}

const hex = (n: number): string => `0x${n.toString(16)}`;

function line(name: string, args: readonly number[], keeps = false): string {
  return `${name} ${args.map(hex).join(' ')}${keeps ? ' keep_size' : ''}`;
}

function operation({ call, pos, count }: Call, size: number, g: Geometry): string {
  const [name, at, length] = OPERATIONS[call]!(bytesOf(pos, g), bytesOf(pos + count, g));
  return line(name, [at, length, bytesOf(size, g)], KEEPS_SIZE.has(call));
}

/** The file as the scenario finds it. fsx begins with an empty one. */
function asFound({ i_size, blocks }: InitialFile, g: Geometry): string[] {
  const block = PAGE / g.page_blocks;
  const all = blocks.split('').map((letter, i) => ({ letter, at: i * block }));
  const of = (letters: string) => all.filter(({ letter }) => letters.includes(letter));
  let size = 0;
  const write = ({ at }: { readonly at: number }) => {
    const text = line('write', [at, block, size]);
    size = Math.max(size, at + block);
    return text;
  };
  const allocated = of('Uu').map(({ at }) => line('fallocate', [at, block, size], true));
  const durable = of('M').map(write);
  const synced = durable.length > 0 ? [line('fsync', [0, 0, size])] : [];
  const dirty = of('du').map(write);
  const wanted = bytesOf(i_size, g);
  const sized = size === wanted ? [] : [line('truncate', [0, wanted, size])];
  const ops = [...allocated, ...durable, ...synced, ...dirty, ...sized];
  return ops.length === 0 ? [] : ['# the file as it is found', ...ops];
}

function heading({ design, scenario, setup }: Run, told: readonly Told[]): string[] {
  const block = PAGE / setup.geometry.page_blocks;
  const faults = [...new Set(told.flatMap((one) => one.faults))];
  return [
    `${design.name} in ${scenario.name}, calls of the counterexample`,
    `for fsx --replay-ops; blocks of ${block} bytes, ${setup.geometry.block_cells} cells each`,
    'what the kernel does between two calls is its own choice here',
    ...(faults.length === 0 ? [] : [`faults of the trace, not injected: ${faults.join(', ')}`]),
  ].flatMap((text) => wrap(text, 96).map((part) => `# ${part}`));
}
