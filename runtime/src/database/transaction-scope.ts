import { dfError, type ErrorMode } from '../errors/dataflow-error.js';
import type { DriverValue, Executor, MaybePromise, Result, Statement, TransactionConnection } from '../drivers/driver.js';
import { Gate } from '../drivers/gate.js';
import { poolTimeout } from '../drivers/pool-timeout.js';
import type { Limit } from '../nodes/limit.js';
import type { Dialect } from '../schema/model-schema.js';
import { nameDriverError } from './driver-errors.js';
import { savepointOf } from './savepoints.js';

/** What holds for a whole transaction, its savepoints included. */
export interface ScopeSettings {
  /** How long a statement or savepoint waits for those before it. */
  readonly timeoutMs: number;
  readonly readOnly: boolean;
  /** The limits of the whole transaction, when it has any. */
  readonly limit: Limit | undefined;
  /** `errors.mode`. */
  readonly mode: ErrorMode | undefined;
}

/**
 * One transaction, or one savepoint in it: where its statements run. After a failed statement no other is let through
 * and it can only be rolled back, as PostgreSQL has it; so a transaction ends alike on every database.
 */
export class TransactionScope implements Executor {
  readonly dialect: Dialect;
  readonly settings: ScopeSettings;
  readonly #connection: TransactionConnection;
  readonly #depth: number;
  /** Single statements pass shared; work that must be all-or-nothing holds it alone. */
  readonly #statements: Gate;
  /** Savepoints of one level follow each other; they cannot overlap. */
  readonly #savepoints: Gate;
  #child: Child | undefined;
  #failure: unknown;
  #ended = false;

