/** The subsystems, composed: a new one is a file, and a line in the list. */
import { DesignError } from '../machine/rows.ts';
import { array } from '../machine/struct.ts';
import type { Spec } from '../machine/struct.ts';
import { aggregate } from './aggregate.ts';
import { blockgc } from './blockgc.ts';
import { Core, core } from './core.ts';
import type { CoreOptions } from './core.ts';
import { diskCache } from './disk-cache.ts';
import { extents } from './extents.ts';
import { fadvise } from './fadvise.ts';
import { fallocateByBlock } from './fallocate-by-block.ts';
import { fallocate } from './fallocate.ts';
import { fileBlocksOf } from './geometry.ts';
import { fsync } from './fsync.ts';
import { iomapBegin } from './iomap-begin.ts';
import { iomap } from './iomap.ts';
import { journal } from './journal.ts';
import { ledger } from './ledger.ts';
import { locks } from './locks.ts';
import { memory } from './memory.ts';
import { mmapLock } from './mmap-lock.ts';
import { mmap } from './mmap.ts';
import { pageCache } from './page-cache.ts';
import { power } from './power.ts';
import { privatePages } from './private-pages.ts';
import { read } from './read.ts';
import { reclaim } from './reclaim.ts';
import { seek } from './seek.ts';
import { socket } from './socket.ts';
import { space } from './space.ts';
import { RECORDS } from './subsystem.ts';
import type {
  Ctx,
  Face,
  FaultSite,
  Held,
  Lock,
  OtherTask,
  RecordName,
  Sizes,
  State,
  Subsystem,
  SystemCall,
} from './subsystem.ts';
import { truncate } from './truncate.ts';
import { writeBegin } from './write-begin.ts';
import { writeback } from './writeback.ts';
import { writepage } from './writepage.ts';
import { zeroRange } from './zero-range.ts';

const PARTS = {
  core,
  ledger,
  locks,
  memory,
  space,
  diskCache,
  pageCache,
  extents,
  iomap,
  writeBegin,
  journal,
  iomapBegin,
  socket,
  privatePages,
  aggregate,
  writepage,
  reclaim,
  writeback,
  blockgc,
  fsync,
  truncate,
  fallocate,
  mmapLock,
  seek,
  mmap,
  power,
  read,
  fadvise,
  zeroRange,
  fallocateByBlock,
};
type Part = (typeof PARTS)[keyof typeof PARTS];

export const SUBSYSTEMS: readonly Subsystem[] = Object.values(PARTS);

/** What rows may say and look at. */
export type Kernel = Face<Part>;
/** The whole state, for properties. */
export type KernelState = State<Part>;
/** All of the kernel, for those who judge it. */
export type WholeKernel = Ctx<Part>;

/** Every place where the environment has a say. */
export const SITES: readonly FaultSite[] = SUBSYSTEMS.flatMap(({ sites = {} }) =>
  Object.entries(sites).map(([name, site]) => ({ name: name.replaceAll('_', '-'), ...site })),
);
export const FAULTS: readonly FaultSite[] = SITES.filter(({ fault }) => fault);

/** The tasks that may be at work beside the calls, by name. */
export const OTHERS: Readonly<Record<string, OtherTask>> = Object.assign(
  {},
  ...SUBSYSTEMS.map(({ tasks = {} }) => tasks),
) as Readonly<Record<string, OtherTask>>;

/** System calls beside the design's own, by name. */
export const CALLS: Readonly<Record<string, SystemCall>> = Object.assign(
  {},
  ...SUBSYSTEMS.map(({ calls = {} }) => calls),
) as Readonly<Record<string, SystemCall>>;

/** What may be waited for, in classes. */
export const LOCKS: readonly Lock<WholeKernel>[] = SUBSYSTEMS.flatMap((part) => part.locks ?? []);

const isHeldBy = (lock: Lock<WholeKernel>, k: WholeKernel, thread: number): boolean => {
  for (let n = 0; n < lock.count(k); n++) if ((lock.holders(k, n) >>> thread) & 1) return true;
  return false;
};

