/**
 * SQL of both dialects, for the operations and the generator. Whatever takes a filter raises DF-102 (wrong type), DF-103
 * (bad value), DF-105 (unknown field), DF-110 (undefined), DF-111 (unknown operator), DF-112 (operator does not fit the field).
 */
export { fixedSql } from './fixed-sql.js';
export { defaultValueOf, encodedDefault } from './defaults.js';
export { checkName, foreignKeyName, indexName, quoteIdentifier, quoteText, uniqueName } from './identifiers.js';
export type { Call } from './shape-cache.js';
export type { Filter } from './filter.js';
export { fieldOperators, groupOperators, isSortable, operatorsOf } from './operators.js';
export type { Direction, OrderBy } from './order.js';
export { countCall, selectCall } from './select.js';
export { readManyCall } from './read-many.js';
export type { RowLock } from './row-lock.js';
export { listCall, type ListCall, type ListSpec } from './list.js';
export { deleteCall, deleteIdsCall, updateCall } from './changes.js';
export { updateRows, type UpdateRows } from './update-rows.js';
export { runUpsert, type Upserted, type UpsertSpec } from './upsert.js';
export { bulkInsert, type BulkBatch, type BulkInsert, type BulkInsertSpec } from './bulk-insert.js';
export { isEverything, uniqueKeyOf } from './filter-facts.js';
export { checkFields, conflictKey, RowNames } from './check-fields.js';
