/**
 * A filesystem, made and mounted. The mount is attached to no directory (fsmount(2)): it is reached
 * through its file descriptor alone, and is gone with it.
 */
import { spawnSync } from 'node:child_process';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  NR_FSCONFIG,
  NR_FSMOUNT,
  NR_FSOPEN,
  O_CLOEXEC,
} from './abi.ts';
import { Cannot } from './cannot.ts';
import type { Kind } from './geometry.ts';
import { errnoName, must } from './libc.ts';
import type { Libc } from './libc.ts';

/** Throws Cannot where mkfs is missing, or refuses. */
export function makeFilesystem(kind: Kind, device: string, block_bytes: number): void {
  const [program = '', ...first] = kind.mkfs;
  const args = [...first, ...kind.mkfsOptions(block_bytes), device];
  // Administrators' programs are not in everybody's PATH.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const ended = spawnSync(program, args, { env, encoding: 'utf8' });
  if (ended.error !== undefined) {
    const { code } = ended.error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not installed' : `cannot be run: ${code}`;
    throw new Cannot(`${program} ${why}`);
  }
  if (ended.status === 0) return;
  const said = `${ended.stderr}\n${ended.stdout}`.split('\n').map((line) => line.trim());
  const why = said.find((line) => /error|invalid|illegal|unsupported|cannot|must/i.test(line));
  throw new Cannot(`${program} refuses blocks of ${block_bytes} bytes: ${why ?? ended.status}`);
}

export interface Mount {
  /** File descriptor of the root directory. */
  readonly root: number;
  /** Unmounts, once; files of it must have been closed. */
  close(): void;
}

export function mount(libc: Libc, kind: Kind, device: string): Mount {
  const context = libc.fsopen(NR_FSOPEN, kind.type, FSOPEN_CLOEXEC);
  if (context < 0) {
    throw new Cannot(`the kernel has no ${kind.type}: fsopen() = ${errnoName(context)}`);
  }
  try {
    const configure = (command: number, key: string | null, value: string | null) => {
      const result = libc.fsconfig(NR_FSCONFIG, context, command, key, value);
      const option = key === null ? '' : ` with ${key}${value === null ? '' : `=${value}`}`;
      must(`cannot mount ${kind.type}${option}`, result);
    };
    configure(FSCONFIG_SET_STRING, 'source', device);
    for (const [key, value] of Object.entries(kind.mount)) {
      if (value === true) configure(FSCONFIG_SET_FLAG, key, null);
      else configure(FSCONFIG_SET_STRING, key, value);
    }
    configure(FSCONFIG_CMD_CREATE, null, null);
    const fd = must('fsmount()', libc.syscall(NR_FSMOUNT, context, FSMOUNT_CLOEXEC, 0));
    // The mount's own descriptor is an O_PATH one.
    const root = must('the root directory', libc.openat(fd, '.', O_CLOEXEC, 0));
    const open = [root, fd];
    return {
      root,
      close: () => {
        for (const one of open.splice(0)) libc.close(one);
      },
    };
  } finally {
    libc.close(context);
  }
}
