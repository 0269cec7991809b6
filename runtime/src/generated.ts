/** What generated modules import. Not for hand-written code: it may change with any version of the generator. */
export { defineModel } from './nodes/compiled-model.js';
export { DataFlowNode, defineSchema } from './nodes/node.js';
export * as sqlite from './codecs/sqlite.js';
export * as postgres from './codecs/postgres.js';
export { uuid, uuidv7 } from './model/defaults.js';
