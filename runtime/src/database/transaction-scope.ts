import { dfError } from '../errors/dataflow-error.js';
import type { DriverValue, Executor, MaybePromise, Result, Statement, TransactionConnection } from '../drivers/driver.js';
import { Gate } from '../drivers/gate.js';
import type { Dialect } from '../schema/model-schema.js';

/**
 * One transaction, or one savepoint in it: where its statements run. After a failed statement no other is let through
 * and it can only be rolled back, as PostgreSQL has it; so a transaction ends alike on every database.
 */
export class TransactionScope implements Executor {
  readonly dialect: Dialect;
  readonly #connection: TransactionConnection;
  readonly #timeoutMs: number;
  readonly #depth: number;
  /** Single statements pass shared; work that must be all-or-nothing holds it alone. */
  readonly #statements: Gate;
  /** Savepoints of one level follow each other; they cannot overlap. */
  readonly #savepoints: Gate;
  #child: TransactionScope | undefined;
  #failure: unknown;
  #ended = false;

  constructor(connection: TransactionConnection, timeoutMs: number, depth = 0) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#depth = depth;
    this.dialect = connection.dialect;
    const onTimeout = (waitedMs: number): Error => dfError('DF-534', { waitedMs });
    this.#statements = new Gate(timeoutMs, onTimeout);
    this.#savepoints = new Gate(timeoutMs, onTimeout);
  }

  execute(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    return this.#run(() => this.#connection.execute(statement, values));
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): MaybePromise<readonly number[]> {
    return this.#run(() => this.#connection.executeMany(statement, rows));
  }

  /** DF-540 once the transaction has ended. */
  refuseWhenEnded(): void {
    if (this.#ended) throw dfError('DF-540', {});
  }

  /** Runs work that gives no way to the transaction's other statements, in a savepoint. */
  atomically<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#inSavepoint(async () => {
      await this.#statements.exclusive();
      try {
        return await this.#savepoint(() => work(this.#connection));
      } finally {
        this.#statements.leaveExclusive();
      }
    });
  }

  /** Runs a nested transaction. */
  nested<T>(work: (scope: TransactionScope) => Promise<T>): Promise<T> {
    return this.#inSavepoint(() =>
      this.#savepoint(async () => {
        const child = new TransactionScope(this.#connection, this.#timeoutMs, this.#depth + 1);
        this.#child = child;
        try {
          return await child.complete(work);
        } finally {
          this.#child = undefined;
        }
      }),
    );
  }

  /**
   * Runs the user's part and ends the scope. Throws what the user's part throws, or DF-502 when it swallowed the error
   * of a failed statement; then the caller rolls back.
   */
  async complete<T>(work: (scope: TransactionScope) => Promise<T>): Promise<T> {
    try {
      const result = await work(this);
      await this.#end();
      if (this.#failure !== undefined) throw this.#rolledBack();
      return result;
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  /** Nothing is let in any more; what was not awaited is waited for. */
  async #end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#child !== undefined) await this.#child.#end();
    await this.#statements.drain(() => dfError('DF-540', {}));
  }

  #run<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    if (!this.#statements.open) {
      this.refuseWhenEnded();
      return this.#statements.shared().then(() => this.#inside(work));
    }
    this.#statements.enter();
    return this.#inside(work);
  }

  #inside<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    let result: MaybePromise<T>;
    try {
      this.refuseWhenEnded();
      if (this.#failure !== undefined) throw this.#rolledBack();
      result = work();
    } catch (error) {
      return this.#failed(error);
    }
    if (!(result instanceof Promise)) {
      this.#statements.leave();
      return result;
    }
    return result.then(
      (value) => {
        this.#statements.leave();
        return value;
      },
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): never {
    this.#failure ??= error;
    this.#statements.leave();
    throw error;
  }

  #rolledBack(): Error {
    return dfError('DF-502', {}, { cause: this.#failure });
  }

  async #inSavepoint<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhenEnded();
    await this.#savepoints.exclusive();
    try {
      this.refuseWhenEnded();
      if (this.#failure !== undefined) throw this.#rolledBack();
      return await work();
    } finally {
      this.#savepoints.leaveExclusive();
    }
  }

  async #savepoint<T>(work: () => Promise<T>): Promise<T> {
    const { begin, release, rollback } = savepointOf(this.#depth);
    await this.#connection.execute(begin, []);
    try {
      const result = await work();
      await this.#connection.execute(release, []);
      return result;
    } catch (error) {
      try {
        await this.#connection.execute(rollback, []);
        await this.#connection.execute(release, []);
      } catch {
        // The whole transaction is gone (connection lost, disk full): the first error says why.
        this.#failure ??= error;
      }
      throw error;
    }
  }
}

interface Savepoint {
  readonly begin: Statement;
  readonly release: Statement;
  readonly rollback: Statement;
}

const savepoints: Savepoint[] = [];

function savepointOf(depth: number): Savepoint {
  const statement = (text: string): Statement => ({ text: `${text} dataflow_${depth}`, kind: 'write', returns: false, fixed: false });
  return (savepoints[depth] ??= { begin: statement('SAVEPOINT'), release: statement('RELEASE SAVEPOINT'), rollback: statement('ROLLBACK TO SAVEPOINT') });
}
