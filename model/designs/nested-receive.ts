/**
 * The rows that the vendors' recvfile variants share just as their C code does: write_begin and
 * kmap() of one page after the other, one receive into all of them, and then every page is
 * committed in full, whatever came.
 */
import type { Flaw, Frame, Mended, Part } from '../design.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Kernel } from '../kernel.ts';
import type { Observer } from '../observe.ts';
import { without } from '../subsystem.ts';
import { FSDATA } from '../write-begin.ts';
import { beginLabel, write_begin } from './perform-write.ts';
import type { BeginLabel } from './perform-write.ts';

export const NESTED_LOCALS = {
  begun: 'cells',
  received: 'cells',
  done: 'cells',
  err: 'errno',
} as const;
export type NestedFrame = Frame<typeof NESTED_LOCALS>;
type F = NestedFrame;

type CommitLabel = 'kunmap' | 'write_end' | 'journal_stop' | 'trim_pages' | 'trim_blocks';
export type NestedLabel = BeginLabel | 'kmap' | 'recv_alloc' | 'recv' | CommitLabel;

/** Does a task hold page locks, two of them, or one while it waits? */
export function nests(o: Observer): boolean {
  for (let thread = 0; thread < o.threads; thread++) {
    const held = o.s.page.filter(({ locked_by }) => locked_by === thread + 1).length;
    if (held > 1 || (held === 1 && (o.waits.waiting >>> thread) & 1)) return true;
  }
  return false;
}

/** What is wrong with all of them; `in_source` is the function. */
export const nestedFlaws = (fs: Filesystem, in_source: string): readonly Flaw[] => [
  {
    name: 'commits-what-never-came',
    says: 'every page that was begun is committed in full, whatever was received',
    source: `${in_source}: write_end(..., rv_count, rv_count, ...)`,
  },
  // Without a journal there is nothing that an allocation could wait for.
  ...(fs.handles
    ? [
        {
          name: 'gfp-kernel-under-locks',
          says: 'the receive allocates with GFP_KERNEL under page locks and an open handle',
          source: `${in_source}: MSG_KERNSPACE; the mail on GFP_KERNEL`,
        },
      ]
    : []),
  {
    name: 'nests-page-locks',
    says: 'all pages are locked and kmapped before the first byte has come',
    source: `${in_source}: write_begin for each page, then kernel_recvmsg()`,
    instead: { design: 'recvfile-safe', shows: nests },
  },
];

/** Where the variants differ. */
export interface Variant {
  /** sk_rcvtimeo, in seconds. */
  readonly seconds: number;
  /** What becomes of the result of kernel_recvmsg(), of so many cells: 0 or an error. */
  readonly error: (received: number, count: number) => number;
  /** balance_dirty_pages(), after an error too? */
  readonly balances_always?: boolean;
  /** What write_end is given of the page's own private value, and where it is told to end. */
  readonly fsdata?: (k: Kernel, f: F) => number;
  readonly commit_end?: (k: Kernel, f: F, end: number) => number;
}

/**
 * From the first write_begin of [f.pos, f.end) to the last write_end. Goes to `balance` or
 * `unlock_inode` with what was received in f.received, and an error in f.err. With
 * `commits-what-never-came` mended, f.done is what was taken in, and the rest is trimmed.
 */
export function nested_receive<Exit extends 'balance' | 'unlock_inode'>(
  fs: Filesystem,
  mended: Mended,
  variant: Variant,
): Part<F, NestedLabel, Exit | 'balance' | 'unlock_inode'> {
  const { seconds, error, balances_always = false } = variant;
  const { fsdata = () => FSDATA, commit_end = (_k: Kernel, _f: F, end: number) => end } = variant;
  const exact = mended('commits-what-never-came');
  const gfp = mended('gfp-kernel-under-locks') ? 'GFP_NOFS' : 'GFP_KERNEL';
  const out = (f: F) => (f.err && !balances_always ? 'unlock_inode' : 'balance');
  /** To the first page again, with f.begun the end of what was begun: all of it is committed. */
  const commit = (k: Kernel, f: F) => {
    f.begun = f.pos;
    f.pos = k.user_pos();
    return f.begun > f.pos ? 'kunmap' : out(f);
  };
  const next = (k: Kernel, f: F) => {
    if (f.pos < f.begun) return 'kunmap';
    return exact && k.user_pos() + f.done < f.begun ? 'trim_pages' : out(f);
  };
  /** copied, as write_end is told. */
  const copied = (k: Kernel, f: F, end: number) => {
    const came = Math.max(0, k.user_pos() + f.received - f.pos);
    return exact ? Math.min(came, end - f.pos) : end - f.pos;
  };

  const rows: Part<F, NestedLabel, 'balance' | 'unlock_inode'> = {
    // For each page; it stays locked.
    ...write_begin<F, 'kmap' | 'kunmap' | 'balance' | 'unlock_inode'>(fs, 'kmap', commit),
    kmap(k, f) {
      k.kmap(k.page_index(f.pos));
      f.pos = k.page_end(f.pos, f.end);
      return f.pos < f.end ? beginLabel(fs) : 'recv_alloc';
    },
    // kernel_recvmsg() allocates with GFP_KERNEL.
    recv_alloc(k, f) {
      f.err = error(-k.alloc_page(gfp), 0);
      return f.err ? commit(k, f) : 'recv';
    },
    // sk_rcvtimeo, MSG_WAITALL.
    recv(k, f) {
      const count = f.end - k.user_pos();
      const received = k.kernel_recvmsg(k.user_pos(), count, seconds);
      f.received = Math.max(0, received);
      f.err = error(received, count);
      return commit(k, f);
    },
    // All pages, copied = all that was asked for; after a failed write_begin, all before it.
    kunmap(k, f) {
      k.kunmap(k.page_index(f.pos));
      return 'write_end';
    },
    write_end(k, f) {
      const end = k.page_end(f.pos, f.begun);
      const until = commit_end(k, f, end);
      const taken = k.write_end(f.pos, until, copied(k, f, until), fsdata(k, f), exact);
      if (exact) f.done += taken;
      if (fs.handles) return 'journal_stop';
      f.pos = end;
      return next(k, f);
    },
    journal_stop(k, f) {
      k.journal_stop();
      f.pos = k.page_end(f.pos, f.begun);
      return next(k, f);
    },
    trim_pages: (k) => (k.truncate_page() ? 'trim_pages' : 'trim_blocks'),
    trim_blocks(k, f) {
      k.truncate_failed_blocks(k.user_pos() + f.done, f.begun);
      return out(f);
    },
  };
  return without(rows, [
    ...(fs.handles ? [] : ['journal_stop' as const]),
    ...(exact ? [] : ['trim_pages' as const, 'trim_blocks' as const]),
  ]);
}
