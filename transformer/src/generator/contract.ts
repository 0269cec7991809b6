import * as t from '@babel/types';
import { generatedModuleNames, nodeTypeOf, operations, pascalOperation, type FieldSchema, type ModelSchema, type Operation } from 'dataflow-ts/compiler';
import type { DeclarationMap } from './declaration-map.js';
import { fieldTypes, idOwnerOf, idType, needsUserType, sortable, type FieldTypes } from './field-types.js';
import { importPath } from './file-names.js';
import { Imports } from './imports.js';
import { teaching, type Teaching } from './messages.js';
import { identifier, literalType, named, print, printKey, printValue, union } from './printing.js';
import { render } from './templates.js';

/** What every module imports, whatever its fields. */
const always = [
  'AllRows', 'AnyKeyOf', 'BulkCreateOutput', 'BulkCreateResult', 'BulkCreateResultWithRecords', 'BulkDeleteResult', 'BulkOptions', 'BulkUpdateResult',
  'BulkUpsertResult', 'CallOptions', 'CountResult', 'DataFlowNode', 'DeleteResult', 'Exactly', 'FilterGroups', 'ListOf', 'ListOutput', 'Needs', 'NeedsChange', 'NeedsData',
  'NeedsId', 'NeedsIds', 'NeedsUpsert', 'Paging', 'RowLock', 'RowLockInputs', 'Scalar', 'UpsertResult',
];

/** Parameters of the operations whose filter decides which rows: names that can not also be misplaced conditions. */
const filterParameters = new Set([
  'id', 'ids', 'filter', 'fields', 'data', 'all', 'raiseOnNotFound', 'orderBy', 'limit', 'offset', 'after', 'select', 'total', 'lock', 'skipLocked', 'noWait', 'batchSize',
]);
const updateParameters = new Set(['filter', 'fields', 'raiseOnNotFound']);
const bulkParameters = new Set(['data', 'batchSize', 'onConflict', 'conflictOn', 'atomic', 'records']);
const wrappers = ['data', 'fields', 'filter'];

interface FieldData {
  readonly name: string;
  /** Printed, with the mark of its place. */
  readonly key: string;
  readonly types: FieldTypes;
  readonly optional: boolean;
  readonly create: string;
  readonly createValue: string;
  readonly update: string;
  readonly updateValue: string;
  readonly filter: string;
  readonly order: string;
}

export interface ContractPlace {
  readonly outDir: string;
  readonly header: string;
  /** `user.d.ts`. */
  readonly file: string;
}

/** The text of `user.d.ts`, with marks for the source map. */
export function renderContract(model: ModelSchema, models: ReadonlyMap<string, ModelSchema>, place: ContractPlace, map: DeclarationMap): string {
  const name = identifier(model.name);
  const imports = new Imports(model);
  for (const shared of always) imports.use(shared);
  const idField = model.fields.find((field) => field.name === 'id');
  const owner = idField && idOwnerOf(model, idField, models);
  if (!owner) throw new TypeError(`${name} has no id of a type that can be one.`);
  const keys = [['id'], ...model.uniques];
  const messages = teaching(model, keys);
  const fields = model.fields.map((field) => fieldData(field, fieldTypes(field, idOwnerOf(model, field, models), imports), messages, map));
  const declare = Object.fromEntries(generatedModuleNames(model).map((full) => [full.slice(name.length), map.mark(full, name, model.source)]));
  return render('model.d.ts', {
    header: place.header,
    file: place.file,
    name,
    declare,
    method: Object.fromEntries([...operations, 'stream'].map((method) => [method, map.mark(method, name, model.source)])),
    fieldNames: `${name}FieldNames<${messages.otherName}>`,
    filterNames: `${name}FilterNames<${messages.otherName}>`,
    conflictOn: `${name}Unique | readonly [${messages.noKeyOfNames}]`,
    id: print(idType(owner, imports)),
    fields,
    messages,
    needed: fields.every(({ optional }) => optional) ? `${name}Create` : `Needed<${messages.needed}>`,
    ...fieldLists(fields, messages),
    ...keyLists(keys, fields),
    nodes: operations.map((operation) => ({ ...nodeData(operation, name, fields), declare: declare[nodeTypeOf('', operation)] })),
    compiledModel: imports.use('CompiledModel'),
    modelImport: modelImport(model, imports, place.outDir),
    imports: imports.list(),
  });
}

function fieldData(field: FieldSchema, types: FieldTypes, messages: Teaching, map: DeclarationMap): FieldData {
  const managed = field.managed ? messages.managed(field.name) : undefined;
  const optional = field.nullable || field.default !== undefined || managed !== undefined;
  const createValue = managed ?? types.input;
  const updateValue = managed ?? (field.name === 'id' ? messages.idNamesTheRow : types.input);
  return {
    name: field.name,
    key: map.mark(printKey(field.name), field.name, field.source),
    types,
    optional,
    create: optional ? whenOptional(field.name, createValue) : createValue,
    createValue,
    update: whenOptional(field.name, updateValue),
    updateValue,
    filter: whenOptional(field.name, types.filter),
    order: whenOptional(field.name, sortable(field) ? "'asc' | 'desc'" : messages.notSortable(field.name)),
  };
}

