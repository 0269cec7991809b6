import type { Executor } from '../drivers/driver.js';
import type { CompiledModel } from './compiled-model.js';

/**
 * What an operation runs on: the pool of a `DataFlow`, or the one connection of a transaction. An operation calls
 * `ready`, encodes, executes, decodes, and knows nothing else of the database.
 */
export interface Session {
  readonly executor: Executor;
  /** Makes sure the model's table (and those it references) exists. `undefined` when that is known already, the usual case. */
  ready(model: CompiledModel): Promise<void> | undefined;
  /** Runs several statements all-or-nothing: in a new transaction, or a savepoint when already in one. */
  atomically<T>(work: (executor: Executor) => Promise<T>): Promise<T>;
  /** Gives a driver error its DF code and the names of the user's model. Always throws. */
  raise(error: unknown, model: CompiledModel, operation: string): never;
  /** The current time for managed fields. */
  now(): Date;
}
