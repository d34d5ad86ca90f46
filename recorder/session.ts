/**
 * A kernel that can be asked one sequence after the other. Each begins with a new file on a
 * filesystem of its own, with all of it committed to disk and nothing of it in the page cache.
 */
import type { Found, Seen } from '../traces/format.ts';
import type { Call, Outcome, Sequential, Wanted } from './calls.ts';
import { MADV_DONTNEED } from './abi.ts';
import { Cannot } from './cannot.ts';
import { openDisk } from './disk.ts';
import { sizesOf } from './geometry.ts';
import type { Setup, Sizes } from './geometry.ts';
import { buffersOf } from './inside.ts';
import type { Inside } from './inside.ts';
import { loadLibc, must } from './libc.ts';
import { markImage } from './marks.ts';
import { observer } from './observe.ts';
import { perform, prepareCall } from './perform.ts';
import type { Preparable, Prepared } from './perform.ts';
import { prepare } from './prepare.ts';
import { closePipe, unmapAll } from './store.ts';
import { refuseUnable } from './able.ts';

/** So many sequences share a filesystem: mkfs takes longer than a sequence. */
const SEQUENCES_A_DISK = 32;

/** So much is used, and given back, before each call. */
const STIRRED_BYTES = 2 ** 18;

/** What a sequence is to begin with. */
export interface Beginning {
  readonly file: Wanted;
  readonly second?: Wanted | undefined;
  /** Blocks to be left free; by default as many as there are. */
  readonly avail?: number | undefined;
}

/** What it begins with, as the kernel says. */
export interface Begun {
  readonly init: Found & { avail: number };
  readonly init2?: Found;
}

export interface Session {
  readonly setup: Setup;
  readonly sizes: Sizes;
  /** Begins a sequence: whatever was there before is gone. Throws Cannot. */
  begin(beginning: Beginning): Begun;
  /** Runs one operation. Throws Withheld, after which only begin() and close() make sense. */
  run(call: Call): Sequential;
  /** What the files hold. Throws Withheld. */
  end(): { end: string; end2?: string };
  close(): void;
  /** For held.ts: a call that is yet to be made, what is seen without waiting, and the rest. */
  prepare(call: Preparable): Prepared;
  glimpsed(): Seen;
  readonly inside: Inside;
}

/** A sequence that began with anything else would say what is not so. */
function refuseOther({ size, blocks }: Wanted, { size: has, ext, cache }: Seen): void {
  if (has === size && ext === blocks && !/[pdw]/.test(cache)) return;
  throw new Cannot(`a new file is ${has} '${ext}' [${cache}], and should be ${size} '${blocks}'`);
}

/** Throws Cannot, in one line, where this machine cannot be recorded. */
export async function openSession(setup: Setup): Promise<Session> {
  refuseUnable(setup);
  const libc = await loadLibc();
  const sizes = sizesOf(setup.blocks);
  const look = observer(libc, sizes);
  const buffers = buffersOf(libc, sizes);
  let disk = openDisk(libc, setup, sizes, look);
  let onDisk = 0;
  const stirred = libc.memory(STIRRED_BYTES);

  const inside: Inside = {
    libc,
    sizes,
    get disk() {
      return disk;
    },
    buffers,
    mappings: new Map(),
    pipe: undefined,
    sequence: 0,
    seen: () => {
      const [first, second] = disk.files;
      const obs = look.seen(first!);
      return second === undefined ? { obs } : { obs, obs2: look.seen(second) };
    },
  };

  function begin({ file, second, avail }: Beginning): Begun {
    inside.sequence++;
    if (onDisk++ === SEQUENCES_A_DISK) {
      disk.close();
      disk = openDisk(libc, setup, sizes, look);
      onDisk = 1;
    }
    unmapAll(inside);
    const wanted = second === undefined ? [file] : [file, second];
    disk.begin(wanted.length);
    wanted.forEach((one, i) => prepare(inside, i, one));
    if (avail !== undefined) disk.leave(avail);
    disk.settle();
    look.countFrom(disk.files[0]!);
    const { obs, obs2 } = inside.seen();
    refuseOther(file, obs);
    if (second !== undefined) refuseOther(second, obs2!);
    const init = { ...file, obs, avail: look.free(disk.files[0]!).avail };
    return second === undefined ? { init } : { init, init2: { ...second, obs: obs2! } };
  }

  return {
    setup,
    sizes,
    inside,
    begin,
    run: (call) => {
      // So that the kernel is not always at the same point.
      markImage(stirred.bytes);
      must('madvise()', libc.madvise(stirred.address, STIRRED_BYTES, MADV_DONTNEED));
      const outcome: Outcome = perform(inside, look, call);
      return { ...call, ...outcome, ...inside.seen() } as Sequential;
    },
    end: () => {
      const [end = '', end2] = disk.files.map(
        (_, file) => perform(inside, look, { op: 'read', file: file === 0 ? 0 : 1 }).data,
      );
      return end2 === undefined ? { end } : { end, end2 };
    },
    prepare: (call) => prepareCall(inside, look, call),
    glimpsed: () => look.glimpsed(disk.files[0]!),
    close: () => {
      unmapAll(inside);
      closePipe(inside);
      disk.close();
      libc.munmap(stirred.address, STIRRED_BYTES);
    },
  };
}
