/** All promises: stale data, leaked reservations and nested page locks first. */
import type { Check } from '../machine/rows.ts';
import type { Observer } from '../model/observe.ts';
import { beginAndEndArePaired } from './begin-and-end-are-paired.ts';
import { dirtyHasSomewhereToGo } from './dirty-has-somewhere-to-go.ts';
import { noDeadlock } from './no-deadlock.ts';
import { noLeakedReservations } from './no-leaked-reservations.ts';
import { noLockOutlivesTheCall } from './no-lock-outlives-the-call.ts';
import { noLostWrite } from './no-lost-write.ts';
import { noNestedPageLocks } from './no-nested-page-locks.ts';
import { noPageLockOverTheNetwork } from './no-page-lock-over-the-network.ts';
import { noStaleData } from './no-stale-data.ts';
import { noStaleDataAfterCrash } from './no-stale-data-after-crash.ts';
import { nothingOutsideTheWrite } from './nothing-outside-the-write.ts';
import { bytesAreInTheirPlace } from './bytes-are-in-their-place.ts';
import { nothingIsLeftBeyondEof } from './nothing-is-left-beyond-eof.ts';
import { allocatedWasReserved } from './allocated-was-reserved.ts';
import { everyCallEnds } from './every-call-ends.ts';
import { enospcIsTrue } from './enospc-is-true.ts';
import { streamIsAccounted } from './stream-is-accounted.ts';
import { iteratorIsWhereTheCallSays } from './iterator-is-where-the-call-says.ts';
import { durableDataSurvives } from './durable-data-survives.ts';
import { errorsAreToldOnce } from './errors-are-told-once.ts';
import { fsyncIsDurable } from './fsync-is-durable.ts';
import { ioGoesToItsBlock } from './io-goes-to-its-block.ts';
import { removedDataStaysGone } from './removed-data-stays-gone.ts';
import { isOfProgress } from './property.ts';
import type { Property, StateProperty } from './property.ts';
import { returnValueIsTrue } from './return-value-is-true.ts';
import { spaceIsOwnedOnce } from './space-is-owned-once.ts';
import { uptodateMeansIt } from './uptodate-means-it.ts';

export const PROPERTIES: readonly Property[] = [
  noStaleData,
  noStaleDataAfterCrash,
  noLeakedReservations,
  noNestedPageLocks,
  noLostWrite,
  durableDataSurvives,
  fsyncIsDurable,
  errorsAreToldOnce,
  removedDataStaysGone,
  returnValueIsTrue,
  nothingOutsideTheWrite,
  bytesAreInTheirPlace,
  iteratorIsWhereTheCallSays,
  dirtyHasSomewhereToGo,
  uptodateMeansIt,
  ioGoesToItsBlock,
  beginAndEndArePaired,
  allocatedWasReserved,
  enospcIsTrue,
  nothingIsLeftBeyondEof,
  noLockOutlivesTheCall,
  noPageLockOverTheNetwork,
  streamIsAccounted,
  noDeadlock,
  everyCallEnds,
  spaceIsOwnedOnce,
];

/** The promises, bound to what they look at. */
export const checksOf =
  (properties: readonly Property[]) =>
  (o: Observer): readonly Check[] =>
    properties.map((property) => {
      const { name } = property;
      const premise = () => property.premise(o);
      return isOfProgress(property)
        ? { name, premise, owing: () => property.owing(o) }
        : { name, premise, violated: () => property.violated(o), pieces: piecesOf(property, o) };
    });

/** Each place of which a promise can be asked alone. */
const piecesOf = ({ violated }: StateProperty, o: Observer): (() => boolean)[] =>
  violated.places?.flatMap(([count, broken]) =>
    Array.from({ length: count(o) }, (_, i) => () => broken(i, o)),
  ) ?? [() => violated(o)];
