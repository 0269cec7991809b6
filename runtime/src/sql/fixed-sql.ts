import type { FixedSql } from '../nodes/compiled-model.js';
import type { Dialect, FieldSchema, ModelSchema } from '../schema/model-schema.js';
import { addForeignKeys, createIndexes, createTable } from './create-table.js';
import { selectList } from './expressions.js';
import { quoteIdentifier } from './identifiers.js';

/** The SQL of a model that never changes. The generator calls it and writes the texts into the generated module. */
export function fixedSql(schema: ModelSchema, dialect: Dialect): FixedSql {
  const table = quoteIdentifier(schema.table);
  const columns = selectList(schema.fields, dialect);
  const id = schema.fields.find((field) => field.name === 'id')!;
  const byId = `${quoteIdentifier(id.column)} = ${dialect === 'sqlite' ? '?' : '$1'}`;
  const insert = insertText(schema, schema.fields, dialect);
  const others = schema.fields.filter((field) => field !== id);
  const insertAuto = id.default?.kind === 'autoIncrement' ? insertText(schema, others, dialect) : undefined;
  return {
    table,
    columns,
    insert,
    create: `${insert} RETURNING ${columns}`,
    ...(insertAuto !== undefined && { insertAuto, createAuto: `${insertAuto} RETURNING ${columns}` }),
    read: `SELECT ${columns} FROM ${table} WHERE ${byId}`,
    delete: `DELETE FROM ${table} WHERE ${byId}`,
    createTable: createTable(schema, dialect),
    createIndexes: createIndexes(schema, dialect),
    addForeignKeys: addForeignKeys(schema, dialect),
  };
}

/** `INSERT INTO … (…) VALUES (…)` of these fields. */
export function insertText(schema: ModelSchema, fields: readonly FieldSchema[], dialect: Dialect): string {
  const table = quoteIdentifier(schema.table);
  if (fields.length === 0) return `INSERT INTO ${table} DEFAULT VALUES`;
  const names = fields.map((field) => quoteIdentifier(field.column)).join(', ');
  const values = fields.map((_, i) => (dialect === 'sqlite' ? '?' : `$${i + 1}`)).join(', ');
  return `INSERT INTO ${table} (${names}) VALUES (${values})`;
}
