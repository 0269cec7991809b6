import type { CallOptions } from '../nodes/call-options.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import type { TransactionSettings } from '../workflow/plan.js';

/** What a runtime needs of a database; a `DataFlow` and the `tx` of its transactions are such. */
export interface WorkflowDatabase {
  /** @param options given when something may end the operation: its signal then cancels it, and the promise is rejected with an error whose `cause` is the signal's reason */
  execute(node: NodeClass, params: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** Runs the work all-or-nothing; inside a transaction as a savepoint. A `DataFlow` is also given a signal that ends it. */
  transaction?<T>(work: (tx: WorkflowDatabase) => Promise<T>, options?: TransactionSettings & { readonly signal?: AbortSignal }): Promise<T>;
  /** Where nodes that were named by a string are looked up. */
  readonly schema?: DataFlowSchema | undefined;
}
