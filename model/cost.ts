/**
 * What a system call costs, counted: a kernel with the same commands, that looks after each of them
 * at what it did. What can be held is counted by the state; mappings, copies and faults leave no
 * mark there, and are counted by the command.
 */
import type { CoreOptions, Core } from './core.ts';
import { Composed, SUBSYSTEMS } from './kernel.ts';
import type { WholeKernel } from './kernel.ts';

export interface Costs {
  /** System calls that were made. */
  calls: number;
  /** ->get_block of a block, ->iomap(READ), ->iomap_begin. */
  mappings: number;
  /** Times space was reserved, of however many blocks. */
  reservations: number;
  /** Times blocks were allocated, however many: in the calls, and by writeback after them. */
  allocations: number;
  allocations_in_writeback: number;
  /** Writeback waits for ever, for a lock that a call has kept. */
  writeback_is_stuck: boolean;
  /** Journal handles that were started. */
  handles: number;
  /** Page locks that were taken; the most that were held at one time. */
  page_locks: number;
  page_locks_held: number;
  /** Pages that were copied, each as often as it was. */
  copies: number;
  /** Times the user buffer was faulted in. */
  faults: number;
  /** kmap(), and the most slots that were held at one time. */
  kmaps: number;
  kmaps_held: number;
  /** Times a call had to sleep; the most page locks that it held then. */
  waits: number;
  page_locks_held_in_waits: number;
}

export const NO_COSTS: Readonly<Costs> = {
  calls: 0,
  mappings: 0,
  reservations: 0,
  allocations: 0,
  allocations_in_writeback: 0,
  writeback_is_stuck: false,
  handles: 0,
  page_locks: 0,
  page_locks_held: 0,
  copies: 0,
  faults: 0,
  kmaps: 0,
  kmaps_held: 0,
  waits: 0,
  page_locks_held_in_waits: 0,
};

/** What a command is counted as that the state does not show: it succeeds, or says how much. */
export const BY_COMMAND: Readonly<Record<string, 'mappings' | 'faults' | 'copies'>> = {
  get_block: 'mappings',
  iomap_read: 'mappings',
  iomap_begin: 'mappings',
  fault_in_readable: 'faults',
  copy_from_user: 'copies',
  copy_from_user_atomic: 'copies',
  copy_from_private: 'copies',
  kernel_recvmsg: 'copies',
  net_get_bytes: 'copies',
  recv_private: 'copies',
};

/** The task that makes the calls. */
const WRITER = 0;

/** What the writer holds, and the free-space counters. */
interface Held {
  page_locks: number;
  kmaps: number;
  handles: number;
  reserved: number;
  /** Free, or reserved: it falls where a block is allocated. */
  unallocated: number;
}

/** Counts what the first writer's calls do; there must be no other writer. */
export class CountingKernel extends Composed {
  readonly costs: Costs = { ...NO_COSTS };
  /** After the last command that was carried out: nothing else changes what it has. */
  #before: Held;

  constructor(options: CoreOptions) {
    super(options);
    this.#before = this.#held();
  }

  override wait(tasks: number): void {
    super.wait(tasks);
    if (this.current < 0) return;
    this.costs.waits++;
    const { page_locks } = this.#held();
    this.costs.page_locks_held_in_waits = Math.max(this.costs.page_locks_held_in_waits, page_locks);
  }

  /** write_cache_pages(): in the order of the file. Of hundreds of pages none is asked for. */
  override pickPage<T extends Core>(this: T, eligible: (k: T, index: number) => boolean): number {
    const { files, pages } = this.geometry;
    for (let number = 0; number < files * pages; number++) {
      if (eligible(this, this.turnTo(number))) return number;
    }
    this.idle();
    return -1;
  }

  /** The command of this name was carried out, with this result. */
  carriedOut(name: string, result: unknown): void {
    const { costs } = this;
    const before = this.#before;
    const held = this.#held();
    this.#before = held;
    const allocated = held.unallocated < before.unallocated ? 1 : 0;
    if (this.current < 0) {
      costs.allocations_in_writeback += allocated;
      return;
    }
    costs.allocations += allocated;
    costs.reservations += held.reserved > before.reserved ? 1 : 0;
    costs.handles += Math.max(0, held.handles - before.handles);
    costs.page_locks += Math.max(0, held.page_locks - before.page_locks);
    costs.kmaps += Math.max(0, held.kmaps - before.kmaps);
    costs.page_locks_held = Math.max(costs.page_locks_held, held.page_locks);
    costs.kmaps_held = Math.max(costs.kmaps_held, held.kmaps);
    const counted = BY_COMMAND[name];
    if (counted === 'copies') costs.copies += Math.max(0, result as number) / this.page_size;
    else if (counted !== undefined) costs[counted]++;
  }

  #held(): Held {
    // The state has what all subsystems declare.
    const { page, thread, free, reserved } = this.s as WholeKernel['s'];
    let page_locks = 0;
    for (let i = 0; i < page.length; i++) if (page[i]!.locked_by === WRITER + 1) page_locks++;
    const { kmaps, handle: handles } = thread[WRITER]!;
    return { page_locks, kmaps, handles, reserved, unallocated: free + reserved };
  }
}

for (const { commands = {} } of SUBSYSTEMS) {
  for (const [name, command] of Object.entries(commands)) {
    Object.defineProperty(CountingKernel.prototype, name, {
      value(this: CountingKernel, ...args: unknown[]): unknown {
        const result = command.apply(this, args);
        if (!this.undone) this.carriedOut(name, result);
        return result;
      },
    });
  }
}
