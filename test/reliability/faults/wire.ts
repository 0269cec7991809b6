import type { Adapter, Place } from '../support/places.js';
import { proxyOf } from './postgres-proxy.js';
import { patchedSqlite } from './sqlite-calls.js';

/** What becomes of one statement on its way to the database. */
export type Fate =
  | 'pass'
  /** The database refuses it. */
  | 'error'
  /** The connection breaks (SQLite: the disk fails) before the database has seen it. */
  | 'lost before'
  /** The database has carried it out, but the answer is lost. */
  | 'lost after'
  /** SQLite: the disk is full, upon which it rolls the whole transaction back by itself. */
  | 'given up'
  /** Nothing happens any more: on PostgreSQL for good, with the package sqlite3 until `release`. */
  | 'hang';

/** Decides about a statement; a promise holds it up. */
export type Decide = (text: string) => Fate | Promise<Fate>;

/** The way between a driver's package and the database, where every statement can be seen and stopped. */
export interface Wire {
  /** Where a DataFlow has to connect to. */
  readonly url: string;
  /** Everything passes while it is undefined. */
  decide: Decide | undefined;
  /** Lets the statements of sqlite3 that hang run. */
  release(): void;
  close(): Promise<void>;
}

/** For PostgreSQL a proxy between client and server; for SQLite the calls of the package are intercepted. Nothing is simulated but the fault. */
export async function wireTo(place: Place): Promise<Wire> {
  return place.dialect === 'postgres' ? proxyOf(place.url) : patchedSqlite(place.name as Exclude<Adapter, 'pg'>, place.url);
}
