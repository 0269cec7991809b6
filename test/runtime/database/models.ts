import { codecs } from '../../../runtime/src/codecs/codec.js';
import { defineModel, type Column, type CompiledModel, type DialectCode } from '../../../runtime/src/nodes/compiled-model.js';
import { defineSchema, nodeTypeOf, type DataFlowSchema, type NodeClass, type Operation } from '../../../runtime/src/nodes/node.js';
import type { ColumnType, Dialect, FieldSchema, ModelSchema } from '../../../runtime/src/schema/model-schema.js';
import { fixedSql } from '../../../runtime/src/sql/index.js';

type Call = (params?: object) => Promise<any>;
export type Operations = { readonly [O in Operation]: Call };

function field(name: string, type: ColumnType['kind'], more: Partial<FieldSchema> = {}): FieldSchema {
  return { name, column: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), type: { kind: type } as ColumnType, nullable: false, ...more };
}

function modelOf(schema: ModelSchema, related: () => readonly CompiledModel[]): CompiledModel {
  const code = (dialect: Dialect): DialectCode => {
    const columns = schema.fields.map((one, index): Column => ({ ...one, model: schema.name, index }));
    return {
      sql: fixedSql(schema, dialect),
      encodeRow: (fields) => columns.map((column) => (fields[column.name] === undefined ? null : codecs[dialect].encodeField(column, fields[column.name]))),
      decodeRow: (raw) => Object.fromEntries(columns.map((column, i) => [column.name, codecs[dialect].decodeField(column, raw[i]!)])),
    };
  };
  return defineModel({ schema, related, sqlite: code('sqlite'), postgres: code('postgres') });
}

/** Models whose tables carry a prefix, so that tests can share a server. `Team` and `Person` refer to each other. */
export function modelsOf(prefix: string): { schema: DataFlowSchema<Models>; nodes: Record<string, NodeClass>; tables: string[] } {
  const reference = (model: string, table: string): Partial<FieldSchema> => ({
    references: { model, table, column: 'id', onDelete: 'noAction', onUpdate: 'noAction' },
  });
  const [teams, people] = [`${prefix}_teams`, `${prefix}_people`];
  const Team: CompiledModel = modelOf(
    { name: 'Team', table: teams, fields: [field('id', 'string'), field('leaderId', 'string', { nullable: true, ...reference('Person', people) })], uniques: [], indexes: [] },
    () => [Person],
  );
  const Person: CompiledModel = modelOf(
    {
      name: 'Person',
      table: people,
      fields: [
        field('id', 'string'), field('name', 'string'), field('email', 'string', { column: 'e-mail "x"' }),
        field('age', 'int', { nullable: true, check: 'age >= 0' }), field('teamId', 'string', { nullable: true, ...reference('Team', teams) }),
      ],
      uniques: [['email'], ['name', 'age']],
      indexes: [['name']],
    },
    () => [Team],
  );
  const nodes: NodeClass[] = [Team, Person].flatMap((model) =>
    (['create', 'read', 'count'] as const).map((operation) => ({ type: nodeTypeOf(model.name, operation), version: 1, model, operation })));
  const schema = defineSchema({ Team, Person }, nodes) as DataFlowSchema<Models>;
  return { schema, nodes: { ...schema.nodes }, tables: [teams, people] };
}

export interface Models {
  readonly Team: Operations;
  readonly Person: Operations;
}
