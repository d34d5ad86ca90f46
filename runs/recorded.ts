/** The record of what every design does: written by `npm run golden`, read by every matrix. */
import { readFileSync } from 'node:fs';
import type { Recorded } from '../evidence/record.ts';

/** Beside the sources, also of a package that is installed. */
export const RECORDED = new URL('../../scenarios/recorded.json', import.meta.url);

/**
 * Without the file nothing is on record. It is ours, and not to be edited: its shape is believed.
 */
export function readRecord(): Recorded {
  try {
    return JSON.parse(readFileSync(RECORDED, 'utf8')) as Recorded;
  } catch {
    return {};
  }
}
