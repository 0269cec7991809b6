import { dfError } from '../../errors/dataflow-error.js';
import type { DriverValue, MaybePromise, Result, Statement, TransactionConnection } from '../driver.js';
import { endsTransaction } from './busy.js';
import type { SqliteConnection } from './connection.js';

/** The writer connection while it belongs to one transaction. */
export class SqliteTransaction implements TransactionConnection {
  readonly dialect = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #release: () => void;
  /** The error after which SQLite ended the transaction by itself; what would run now would not be part of it. */
  #ended: unknown;
  #done = false;

  constructor(connection: SqliteConnection, release: () => void) {
    this.#connection = connection;
    this.#release = release;
  }

  execute(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    return this.#guard(() => this.#connection.execute(statement, values));
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): MaybePromise<readonly number[]> {
    return this.#guard(() => this.#connection.executeMany(statement, rows));
  }

  async commit(): Promise<void> {
    if (this.#ended !== undefined) {
      await this.rollback();
      throw dfError('DF-502', {}, { cause: this.#ended });
    }
    try {
      await this.#connection.run('COMMIT');
    } catch (error) {
      await this.rollback();
      throw error;
    }
    this.#finish();
  }

  async rollback(): Promise<void> {
    if (this.#done) return;
    try {
      await this.#connection.run('ROLLBACK');
    } catch (error) {
      // After an error that ended the transaction there is nothing to roll back.
      if (this.#ended === undefined) throw error;
    } finally {
      this.#finish();
    }
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#release();
  }

  #guard<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    if (this.#ended !== undefined) throw dfError('DF-502', {}, { cause: this.#ended });
    try {
      const result = work();
      return result instanceof Promise ? result.catch((error: unknown) => this.#failed(error)) : result;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): never {
    if (endsTransaction(error)) this.#ended = error;
    throw error;
  }
}
