/** What the compiler package shares with the runtime: the schema, its rules, SQL, the workflow rules, and the catalogue. */
export * from './schema/model-schema.js';
export * from './errors/finding.js';
export { catalog, type Code, type Placeholders } from './errors/catalog.js';
export { fill, type Applicability, type CatalogEntry } from './errors/catalog-entry.js';
export { dfError, DataFlowError } from './errors/dataflow-error.js';
export { operations, nodeTypeOf, type Operation } from './nodes/node.js';
export { didYouMean, nearNames } from './errors/near-names.js';
export { fixedSql } from './sql/fixed-sql.js';
export { defaultValueOf, encodedDefault } from './sql/defaults.js';
export { problemWith, describeType, type ValueProblem } from './codecs/values.js';
export { fieldOperators, groupOperators, isSortable, operatorsOf } from './sql/operators.js';
export { checkModels } from './schema/rules.js';
export { snakeCase, databaseNameProblem } from './schema/naming.js';
export { typeText } from './schema/column-rules.js';
export { generatedIndexNames, generatedModuleNames, pascalOperation } from './schema/generated-names.js';
