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
  /** A read that gives one row at most. Never a write: SQLite leaves out the checkpoint that is due when a write's rows are not read to their end. */
  readonly single?: true;
  /** Of a transaction, without values or rows, such as SAVEPOINT: it may be sent along with the next statement, whose error its own then is. */
  readonly withNext?: true;
  /**
   * Of a write that changes one row each time: the same for several rows at once, their values one after the other. For `executeMany`
   * on SQLite.
   */
  readonly several?: { readonly statement: Statement; readonly rows: number };
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
  /** @param signal ends the wait for a connection, and cancels the statement where the driver can; the promise is then rejected with the signal's reason or the driver's own error */
  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result>;
  /**
   * Runs one write statement that returns no rows once per value list, in order; gives the changes of each. Not atomic by itself, and
   * after an error others may have run: call it inside a transaction.
   */
  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]>;
}

export interface TransactionOptions {
  /** PostgreSQL: as the server knows them. SQLite is always serializable and accepts each of them. */
  readonly isolation?: IsolationLevel;
  /** Refuses every write. */
  readonly readOnly?: boolean;
  /** PostgreSQL, together with `serializable` and `readOnly`: waits for a moment at which the transaction can neither fail nor hinder others. */
  readonly deferrable?: boolean;
}

/** How a connection is taken for a transaction. */
export interface BeginOptions extends TransactionOptions {
  /** Ends the wait for a connection. */
  readonly signal?: AbortSignal;
  /** Says what the transaction is for and where it was opened, when somebody waits for its connection in vain. */
  readonly holder?: Holder;
  /** On the server itself, not through a pooler: for creating tables. The same as usual where there is only one way to it. */
  readonly direct?: boolean;
}

/** Who has a connection. */
export interface Holder {
  /** `transaction`, or the operation, `User.bulkCreate`. */
  readonly what: string;
  /** Made when the connection was asked for; its stack leads to the user's call. */
  readonly opened?: Error;
}

/** Connections at this moment. */
export interface PoolStats {
  /** Most there can be. */
  readonly max: number;
  readonly open: number;
  readonly idle: number;
  readonly used: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  /** Those to the read replica, when there is one. */
  readonly read?: ReadPoolStats;
}

export interface ReadPoolStats extends PoolStats {
  /** Reads that the replica answered. */
  readonly reads: number;
  /** Reads that went to the primary because the replica did not yet have this program's last write. */
  readonly behind: number;
  /** Reads that went to the primary because the replica failed. */
  readonly failed: number;
}

export type IsolationLevel = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';

/** One connection with an open transaction; `BEGIN` has run, or runs with the first statement. After `commit` or `rollback` it is back in the pool. */
export interface TransactionConnection extends Executor {
  /** @param signal when it is aborted and the server does not answer, the connection is given up; SQLite does not need it */
  commit(signal?: AbortSignal): Promise<void>;
  rollback(): Promise<void>;
}

/** A database behind a pool. Errors are the underlying driver's own; `database/driver-errors.ts` names them. */
export interface Driver extends Executor {
  /** Adapter in use: `pg`, `sqlite3`, `better-sqlite3`, `node:sqlite`. */
  readonly adapter: string;
  begin(options?: BeginOptions): Promise<TransactionConnection>;
  stats(): PoolStats;
  /** The servers behind it, by name, when there are several. */
  readonly servers?: Readonly<Record<string, Driver>> | undefined;
  /**
   * Lets nobody in any more, serves what was let in and closes the connections. May be called again.
   * @param timeoutMs after this time what still runs or waits is cut off with DF-505; without it there is no limit
   */
  close(timeoutMs?: number): Promise<void>;
}
