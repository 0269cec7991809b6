import { nodeTypeOf, operations, type Operation } from '../nodes/node.js';

/** What the generated module of a model `User` exports beside its nodes, without the model's name: `UserRow`, `UserFilter` …. */
const suffixes = [
  'Row', 'Create', 'CreateValues', 'FieldValues', 'Fields', 'FilterValues', 'Filter', 'FieldNames', 'FilterNames', 'FlatFields', 'FlatFilter',
  'Key', 'KeyValues', 'UniqueFilter', 'NoKey', 'NoUnique', 'Unique', 'Order', 'Patch', 'Operations', 'Model',
];

/** `bulkCreate` → `BulkCreate`. */
export function pascalOperation(operation: Operation): string {
  return operation[0]!.toUpperCase() + operation.slice(1);
}

/**
 * Every name that the generated module of a model exports. The index exports those of all models together, so two models
 * must not share one: `User` and a model called `UserBulk` would both have a `UserBulkCreateNode`.
 */
export function generatedModuleNames(model: { readonly name: string }): string[] {
  const { name } = model;
  const calls = operations.filter((operation) => operation !== 'create').map(pascalOperation);
  return [
    ...suffixes.map((suffix) => name + suffix),
    ...calls.map((call) => `${name}${call}Params`),
    ...calls.map((call) => `${name}${call}Inputs`),
    ...operations.map((operation) => nodeTypeOf(name, operation)),
  ];
}

/** What the generated index exports on its own. */
export const generatedIndexNames: readonly string[] = ['Models', 'schema'];
