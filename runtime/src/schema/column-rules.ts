import { finding, type Finding } from '../errors/finding.js';
import { DataFlowError } from '../errors/dataflow-error.js';
import { encodedDefault } from '../sql/defaults.js';
import { databaseNameProblem, fieldNameProblem, modelNameProblem } from './naming.js';
import type { ColumnType, FieldSchema, ModelSchema } from './model-schema.js';

/** Rules about one model's names, id, managed fields and defaults. */
export function columnRules(model: ModelSchema): Finding[] {
  const findings: Finding[] = [...nameRules(model), ...idRules(model)];
  const columns = new Map<string, FieldSchema>();
  for (const field of model.fields) {
    const other = columns.get(field.column.toLowerCase());
    const shared = { model: model.name, field: field.name, column: field.column };
    if (other) findings.push(finding('DF-635', { ...shared, other: other.name }, placeOf(model, field)));
    else columns.set(field.column.toLowerCase(), field);
    findings.push(...fieldNames(model, field), ...(field.managed ? managedRules(model, field) : defaultRules(model, field)));
  }
  return findings;
}

/** `string`, or `Int[]`: a column's type as the user writes it. */
export function typeText(type: ColumnType): string {
  switch (type.kind) {
    case 'array':
      return `${userNames[type.of]}[]`;
    case 'enum':
      return type.values.map((value) => `'${value}'`).join(' | ');
    default:
      return userNames[type.kind];
  }
}

const userNames = {
  string: 'string', uuid: 'Uuid', number: 'number', int: 'Int', bigint: 'bigint', decimal: 'Decimal', boolean: 'boolean', date: 'Date',
  dateOnly: 'DateOnly', bytes: 'Uint8Array', json: 'Json',
} as const;

function nameRules(model: ModelSchema): Finding[] {
  const findings: Finding[] = [];
  const wrong = modelNameProblem(model.name);
  if (wrong) findings.push(finding('DF-638', { model: model.name, problem: wrong }, model.source));
  const problem = databaseNameProblem(model.table, 'table');
  if (problem) findings.push(finding('DF-639', { what: 'the table name', name: model.table, model: model.name, problem }, model.source));
  return findings;
}

function fieldNames(model: ModelSchema, field: FieldSchema): Finding[] {
  const at = placeOf(model, field);
  const wrong = fieldNameProblem(field.name);
  if (wrong) return [finding('DF-630', { model: model.name, field: field.name, problem: wrong }, at)];
  const problem = databaseNameProblem(field.column, 'column');
  return problem ? [finding('DF-639', { what: 'the column name', name: field.column, model: model.name, problem }, at)] : [];
}

function idRules(model: ModelSchema): Finding[] {
  const id = model.fields.find(({ name }) => name === 'id');
  if (!id) return [finding('DF-631', { model: model.name }, model.source)];
  const fits = ['string', 'uuid', 'int', 'bigint'].includes(id.type.kind) && !id.nullable;
  const type = typeText(id.type) + (id.nullable ? ' | null' : '');
  return fits ? [] : [finding('DF-632', { model: model.name, type }, placeOf(model, id))];
}

function managedRules(model: ModelSchema, field: FieldSchema): Finding[] {
  const plain = field.type.kind === 'date' && !field.nullable && !field.references && (!field.default || field.default.kind === 'now');
  const kind = typeText(field.type) + (field.nullable ? ' | null' : '');
  const type = kind === 'Date' ? 'Date with a default or a reference' : kind;
  return plain ? [] : [finding('DF-633', { model: model.name, field: field.name, type }, placeOf(model, field))];
}

function defaultRules(model: ModelSchema, field: FieldSchema): Finding[] {
  const { type } = field;
  const names = { model: model.name, field: field.name, kind: typeText(type) };
  const at = placeOf(model, field);
  switch (field.default?.kind) {
    case 'uuid':
    case 'uuidv7':
      if (type.kind === 'uuid' || (type.kind === 'string' && (type.length ?? 36) >= 36)) return [];
      return [finding('DF-627', { ...names, call: field.default.kind }, at)];
    case 'now':
      return type.kind === 'date' ? [] : [finding('DF-627', { ...names, call: 'now' }, at)];
    case 'autoIncrement':
      if (field.name === 'id' && (type.kind === 'int' || type.kind === 'bigint') && !field.references) return [];
      return [finding('DF-628', names, at)];
    case 'literal':
      return literalRules(model, field);
    default:
      return [];
  }
}

/** A literal default has to pass the same encoder that binds it at run time. */
function literalRules(model: ModelSchema, field: FieldSchema): Finding[] {
  try {
    encodedDefault(model, field, 'sqlite');
    return [];
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    const problem = error.message.replace(/^DF-\d+: /, '');
    return [finding('DF-629', { model: model.name, field: field.name, kind: typeText(field.type), problem }, placeOf(model, field))];
  }
}

function placeOf(model: ModelSchema, field: FieldSchema) {
  return field.source ?? model.source;
}
