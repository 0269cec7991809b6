import { dfError } from '../../errors/dataflow-error.js';
import { wasCancelled } from '../cancelled.js';
import type { DriverValue, MaybePromise, Result, Statement, TransactionConnection } from '../driver.js';
import { endsTransaction } from './busy.js';
import type { SqliteConnection } from './connection.js';

/** A connection while it belongs to one transaction. */
export class SqliteTransaction implements TransactionConnection {
  readonly dialect = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #release: () => MaybePromise<void>;
  /** The error after which SQLite ended the transaction by itself; what would run now would not be part of it. */
  #ended: unknown;
  /** `commit` or `rollback` was called: the connection belongs to others, or soon will. */
  #over = false;
  #done = false;
  #underWay = 0;
  /** Settled when what was sent last has come back. */
  #last: Promise<void> = Promise.resolve();
  #onIdle: (() => void) | undefined;
  #onCut: (() => Error) | undefined;

  /** @param release gives the connection back */
  constructor(connection: SqliteConnection, release: () => MaybePromise<void>) {
    this.#connection = connection;
    this.#release = release;
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result> {
    this.#refuse();
    if (this.#underWay > 0) return this.#after(() => this.#connection.execute(statement, values, signal), statement);
    try {
      const result = this.#connection.execute(statement, values, signal);
      return result instanceof Promise ? this.#settled(result, statement) : result;
    } catch (error) {
      return this.#failed(error, statement);
    }
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]> {
    this.#refuse();
    if (this.#underWay > 0) return this.#after(() => this.#connection.executeMany(statement, rows, signal), statement);
    try {
      const result = this.#connection.executeMany(statement, rows, signal);
      return result instanceof Promise ? this.#settled(result, statement) : result;
    } catch (error) {
      return this.#failed(error, statement);
    }
  }

  async commit(): Promise<void> {
    if (this.#onCut !== undefined) throw this.#onCut();
    if (this.#ended !== undefined) {
      await this.rollback();
      throw dfError('DF-502', {}, { cause: this.#ended });
    }
    this.#over = true;
    try {
      const committed = this.#connection.run('COMMIT');
      if (committed !== undefined) await committed;
    } catch (error) {
      await this.rollback();
      throw error;
    }
    const finished = this.#finish();
    if (finished !== undefined) await finished;
  }

  async rollback(): Promise<void> {
    if (this.#done) return;
    this.#over = true;
    // A statement that ran after ROLLBACK would be on its own, and stay.
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    try {
      await this.#connection.run('ROLLBACK');
    } catch (error) {
      // After an error that ended the transaction there is nothing to roll back.
      if (this.#ended === undefined) throw error;
    } finally {
      await this.#finish();
    }
  }

  /** Rolls back when what is under way has come back; whoever has the transaction gets this error from now on. */
  async cutOff(onCut: () => Error): Promise<void> {
    if (this.#over) return;
    this.#onCut = onCut;
    // It may have ended by itself.
    await this.rollback().catch(ignore);
  }

  #finish(): MaybePromise<void> {
    if (this.#done) return undefined;
    this.#done = true;
    return this.#release();
  }

  #refuse(): void {
    if (this.#over) throw this.#onCut?.() ?? dfError('DF-540', {});
    this.#refuseWhenEnded();
  }

  #refuseWhenEnded(): void {
    if (this.#ended !== undefined) throw dfError('DF-502', {}, { cause: this.#ended });
  }

  /** One after the other: what was sent ahead of an error that ends the transaction would run outside of it, and stay. */
  #after<T>(send: () => MaybePromise<T>, statement: Statement): Promise<T> {
    return this.#settled(
      this.#last.then(() => {
        this.#refuseWhenEnded();
        return send();
      }),
      statement,
    );
  }

  #settled<T>(result: Promise<T>, statement: Statement): Promise<T> {
    this.#underWay++;
    const settled = this.#watched(result, statement);
    this.#last = settled.then(ignore, ignore);
    return settled;
  }

  async #watched<T>(result: Promise<T>, statement: Statement): Promise<T> {
    try {
      return await result;
    } catch (error) {
      return this.#failed(error, statement);
    } finally {
      if (--this.#underWay === 0) this.#onIdle?.();
    }
  }

  #failed(error: unknown, { kind }: Statement): never {
    // A read that is interrupted ends alone.
    if (endsTransaction(error) && !(kind === 'read' && wasCancelled(error))) this.#ended = error;
    throw error;
  }
}

function ignore(): void {
  // Whoever sent it hears of its failure.
}