  constructor(connection: TransactionConnection, settings: ScopeSettings, depth = 0) {
    this.#connection = connection;
    this.settings = settings;
    this.#depth = depth;
    this.dialect = connection.dialect;
    this.#statements = new Gate(settings.timeoutMs, waitedInVain);
    this.#savepoints = new Gate(settings.timeoutMs, waitedInVain);
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result> {
    if (!this.#statements.open) return this.#queued(statement, values, signal);
    this.#statements.enter();
    return this.#send(statement, values, signal);
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    await this.#turn(signal);
    this.#refuse(statement);
    let changes: MaybePromise<readonly number[]>;
    try {
      changes = this.#connection.executeMany(statement, rows, this.#signal(statement, signal));
    } catch (error) {
      return this.#failed(error);
    }
    return this.#settled(changes);
  }

  /** The connection itself, past all gates: for a look at the catalog after a failure. DF-540 once it may be somebody else's. */
  get bare(): Executor {
    this.refuseWhenEnded();
    return this.#connection;
  }

  /** DF-540 once the transaction has ended; DF-510 or DF-511 once one of its limits was reached. */
  refuseWhenEnded(): void {
    this.settings.limit?.refuseWhenOver();
    if (this.#ended) throw ended();
  }

  /**
   * Runs work that gives no way to the transaction's other statements, in a savepoint.
   * @param signal ends the wait for its turn
   */
  async atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.settings.readOnly) throw readOnlyError();
    return this.#inTurn(signal, async () => {
      await this.#statements.exclusive(this.#either(signal));
      try {
        return await this.#savepoint(work, true);
      } finally {
        this.#statements.leaveExclusive();
      }
    });
  }

  /** Runs a nested transaction. */
  nested<T>(work: (scope: TransactionScope) => Promise<T>): Promise<T> {
    return this.#inTurn(undefined, () => this.#savepoint(work, false));
  }

  /**
   * Runs the user's part and ends the scope. Throws what the user's part throws, or DF-502 when it swallowed the error
   * of a failed statement; then the caller rolls back.
   */
  async complete<T>(work: (scope: TransactionScope) => Promise<T>): Promise<T> {
    try {
      const result = await work(this);
      const ending = this.#end();
      if (ending !== undefined) await ending;
      if (this.#failure !== undefined) throw this.#rolledBack();
      return result;
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  /** Nothing is let in any more, and nobody is waited for: the user's part may never come back. */
  abandon(): void {
    this.#ended = true;
    this.#child?.scope.abandon();
  }

  /** Nothing is let in any more. What was not awaited is waited for, except a nested transaction, which is undone. */
  #end(): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#ended = true;
    const child = this.#child;
    return child === undefined || child.whole ? this.#statements.drain(ended) : this.#endWithout(child.scope);
  }

  async #endWithout(nested: TransactionScope): Promise<void> {
    await nested.#end();
    await this.#undo().catch((error: unknown) => (this.#failure ??= error));
    await this.#statements.drain(ended);
  }

  async #queued(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    await this.#turn(signal);
    return this.#send(statement, values, signal);
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#statements.open) return this.#statements.enter();
    this.refuseWhenEnded();
    try {
      await this.#statements.shared(this.#either(signal));
    } catch (error) {
      // It has not begun: the transaction goes on, unless it is its own limit.
      throw this.#explained(error);
    }
  }

  #send(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): MaybePromise<Result> {
    this.#refuse(statement);
    let result: MaybePromise<Result>;
    try {
      result = this.#connection.execute(statement, values, this.#signal(statement, signal));
    } catch (error) {
      return this.#failed(error);
    }
    if (result instanceof Promise) return this.#settled(result);
    this.#statements.leave();
    return result;
  }

  async #settled<T>(result: MaybePromise<T>): Promise<T> {
    try {
      const value = await result;
      this.#statements.leave();
      return value;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Lets a statement that has passed the gate go no further. What is refused here has not begun, and the transaction goes on. */
  #refuse(statement: Statement): void {
    try {
      this.refuseWhenEnded();
      if (this.#failure !== undefined) throw this.#rolledBack();
      if (this.settings.readOnly && statement.kind === 'write') throw readOnlyError();
    } catch (error) {
      this.#statements.leave();
      throw error;
    }
  }

  #failed(error: unknown): never {
    this.#failure ??= error;
    this.#statements.leave();
    throw this.#explained(error);
  }

  /** What ends a statement. SQLite gives up the whole transaction with a write that is cancelled, so there only the transaction's own limit does that. */
  #signal(statement: Statement, signal: AbortSignal | undefined): AbortSignal | undefined {
    if (signal === undefined || (this.dialect === 'sqlite' && statement.kind === 'write')) return this.settings.limit?.signal;
    return this.#either(signal);
  }

  #either(signal: AbortSignal | undefined): AbortSignal | undefined {
    const { limit } = this.settings;
    if (limit === undefined) return signal;
    return signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  }

  #explained(error: unknown): unknown {
    return this.settings.limit === undefined ? error : this.settings.limit.explain(error);
  }

  #rolledBack(): Error {
    return dfError('DF-502', {}, { cause: this.#failure });
  }

  async #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.refuseWhenEnded();
    try {
      await this.#savepoints.exclusive(this.#either(signal));
    } catch (error) {
      throw this.#explained(error);
    }
    try {
      this.refuseWhenEnded();
      if (this.#failure !== undefined) throw this.#rolledBack();
      return await work();
    } finally {
      this.#savepoints.leaveExclusive();
    }
  }

  /** @param whole whether the work is one of ours, which ends by itself and is waited for, and not the user's */
  async #savepoint<T>(work: (scope: TransactionScope) => Promise<T>, whole: boolean): Promise<T> {
    const { begin, release } = savepointOf(this.#depth);
    await this.#named(begin, whole);
    const scope = new TransactionScope(this.#connection, this.settings, this.#depth + 1);
    this.#child = { scope, whole };
    try {
      const result = await scope.complete(work);
      if (!whole) this.refuseWhenEnded();
      await this.#named(release, whole);
      return result;
    } catch (error) {
      // Whoever ended this scope has undone the savepoint, or undoes everything.
      if (whole || !this.#ended) await this.#undo().catch(() => (this.#failure ??= error));
      throw error;
    } finally {
      this.#child = undefined;
    }
  }

  /** A savepoint's own statement. Nobody else gives its error a code, unless the savepoint is an operation's. */
  async #named(statement: Statement, whole: boolean): Promise<void> {
    try {
      await this.#connection.execute(statement, []);
    } catch (error) {
      const { mode } = this.settings;
      throw whole ? error : nameDriverError(this.#explained(error), { operation: 'transaction', ...(mode && { mode }) });
    }
  }

  /** Fails when the whole transaction is gone (connection lost, disk full). */
  async #undo(): Promise<void> {
    const { rollback, release } = savepointOf(this.#depth);
    await this.#connection.execute(rollback, []);
    await this.#connection.execute(release, []);
  }
}

/** DF-534, for a wait inside the transaction. */
function waitedInVain(waitedMs: number): Error {
  return poolTimeout(waitedMs, undefined, { what: 'a nested transaction or bulk operation of the same transaction', heldMs: waitedMs });
}

/** A savepoint that is open. */
interface Child {
  readonly scope: TransactionScope;
  readonly whole: boolean;
}

function ended(): Error {
  return dfError('DF-540', {});
}

function readOnlyError(): Error {
  return dfError('DF-513', { what: 'write' });
}
