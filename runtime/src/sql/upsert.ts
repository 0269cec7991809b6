import type { DriverValue, Executor, MaybePromise, RawValue, Result, Statement } from '../drivers/driver.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import { assign, assignedColumns, keyCondition, setClause } from './changes.js';
import { conflictTarget } from './create-table.js';
import { comparedValue } from './expressions.js';
import { insertText } from './fixed-sql.js';
import { shapeOf, type Shape } from './shape-cache.js';
import { SqlText } from './sql-text.js';

export interface UpsertSpec {
  /** Fields of the conflict key: `['id']` or a declared unique key. Their values are those in `create`. */
  readonly conflict: readonly string[];
  /** Both went through `checkFields`. */
  readonly create: Fields;
  readonly update: Fields;
  /** For managed fields, an encoded date. */
  readonly now: DriverValue;
}

export interface Upserted {
  /** The row for `decodeRow`. */
  readonly raw: readonly RawValue[];
  readonly created: boolean;
}

/** A new row's columns and values; `id` is left out where the database counts and none was given. */
export function newRow(model: CompiledModel, dialect: Executor['dialect'], fields: Fields, now: DriverValue): { columns: readonly Column[]; values: DriverValue[] } {
  const values = model[dialect].encodeRow(fields, now);
  const id = model.byName.get('id')!;
  if (id.default?.kind !== 'autoIncrement' || Object.hasOwn(fields, 'id')) return { columns: model.columns, values };
  return { columns: model.columns.filter((column) => column !== id), values: values.filter((_, i) => i !== id.index) };
}

/**
 * Creates the row or updates the one with the same key. Each statement sent is complete by itself, so no transaction is
 * needed, and any number of callers with one new key create exactly one row.
 *
 * PostgreSQL takes one statement; a new row's `xmax` is 0. SQLite has nothing that tells an inserted row from an updated
 * one, so it is an update, and when no row was there an insert that does nothing on conflict; when another caller was
 * quicker, again from the start.
 *
 * Raises DF-101, DF-102, DF-103, DF-110; errors of the driver pass through.
 */
export function runUpsert(executor: Executor, model: CompiledModel, spec: UpsertSpec): MaybePromise<Upserted> {
  return executor.dialect === 'postgres' ? postgresUpsert(executor, model, spec) : sqliteUpsert(executor, model, spec);
}

/** The shape of an upsert, but for what it updates. */
function upsertShape(model: CompiledModel, dialect: Executor['dialect'], conflict: readonly string[], row: readonly Column[]): Shape {
  let shape = shapeOf(model, dialect, 'upsert');
  for (const name of conflict) shape = shape.step(name);
  return shape.step(row.length);
}

function postgresUpsert(executor: Executor, model: CompiledModel, spec: UpsertSpec): MaybePromise<Upserted> {
  const { columns, values } = newRow(model, 'postgres', spec.create, spec.now);
  const shape = assign(model, 'postgres', spec.update, spec.now, values, upsertShape(model, 'postgres', spec.conflict, columns));
  const statement = shape.built(() => {
    const sql = new SqlText(model, 'postgres');
    for (let i = 0; i < columns.length; i++) sql.next();
    const set = assignedColumns(model, spec.update);
    const assigned = set.length ? setClause(model, set, sql) : selfAssignment(model);
    return {
      text: `${insertText(model.schema, columns, 'postgres')} ON CONFLICT (${conflictTarget(model.schema, spec.conflict, 'postgres')}) DO UPDATE SET ${assigned} RETURNING ${model.postgres.sql.columns}, (xmax = 0)`,
      kind: 'write',
      returns: true,
    } as const;
  });
  // `decodeRow` takes no notice of what follows the row's columns.
  const done = ({ rows: [raw] }: Result): Upserted => ({ raw: raw!, created: raw![raw!.length - 1] === 't' });
  const result = executor.execute(statement, values);
  return result instanceof Promise ? result.then(done) : done(result);
}

function selfAssignment(model: CompiledModel): string {
  const id = `"${model.byName.get('id')!.column.replaceAll('"', '""')}"`;
  return `${id} = ${model.postgres.sql.table}.${id}`;
}

interface SqliteUpsert {
  readonly update: Statement;
  readonly insert: Statement;
  /** Creates the row whatever is there: tells what stands in the way. */
  readonly plain: Statement;
  /** The conflict key, and where its values are in the row. */
  readonly key: readonly { readonly column: Column; readonly place: number }[];
}

function sqliteStatements(model: CompiledModel, { conflict, update }: UpsertSpec, row: readonly Column[]): SqliteUpsert {
  const key = conflict.map((name) => {
    const column = model.byName.get(name)!;
    return { column, place: row.indexOf(column) };
  });
  const { table, columns } = model.sqlite.sql;
  const sql = new SqlText(model, 'sqlite');
  const set = setClause(model, assignedColumns(model, update), sql);
  const where = keyCondition(key.map(({ column }) => column), sql);
  const target = conflictTarget(model.schema, conflict, 'sqlite');
  return {
    update: { text: `UPDATE ${table} SET ${set} WHERE ${where} RETURNING ${columns}`, kind: 'write', returns: true },
    insert: { text: `${insertText(model.schema, row, 'sqlite')} ON CONFLICT (${target}) DO NOTHING RETURNING ${columns}`, kind: 'write', returns: true },
    plain: row.length === model.columns.length ? model.statements.sqlite.create : model.statements.sqlite.createAuto!,
    key,
  };
}

function sqliteUpsert(executor: Executor, model: CompiledModel, spec: UpsertSpec): MaybePromise<Upserted> {
  const row = newRow(model, 'sqlite', spec.create, spec.now);
  const updateValues: DriverValue[] = [];
  const shape = assign(model, 'sqlite', spec.update, spec.now, updateValues, upsertShape(model, 'sqlite', spec.conflict, row.columns));
  const { update, insert, plain, key } = shape.built(() => sqliteStatements(model, spec, row.columns));
  for (const { column, place } of key) updateValues.push(place === -1 ? null : comparedValue(column.type, 'sqlite', row.values[place]!));
  // Others may delete and create the row in between, but not for ever: then a plain insert says what stands in the way.
  let attempts = 20;
  const attempt = (): MaybePromise<Upserted> => {
    const result = executor.execute(update, updateValues);
    return result instanceof Promise ? result.then(afterUpdate) : afterUpdate(result);
  };
  const afterUpdate = (result: Result): MaybePromise<Upserted> => {
    if (result.rows.length) return { raw: result.rows[0]!, created: false };
    const inserted = executor.execute(attempts-- > 0 ? insert : plain, row.values);
    return inserted instanceof Promise ? inserted.then(afterInsert) : afterInsert(inserted);
  };
  const afterInsert = (result: Result): MaybePromise<Upserted> => (result.rows.length ? { raw: result.rows[0]!, created: true } : attempt());
  return attempt();
}
