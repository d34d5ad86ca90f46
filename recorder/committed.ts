/**
 * The traces of this repository: what is recorded into which file of traces/. `npm run record`
 * makes them again, as root, on a kernel with XFS and ext4.
 */
import type { FilesystemName } from '../traces/format.ts';
import { contentOf } from './content.ts';
import type { Blocks } from './geometry.ts';
import { recordDirected, recordHeld } from './record-directed.ts';
import type { Lines } from './record-directed.ts';
import { record } from './record.ts';

const FILESYSTEMS: readonly FilesystemName[] = ['xfs', 'ext4', 'ext4d'];
const BLOCKS: readonly Blocks[] = [1, 2, 4];

/** What is recorded of each filesystem, for each number of blocks a page; all with all calls. */
const RANDOM = [
  { kind: 'all-calls', mode: 'plain', seed: 103, sequences: 16 },
  { kind: 'all-calls-enospc', mode: 'enospc', seed: 104, sequences: 16 },
] as const;
const OPERATIONS = 12;

export interface Committed {
  /** In traces/. */
  readonly file: string;
  readonly make: () => Promise<Lines>;
}

export const COMMITTED: readonly Committed[] = FILESYSTEMS.flatMap((fs) =>
  BLOCKS.flatMap((blocks) => [
    ...RANDOM.map(({ kind, ...order }) => ({
      file: `${fs}-${blocks}-${kind}.jsonl.gz`,
      make: () =>
        record(
          { fs, blocks, operations: OPERATIONS, all_calls: true, ...order },
          { stop: new AbortController().signal },
        ),
    })),
    { file: `directed-${fs}-${blocks}.jsonl.gz`, make: () => recordDirected(fs, blocks) },
    { file: `held-${fs}-${blocks}.jsonl.gz`, make: () => recordHeld(fs, blocks) },
  ]),
);

/** The bytes of one of them, and what is to be said of it. */
export async function made({
  file,
  make,
}: Committed): Promise<{ bytes: Uint8Array; says: string }> {
  const { lines, withheld } = await make();
  const says = `${file}: ${lines.length} sequences, withheld: ${withheld}`;
  return { bytes: contentOf(lines, file), says };
}
