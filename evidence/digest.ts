/** Fingerprints: of a state by what its fields say, and of a model along one trace. */
import { createHash } from 'node:crypto';
import { SITES } from '../model/kernel.ts';
import type { KernelSystem, Setup } from '../model/system.ts';
import type { Told } from './trace.ts';

export const sha256 = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/** As a Content-Security-Policy names what it allows. */
export const sha256Base64 = (text: string): string =>
  createHash('sha256').update(text).digest('base64');

/**
 * Of a state, by the names of its fields that are not zero: the same after the layout has changed,
 * or has got a field that stays zero.
 */
export function stateDigest({ struct }: KernelSystem, state: Int32Array): string {
  const fields = struct.places
    .filter((place) => struct.get(state, place) !== 0)
    .map((place) => `${place.name}=${struct.text(state, place)}`);
  return sha256(fields.join('\n'), 8);
}

/**
 * Of everything that a recorded trace depends on: layout, tasks and their rows, sites and answers,
 * bounds, and every state on the way.
 */
export function modelDigest(system: KernelSystem, setup: Setup, told: readonly Told[]): string {
  const model = {
    layout: system.struct.signature(),
    tasks: system.tasks.map(({ name, work, daemon }) => ({
      name,
      daemon,
      rows: work.map(({ rows }) => Object.keys(rows)),
    })),
    sites: SITES.map(({ name, answers }) => ({ name, answers })),
    setup,
    states: told.map(({ step }) => [...step.state]),
  };
  return sha256(JSON.stringify(model), 16);
}
