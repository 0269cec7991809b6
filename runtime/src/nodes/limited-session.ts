import type { DriverValue, Executor, MaybePromise, Result, Statement } from '../drivers/driver.js';
import type { CallOptions } from './call-options.js';
import { checkCallOptions } from './check-call-options.js';
import type { CompiledModel } from './compiled-model.js';
import { Limit } from './limit.js';
import type { Operation } from './node.js';
import type { OperationObserver } from './observer.js';
import type { Session } from './session.js';

/**
 * Runs work on the session under the limits of one call: `signal` and `timeoutMs` end its waits, cancel its statement under way and
 * let no other begin.
 *
 * Raises DF-120 for bad options, DF-510 and DF-511 when a limit is reached. What has been done by then is given as a result: the
 * statement that had ended all the same, and for bulk operations `context.written`.
 */
export async function within<T>(
  session: Session, options: CallOptions, model: CompiledModel, operation: Operation, work: (limited: Session) => Promise<T>,
): Promise<T> {
  checkCallOptions(options, model, operation);
  if (options.signal === undefined && options.timeoutMs === undefined) return work(session);
  const limit = new Limit(`${model.name}.${operation}`, options);
  try {
    return await work(new LimitedSession(session, limit));
  } finally {
    limit.dispose();
  }
}

class LimitedSession implements Session {
  /** A query for several calls cannot end with one of them. */
  readonly reads = undefined;
  readonly #session: Session;
  readonly #limit: Limit;

  constructor(session: Session, limit: Limit) {
    this.#session = session;
    this.#limit = limit;
  }

  get executor(): Executor {
    this.#limit.refuseWhenOver();
    return new LimitedExecutor(this.#session.executor, this.#limit);
  }

  get inTransaction(): boolean {
    return this.#session.inTransaction;
  }

  get readOnly(): boolean {
    return this.#session.readOnly;
  }

  get observer(): OperationObserver | undefined {
    return this.#session.observer;
  }

  /** Others may wait for the same tables: only this wait ends. */
  ready(model: CompiledModel): Promise<void> | undefined {
    this.#limit.refuseWhenOver();
    const pending = this.#session.ready(model);
    return pending && this.#limit.race(pending);
  }

  async atomically<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    this.#limit.refuseWhenOver();
    try {
      return await this.#session.atomically((executor) => work(new LimitedExecutor(executor, this.#limit)), this.#limit.signal);
    } catch (error) {
      throw this.#limit.explain(error);
    }
  }

  wait<T>(work: Promise<T>): Promise<T> {
    this.#limit.refuseWhenOver();
    return this.#limit.race(work);
  }

  raise(error: unknown, model: CompiledModel, operation: string): never | Promise<never> {
    return this.#session.raise(error, model, operation);
  }

  now(): Date {
    return this.#session.now();
  }
}

class LimitedExecutor implements Executor {
  readonly #executor: Executor;
  readonly #limit: Limit;

  constructor(executor: Executor, limit: Limit) {
    this.#executor = executor;
    this.#limit = limit;
  }

  get dialect(): Executor['dialect'] {
    return this.#executor.dialect;
  }

  execute(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    this.#limit.refuseWhenOver();
    return this.#explained(this.#executor.execute(statement, values, this.#limit.signal));
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): MaybePromise<readonly number[]> {
    this.#limit.refuseWhenOver();
    return this.#explained(this.#executor.executeMany(statement, rows, this.#limit.signal));
  }

  #explained<T>(result: MaybePromise<T>): MaybePromise<T> {
    return result instanceof Promise ? this.#waited(result) : result;
  }

  async #waited<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw this.#limit.explain(error);
    }
  }
}
