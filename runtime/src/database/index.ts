/** Public API of databases. */
export { DataFlow } from './dataflow.js';
export type { Transaction } from './transaction.js';
export type { DataFlowOptions, DataFlowTransactionOptions, PoolOptions } from './options.js';
export type { NodeParams, NodeResult } from './node-types.js';
