/**
 * Every place where the environment has a say: the ways in which the kernel can fail, and the choices
 * that are nobody's fault. The good answer is first. A scenario says which faults may happen and how
 * many in one run; choices are always free.
 */
import type { Site } from '../machine/rows.ts';

/** Whom a fault can meet at all: a call that copies from user space, one that receives, ... */
export type Meets = 'any' | 'user' | 'socket' | 'iomap' | 'no-iomap';

export interface FaultSite extends Site {
  readonly fault: boolean;
  readonly about: string;
  readonly meets: Meets;
}

const fault = (name: string, meets: Meets, about: string, ...answers: string[]): FaultSite => ({
  name,
  meets,
  about,
  answers: ['ok', ...answers],
  fault: true,
});

const choice = (name: string, about: string): FaultSite => ({
  name,
  meets: 'any',
  about,
  answers: [],
  fault: false,
});

/** Names of all faults, and of the choices that are nobody's fault. */
const FAULT_NAMES = [
  'page-enomem',
  'direct-reclaim',
  'fault-in-efault',
  'copy-short',
  'signal',
  'read-eio',
  'write-eio',
  'write-begin-enospc',
  'iomap-read-eio',
  'iomap-read-trim',
  'iomap-reserve-enospc',
  'iomap-allocate-eio',
  'iomap-allocate-partial',
  'peer-short',
  'peer-reset',
  'peer-stall',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];
type SiteName = FaultName | 'which-page';

/** Answers past the named ones are numbered: how many cells or blocks, which page. */
const FAULTS: Readonly<Record<FaultName, FaultSite>> = {
  'page-enomem': fault('page-enomem', 'any', 'no page for the page cache', '-ENOMEM'),
  'direct-reclaim': fault('direct-reclaim', 'any', 'an allocation has to reclaim first', 'reclaim'),
  'fault-in-efault': fault('fault-in-efault', 'user', 'the user buffer is not there', '-EFAULT'),
  'copy-short': fault('copy-short', 'user', 'the atomic copy stops after 0, 1, ... cells'),
  signal: fault('signal', 'user', 'a fatal signal is pending', 'SIGKILL'),
  'read-eio': fault('read-eio', 'any', 'reading a page from disk fails', '-EIO'),
  'write-eio': fault('write-eio', 'any', 'writing a page to disk fails', '-EIO'),
  'write-begin-enospc': fault(
    'write-begin-enospc',
    'no-iomap',
    'no space in write_begin, at block 1, 2, ...',
  ),
  'iomap-read-eio': fault('iomap-read-eio', 'iomap', '->iomap(READ) fails', '-EIO'),
  'iomap-read-trim': fault(
    'iomap-read-trim',
    'iomap',
    '->iomap(READ) maps 1, 2, ... blocks less than it could',
  ),
  'iomap-reserve-enospc': fault(
    'iomap-reserve-enospc',
    'iomap',
    '->iomap(RESERVE) fails',
    '-ENOSPC',
  ),
  'iomap-allocate-eio': fault('iomap-allocate-eio', 'iomap', '->iomap(ALLOCATE) fails', '-EIO'),
  'iomap-allocate-partial': fault(
    'iomap-allocate-partial',
    'iomap',
    '->iomap(ALLOCATE) allocates only 1, 2, ... blocks',
  ),
  'peer-short': fault('peer-short', 'socket', 'the peer sends only 0, 1, ... cells'),
  'peer-reset': fault('peer-reset', 'socket', 'the peer resets the connection', 'reset'),
  'peer-stall': fault(
    'peer-stall',
    'socket',
    'the peer is silent for longer than the time-out',
    'stall',
  ),
};

export const SITES: readonly FaultSite[] = [
  ...FAULT_NAMES.map((name) => FAULTS[name]),
  choice('which-page', 'the page that a task of the kernel picks'),
];

const numbers = new Map<string, number>(SITES.map((site, i) => [site.name, i]));

/** The number of a site, to be looked up once. */
export const site = (name: SiteName): number => numbers.get(name)!;