/** What must be free when a call returns. */
export const MUST_BE_FREE: readonly Held<WholeKernel>[] = [
  ...LOCKS.filter(({ completion }) => !completion).map((lock) => ({
    what: lock.held_as ?? lock.what,
    by: (k: WholeKernel, thread: number) => isHeldBy(lock, k, thread),
  })),
  ...SUBSYSTEMS.flatMap(({ must_be_free = [] }) => must_be_free),
];

/** One class with all commands: as fast as if it had been written in one piece. */
export class Composed extends Core {}

for (const { name, commands = {}, looks = {} } of SUBSYSTEMS) {
  for (const [command, code] of Object.entries({ ...commands, ...looks })) {
    if (command in Composed.prototype) {
      throw new Error(`subsystem ${name}: there is another ${command}`);
    }
    Object.defineProperty(Composed.prototype, command, { value: code });
  }
}

// No row can put another command in the place of one of these.
for (let of: object = Composed.prototype; of !== Object.prototype;) {
  Object.freeze(of);
  of = Object.getPrototypeOf(of) as object;
}

type Options = Omit<CoreOptions, 'sites' | 'reclaim_needs' | 'kernel_calls'>;

/** `Class`: the kernel, or one that is it and does more, for who is no search. */
export function makeKernel(options: Options, Class = Composed): Core & Kernel {
  const all = {
    ...options,
    sites: SITES,
    // Each looks at its own part of the kernel, which has them all.
    reclaim_needs: LOCKS.filter(
      ({ reclaim_needs }) => reclaim_needs,
    ) as unknown as readonly Lock<Core>[],
    kernel_calls: CALLS,
  };
  // Its prototype has what the subsystems declare. A row that would keep something here is refused.
  return Object.preventExtensions(new Class(all)) as Core & Kernel;
}

/** All that a row of a design may use. */
const FACE: ReadonlySet<unknown> = new Set<string>([
  ...(['page_size', 'page_index', 'page_end'] satisfies (keyof Core)[]),
  ...SUBSYSTEMS.flatMap(({ commands = {}, looks = {} }) => Object.keys({ ...commands, ...looks })),
]);

/**
 * The kernel as the type `Kernel` says that it is: a row of a design that uses anything else is
 * refused. It is too slow for a search, and there are traces for it. What it uses is added to
 * `used`.
 */
export function guarded(kernel: Core & Kernel, used: Set<string>): Core & Kernel {
  const refuse = (_: object, name: string | symbol): never => {
    throw new DesignError(`uses k.${String(name)}, which is none of the kernel's commands`);
  };
  return new Proxy<Core & Kernel>(kernel, {
    get(_, name) {
      if (!FACE.has(name)) return refuse(kernel, name);
      used.add(name as string);
      const value: unknown = Reflect.get(kernel, name);
      return typeof value === 'function' ? (value.bind(kernel) as unknown) : value;
    },
    has: refuse,
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    getOwnPropertyDescriptor: refuse,
    ownKeys: () => refuse(kernel, '...'),
  });
}

/** The state's layout: the records, each with the fields of every subsystem. */
export function kernelSpec(z: Sizes): Spec {
  const kept = SUBSYSTEMS.filter((part) => z.judged || part.name !== 'ledger');
  const fields = (record: RecordName): Spec =>
    Object.assign({}, ...kept.map((part) => part[record]?.(z) ?? {})) as Spec;
  const parts = Object.fromEntries(RECORDS.map((record) => [record, fields(record)])) as Readonly<
    Record<RecordName, Spec>
  >;
  const { geometry: g } = z;
  const cells = g.pages * g.page_blocks * g.block_cells;
  return {
    inode: array(g.files, parts.inode),
    page: array(g.files * g.pages, {
      ...parts.page,
      block: array(g.page_blocks, parts.block),
    }),
    extent: array(g.files * fileBlocksOf(g), parts.extent),
    ...parts.world,
    disk: array(g.blocks, parts.disk),
    thread: array(z.threads, parts.thread),
    call: array(z.calls, parts.call),
    stack: array(z.calls, parts.stack),
    cell: array(g.files * cells, parts.cell),
  };
}
