import type { NodeClass } from '../nodes/node.js';
import type { CallOptions } from '../nodes/call-options.js';

/** All that control flow asks of its surroundings. The local runtime has one, a durable engine another. */
export interface StepPort {
  /**
   * An effect on the database: atomic with its record, where there is one. `contained`: a failure must leave nothing
   * behind that hinders what may follow, another attempt or a compensation. `signal` ends the effect, which then has not
   * taken place, or the promise is fulfilled all the same.
   */
  tx<T>(name: string, work: (run: OperationRunner) => Promise<T>, contained: boolean, signal: AbortSignal | undefined): Promise<T>;
  /** Any other effect: may be done again after a crash. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Waits, at most until the signal is aborted. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Milliseconds since 1970. */
  now(): Promise<number>;
  uuid(): Promise<string>;
  /** An error of the engine itself, to be passed on and never repeated. */
  isControlError(error: unknown): boolean;
}

export type OperationRunner = (node: NodeClass, params: Record<string, unknown>, options?: CallOptions) => Promise<unknown>;
