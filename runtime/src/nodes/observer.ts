import type { CompiledModel } from './compiled-model.js';
import type { Operation } from './node.js';
import type { Session } from './session.js';

/** An operation, or a stream of rows. */
export type WatchedOperation = Operation | 'stream';

/** Who watches operations: logs, traces, metrics. A session without one spends nothing on it. */
export interface OperationObserver {
  /**
   * Runs an operation, whose result or error it passes on unchanged.
   * @param run the operation, on the session it is given: the caller's, or one that shows its statements
   */
  operation<T>(model: CompiledModel, operation: WatchedOperation, session: Session, run: (session: Session) => Promise<T>): Promise<T>;
}
