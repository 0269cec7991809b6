import type { Driver, DriverValue, MaybePromise, Result, Statement, TransactionConnection } from '../driver.js';
import { Gate, usedAfterClose } from '../gate.js';
import { isBusy, whileBusy } from './busy.js';
import { filePragma, readerPragma, type SyncSqliteAdapter, type SyncSqliteConnection } from './connection.js';
import type { SqliteSettings } from './open.js';
import { SqliteTransaction } from './transaction.js';

/**
 * SQLite through a synchronous package: results come without promises. While a transaction is open, other reads use a
 * second connection (in memory they wait), other writes wait, first come, first served.
 */
export class SyncSqliteDriver implements Driver {
  readonly dialect = 'sqlite';
  readonly adapter: string;
  readonly #open: () => SyncSqliteConnection;
  readonly #settings: SqliteSettings;
  readonly #gate: Gate;
  #main: SyncSqliteConnection | undefined;
  #reader: SyncSqliteConnection | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(adapter: SyncSqliteAdapter, settings: SqliteSettings) {
    this.adapter = adapter.name;
    this.#settings = settings;
    this.#open = () => adapter.open(settings.file);
    this.#gate = new Gate(settings.acquireTimeoutMs, settings.onTimeout);
  }

  execute(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    if (this.#main === undefined || !this.#gate.open) return this.#later(statement, (connection) => connection.execute(statement, values));
    try {
      return this.#main.execute(statement, values);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#later(statement, (connection) => connection.execute(statement, values));
    }
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): MaybePromise<readonly number[]> {
    return this.#later(statement, (connection) => connection.executeMany(statement, rows));
  }

  async begin(): Promise<TransactionConnection> {
    this.#refuseWhenClosing();
    const main = await this.#opened();
    await this.#gate.exclusive();
    try {
      await whileBusy(this.#settings.acquireTimeoutMs, () => main.run('BEGIN IMMEDIATE'));
    } catch (error) {
      this.#gate.leaveExclusive();
      throw error;
    }
    return new SqliteTransaction(main, () => this.#gate.leaveExclusive());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#gate.drain(usedAfterClose);
    this.#reader?.close();
    this.#main?.close();
    this.#main = undefined;
  }

  /** The way for whoever has to wait: for the file to be opened, for a transaction's end, for another process's lock. */
  async #later<T>(statement: Statement, work: (connection: SyncSqliteConnection) => T): Promise<T> {
    this.#refuseWhenClosing();
    const main = await this.#opened();
    return whileBusy(this.#settings.acquireTimeoutMs, async () => {
      if (statement.kind === 'read' && !this.#gate.open && this.#settings.readers > 0) return work((this.#reader ??= this.#openReader()));
      await this.#gate.shared();
      try {
        return work(main);
      } finally {
        this.#gate.leave();
      }
    });
  }

  async #opened(): Promise<SyncSqliteConnection> {
    this.#opening ??= this.#openMain();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    return this.#main!;
  }

  async #openMain(): Promise<void> {
    const { inMemory, acquireTimeoutMs } = this.#settings;
    this.#main = await whileBusy(acquireTimeoutMs, () => {
      const connection = this.#open();
      try {
        if (!inMemory) connection.run(filePragma);
        return connection;
      } catch (error) {
        connection.close();
        throw error;
      }
    });
  }

  #openReader(): SyncSqliteConnection {
    const reader = this.#open();
    reader.run(readerPragma);
    return reader;
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw usedAfterClose();
  }
}
