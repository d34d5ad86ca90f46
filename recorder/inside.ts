/** What the parts of a session share: the files of a sequence, and what its bytes are known by. */
import type { Seen } from '../traces/format.ts';
import { MAP_PRIVATE_ANONYMOUS, PAGE_BYTES, PROT_NONE, PROT_READ_WRITE } from './abi.ts';
import type { Disk } from './disk.ts';
import type { Sizes } from './geometry.ts';
import type { Libc } from './libc.ts';
import type { Pipe } from './store.ts';

export interface Inside {
  readonly libc: Libc;
  readonly sizes: Sizes;
  readonly disk: Disk;
  readonly buffers: Buffers;
  /** Of each file that is mapped the address. */
  readonly mappings: Map<number, number>;
  pipe: Pipe | undefined;
  /** The number that its bytes have. */
  sequence: number;
  seen(): { obs: Seen; obs2?: Seen };
}

/** A user buffer that ends where nothing can be read, and one to read into. */
export interface Buffers {
  readonly source: Uint8Array;
  readonly source_end: number;
  readonly target: Uint8Array;
  readonly target_address: number;
}

export function buffersOf(libc: Libc, sizes: Sizes): Buffers {
  const bytes = sizes.pages * PAGE_BYTES;
  const source = libc.memory(bytes + PAGE_BYTES);
  const guard = source.address + bytes;
  libc.mprotect(guard, PAGE_BYTES, PROT_NONE);
  // One page more than a file has: whoever reads meets its end.
  const target = libc.mapped(-1, bytes + PAGE_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS);
  return {
    source: source.bytes.subarray(0, bytes),
    source_end: guard,
    target: target.bytes,
    target_address: target.address,
  };
}
