/**
 * System calls, through koffi. Each returns what the kernel does: a number that is not negative, or
 * an errno with a minus. Addresses are numbers.
 */
import { constants } from 'node:os';
import { MAP_PRIVATE_ANONYMOUS, PAGE_BYTES, PROT_READ_WRITE } from './abi.ts';
import { Cannot } from './cannot.ts';

/** What is needed of koffi; it may not be installed, nor its types. */
interface Koffi {
  load(path: null): { func(prototype: string): Foreign };
  errno(): number;
  view(address: bigint, bytes: number): ArrayBuffer;
}
type Word = number | string | null;
interface Foreign {
  (...args: Word[]): number;
  /** In another thread; the last argument is called with what comes of it. */
  async: (...args: (Word | ((error: unknown, result: number) => void))[]) => void;
}
type Call = (...args: Word[]) => number;

const PROTOTYPES = {
  openat: 'int openat(int, str, int, int)',
  close: 'int close(int)',
  unlinkat: 'int unlinkat(int, str, int)',
  memfd_create: 'int memfd_create(str, uint)',
  pread: 'int64 pread(int, intptr, size_t, int64)',
  pwrite: 'int64 pwrite(int, intptr, size_t, int64)',
  read: 'int64 read(int, intptr, size_t)',
  write: 'int64 write(int, intptr, size_t)',
  pipe2: 'int pipe2(intptr, int)',
  lseek: 'int64 lseek(int, int64, int)',
  ftruncate: 'int ftruncate(int, int64)',
  fallocate: 'int fallocate(int, int, int64, int64)',
  fsync: 'int fsync(int)',
  syncfs: 'int syncfs(int)',
  sync_file_range: 'int sync_file_range(int, int64, int64, uint)',
  posix_fadvise: 'int posix_fadvise(int, int64, int64, int)',
  fstatfs: 'int fstatfs(int, intptr)',
  ioctl: 'int ioctl(int, ulong, intptr)',
  mmap: 'intptr mmap(intptr, size_t, int, int, int, int64)',
  munmap: 'int munmap(intptr, size_t)',
  mprotect: 'int mprotect(intptr, size_t, int)',
  madvise: 'int madvise(intptr, size_t, int)',
  usleep: 'int usleep(uint)',
} as const;
export type CallName = keyof typeof PROTOTYPES;

export type Libc = Readonly<Record<CallName, Call>> & {
  /** A call in another thread, which may wait. */
  later(name: CallName, ...args: Word[]): Promise<number>;
  /** A call by its number, of five numbers at most. */
  syscall(nr: number, ...args: number[]): number;
  /** A call with names among its arguments: fsopen(), fsconfig(). */
  fsopen(nr: number, filesystem: string, flags: number): number;
  fsconfig(nr: number, fd: number, command: number, key: Word, value: Word): number;
  /** A page, for what is asked by one call and not needed after it. */
  scratch(): Memory;
  /** Memory of its own, page aligned and zero. */
  memory(bytes: number): Memory;
  /** A mapping of a file. */
  mapped(fd: number, bytes: number, protection: number, flags: number): Memory;
};

/** Memory that the kernel can be given the address of. */
export interface Memory {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Throws Cannot where koffi is missing, or finds no libc. */
export async function loadLibc(): Promise<Libc> {
  const koffi = await importKoffi();
  const library = koffi.load(null);
  const found = (prototype: string): Foreign => {
    try {
      return library.func(prototype);
    } catch {
      throw new Cannot(`libc has no ${prototype.replace(/^\S+ (\w+).*/, '$1()')}`);
    }
  };
  // koffi keeps the errno of a call in another thread, too, until what waits for it has run.
  const checked = (result: number): number => (result === -1 ? -koffi.errno() : result);
  const one = (prototype: string): Call => {
    const call = found(prototype);
    return (...args) => checked(call(...args));
  };
  const all = Object.entries(PROTOTYPES).map(
    ([name, prototype]) => [name as CallName, found(prototype)] as const,
  );
  const foreign = new Map(all);
  const calls = Object.fromEntries(
    all.map(([name, call]) => [name, (...args: Word[]) => checked(call(...args))]),
  ) as Record<CallName, Call>;

  // syscall() is variadic; integers and pointers are passed alike either way.
  const numbered = one('int64 syscall(int64, int64, int64, int64, int64, int64)');
  const opened = one('int64 syscall(int64, str, int64)');
  const configured = one('int64 syscall(int64, int64, int64, str, str, int64)');
  const mapped = (fd: number, bytes: number, protection: number, flags: number): Memory => {
    const address = must('mmap()', calls.mmap(0, bytes, protection, flags, fd, 0));
    const buffer = koffi.view(BigInt(address), bytes);
    return { address, bytes: new Uint8Array(buffer), view: new DataView(buffer) };
  };

  const page = mapped(-1, PAGE_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS);

  return {
    ...calls,
    // The only one that returns the errno itself.
    posix_fadvise: (...args) => -calls.posix_fadvise(...args),
    later: (name, ...args) =>
      new Promise((resolve, reject) => {
        foreign.get(name)!.async(...args, (error, result) => {
          if (error instanceof Error) reject(error);
          else resolve(name === 'posix_fadvise' ? -result : checked(result));
        });
      }),
    syscall: (nr, a = 0, b = 0, c = 0, d = 0, e = 0) => numbered(nr, a, b, c, d, e),
    fsopen: opened,
    fsconfig: (nr, fd, command, key, value) => configured(nr, fd, command, key, value, 0),
    scratch: () => {
      page.bytes.fill(0);
      return page;
    },
    memory: (bytes) => mapped(-1, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS),
    mapped,
  };
}

async function importKoffi(): Promise<Koffi> {
  // Not a literal: the program is built where koffi is not installed, too.
  const name: string = 'koffi';
  try {
    return ((await import(name)) as { default: Koffi }).default;
  } catch {
    throw new Cannot('koffi is not installed; try npm install koffi');
  }
}

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
NAMES.set(constants.errno.EAGAIN, 'EAGAIN');
NAMES.set(constants.errno.EOPNOTSUPP, 'EOPNOTSUPP');

/** The name of a negative result: `-ENOSPC`. */
export function errnoName(result: number): string {
  return `-${NAMES.get(-result) ?? `E${-result}`}`;
}

/** For calls that must succeed: throws Cannot with what it was for. */
export function must(what: string, result: number): number {
  if (result < 0) throw new Cannot(`${what}: ${errnoName(result)}`);
  return result;
}
