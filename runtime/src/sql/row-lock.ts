import type { Dialect } from '../schema/model-schema.js';

/** What becomes of the rows a Read or List gives, until the transaction ends. */
export interface RowLock {
  /** `update`: nobody else may change or lock them. `share`: nobody may change them, others may share the lock. */
  readonly lock?: 'update' | 'share' | undefined;
  /** Leaves out rows that others have locked, rather than waiting. */
  readonly skipLocked?: true | undefined;
  /** Fails when others have locked a row, rather than waiting. */
  readonly noWait?: true | undefined;
}

/**
 * What stands at the end of a SELECT, ` FOR UPDATE SKIP LOCKED`; nothing without a lock. SQLite needs nothing: a transaction
 * holds the lock of the whole database from its beginning, so that there are no rows that others have locked.
 */
export function lockClause(dialect: Dialect, { lock, skipLocked, noWait }: RowLock): string {
  if (lock === undefined || dialect === 'sqlite') return '';
  return ` FOR ${lock === 'update' ? 'UPDATE' : 'SHARE'}${skipLocked === true ? ' SKIP LOCKED' : noWait === true ? ' NOWAIT' : ''}`;
}
