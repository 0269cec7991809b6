import type { Observation } from './observation.js';

/** Who watches a `DataFlow` or a transaction, for those who run workflows on it; not for users, so it is no property. */
export const observations = new WeakMap<object, Observation>();

/** Undefined when nobody watches. */
export function watching(database: object): Observation | undefined {
  const observation = observations.get(database);
  return observation?.observer === undefined ? undefined : observation;
}
