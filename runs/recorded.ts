/** The record of what every design does: written by `npm run golden`, read by every matrix. */
import { readFileSync } from 'node:fs';
import { sha256 } from '../evidence/digest.ts';
import type { Recorded } from '../evidence/record.ts';

/** Beside the sources, also of a package that is installed. */
export const RECORDED = new URL('../../scenarios/recorded.json', import.meta.url);

/** What the model is called in evidence: a digest of all that is on record. */
export function modelName(): string {
  try {
    return sha256(readFileSync(RECORDED, 'utf8'), 16);
  } catch {
    return 'not on record';
  }
}

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
