/**
 * Threads that run designs, one job at a time each. The main thread waits for them, and so it can
 * listen to an interrupt, and outlive whatever a design does.
 */
import type { LocksOfRun } from '../evidence/locks.ts';
import type { Said } from '../runs/session.ts';
import { threadBlame } from './blame.ts';
import type { Io } from './io.ts';
import { COUNT, DEPTH, ENDED, PLACES, ROOM, STOP } from './job.ts';
import { leave, take } from './threads.ts';
import type { Threads } from './threads.ts';
import { Watch, endlessRow, rowNamed } from './watch.ts';
import type {
  AnyJob,
  Answer,
  CheckJob,
  Checked,
  CostJob,
  Counted,
  FuzzJob,
  LocksJob,
  ReplayJob,
  Replayed,
  Sampled,
  SessionJob,
} from './job.ts';

/** After an interrupt, a search that is well ends its slice long before; */
const PATIENCE_MS = 900;
/** and what is said of one that has ended is said by then. */
const EXPLAINED_MS = 15_000;
/** Between two looks at how far a job has come. */
const LOOK_MS = 100;

type Order<J extends AnyJob> = Omit<J, 'shared'>;

type OnProgress = (count: number, depth: number, room: number) => void;

export class Pool {
  readonly #threads: Threads;
  readonly #count: number;
  readonly #stop: AbortSignal;
  /** The memory of all jobs that run. */
  readonly #running = new Set<Int32Array>();
  /** Ends when an interrupt came, and what then still ran has had its time. */
  readonly #late: Promise<undefined>;
  #isLate: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Has a thread ended without an answer? */
  #failed = false;

  constructor(threads: number, { stop }: Io) {
    this.#stop = stop;
    this.#late = new Promise((resolve) => {
      this.#isLate = () => resolve(undefined);
    });
    stop.addEventListener('abort', this.#interrupted, { once: true });
    this.#threads = take(threads);
    this.#count = threads;
  }

  check(job: Order<CheckJob>, progress?: OnProgress): Promise<Answer<Checked>> {
    return this.#ask('check', job, progress);
  }

  fuzz(job: Order<FuzzJob>, progress?: OnProgress): Promise<Answer<Sampled>> {
    return this.#ask('fuzz', job, progress);
  }

  cost(job: Order<CostJob>): Promise<Answer<Counted>> {
    return this.#ask('cost', job);
  }

  session(job: Order<SessionJob>): Promise<Answer<Said>> {
    return this.#ask('session', job);
  }

  replay(job: Order<ReplayJob>): Promise<Answer<Replayed>> {
    return this.#ask('replay', job);
  }

  verify(job: Order<ReplayJob>): Promise<Answer<Replayed>> {
    return this.#ask('verify', job);
  }

  locks(job: Order<LocksJob>): Promise<Answer<LocksOfRun>> {
    return this.#ask('locks', job);
  }

  async #ask<T>(name: string, order: Order<AnyJob>, progress?: OnProgress): Promise<Answer<T>> {
    const shared = new Int32Array(new SharedArrayBuffer(4 * PLACES));
    const look = () =>
      [COUNT, DEPTH, ROOM].map((place) => Atomics.load(shared, place)) as [number, number, number];
    const { design, scenario } = order;
    const cut = new AbortController();
    const endless = new Watch(shared);
    const looking = setInterval(() => {
      progress?.(...look());
      if (endless.isLate()) cut.abort();
    }, LOOK_MS);
    this.#running.add(shared);
    if (this.#stop.aborted) this.#interrupted();
    try {
      const { signal } = cut;
      const answer = this.#threads.run({ ...order, shared }, { name, signal }) as Promise<
        Answer<T>
      >;
      const ended = await Promise.race([answer, this.#late]);
      if (ended !== undefined) return ended;
      // Its thread will be cut off: nobody waits for that.
      answer.catch(() => undefined);
      const [count, depth] = look();
      return { kind: 'stuck', count, depth };
    } catch (error) {
      this.#failed = true;
      if (cut.signal.aborted) return await endlessRow(order, shared);
      const { code, what } = threadBlame(error);
      const row = await rowNamed(order, shared).catch(() => undefined);
      const where = row === undefined ? '' : ` (${row})`;
      return { kind: 'failed', design, scenario, code, what: what + where };
    } finally {
      clearInterval(looking);
      this.#running.delete(shared);
    }
  }

  readonly #interrupted = (): void => {
    for (const shared of this.#running) Atomics.store(shared, STOP, 1);
    this.#timer ??= setTimeout(() => {
      const ended = [...this.#running].some((shared) => Atomics.load(shared, ENDED) === 1);
      if (!ended) this.#isLate();
      else this.#timer = setTimeout(this.#isLate, EXPLAINED_MS);
    }, PATIENCE_MS);
  };

  /** Whatever still runs is cut off. Threads in which all went well are there for the next pool. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener('abort', this.#interrupted);
    const are_well = !this.#failed && !this.#stop.aborted && this.#running.size === 0;
    if (are_well) await leave(this.#count, this.#threads);
    else await this.#threads.destroy();
  }
}
