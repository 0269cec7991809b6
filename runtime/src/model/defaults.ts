import { v7 } from 'uuid';
import type { Uuid } from './types.js';

/** Default of a `Uuid` or `string` field: a new random UUID (version 4) per row. */
export function uuid(): Uuid {
  return crypto.randomUUID();
}

/** Default of a `Uuid` or `string` field: a new UUID of version 7 per row. They sort by the time they were made. */
export function uuidv7(): Uuid {
  return v7();
}

/** Default of a `Date` field: the time at which the row is made. */
export function now(): Date {
  return new Date();
}

/**
 * Default of an `Int` or `bigint` `id`: the database counts. Only the compiler reads it; called in a running program it
 * gives undefined, for the number is known after the row is stored.
 */
export function autoIncrement<T extends number | bigint>(): T {
  return undefined as unknown as T;
}
