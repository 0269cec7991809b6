import type { Dialect } from '../schema/model-schema.js';

/** What a driver may hand back at once (synchronous SQLite) or later. Always `await` it unless speed asks otherwise. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * One SQL text with its calling convention. Drivers prepare a statement once per connection and remember it by
 * identity, so callers keep and reuse the same object (fixed statements live in the generated module, others in the
 * shape cache). Placeholders are `?` for SQLite (positional; a value used twice is given twice) and `$1, $2 …` for PostgreSQL.
 */
export interface Statement {
  readonly text: string;
  /** `read` may run on any connection; `write` needs the writer. */
  readonly kind: 'read' | 'write';
  /** Whether rows come back (SELECT, RETURNING). */
  readonly returns: boolean;
  /**
   * `true`: one of a model's fixed statements, which PostgreSQL connections always keep prepared. `false`: run once or
   * seldom, not worth keeping. Otherwise kept up to a bound.
   */
  readonly fixed?: boolean;
}

/** A value as drivers take it. Codecs turn user values into these; a JS array is a PostgreSQL array. */
export type DriverValue = null | string | number | bigint | boolean | Uint8Array | readonly (string | number | boolean | null)[] | RegexMatch;

/**
 * `$regex` on SQLite, where the statement says `"column" REGEXP ?`. An adapter that can define SQL functions passes
 * `pattern` on; the asynchronous `sqlite3` cannot, and resolves the matching values first.
 */
export interface RegexMatch {
  readonly regex: string;
}

/**
 * Rows are arrays in column order, values as the driver's raw form (PostgreSQL: text; SQLite: native).
 *
 * The package `sqlite3` gives objects, so the columns of a result must have names that differ and are no whole numbers
 * (`SELECT 1` has a column named `1`): alias what is not plainly a column.
 */
export interface Result {
  readonly rows: readonly (readonly RawValue[])[];
  /** Rows inserted, updated or deleted. 0 for reads. */
  readonly changes: number;
}

export type RawValue = null | string | number | bigint | Uint8Array;

/** What can run statements: the pooled driver itself, or one connection inside a transaction. */
export interface Executor {
  readonly dialect: Dialect;
  execute(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result>;
  /**
   * Runs one write statement that returns no rows once per value list, in order; gives the changes of each. Not atomic by itself, and
   * after an error others may have run: call it inside a transaction.
   */
  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): MaybePromise<readonly number[]>;
}

export interface TransactionOptions {
  /** PostgreSQL: as the server knows them. SQLite is always serializable and accepts each of them. */
  readonly isolation?: IsolationLevel;
}
export type IsolationLevel = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';

/** One connection with an open transaction (`BEGIN` has run). After `commit` or `rollback` it is back in the pool. */
export interface TransactionConnection extends Executor {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A database behind a pool. Errors are the underlying driver's own; `database/driver-errors.ts` names them. */
export interface Driver extends Executor {
  /** Adapter in use: `pg`, `sqlite3`, `better-sqlite3`, `node:sqlite`. */
  readonly adapter: string;
  begin(options?: TransactionOptions): Promise<TransactionConnection>;
  close(): Promise<void>;
}
