/**
 * A trace: one sequence of system calls on a file, and what a kernel was seen to do. One JSON
 * object a line. All sizes and offsets are in cells, `bc` of them a block.
 *
 * Reading one trusts nothing: whatever is wrong with it is said in one line.
 */
import * as v from 'valibot';

/** Of the lines, not of the program. A line that says none is of the first. */
export const FORMAT = 2;

export const FILESYSTEMS = ['xfs', 'ext4', 'ext4d', 'btrfs'] as const;
export type FilesystemName = (typeof FILESYSTEMS)[number];

/** So many pages has a file at most, and so many operations a sequence. */
export const PAGES_MAX = 8;
export const OPERATIONS_MAX = 64;

/** No number of a trace is larger: a seed, among others. */
export const NUMBER_MAX = 1_000_000_000;

const natural = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(NUMBER_MAX));
const cells = v.pipe(natural, v.maxValue(1000));
/** The letter by which the bytes of a write are known. */
const letter = v.pipe(v.string(), v.regex(/^[a-np-zA-Z]$/));
/** `0` zero, `o` old data, `?` not one thing all through, else the letter of a write. */
const data = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z?]*$/), v.maxLength(1000));
/** Cells, 0, or the name of an errno with a minus. */
const ret = v.union([natural, v.pipe(v.string(), v.regex(/^-E[A-Z0-9]+$/))]);

/** What can be seen of a file after an operation. */
const seen = v.object({
  size: cells,
  /** A letter a block: `.` hole, `d` delayed, `U` unwritten, `M` mapped; `+`: more beyond. */
  ext: v.pipe(v.string(), v.regex(/^[.dUM]*\+?$/)),
  /** Extents, as FIEMAP counts them. */
  extents: natural,
  /** Blocks used since the sequence began, by statfs. */
  free: v.pipe(v.number(), v.integer()),
  /** A word a page: `p` resident, `d` dirty, `w` under writeback. */
  cache: v.pipe(v.string(), v.regex(/^(?:[p-][d-][w-])(?: [p-][d-][w-])*$/)),
});
export type Seen = v.InferOutput<typeof seen>;

/** A file as the sequence finds it: a letter a block, `M` with old data. */
const found = v.object({
  size: cells,
  blocks: v.pipe(v.string(), v.regex(/^[.MU]*$/)),
  obs: seen,
});
export type Found = v.InferOutput<typeof found>;

/** Which file, where there are two: 0, 1. What was seen of the second. */
const on = { file: v.optional(v.picklist([0, 1])), obs: seen, obs2: v.optional(seen) };
const range = { pos: cells, count: cells };

const call = [
  /**
   * `good`: only so many cells of the user buffer can be read, the next one faults. `mapped`: the
   * user buffer is a shared mapping of these very cells, which hold the write of that name before.
   */
  v.object({
    op: v.literal('write'),
    ...range,
    good: v.optional(cells),
    mapped: v.optional(v.boolean()),
    name: letter,
    ret,
    ...on,
  }),
  v.object({ op: v.literal('fsync'), ret, ...on }),
  /** sync_file_range() of pages a to b - 1, and waits. */
  v.object({ op: v.literal('sfr'), a: cells, b: cells, ret, ...on }),
  /** Of the whole file. */
  v.object({ op: v.literal('read'), data, ...on }),
  /** posix_fadvise(DONTNEED), then until no page is under writeback. */
  v.object({ op: v.literal('drop'), ret, ...on }),
  /** To this size. */
  v.object({ op: v.literal('truncate'), pos: cells, ret, ...on }),
  /** Of the size nothing changes (FALLOC_FL_KEEP_SIZE) by these three. */
  v.object({ op: v.literal('fallocate'), ...range, ret, ...on }),
  v.object({ op: v.literal('punch_hole'), ...range, ret, ...on }),
  v.object({ op: v.literal('zero_range'), ...range, ret, ...on }),
  /** Through a shared mapping of the whole of the pages; ret is 0, or -EFAULT for SIGBUS. */
  v.object({ op: v.literal('store'), ...range, name: letter, ret, ...on }),
  /** GOINGDOWN 1: the log is flushed; 2: it is not. Then mounted again. */
  v.object({ op: v.literal('crash'), how: v.picklist([1, 2]), ...on }),
] as const;

const another = v.variant('op', [...call]);
/** What another task did meanwhile; `waited`: it returned only when the write had gone on. */
const meanwhile = v.intersect([another, v.object({ waited: v.optional(v.boolean()) })]);
/**
 * A write whose copy was stopped before cell `held` of its buffer, while others did that. What was
 * seen after a call that waited was seen after the write; after any other without the extents, for
 * which FIEMAP waits as well: `ext` is empty. `good`: what it waited for could not be read then.
 */
const heldWrite = v.object({
  op: v.literal('held'),
  ...range,
  held: cells,
  good: v.optional(cells),
  name: letter,
  meanwhile: v.pipe(v.array(meanwhile), v.maxLength(8)),
  ret,
  ...on,
});

const operation = v.variant('op', [...call, heldWrite]);
export type Operation = v.InferOutput<typeof operation>;
export type HeldWrite = v.InferOutput<typeof heldWrite>;

const traceSchema = v.object({
  trace: v.optional(v.picklist([1, FORMAT]), 1),
  /** As `uname -r` has it, up to the first letter or dash: `6.18.44`. */
  kernel: v.optional(v.pipe(v.string(), v.regex(/^\d+\.\d+(?:\.\d+)?$/))),
  fs: v.picklist(FILESYSTEMS),
  /** Blocks a page, cells a block, pages of the file. */
  pb: v.picklist([1, 2, 4]),
  bc: v.picklist([2, 3]),
  pages: v.pipe(natural, v.minValue(1), v.maxValue(PAGES_MAX)),
  /** `plain`: there is space, and it may crash; `enospc`: few blocks are free; or a question. */
  mode: v.pipe(v.string(), v.maxLength(100)),
  seed: natural,
  q: natural,
  init: v.object({ ...found.entries, avail: natural }),
  /** The second file, where there is one. */
  init2: v.optional(found),
  ops: v.pipe(v.array(operation), v.maxLength(OPERATIONS_MAX)),
  /** What was read at the end, of the first and of the second file. */
  end: data,
  end2: v.optional(data),
});
export type Trace = v.InferOutput<typeof traceSchema>;

/** A line that is no trace; the message is one line. */
export class BadTrace extends Error {
  override readonly name = 'BadTrace';
}

/** Reads one line, which may be anything. */
export function readTrace(line: string): Trace {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    throw new BadTrace(line.trimStart().startsWith('{') ? 'truncated, or not JSON' : 'not JSON');
  }
  const version = (raw as { trace?: unknown } | null)?.trace;
  if (version !== undefined && version !== 1 && version !== FORMAT) {
    const other = JSON.stringify(version);
    throw new BadTrace(`of another version: ${other}; this is ${FORMAT}`);
  }
  const read = v.safeParse(traceSchema, raw, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new BadTrace(`${v.getDotPath(issue) ?? 'the line'}: ${issue.message}`);
}
