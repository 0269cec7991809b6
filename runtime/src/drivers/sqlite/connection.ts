import type { DriverValue, MaybePromise, Result, Statement } from '../driver.js';

/** One open SQLite connection, of whatever package. Knows nothing of transactions and queues. */
export interface SqliteConnection {
  /** @param signal interrupts the statement where the package can; then it fails with SQLITE_INTERRUPT */
  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result>;
  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]>;
  /** Runs SQL without values and results: pragmas, BEGIN, COMMIT. */
  run(sql: string): MaybePromise<void>;
  close(): MaybePromise<void>;
}

/** A connection whose package works synchronously. */
export interface SyncSqliteConnection extends SqliteConnection {
  execute(statement: Statement, values: readonly DriverValue[]): Result;
  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): readonly number[];
  run(sql: string): void;
  close(): void;
}

export interface SyncSqliteAdapter {
  readonly name: 'better-sqlite3' | 'node:sqlite';
  readonly synchronous: true;
  open(file: string): SyncSqliteConnection;
}

export interface AsyncSqliteAdapter {
  readonly name: 'sqlite3';
  readonly synchronous: false;
  open(file: string): Promise<SqliteConnection>;
}

export type SqliteAdapter = SyncSqliteAdapter | AsyncSqliteAdapter;

/** What begins and ends transactions, worth being kept prepared. */
export const transactionControl: ReadonlySet<string> = new Set(['BEGIN IMMEDIATE', 'BEGIN', 'COMMIT', 'ROLLBACK']);
/** What every connection is set to. Waiting for locks is done without blocking, in `busy.ts`, so SQLite itself does not wait. */
export const connectionPragmas = ['PRAGMA busy_timeout = 0', 'PRAGMA foreign_keys = ON', 'PRAGMA synchronous = NORMAL'];
/** Kept in the file: readers and the writer do not block each other. In memory SQLite ignores it. */
export const filePragma = 'PRAGMA journal_mode = WAL';
/** For connections that only read. */
export const readerPragma = 'PRAGMA query_only = ON';
export const writerPragma = 'PRAGMA query_only = OFF';
