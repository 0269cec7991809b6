import type { TransactionOptions } from '../drivers/driver.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';

/** What a runtime needs of a database; a `DataFlow` and the `tx` of its transactions are such. */
export interface WorkflowDatabase {
  execute(node: NodeClass, params: Record<string, unknown>): Promise<unknown>;
  /** Runs the work all-or-nothing; inside a transaction as a savepoint. */
  transaction?<T>(work: (tx: WorkflowDatabase) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Where nodes that were named by a string are looked up. */
  readonly schema?: DataFlowSchema | undefined;
}
