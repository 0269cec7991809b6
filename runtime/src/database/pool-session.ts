import type { Driver, Executor } from '../drivers/driver.js';
import { usedAfterClose } from '../drivers/gate.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Session } from '../nodes/session.js';
import { creationError } from './creation-error.js';
import { nameDriverError } from './driver-errors.js';
import { openDriver } from './open-driver.js';
import type { Settings } from './options.js';
import { createTables, missingTables, Tables } from './tables.js';

/** What operations outside of transactions run on. */
export class PoolSession implements Session {
  readonly tables: Tables;
  readonly #settings: Settings;
  #driver: Driver | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.tables = new Tables((models) => this.#create(models));
  }

  /** Made on first use. DF-501 after `close`, DF-404 when its package is missing. */
  get driver(): Driver {
    if (this.#closing !== undefined) throw usedAfterClose();
    return (this.#driver ??= openDriver(this.#settings));
  }

  get executor(): Executor {
    return this.driver;
  }

  ready(model: CompiledModel): Promise<void> | undefined {
    return this.#settings.createTables ? this.tables.ready(model) : undefined;
  }

  async atomically<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    const transaction = await this.driver.begin();
    let result: T;
    try {
      result = await work(transaction);
    } catch (error) {
      // The first error says what went wrong; one of the rollback itself would hide it.
      await transaction.rollback().catch(() => undefined);
      throw error;
    }
    await transaction.commit();
    return result;
  }

  raise(error: unknown, model: CompiledModel, operation: string): never {
    throw nameDriverError(error, { model, operation });
  }

  now(): Date {
    return new Date();
  }

  close(): Promise<void> {
    this.#closing ??= this.#driver === undefined ? Promise.resolve() : this.#driver.close();
    return this.#closing;
  }

  async #create(models: readonly CompiledModel[]): Promise<void> {
    const { acquireTimeoutMs } = this.#settings.pool;
    // Usually all are there, and no transaction is needed to see that.
    if ((await missingTables(this.driver, models)).length === 0) return;
    try {
      await this.atomically((executor) => createTables(executor, models, acquireTimeoutMs));
    } catch (error) {
      throw creationError(error, models[0]!);
    }
  }
}
