import type { CompiledModel } from '../nodes/compiled-model.js';
import { checkName, foreignKeyName, uniqueName } from '../sql/identifiers.js';

/**
 * Which fields of the user's model a database error is about. Drivers say it in texts that may hold the row's values
 * (PostgreSQL's `detail`), so only names that the model knows ever come out of here.
 */
export function violatedFields(error: object, model: CompiledModel): string[] {
  const { column, table, constraint, detail, message } = error as Readonly<Record<string, unknown>>;
  // A trigger may have met another table's rule.
  if (typeof column === 'string') return typeof table === 'string' && table !== model.schema.table ? [] : fieldsOf([column], model);
  if (typeof constraint === 'string') {
    const fields = fieldsOfConstraint(constraint, model);
    if (fields.length) return fields;
  }
  if (typeof detail === 'string') return fieldsOf(columnsOfDetail(detail), model);
  return typeof message === 'string' ? fieldsOfSqlite(message, model) : [];
}

/**
 * `column 'legacy', which the model does not have`: the column of a violated NOT NULL that is no field. The names come from the table's
 * definition and are no values.
 */
export function columnElsewhere(error: object, model: CompiledModel | undefined): string | undefined {
  const { column, table, message } = error as Readonly<Record<string, unknown>>;
  const [, liteTable, liteColumn] = (typeof message === 'string' && /NOT NULL constraint failed: (.*)\.([^.]*)$/.exec(message)) || [];
  const [name, of] = [column ?? liteColumn, table ?? liteTable];
  if (typeof name !== 'string') return undefined;
  return of === model?.schema.table ? `column '${name}', which the model does not have` : `column '${name}' of table '${of}'`;
}

function fieldsOf(columns: readonly string[], model: CompiledModel): string[] {
  return model.columns.filter((field) => columns.includes(field.column)).map((field) => field.name);
}

function fieldsOfConstraint(name: string, { schema }: CompiledModel): string[] {
  const unique = schema.uniques.find((fields) => uniqueName(schema, fields) === name);
  if (unique !== undefined) return [...unique];
  if (name === `${schema.table}_pkey`) return ['id'];
  const names = (field: (typeof schema.fields)[number]): string[] => [foreignKeyName(schema, field), checkName(schema, field), checkName(schema, field, 'type')];
  return schema.fields.filter((field) => names(field).includes(name)).map((field) => field.name);
}

/** `Key (email, "order")=(…) already exists.`: what stands before the values. */
function columnsOfDetail(detail: string): string[] {
  const list = /^Key \((.*?)\)=\(/.exec(detail)?.[1] ?? '';
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}

/** `UNIQUE constraint failed: users.email, users.team_id`, `… failed: index 'users_price_key'`, `CHECK constraint failed: users_age_check`. */
function fieldsOfSqlite(message: string, model: CompiledModel): string[] {
  // Of a STRICT table.
  const stored = /cannot store \w+ value in \w+ column (.*)$/.exec(message)?.[1];
  if (stored !== undefined) return fieldsOf([stored.slice(stored.lastIndexOf('.') + 1)], model);
  const rest = /constraint failed: (.*)$/s.exec(message)?.[1];
  if (rest === undefined) return [];
  const index = /^index '(.*)'$/.exec(rest)?.[1];
  if (index !== undefined) return fieldsOfConstraint(index, model);
  const prefix = `${model.schema.table}.`;
  const columns = rest.split(', ').filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length));
  return columns.length ? fieldsOf(columns, model) : fieldsOfConstraint(rest, model);
}
