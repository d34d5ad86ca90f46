/**
 * The disk: a loop device over memory that has no name (memfd). The kernel takes both away when the
 * program ends, however it ends: nothing of the machine is touched, and nothing is left.
 */
import { closeSync, openSync } from 'node:fs';
import {
  BLKFLSBUF,
  LOOP_CONFIGURE,
  LOOP_CONFIG_FD,
  LOOP_CONFIG_FLAGS,
  LOOP_CTL_GET_FREE,
  LO_FLAGS_AUTOCLEAR,
  MAP_SHARED,
  MFD_CLOEXEC,
  PROT_READ_WRITE,
} from './abi.ts';
import { Cannot } from './cannot.ts';
import { must } from './libc.ts';
import type { Libc } from './libc.ts';

const EBUSY = -16;
/** Whoever else sets up loop devices may take the free one first. */
const ATTEMPTS = 20;

export interface Device {
  readonly path: string;
  /** Gives the whole image to `fill`, below the page cache of the device. */
  fill(fill: (image: Uint8Array) => void): void;
  /** What the kernel has of the disk in memory is dropped: after a crash it must not live on. */
  forget(): void;
  close(): void;
}

export function openDevice(libc: Libc, bytes: number): Device {
  const image = must('memfd_create()', libc.memfd_create(`writepath-${process.pid}`, MFD_CLOEXEC));
  must('an image in memory', libc.ftruncate(image, bytes));
  const { path, fd } = attach(libc, image);
  return {
    path,
    fill: (fill) => {
      const memory = libc.mapped(image, bytes, PROT_READ_WRITE, MAP_SHARED);
      fill(memory.bytes);
      libc.munmap(memory.address, bytes);
    },
    forget: () => void must('BLKFLSBUF', libc.ioctl(fd, BLKFLSBUF, 0)),
    close: () => {
      closeSync(fd);
      libc.close(image);
    },
  };
}

function attach(libc: Libc, image: number): { path: string; fd: number } {
  const control = open('/dev/loop-control');
  try {
    const config = libc.scratch();
    config.view.setUint32(LOOP_CONFIG_FD, image, true);
    config.view.setUint32(LOOP_CONFIG_FLAGS, LO_FLAGS_AUTOCLEAR, true);
    for (let i = 0; i < ATTEMPTS; i++) {
      const path = `/dev/loop${must('a loop device', libc.ioctl(control, LOOP_CTL_GET_FREE, 0))}`;
      const fd = open(path);
      const result = libc.ioctl(fd, LOOP_CONFIGURE, config.address);
      if (result === 0) return { path, fd };
      closeSync(fd);
      if (result !== EBUSY) must(`LOOP_CONFIGURE of ${path}`, result);
    }
  } finally {
    closeSync(control);
  }
  throw new Cannot('no loop device is free');
}

function open(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new Cannot(`no loop devices: ${path}: -${code}; try modprobe loop`);
  }
}