/**
 * Every object has a `constructor`, `toString` … of its own, so an optional property of that name must let it pass: else
 * no object without the field would fit. Given values are checked without it, by the `Known…` types.
 */
function whenOptional(name: string, type: string): string {
  if (!(name in Object.prototype) || name === '__proto__') return type;
  return `${type} | ${print(t.tsIndexedAccessType(named('Object'), literalType(name)))}`;
}

function fieldLists(fields: readonly FieldData[], messages: Teaching) {
  const flat = (excluded: ReadonlySet<string>, message: (name: string) => string) =>
    fields.filter(({ name }) => !excluded.has(name) && !(name in Object.prototype)).map(({ name, key }) => ({ key, message: message(name) }));
  const others = (words: Readonly<Record<string, string>>) =>
    Object.entries(words).filter(([word]) => !fields.some(({ name }) => name === word)).map(([word, meant]) => ({ key: word, message: messages.otherWord(word, meant) }));
  return {
    patchFields: fields.filter(({ name }) => name !== 'id'),
    requiredFields: fields.filter(({ optional }) => !optional),
    wrappers: wrappers.filter((wrapper) => !fields.some(({ name }) => name === wrapper)).map((wrapper) => ({ key: wrapper, message: messages.wrapper(wrapper) })),
    flatFields: [...flat(updateParameters, (name) => (name === 'id' ? messages.keyHere : messages.fieldsHere)), ...others({ where: 'filter', data: 'fields' })],
    flatFilter: [...flat(filterParameters, () => messages.conditionHere), ...others({ where: 'filter', take: 'limit', skip: 'offset' })],
    flatRow: flat(bulkParameters, () => messages.rowHere),
  };
}

function keyLists(keys: readonly (readonly string[])[], fields: readonly FieldData[]) {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const members = (type: (name: string) => string) => keys.map((key) => key.map((name) => `${printKey(name)}: ${type(name)}`).join('; '));
  const values = members((name) => byName.get(name)!.types.key);
  const inKeys = new Set(keys.flat());
  return {
    keys: members(() => 'Scalar'),
    uniqueFilters: values,
    uniqueValues: values.map((key) => `{ ${key} }`).join(' | '),
    keyFields: fields.filter(({ name }) => inKeys.has(name)),
    uniques: keys.flatMap((key) => tuples(key).map((tuple) => print(tuple))),
  };
}

/** The names of a key in every order; for keys of more than four fields a list of that length of any of the names. */
function tuples(key: readonly string[]): t.TSType[] {
  const tuple = (types: t.TSType[]) => t.tsTypeOperator(t.tsTupleType(types), 'readonly');
  if (key.length > 4) return [tuple(key.map(() => union(...key.map(literalType))))];
  return orders(key).map((order) => tuple(order.map(literalType)));
}

function orders(items: readonly string[]): string[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

function nodeData(operation: Operation, name: string, fields: readonly FieldData[]) {
  const required = operation === 'create' ? fields.filter(({ optional }) => !optional).map((field) => field.name) : requiredParameters[operation];
  return {
    type: nodeTypeOf(name, operation),
    operation,
    in: operation === 'create' ? `${name}CreateValues` : `${name}${pascalOperation(operation)}Inputs`,
    required: required.length ? print(union(...required.map(literalType))) : 'never',
    out: resultOf(operation, name),
  };
}

/** Parameters that must be given. Where one of two will do (`id` or `filter`), neither is here. */
const requiredParameters: { readonly [O in Exclude<Operation, 'create'>]: readonly string[] } = {
  read: [],
  update: ['filter', 'fields'],
  delete: [],
  list: [],
  count: [],
  upsert: ['where', 'create', 'update'],
  bulkCreate: ['data'],
  bulkUpdate: [],
  bulkDelete: [],
  bulkUpsert: ['data'],
};

function resultOf(operation: Operation, name: string): string {
  const row = `${name}Row`;
  switch (operation) {
    case 'create':
    case 'read':
    case 'update': return row;
    case 'delete': return `DeleteResult<${row}>`;
    case 'list': return `ListOutput<${row}>`;
    case 'count': return 'CountResult';
    case 'upsert': return `UpsertResult<${row}>`;
    case 'bulkCreate': return `BulkCreateOutput<${row}>`;
    case 'bulkUpdate': return `BulkUpdateResult<${row}['id']>`;
    case 'bulkDelete': return 'BulkDeleteResult';
    case 'bulkUpsert': return 'BulkUpsertResult';
  }
}

/** `import type { User } from '../src/models.js';`, where the module names types of the user's own. */
function modelImport(model: ModelSchema, imports: Imports, outDir: string): string | undefined {
  if (!model.fields.some(needsUserType)) return undefined;
  if (!model.source) throw new TypeError(`${model.name} has no place, so its types cannot be imported.`);
  const name = identifier(model.name);
  const local = imports.modelClass;
  return `import type { ${name === local ? name : `${name} as ${local}`} } from ${printValue(importPath(outDir, model.source.file))};`;
}
