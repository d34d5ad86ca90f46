/**
 * A write that is held still in its copy: from cell `held` on its user buffer is a page that is not
 * there, and userfaultfd(2) tells us that the kernel waits for it. Others run meanwhile, each in a
 * thread of its own; who has not returned after a while waits for the write. Then the page comes,
 * or the access to it is taken away: the write goes on, or faults.
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import type { HeldWrite, Seen, Trace } from '../traces/format.ts';
import {
  O_CLOEXEC,
  O_NONBLOCK,
  PAGE_BYTES,
  PROT_NONE,
  UFFDIO_API,
  UFFDIO_COPY,
  UFFDIO_REGISTER,
  UFFDIO_REGISTER_MODE_MISSING,
  UFFDIO_WAKE,
  UFFD_API,
  UFFD_MESSAGE_BYTES,
  USERFAULTFD_IOC_NEW,
} from './abi.ts';
import type { Outcome } from './calls.ts';
import { Cannot, Withheld } from './cannot.ts';
import type { HeldCall, HeldQuestion } from './held-questions.ts';
import { errnoName, must } from './libc.ts';
import type { Memory } from './libc.ts';
import { mark } from './marks.ts';
import type { Origin } from './record.ts';
import { headOf } from './record.ts';
import type { Session } from './session.ts';

/** Longer than any call takes that does not wait. */
const PATIENCE_MS = 300;
const POLL_MS = 1;
const FAULT_MS_MAX = 5000;

/** A buffer: pages that are there, then as many that are not, and the same as they are to be. */
interface Holding {
  readonly memory: Memory;
  readonly missing: number;
  readonly bytes: number;
  readonly content: Memory;
}

/** Runs a question; undefined when it is withheld. */
export async function tracedHeld(
  session: Session,
  question: HeldQuestion,
  origin: Origin,
): Promise<Trace | undefined> {
  const { file, before = [], held, after: afterwards = [] } = question.script(session.sizes);
  try {
    const begun = session.begin({ file });
    const first = before.map((call) => session.run(call));
    const write = await runHeld(session, held);
    const last = afterwards.map((call) => session.run(call));
    const ops = [...first, write, ...last];
    return { ...headOf(session, origin), ...begun, ops, ...session.end() };
  } catch (error) {
    if (error instanceof Withheld) return undefined;
    throw error;
  }
}

export async function runHeld(session: Session, call: HeldCall): Promise<HeldWrite> {
  const { inside, sizes } = session;
  const { libc, disk } = inside;
  const { pos, count, held, good, name, meanwhile } = call;
  const holding = holdingOf(session, call);
  const uffd = openUserfaultfd(session, holding);
  const from = holding.missing - held * sizes.cell_bytes;
  const bytes = [count * sizes.cell_bytes, pos * sizes.cell_bytes] as const;
  const writing = watched(libc.later('pwrite', disk.files[0]!, from, ...bytes));
  const running: Running[] = [];
  try {
    await faulted(session, uffd, holding);
    for (const one of meanwhile) {
      const { name: systemCall, args, outcome } = session.prepare(one);
      const result = watched(libc.later(systemCall, ...args));
      await Promise.race([result.ended, after(PATIENCE_MS)]);
      // What came of it is looked at before the next call, where it can be.
      const at_once = result.done ? outcome(result.value()) : undefined;
      const seen = at_once && session.glimpsed();
      running.push({ call: one, result, outcome, at_once, seen });
    }
  } finally {
    letGo(session, uffd, holding, good !== undefined);
    await writing.ended;
    await Promise.all(running.map(({ result }) => result.ended));
    closeSync(uffd);
    libc.munmap(holding.memory.address, 2 * holding.bytes);
    libc.munmap(holding.content.address, holding.bytes);
  }
  const result = writing.value();
  const after_all = inside.seen();
  return {
    op: 'held',
    pos,
    count,
    held,
    ...(good === undefined ? {} : { good }),
    name,
    meanwhile: running.map(({ call: one, result: its, outcome, at_once, seen }) => ({
      ...one,
      ...(at_once ?? { ...outcome(its.value()), waited: true }),
      ...(seen === undefined ? after_all : { obs: seen }),
    })) as HeldWrite['meanwhile'],
    ret: result < 0 ? errnoName(result) : result / sizes.cell_bytes,
    ...after_all,
  };
}

