import { whileBusy } from './busy.js';
import { readerPragma, writerPragma, type SqliteConnection } from './connection.js';
import { SqliteTransaction } from './transaction.js';

/** A connection that is had alone until it is given back. */
export interface Lease {
  readonly connection: SqliteConnection;
  /** `write` holds SQLite's write lock from the beginning; `read` is on a connection that refuses writes anyway, `readOnWriter` on the other. */
  readonly kind: 'write' | 'read' | 'readOnWriter';
  readonly giveBack: () => void;
}

/**
 * Begins a transaction. The lease ends with it, or here when it cannot begin.
 * @param busyMs how long to wait for another process's lock
 * @param open where it stands as long as it is open
 */
export async function begin(lease: Lease, busyMs: number, signal: AbortSignal | undefined, open: Set<SqliteTransaction>): Promise<SqliteTransaction> {
  const { connection, kind, giveBack } = lease;
  const end = kind === 'readOnWriter' ? () => giveBackWritable(lease) : giveBack;
  try {
    if (kind === 'readOnWriter') await connection.run(readerPragma);
    const begun = whileBusy(busyMs, () => (kind === 'write' ? connection.run('BEGIN IMMEDIATE') : beginReading(connection)), signal);
    if (begun !== undefined) await begun;
  } catch (error) {
    // It may have begun in spite of the error, and would stay open for whoever is next.
    await undo(connection);
    await end();
    throw error;
  }
  const transaction: SqliteTransaction = new SqliteTransaction(connection, () => {
    open.delete(transaction);
    return end();
  });
  open.add(transaction);
  return transaction;
}

/** Reads something at once, for from its first read on a transaction sees the database as it was then. */
async function beginReading(connection: SqliteConnection): Promise<void> {
  await connection.run('BEGIN');
  try {
    await connection.run('SELECT 1 FROM sqlite_master LIMIT 1');
  } catch (error) {
    await undo(connection);
    throw error;
  }
}

async function undo(connection: SqliteConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch {
    // There is nothing to roll back.
  }
}

async function giveBackWritable({ connection, giveBack }: Lease): Promise<void> {
  try {
    await connection.run(writerPragma);
  } finally {
    giveBack();
  }
}
