/** A promise that a user wrote: an error in it is one of the promise, and not of the checker. */
import { DesignError } from '../machine/rows.ts';
import { PROPERTIES } from './all.ts';
import type { Breach, Property } from './property.ts';

const FUNCTIONS = ['asks', 'premise', 'violated', 'owing'] as const;

type Code = (one: unknown) => unknown;

/** The same promise; what it throws names it. Those of the package are given back as they are. */
export function guarded(property: Property): Property {
  if (PROPERTIES.includes(property)) return property;
  const own = property as unknown as Readonly<Record<string, unknown>>;
  const named = (error: unknown): DesignError => {
    if (error instanceof DesignError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new DesignError(`promise ${property.name}: ${message}`, { cause: error });
  };
  const within = (name: string, then = (value: unknown): unknown => value) => {
    const code = own[name];
    if (typeof code !== 'function') return {};
    // In the inner loop: one argument, and nothing is allocated.
    const value = (one: unknown): unknown => {
      try {
        return then((code as Code).call(property, one));
      } catch (error) {
        throw named(error);
      }
    };
    return { [name]: { value, enumerable: true } };
  };
  const parts = FUNCTIONS.map((name) => within(name));
  // Whoever reads its code, as the digest of parts does, finds it here.
  const written = { value: property, enumerable: true };
  // It stays what it is, also where it is of a class.
  return Object.create(
    property,
    Object.assign({ written }, ...parts, within('explain', breach)) as PropertyDescriptorMap,
  ) as Property;
}

function breach(value: unknown): Breach {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<Breach>;
  for (const key of ['expected', 'found', 'where'] as const) {
    if (typeof given[key] !== 'string') throw new TypeError(`explain gives no text '${key}'`);
  }
  return given as Breach;
}
