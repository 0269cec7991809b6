import type { BeginOptions, Driver, Executor, PoolStats, TransactionConnection } from '../drivers/driver.js';
import { usedAfterClose } from '../drivers/gate.js';
import type { OperationObserver } from '../nodes/observer.js';
import { ReadBatch } from '../nodes/read-batch.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Session } from '../nodes/session.js';
import { Observation } from '../observe/observation.js';
import { limitStacks, markDeep, shortenStacks } from '../errors/call-site.js';
import { commit } from './commit.js';
import { raiseDriverError, type Naming } from './driver-errors.js';
import { isSchemaConflict } from './error-kinds.js';
import { healthOf, type DatabaseHealth } from './health.js';
import { openDriver } from './open-driver.js';
import type { ErrorMode, Settings } from './settings.js';
import { tablePolicy, type TablePlace } from './ensure-tables.js';
import { Tables } from './tables.js';
import type { TransactionAttempt } from './transaction-runner.js';

/** What operations outside of transactions run on. */
export class PoolSession implements Session {
  readonly inTransaction = false;
  readonly readOnly = false;
  readonly observation: Observation;
  reads: ReadBatch | undefined;
  readonly tables: Tables;
  readonly #settings: Settings;
  #driver: Driver | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.observation = new Observation(settings);
    this.tables = new Tables(this.#tablePlace(), { ...settings.schemaCache, policy: tablePolicy(settings) });
  }

  /** Made on first use. DF-501 after `close`, DF-404 when its package is missing. */
  get driver(): Driver {
    if (this.#closing !== undefined) throw usedAfterClose();
    return this.#driver ?? this.#open();
  }

  /** `errors.mode`. */
  get mode(): ErrorMode {
    return this.#settings.errors.mode;
  }

  /** How drivers' errors are told. */
  get naming(): Naming {
    const { errors: { mode }, timeouts: { statementMs } } = this.#settings;
    return { mode, statementMs };
  }

  /** How long a statement of a transaction waits for those before it. */
  get timeoutMs(): number {
    return this.#settings.pool.acquireTimeoutMs;
  }

  readonly onRetry = (attempt: TransactionAttempt, number: number): void => this.observation.retried(attempt, number);

  begin(options: BeginOptions): Promise<TransactionConnection> {
    return this.driver.begin(options);
  }

  get executor(): Executor {
    return this.driver;
  }

  get observer(): OperationObserver | undefined {
    return this.observation.observer;
  }

  ready(model: CompiledModel): Promise<void> | undefined {
    return this.tables.ready(model);
  }

  atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#atomically({ ...(signal && { signal }), holder: { what: 'an operation of several statements', opened: markDeep(hereIs) } }, work, signal);
  }

  async #atomically<T>(options: BeginOptions, work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const transaction = await this.driver.begin(options);
    let result: T;
    try {
      result = await work(transaction);
      signal?.throwIfAborted();
    } catch (error) {
      // The first error says what went wrong; one of the rollback itself would hide it.
      await transaction.rollback().catch(() => undefined);
      throw error;
    }
    await commit(transaction, this.#settings.errors.mode, signal);
    return result;
  }

  raise(error: unknown, model: CompiledModel, operation: string): never | Promise<never> {
    if (isSchemaConflict(error)) this.tables.forget(model);
    return raiseDriverError(error, { model, operation, ...this.naming }, this.#primary);
  }

  now(): Date {
    return new Date();
  }

  #open(): Driver {
    const opened = openDriver(this.#settings);
    // A synchronous SQLite has its answer before another read can come.
    const waits = opened.adapter === 'pg' || opened.adapter === 'sqlite3';
    this.#driver = this.observation.watch(opened);
    if (waits && this.#settings.batchReads) this.reads = new ReadBatch((model) => this.observation.executor(this.driver, model, 'read'));
    return this.#driver;
  }

  /** Connections at this moment. DF-404 when the driver's package is missing. */
  stats(): PoolStats {
    if (this.#driver !== undefined || this.#closing === undefined) return (this.#driver ?? this.driver).stats();
    return { max: this.#settings.pool.max, open: 0, idle: 0, used: 0, waiting: 0 };
  }

  health(timeoutMs: number): Promise<DatabaseHealth> {
    return healthOf(() => this.driver, timeoutMs, this.mode);
  }

  close(timeoutMs?: number): Promise<void> {
    if (this.#closing === undefined || timeoutMs !== undefined) this.#closing = this.#driver?.close(timeoutMs) ?? Promise.resolve();
    return this.#closing;
  }

  /** Where tables are sure to be: not on a replica. */
  readonly #primary = (): Driver => this.driver.servers?.['primary'] ?? this.driver;

  /** Tables are looked for on the primary server, and created on the server itself, not through a pooler. */
  #tablePlace(): TablePlace {
    const primary = this.#primary;
    return {
      get executor() {
        return primary();
      },
      atomically: (work, signal) => this.#atomically({ direct: true, ...(signal && { signal }), holder: { what: 'the creation of tables' } }, work, signal),
    };
  }
}

/** An error made here, for its stack. */
function hereIs(): Error {
  const before = shortenStacks();
  const mark = new Error('opened here');
  limitStacks(before);
  return mark;
}
