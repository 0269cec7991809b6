/**
 * Limits of one call, the second argument of every operation. Waits end at once: for a connection, for locks, for tables that are being
 * created. A statement under way is cancelled and awaited, so that nothing of it stays; if it ends all the same, its result is given.
 * In a transaction a statement that was cancelled ends the transaction too, unless a nested one contains it.
 *
 * SQLite: only the package `sqlite3` can cancel a statement that runs. With the others it ends first, and so does a write in a
 * transaction (whose own `signal` and `timeoutMs` do cancel it).
 */
export interface CallOptions {
  /** Ends the call: what has not begun does not begin, a statement under way is cancelled. Raises DF-510. */
  readonly signal?: AbortSignal;
  /** Time limit in milliseconds for the whole call, waiting for a connection included. Raises DF-511. */
  readonly timeoutMs?: number;
}

/** How far a bulk operation has come. */
export interface BulkProgress {
  /** Rows taken from the data so far. */
  readonly processed: number;
  readonly inserted: number;
  readonly skipped: number;
  readonly updated: number;
}

/** Limits of BulkCreate and BulkUpsert, and who hears of their progress. */
export interface BulkOptions extends CallOptions {
  /** Called after every batch that was sent. What it throws ends the operation. */
  readonly onProgress?: (progress: BulkProgress) => void;
}