interface Running {
  readonly call: HeldCall['meanwhile'][number];
  readonly result: Watched;
  readonly outcome: (result: number) => Outcome;
  /** What came of it, and what was seen then, unless it waited. */
  readonly at_once: Outcome | undefined;
  readonly seen: Seen | undefined;
}

/** A call in another thread, of which it can be asked whether it has returned. */
interface Watched {
  readonly ended: Promise<void>;
  readonly done: boolean;
  value(): number;
}

function watched(call: Promise<number>): Watched {
  let value: number | undefined;
  const ended = call.then((result) => void (value = result));
  return {
    ended,
    get done() {
      return value !== undefined;
    },
    value: () => value!,
  };
}

function holdingOf({ inside, sizes }: Session, { pos, count, held, name }: HeldCall): Holding {
  const bytes = sizes.pages * PAGE_BYTES;
  const { libc, sequence } = inside;
  const memory = libc.memory(2 * bytes);
  const content = libc.memory(bytes);
  const of = { sequence, file: 0, letter: name };
  const { cell_bytes } = sizes;
  const there = memory.bytes.subarray(bytes - held * cell_bytes, bytes);
  if (held > 0) mark(there, cell_bytes, { ...of, from: pos });
  const rest = content.bytes.subarray(0, (count - held) * cell_bytes);
  mark(rest, cell_bytes, { ...of, from: pos + held });
  return { memory, missing: memory.address + bytes, bytes, content };
}

/** Whoever touches the missing half waits, and is told of. */
function openUserfaultfd({ inside }: Session, { missing, bytes }: Holding): number {
  const { libc } = inside;
  const device = openDevice();
  const flags = O_CLOEXEC | O_NONBLOCK;
  const uffd = must('userfaultfd', libc.ioctl(device, USERFAULTFD_IOC_NEW, flags));
  closeSync(device);
  const api = libc.scratch();
  api.view.setBigUint64(0, BigInt(UFFD_API), true);
  must('UFFDIO_API', libc.ioctl(uffd, UFFDIO_API, api.address));
  api.view.setBigUint64(0, BigInt(missing), true);
  api.view.setBigUint64(8, BigInt(bytes), true);
  api.view.setBigUint64(16, BigInt(UFFDIO_REGISTER_MODE_MISSING), true);
  must('UFFDIO_REGISTER', libc.ioctl(uffd, UFFDIO_REGISTER, api.address));
  return uffd;
}

function openDevice(): number {
  try {
    return openSync('/dev/userfaultfd', 'r+');
  } catch {
    throw new Cannot('no /dev/userfaultfd: the kernel has no CONFIG_USERFAULTFD');
  }
}

/** Waits until the write waits. */
async function faulted({ inside }: Session, uffd: number, { content, bytes }: Holding) {
  // The message itself says nothing that is needed: there is one who can fault.
  const at = content.address + bytes - UFFD_MESSAGE_BYTES;
  for (let ms = 0; ms < FAULT_MS_MAX; ms += POLL_MS) {
    if (inside.libc.read(uffd, at, UFFD_MESSAGE_BYTES) === UFFD_MESSAGE_BYTES) return;
    await after(POLL_MS);
  }
  throw new Cannot('the write that was to be held did not come to its missing page');
}

/** The pages come, or cannot be read from now on. */
function letGo({ inside }: Session, uffd: number, holding: Holding, fails: boolean): void {
  const { libc } = inside;
  const { missing, bytes, content } = holding;
  const request = libc.scratch();
  if (fails) {
    must('mprotect()', libc.mprotect(missing, bytes, PROT_NONE));
    request.view.setBigUint64(0, BigInt(missing), true);
    request.view.setBigUint64(8, BigInt(bytes), true);
    must('UFFDIO_WAKE', libc.ioctl(uffd, UFFDIO_WAKE, request.address));
  } else {
    request.view.setBigUint64(0, BigInt(missing), true);
    request.view.setBigUint64(8, BigInt(content.address), true);
    request.view.setBigUint64(16, BigInt(bytes), true);
    must('UFFDIO_COPY', libc.ioctl(uffd, UFFDIO_COPY, request.address));
  }
}
