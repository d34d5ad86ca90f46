/**
 * A lock that many may hold shared, or one for himself. Its value is 2 * the mask of who holds it,
 * + 1 where that is one for himself; 0: nobody.
 */
import { range, worded } from '../machine/struct.ts';
import type { Field } from '../machine/struct.ts';
import type { Sizes } from './subsystem.ts';

export const rwsem = (z: Pick<Sizes, 'tasks'>, what: string): Field => {
  const names = (value: number): string => {
    const by = z.tasks.filter((_, task) => (value >>> (task + 1)) & 1).join(', ');
    if (value === 0) return 'nobody';
    return isShared(value) ? `shared by ${by}` : by;
  };
  return worded(range(2 ** (z.tasks.length + 1) - 1, names), {
    change: (to) => (to === 'nobody' ? `${what} free` : `${what}: ${to}`),
    stand: () => '',
  });
};

/** Mask of the tasks that hold it. */
export const holdersOf = (value: number): number => value >>> 1;
export const holds = (value: number, me: number): boolean => ((value >>> (me + 1)) & 1) === 1;
export const isShared = (value: number): boolean => (value & 1) === 0;

/** As task `me` holds it for himself. */
export const exclusiveOf = (me: number): number => (2 << me) + 1;
/** With task `me` among those who share it, and without. */
export const sharedWith = (value: number, me: number): number => value | (2 << me);
export const sharedWithout = (value: number, me: number): number => value & ~(2 << me);

/**
 * Mask of those for whom task `me` has to wait: to look at what it guards, and to change it. Who
 * shares it, and wants to change that, waits for himself.
 */
export const keepFromLooking = (value: number, me: number): number =>
  isShared(value) || value === exclusiveOf(me) ? 0 : holdersOf(value);
export const keepFromChanging = (value: number, me: number): number =>
  value === exclusiveOf(me) ? 0 : holdersOf(value);
