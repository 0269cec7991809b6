import { codecs } from '../../../runtime/src/codecs/codec.js';
import type { DriverValue, RawValue } from '../../../runtime/src/drivers/driver.js';
import { defineModel, type Column, type CompiledModel, type DialectCode } from '../../../runtime/src/nodes/compiled-model.js';
import type { ColumnType, Dialect, FieldSchema, ModelSchema } from '../../../runtime/src/schema/model-schema.js';
import { encodedDefault, fixedSql } from '../../../runtime/src/sql/index.js';

/** A field, not nullable and without default unless `more` says so. */
export function field(name: string, type: ColumnType, more: Partial<FieldSchema> = {}): FieldSchema {
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { name, column, type, nullable: false, ...more };
}

/** A point in time as the database stores it. */
export function timeIn(dialect: Dialect, iso: string): DriverValue {
  return dialect === 'sqlite' ? Date.parse(iso) : iso;
}

/** A model as the generator makes it, its row code written as loops over the columns. */
export function modelOf(schema: ModelSchema): CompiledModel {
  return defineModel({ schema, related: () => [], sqlite: rowCode(schema, 'sqlite'), postgres: rowCode(schema, 'postgres') });
}

function rowCode(schema: ModelSchema, dialect: Dialect): DialectCode {
  const columns = schema.fields.map((one, index): Column => ({ ...one, model: schema.name, index }));
  return {
    sql: fixedSql(schema, dialect),
    encodeRow: (fields, now) => columns.map((column) => {
      if (column.managed) return now;
      const value = fields[column.name];
      if (value === undefined && column.default) return encodedDefault(schema, column, dialect) ?? null;
      if (value === undefined && column.nullable) return null;
      return codecs[dialect].encodeField(column, value);
    }),
    decodeRow: (raw: readonly RawValue[]) => Object.fromEntries(columns.map((column, i) => [column.name, codecs[dialect].decodeField(column, raw[i]!)])),
  };
}

export const User = modelOf({
  name: 'User',
  table: 'users',
  fields: [
    field('id', { kind: 'string' }),
    field('name', { kind: 'string' }),
    field('email', { kind: 'string', length: 40 }),
    field('age', { kind: 'int' }, { nullable: true }),
    field('active', { kind: 'boolean' }, { default: { kind: 'literal', value: true } }),
    field('createdAt', { kind: 'date' }, { managed: 'createdAt' }),
    field('updatedAt', { kind: 'date' }, { managed: 'updatedAt' }),
  ],
  uniques: [['email'], ['name', 'age']],
  indexes: [['name']],
});

/** One field per kind, each once nullable and once not; the awkward names are names that json_each has, too. */
export const Thing = modelOf({
  name: 'Thing',
  table: 'things "all"',
  fields: [
    field('id', { kind: 'int' }),
    field('text', { kind: 'string' }),
    field('textN', { kind: 'string' }, { nullable: true, column: 'order' }),
    field('uuidN', { kind: 'uuid' }, { nullable: true }),
    field('number', { kind: 'number' }),
    field('numberN', { kind: 'number' }, { nullable: true }),
    field('intN', { kind: 'int' }, { nullable: true }),
    field('big', { kind: 'bigint' }),
    field('bigN', { kind: 'bigint' }, { nullable: true }),
    field('decimal', { kind: 'decimal' }),
    field('decimalN', { kind: 'decimal' }, { nullable: true }),
    field('bool', { kind: 'boolean' }),
    field('boolN', { kind: 'boolean' }, { nullable: true }),
    field('date', { kind: 'date' }),
    field('dateN', { kind: 'date' }, { nullable: true }),
    field('dayN', { kind: 'dateOnly' }, { nullable: true }),
    field('bytes', { kind: 'bytes' }, { column: 'key' }),
    field('bytesN', { kind: 'bytes' }, { nullable: true }),
    field('jsonN', { kind: 'json' }, { nullable: true }),
    field('tags', { kind: 'array', of: 'string' }, { column: 'value' }),
    field('tagsN', { kind: 'array', of: 'string' }, { nullable: true }),
    field('intsN', { kind: 'array', of: 'int' }, { nullable: true }),
    field('numbersN', { kind: 'array', of: 'number' }, { nullable: true }),
    field('boolsN', { kind: 'array', of: 'boolean' }, { nullable: true }),
    field('role', { kind: 'enum', values: ['admin', "o'wner", 'member'] }),
    field('roleN', { kind: 'enum', values: ['admin', "o'wner", 'member'] }, { nullable: true }),
  ],
  uniques: [],
  indexes: [],
});
