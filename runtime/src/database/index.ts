/** Public API of databases. */
export { DataFlow } from './dataflow.js';
export type { Transaction } from './transaction.js';
export type { DataFlowTransactionOptions } from './transaction-options.js';
export type { TransactionAttempt } from '../errors/attempts.js';
export type { DataFlowOptions, PoolOptions, SchemaCacheOptions, TimeoutOptions, TlsOptions } from './options.js';
export type { Config, ConfigEntry } from './config.js';
export type { DatabaseHealth, ServerHealth } from './health.js';
export type { Logger } from './logger.js';
export type { DataFlowMetrics, OperationMetrics, TransactionMetrics } from '../observe/metrics.js';
export type { ProfileName } from './profiles.js';
export type { SchemaCache, SchemaCacheMetrics } from './schema-cache.js';
export type { NodeParams, NodeResult } from './node-types.js';
