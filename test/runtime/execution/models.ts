import { codecs } from '../../../runtime/src/codecs/codec.js';
import { defineModel, type Column, type CompiledModel, type DialectCode } from '../../../runtime/src/nodes/compiled-model.js';
import { defineSchema, nodeTypeOf, operations, type DataFlowSchema, type NodeClass, type TypedNodeClass } from '../../../runtime/src/nodes/node.js';
import type { ColumnType, Dialect, FieldSchema, ModelSchema } from '../../../runtime/src/schema/model-schema.js';
import { fixedSql } from '../../../runtime/src/sql/index.js';

/** The models of the documentation's first example, made by hand: these tests must not wait for the generator. */

function field(name: string, kind: ColumnType['kind'], more: Partial<FieldSchema> = {}): FieldSchema {
  return { name, column: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), type: { kind } as ColumnType, nullable: false, ...more };
}

function modelOf(schema: ModelSchema, related: () => readonly CompiledModel[]): CompiledModel {
  const code = (dialect: Dialect): DialectCode => {
    const columns = schema.fields.map((one, index): Column => ({ ...one, model: schema.name, index }));
    return {
      sql: fixedSql(schema, dialect),
      encodeRow: (fields) =>
        columns.map((column) => {
          const value = fields[column.name] ?? (column.default?.kind === 'literal' ? column.default.value : null);
          return value === null ? null : codecs[dialect].encodeField(column, value);
        }),
      decodeRow: (raw) => Object.fromEntries(columns.map((column, i) => [column.name, codecs[dialect].decodeField(column, raw[i]!)])),
    };
  };
  return defineModel({ schema, related, sqlite: code('sqlite'), postgres: code('postgres') });
}

const User = modelOf(
  {
    name: 'User',
    table: 'users',
    fields: [
      field('id', 'string'), field('name', 'string'), field('email', 'string'), field('age', 'int', { nullable: true }),
      field('active', 'boolean', { default: { kind: 'literal', value: true } }), field('score', 'decimal', { nullable: true }),
    ],
    uniques: [['email']],
    indexes: [],
  },
  () => [],
);
const Session = modelOf(
  {
    name: 'Session',
    table: 'sessions',
    fields: [
      field('id', 'string'),
      field('userId', 'string', { references: { model: 'User', table: 'users', column: 'id', onDelete: 'cascade', onUpdate: 'noAction' } }),
      field('token', 'string'),
    ],
    uniques: [],
    indexes: [],
  },
  () => [User],
);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Untyped = TypedNodeClass<string, any, never, any> & NodeClass;
const nodes = [User, Session].flatMap((model) => operations.map((operation) => ({ type: nodeTypeOf(model.name, operation), version: 1, model, operation })));

export const schema: DataFlowSchema = defineSchema({ User, Session }, nodes);
/** Every node class, without types: what these tests are about happens at run time. */
export const node = (type: string): Untyped => nodes.find((one) => one.type === type) as unknown as Untyped;
