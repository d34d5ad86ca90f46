/**
 * What tasks wait for, in classes, as lockdep has them: locks, and what others have to have done
 * before somebody can go on. Of one class there may be several, by number.
 */
import type { Awaited } from './turn.ts';

/** Each looks at the state alone, and allocates nothing. `K` is the kernel that it looks at. */
export interface LockClass<K> extends Awaited {
  /** So many there are. */
  readonly count: (k: K) => number;
  /** Mask of the tasks that hold number `n`; or on whom it hangs that it is done. */
  readonly holders: (k: K, n: number) => number;
  /** Do they hold it shared? Without it, nobody does. */
  readonly shared?: (k: K, n: number) => boolean;
  /** One is as good as another, and so there is no order among them. */
  readonly alike?: true;
  /** Nobody takes it: others do it, and it can only be waited for (lockdep: a completion). */
  readonly completion?: true;
}
