/**
 * Every place where the environment has a say: the ways in which the kernel can fail, and the choices
 * that are nobody's fault. The good answer is first. A scenario says which faults may happen and how
 * many in one run; choices are always free.
 */
import type { Site } from '../machine/rows.ts';

export interface FaultSite extends Site {
  readonly fault: boolean;
  readonly about: string;
}

const fault = (name: string, about: string, ...answers: string[]): FaultSite => ({
  name,
  about,
  answers: ['ok', ...answers],
  fault: true,
});

const choice = (name: string, about: string): FaultSite => ({ name, about, answers: [], fault: false });

/** Answers past the named ones are numbered: how many cells, which page. */
export const SITES = [
  fault('page-enomem', 'no page for the page cache', '-ENOMEM'),
  fault('direct-reclaim', 'the allocation has to reclaim memory first', 'reclaim'),
  fault('fault-in-efault', 'the user buffer is not there', '-EFAULT'),
  fault('copy-short', 'the atomic copy stops early: after so many cells'),
  fault('signal', 'a fatal signal is pending', 'SIGKILL'),
  fault('read-eio', 'reading a page from disk fails', '-EIO'),
  fault('write-eio', 'writing a page to disk fails', '-EIO'),
  fault('write-begin-enospc', 'no space for a block in write_begin', '-ENOSPC'),
  fault('iomap-read-eio', '->iomap(READ) fails', '-EIO'),
  fault('iomap-read-trim', '->iomap(READ) maps less than it could: so many blocks'),
  fault('iomap-reserve-enospc', '->iomap(RESERVE) fails', '-ENOSPC'),
  fault('iomap-allocate-eio', '->iomap(ALLOCATE) fails', '-EIO'),
  fault('iomap-allocate-partial', '->iomap(ALLOCATE) allocates only so many blocks'),
  fault('peer-short', 'the peer sends only so many cells, then closes or stalls'),
  fault('peer-reset', 'the peer resets the connection', 'reset'),
  fault('peer-stall', 'the peer sends nothing more for longer than the time-out', 'stall'),
  choice('which-page', 'the page that a task of the kernel picks'),
  choice('which-block', 'the block that the neighbour picks'),
] as const satisfies readonly FaultSite[];

export type SiteName = (typeof SITES)[number]['name'];
export type FaultName = SiteName;

const numbers = new Map<string, number>(SITES.map((site, i) => [site.name, i]));

export const siteNumber = (name: SiteName): number => numbers.get(name)!;
