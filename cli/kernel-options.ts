/** Which filesystem a kernel is asked about, and how: options of `record`, `live`, record:deep. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Mode } from '../recorder/geometry.ts';
import type { FilesystemName } from '../traces/format.ts';

export interface KernelOptions {
  readonly fs: FilesystemName;
  /** '1', '2' or '4'. */
  readonly blocks: string;
  readonly mode: Mode;
}

export const filesystemOption = (names: readonly FilesystemName[]): Option =>
  new Option('--fs <name>', 'ext4 is nodelalloc, ext4d delayed allocation')
    .choices(names)
    .makeOptionMandatory();

export function addKernelOptions(command: Command, names: readonly FilesystemName[]): Command {
  return command
    .addOption(filesystemOption(names))
    .addOption(new Option('--blocks <n>', 'blocks a page').choices(['1', '2', '4']).default('1'))
    .addOption(
      new Option('--mode <name>', 'plain: with crashes; enospc: few blocks are free, no crashes')
        .choices(['plain', 'enospc'])
        .default('plain'),
    );
}
