import { abortable } from '../abortable.js';
import type { BeginOptions, Driver, DriverValue, PoolStats, Result, Statement, TransactionConnection } from '../driver.js';
import { limitedClose } from '../close-limit.js';
import { cutOffByClose, Gate, usedAfterClose } from '../gate.js';
import { begin, type Lease } from './begin.js';
import { whileBusy } from './busy.js';
import { filePragma, readerPragma, type AsyncSqliteAdapter, type SqliteConnection } from './connection.js';
import type { SqliteSettings } from './open.js';
import { Readers } from './readers.js';
import { isRegexMatch } from './regex.js';
import { statsOf } from './stats.js';
import type { SqliteTransaction } from './transaction.js';
import { oldestHolder, Turn } from './turn.js';

/** SQLite through the asynchronous package `sqlite3`: one writer, and on a file some connections that read beside it. */
export class AsyncSqliteDriver implements Driver {
  readonly dialect = 'sqlite';
  readonly adapter: string;
  readonly #open: () => Promise<SqliteConnection>;
  readonly #settings: SqliteSettings;
  /** Who may use the writer. */
  readonly #writing: Turn;
  readonly #readers: Readers<SqliteConnection>;
  /** Everything under way, readers too: what `close` waits for. */
  readonly #work: Gate;
  #writer: Promise<SqliteConnection> | undefined;
  #closing: Promise<void> | undefined;
  /** Those that are open. */
  readonly #transactions = new Set<SqliteTransaction>();

  constructor(adapter: AsyncSqliteAdapter, settings: SqliteSettings) {
    const { file, readers, acquireTimeoutMs } = settings;
    this.adapter = adapter.name;
    this.#settings = settings;
    this.#open = () => adapter.open(file);
    const onTimeout = (waitedMs: number): Error => settings.onTimeout(waitedMs, this.stats(), oldestHolder([this.#writing, ...this.#readers.turns]));
    this.#writing = new Turn(acquireTimeoutMs, onTimeout);
    this.#readers = new Readers(() => this.#openReader(), readers, () => new Turn(acquireTimeoutMs, onTimeout));
    this.#work = new Gate(acquireTimeoutMs, onTimeout);
  }

  async execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    if (values.some(isRegexMatch)) return this.#inTransaction(statement, values, signal);
    if (statement.kind === 'read' && this.#settings.readers > 0) return this.#read(statement, values, signal);
    return this.#write((connection) => connection.execute(statement, values, signal), signal);
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    return this.#write((connection) => connection.executeMany(statement, rows, signal), signal);
  }

  async begin(options: BeginOptions = {}): Promise<TransactionConnection> {
    this.#refuseWhenClosing();
    this.#work.enter();
    let lease: Lease;
    try {
      lease = await this.#lease(options);
    } catch (error) {
      this.#work.leave();
      throw error;
    }
    return begin(lease, this.#settings.acquireTimeoutMs, options.signal, this.#transactions);
  }

  stats(): PoolStats {
    return statsOf(1 + this.#settings.readers, this.#writer !== undefined, this.#writing, this.#readers.turns);
  }

  close(timeoutMs?: number): Promise<void> {
    this.#closing ??= this.#close();
    return timeoutMs === undefined ? this.#closing : limitedClose(this.#closing, timeoutMs, (ms) => this.#cutOff(ms));
  }

  async #close(): Promise<void> {
    await this.#work.drain(usedAfterClose);
    await this.#readers.close();
    // The writer last: who closes last puts the log back into the file.
    const writer = await this.#writer?.catch(() => undefined);
    await writer?.close();
    this.#writer = undefined;
  }

  async #lease(options: BeginOptions): Promise<Lease> {
    const writer = await abortable(this.#opened(), options.signal);
    const reader = options.readOnly === true && this.#settings.readers > 0 ? this.#readers.forTransaction() : undefined;
    const connection = reader === undefined ? writer : await reader.connection;
    const release = await (reader?.turn ?? this.#writing).take(options);
    const giveBack = (): void => {
      release();
      this.#work.leave();
    };
    return { connection, kind: options.readOnly !== true ? 'write' : reader === undefined ? 'readOnWriter' : 'read', giveBack };
  }

  /** A short transaction of its own, for what takes two statements. */
  async #inTransaction(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    const onlyReads = statement.kind === 'read' && this.#settings.readers > 0;
    const transaction = await this.begin({ readOnly: onlyReads, holder: { what: 'a search with $regex' }, ...(signal && { signal }) });
    try {
      const result = await transaction.execute(statement, values, signal);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  async #write<T>(work: (connection: SqliteConnection) => T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#refuseWhenClosing();
    this.#work.enter();
    try {
      const writer = await abortable(this.#opened(), signal);
      const { gate } = this.#writing;
      const attempt = async (): Promise<T> => {
        await gate.shared(signal);
        try {
          return await work(writer);
        } finally {
          gate.leave();
        }
      };
      return await whileBusy(this.#settings.acquireTimeoutMs, attempt, signal);
    } finally {
      this.#work.leave();
    }
  }

  async #read(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    this.#refuseWhenClosing();
    this.#work.enter();
    try {
      await abortable(this.#opened(), signal);
      const reader = this.#readers.forStatement();
      if (reader === undefined) return await this.#write((connection) => connection.execute(statement, values, signal), signal);
      const { gate } = reader.turn;
      gate.enter();
      try {
        const connection = await reader.connection;
        return await whileBusy(this.#settings.acquireTimeoutMs, () => connection.execute(statement, values, signal), signal);
      } finally {
        gate.leave();
      }
    } finally {
      this.#work.leave();
    }
  }

  async #openReader(): Promise<SqliteConnection> {
    const reader = await this.#open();
    try {
      await reader.run(readerPragma);
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
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

  async #openWriter(): Promise<SqliteConnection> {
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

  #cutOff(timeoutMs: number): void {
    const onCut = (): Error => cutOffByClose(timeoutMs);
    for (const { gate } of [this.#writing, ...this.#readers.turns]) gate.cutOff(onCut);
    for (const transaction of this.#transactions) void transaction.cutOff(onCut);
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw usedAfterClose();
  }
}
