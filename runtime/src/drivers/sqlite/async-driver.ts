import type { Driver, DriverValue, Result, Statement, TransactionConnection } from '../driver.js';
import { Gate, usedAfterClose } from '../gate.js';
import { whileBusy } from './busy.js';
import { filePragma, readerPragma, type AsyncSqliteAdapter, type SqliteConnection } from './connection.js';
import type { SqliteSettings } from './open.js';
import { isRegexMatch } from './regex.js';
import { SqliteTransaction } from './transaction.js';

interface Reader {
  readonly connection: Promise<SqliteConnection>;
  /** Statements under way. */
  busy: number;
}

/** SQLite through the asynchronous package `sqlite3`: one writer, and on a file some connections that read beside it. */
export class AsyncSqliteDriver implements Driver {
  readonly dialect = 'sqlite';
  readonly adapter: string;
  readonly #open: () => Promise<SqliteConnection>;
  readonly #settings: SqliteSettings;
  /** Guards the writer. */
  readonly #gate: Gate;
  /** Everything under way, readers too: what `close` waits for. */
  readonly #work: Gate;
  readonly #readers: Reader[] = [];
  #writer: Promise<SqliteConnection> | undefined;
  #closing: Promise<void> | undefined;

  constructor(adapter: AsyncSqliteAdapter, settings: SqliteSettings) {
    this.adapter = adapter.name;
    this.#settings = settings;
    this.#open = () => adapter.open(settings.file);
    this.#gate = new Gate(settings.acquireTimeoutMs, settings.onTimeout);
    this.#work = new Gate(settings.acquireTimeoutMs, settings.onTimeout);
  }

  async execute(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    if (values.some(isRegexMatch)) return this.#alone((transaction) => transaction.execute(statement, values));
    if (statement.kind === 'read' && this.#settings.readers > 0) {
      return this.#counted(async () => {
        await this.#opened();
        return this.#reading((connection) => connection.execute(statement, values));
      });
    }
    return this.#shared((connection) => connection.execute(statement, values));
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): Promise<readonly number[]> {
    return this.#shared((connection) => connection.executeMany(statement, rows));
  }

  async begin(): Promise<TransactionConnection> {
    this.#refuseWhenClosing();
    this.#work.enter();
    try {
      const writer = await this.#opened();
      await this.#gate.exclusive();
      try {
        await whileBusy(this.#settings.acquireTimeoutMs, () => writer.run('BEGIN IMMEDIATE'));
      } catch (error) {
        this.#gate.leaveExclusive();
        throw error;
      }
      return new SqliteTransaction(writer, () => {
        this.#gate.leaveExclusive();
        this.#work.leave();
      });
    } catch (error) {
      this.#work.leave();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#work.drain(usedAfterClose);
    const connections = await Promise.allSettled([...this.#readers.map((reader) => reader.connection), this.#writer]);
    // The writer last: who closes last puts the log back into the file.
    for (const connection of connections) if (connection.status === 'fulfilled') await connection.value?.close();
  }

  /** A short transaction of its own, for what takes two statements. */
  async #alone<T>(work: (transaction: TransactionConnection) => T | Promise<T>): Promise<T> {
    const transaction = await this.begin();
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  #shared<T>(work: (connection: SqliteConnection) => T | Promise<T>): Promise<T> {
    return this.#counted(async () => {
      const writer = await this.#opened();
      return whileBusy(this.#settings.acquireTimeoutMs, async () => {
        await this.#gate.shared();
        try {
          return await work(writer);
        } finally {
          this.#gate.leave();
        }
      });
    });
  }

  async #reading<T>(work: (connection: SqliteConnection) => T | Promise<T>): Promise<T> {
    const reader = this.#leastBusyReader();
    reader.busy++;
    try {
      const connection = await reader.connection;
      return await whileBusy(this.#settings.acquireTimeoutMs, () => work(connection));
    } finally {
      reader.busy--;
    }
  }

  #leastBusyReader(): Reader {
    let best: Reader | undefined;
    for (const reader of this.#readers) if (best === undefined || reader.busy < best.busy) best = reader;
    if (best !== undefined && (best.busy === 0 || this.#readers.length >= this.#settings.readers)) return best;
    const reader: Reader = { connection: this.#openReader(), busy: 0 };
    reader.connection.catch(() => this.#readers.splice(this.#readers.indexOf(reader), 1));
    this.#readers.push(reader);
    return reader;
  }

  async #openReader(): Promise<SqliteConnection> {
    const reader = await this.#open();
    await reader.run(readerPragma);
    return reader;
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhenClosing();
    this.#work.enter();
    try {
      return await work();
    } finally {
      this.#work.leave();
    }
  }

  async #opened(): Promise<SqliteConnection> {
    this.#writer ??= this.#openWriter();
    try {
      return await this.#writer;
    } catch (error) {
      this.#writer = undefined;
      throw error;
    }
  }

  #openWriter(): Promise<SqliteConnection> {
    const { inMemory, acquireTimeoutMs } = this.#settings;
    return whileBusy(acquireTimeoutMs, async () => {
      const connection = await this.#open();
      try {
        if (!inMemory) await connection.run(filePragma);
        return connection;
      } catch (error) {
        await connection.close();
        throw error;
      }
    });
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw usedAfterClose();
  }
}
