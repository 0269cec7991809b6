import type { Executor } from '../drivers/driver.js';
import type { CompiledModel } from './compiled-model.js';
import type { OperationObserver } from './observer.js';
import type { ReadBatch } from './read-batch.js';

/**
 * What an operation runs on: the pool of a `DataFlow`, or the one connection of a transaction. An operation calls
 * `ready`, encodes, executes, decodes, and knows nothing else of the database.
 */
export interface Session {
  readonly executor: Executor;
  /** Whether statements run on one connection, in a transaction. Row locks make sense only there. */
  readonly inTransaction: boolean;
  /** Whether it is a transaction that refuses every write, row locks too. */
  readonly readOnly: boolean;
  /** Collects reads by id that are made at once; undefined where each goes by itself. Known once `executor` was asked for. */
  readonly reads: ReadBatch | undefined;
  /** Undefined when nobody watches, the usual case. */
  readonly observer: OperationObserver | undefined;
  /** Makes sure the model's table (and those it references) exists. `undefined` when that is known already, the usual case. */
  ready(model: CompiledModel): Promise<void> | undefined;
  /** Runs several statements all-or-nothing: in a new transaction, or a savepoint when already in one. */
  atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Waits for something outside of the database under the limits of the call, when it has some. */
  wait?<T>(work: Promise<T>): Promise<T>;
  /** Gives a driver error its DF code and the names of the user's model. Always throws, or rejects when it had to look at the table. */
  raise(error: unknown, model: CompiledModel, operation: string): never | Promise<never>;
  /** The current time for managed fields. */
  now(): Date;
}
