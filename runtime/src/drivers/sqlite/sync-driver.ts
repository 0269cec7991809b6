import { abortable } from '../abortable.js';
import type { BeginOptions, Driver, DriverValue, MaybePromise, PoolStats, Result, Statement, TransactionConnection } from '../driver.js';
import { limitedClose } from '../close-limit.js';
import { cutOffByClose, usedAfterClose, type Gate } from '../gate.js';
import { begin } from './begin.js';
import { isBusy, whileBusy } from './busy.js';
import { filePragma, readerPragma, type SyncSqliteAdapter, type SyncSqliteConnection } from './connection.js';
import type { SqliteSettings } from './open.js';
import { Readers } from './readers.js';
import { statsOf } from './stats.js';
import type { SqliteTransaction } from './transaction.js';
import { oldestHolder, Turn } from './turn.js';

/**
 * SQLite through a synchronous package: results come without promises. While a transaction is open, other reads use
 * another connection (in memory they wait), other writes wait, first come, first served. A statement that runs cannot be interrupted.
 */
export class SyncSqliteDriver implements Driver {
  readonly dialect = 'sqlite';
  readonly adapter: string;
  readonly #open: () => SyncSqliteConnection;
  readonly #settings: SqliteSettings;
  /** Who may use the main connection, which writes, and reads while no transaction has it. */
  readonly #turn: Turn;
  readonly #gate: Gate;
  readonly #readers: Readers<SyncSqliteConnection>;
  #main: SyncSqliteConnection | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Those that are open. */
  readonly #transactions = new Set<SqliteTransaction>();

  constructor(adapter: SyncSqliteAdapter, settings: SqliteSettings) {
    this.adapter = adapter.name;
    this.#settings = settings;
    this.#open = () => adapter.open(settings.file);
    const { readers, acquireTimeoutMs } = settings;
    const onTimeout = (waitedMs: number): Error => settings.onTimeout(waitedMs, this.stats(), oldestHolder([this.#turn, ...this.#readers.turns]));
    this.#turn = new Turn(acquireTimeoutMs, onTimeout);
    this.#gate = this.#turn.gate;
    this.#readers = new Readers(() => this.#openReader(), readers, () => new Turn(acquireTimeoutMs, onTimeout));
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result> {
    if (this.#main === undefined || !this.#gate.open) return this.#later(statement, (connection) => connection.execute(statement, values), signal);
    try {
      return this.#main.execute(statement, values);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#later(statement, (connection) => connection.execute(statement, values), signal);
    }
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]> {
    return this.#later(statement, (connection) => connection.executeMany(statement, rows), signal);
  }

  async begin(options: BeginOptions = {}): Promise<TransactionConnection> {
    this.#refuseWhenClosing();
    const { signal, readOnly } = options;
    const main = this.#main ?? (await abortable(this.#opened(), signal));
    this.#refuseWhenClosing();
    const reader = readOnly === true && this.#settings.readers > 0 ? this.#readers.forTransaction() : undefined;
    const connection = reader === undefined ? main : await reader.connection;
    const giveBack = await (reader?.turn ?? this.#turn).take(options);
    const kind = readOnly !== true ? 'write' : reader === undefined ? 'readOnWriter' : 'read';
    return begin({ connection, kind, giveBack }, this.#settings.acquireTimeoutMs, signal, this.#transactions);
  }

  stats(): PoolStats {
    return statsOf(1 + this.#settings.readers, this.#main !== undefined, this.#turn, this.#readers.turns);
  }

  close(timeoutMs?: number): Promise<void> {
    this.#closing ??= this.#close();
    return timeoutMs === undefined ? this.#closing : limitedClose(this.#closing, timeoutMs, (ms) => this.#cutOff(ms));
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#gate.drain(usedAfterClose);
    await Promise.all(this.#readers.turns.map(({ gate }) => gate.drain(usedAfterClose)));
    await this.#readers.close();
    this.#main?.close();
    this.#main = undefined;
  }

  /** The way for whoever has to wait: for the file to be opened, for a transaction's end, for another process's lock. */
  async #later<T>(statement: Statement, work: (connection: SyncSqliteConnection) => T, signal: AbortSignal | undefined): Promise<T> {
    this.#refuseWhenClosing();
    const main = await abortable(this.#opened(), signal);
    const attempt = async (): Promise<T> => {
      const reader = statement.kind === 'read' && !this.#gate.open ? this.#readers.forStatement() : undefined;
      const gate = reader?.turn.gate ?? this.#gate;
      await gate.shared(signal);
      try {
        return work(reader === undefined ? main : await reader.connection);
      } finally {
        gate.leave();
      }
    };
    return whileBusy(this.#settings.acquireTimeoutMs, attempt, signal);
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
    try {
      reader.run(readerPragma);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  #cutOff(timeoutMs: number): void {
    const onCut = (): Error => cutOffByClose(timeoutMs);
    for (const { gate } of [this.#turn, ...this.#readers.turns]) gate.cutOff(onCut);
    for (const transaction of this.#transactions) void transaction.cutOff(onCut);
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw usedAfterClose();
  }
}
