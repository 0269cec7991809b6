import type { Contender, Place } from '../contender.js';

/** Where contenders' databases come from: alike in content, one for each. */
export interface Databases {
  /** What it is, for the report: `SQLite 3.51.0`. */
  readonly version: string;
  /** A new database with the seed, and an administrator's handle to it that the contender does not know of. */
  make(contender: Contender): Promise<{ readonly place: Place; readonly admin: Admin }>;
  close(): Promise<void>;
}

export interface Admin {
  execute(sql: string): Promise<void>;
  /** A point in time as it stands in SQL. */
  literal(date: Date): string;
  /** What all rows come to: equal for two databases that hold the same rows. */
  checksum(): Promise<string>;
  /** Cleans up after a round: statistics, write-ahead log. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}
