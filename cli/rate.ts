/** How far a search has come, how fast it is, and how much of its limit it has used: a line. */
import { thousands } from '../evidence/text.ts';
import type { Io } from './io.ts';
import type { Where } from './job.ts';
import type { LimitOptions } from './options.ts';

export interface Pace {
  readonly states: number;
  readonly depth: number;
  /** Since it has begun. */
  readonly ms: number;
  /** States that the search may keep: fewer than were asked for where the memory is the limit. */
  readonly room: number;
  readonly max_states: number;
}

export function paceText({ design, scenario }: Where, pace: Pace): string {
  const { states, depth, ms, room, max_states } = pace;
  const rate = ms <= 0 ? '' : `, ${thousands(Math.round((states * 1000) / ms))}/s`;
  const known = room > 0 ? Math.min(room, max_states) : max_states;
  const limit = known < max_states ? '--max-memory' : '--max-states';
  const share = Math.min(100, Math.floor((states * 100) / known));
  return (
    `${design} ${scenario}: ${thousands(states)} states${rate}, depth ${thousands(depth)}, ` +
    `${share}% of ${limit}`
  );
}

/** Tells it from now on. */
export function paced(where: Where, { maxStates: max_states }: LimitOptions, io: Io) {
  const begun = performance.now();
  return (states: number, depth: number, room: number): void => {
    const ms = performance.now() - begun;
    io.progress(paceText(where, { states, depth, ms, room, max_states }));
  };
}
