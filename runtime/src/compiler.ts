/** What the compiler package shares with the runtime: the schema, its rules, SQL, the workflow rules, and the catalogue. */
export * from './schema/model-schema.js';
export * from './errors/finding.js';
export { catalog, type Code, type Placeholders } from './errors/catalog.js';
export { fill, type Applicability, type CatalogEntry } from './errors/catalog-entry.js';
export { dfError, DataFlowError } from './errors/dataflow-error.js';
export { operations, nodeTypeOf, type Operation } from './nodes/node.js';
