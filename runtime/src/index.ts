/** The public API of dataflow-ts. */
export * from './model/index.js';
export type * from './model/contract-types.js';
export * from './database/index.js';
export * from './workflow/index.js';
export * from './execution/index.js';
export { DataFlowError, type ErrorContext, type ErrorMode } from './errors/dataflow-error.js';
export type { CallSite } from './errors/call-site.js';
export type { Code as DataFlowErrorCode } from './errors/catalog.js';
// A star export, for only through one can `declare module 'dataflow-ts' { interface NodeRegistry { … } }` reach the interface.
export type * from './nodes/node.js';
export { DataFlowNode } from './nodes/node.js';
export type { CompiledModel } from './nodes/compiled-model.js';
export type { ModelSchema } from './schema/model-schema.js';
export type { IsolationLevel, PoolStats, ReadPoolStats } from './drivers/driver.js';
export type { BulkOptions, BulkProgress, CallOptions } from './nodes/call-options.js';
