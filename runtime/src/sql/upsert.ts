import type { DriverValue, Executor, MaybePromise, RawValue, Result } from '../drivers/driver.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import { assignments, keyCondition, setClause } from './changes.js';
import { conflictTarget } from './create-table.js';
import { comparedValue } from './expressions.js';
import { insertText } from './fixed-sql.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

export interface UpsertSpec {
  /** Fields of the conflict key: `['id']` or a declared unique key. Their values are those in `create`. */
  readonly conflict: readonly string[];
  /** Both went through `checkFields`. */
  readonly create: Fields;
  readonly update: Fields;
  /** For managed fields, ISO 8601 UTC with milliseconds. */
  readonly now: string;
}

export interface Upserted {
  /** The row for `decodeRow`. */
  readonly raw: readonly RawValue[];
  readonly created: boolean;
}

/** A new row's columns and values; `id` is left out where the database counts and none was given. */
export function newRow(model: CompiledModel, dialect: Executor['dialect'], fields: Fields, now: string): { columns: readonly Column[]; values: DriverValue[] } {
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

function postgresUpsert(executor: Executor, model: CompiledModel, spec: UpsertSpec): MaybePromise<Upserted> {
  const row = newRow(model, 'postgres', spec.create, spec.now);
  const set = assignments(model, 'postgres', spec.update, spec.now);
  const statement = shaped(model, 'postgres', `upsert ${spec.conflict.join()} ${row.columns.length} ${set.shape}`, () => {
    const sql = new SqlText(model, 'postgres');
    for (let i = 0; i < row.columns.length; i++) sql.next();
    const assigned = set.columns.length ? setClause(model, set.columns, sql) : selfAssignment(model);
    return {
      text: `${insertText(model.schema, row.columns, 'postgres')} ON CONFLICT (${conflictTarget(model.schema, spec.conflict, 'postgres')}) DO UPDATE SET ${assigned} RETURNING ${model.postgres.sql.columns}, (xmax = 0)`,
      kind: 'write',
      returns: true,
    } as const;
  });
  const done = (result: Result): Upserted => {
    const raw = result.rows[0]!;
    return { raw: raw.slice(0, -1), created: raw[raw.length - 1] === 't' };
  };
  const result = executor.execute(statement, [...row.values, ...set.values]);
  return result instanceof Promise ? result.then(done) : done(result);
}

function selfAssignment(model: CompiledModel): string {
  const id = `"${model.byName.get('id')!.column.replaceAll('"', '""')}"`;
  return `${id} = ${model.postgres.sql.table}.${id}`;
}

function sqliteUpsert(executor: Executor, model: CompiledModel, spec: UpsertSpec): MaybePromise<Upserted> {
  const row = newRow(model, 'sqlite', spec.create, spec.now);
  const set = assignments(model, 'sqlite', spec.update, spec.now);
  const keyColumns = spec.conflict.map((name) => model.byName.get(name)!);
  const keyValues = keyColumns.map((column) => {
    const place = row.columns.indexOf(column);
    return place === -1 ? null : comparedValue(column.type, 'sqlite', row.values[place]!);
  });
  const { columns } = model.sqlite.sql;
  const update = shaped(model, 'sqlite', `upsertUpdate ${spec.conflict.join()} ${set.shape}`, () => {
    const sql = new SqlText(model, 'sqlite');
    const text = `UPDATE ${model.sqlite.sql.table} SET ${setClause(model, set.columns, sql)} WHERE ${keyCondition(keyColumns, sql)} RETURNING ${columns}`;
    return { text, kind: 'write', returns: true } as const;
  });
  const insert = shaped(model, 'sqlite', `upsertInsert ${spec.conflict.join()} ${row.columns.length}`, () => ({
    text: `${insertText(model.schema, row.columns, 'sqlite')} ON CONFLICT (${conflictTarget(model.schema, spec.conflict, 'sqlite')}) DO NOTHING RETURNING ${columns}`,
    kind: 'write' as const,
    returns: true,
  }));
  const updateValues = [...set.values, ...keyValues];
  // Others may delete and create the row in between, but not for ever: then a plain insert says what stands in the way.
  let attempts = 20;
  const attempt = (): MaybePromise<Upserted> => {
    const result = executor.execute(update, updateValues);
    return result instanceof Promise ? result.then(afterUpdate) : afterUpdate(result);
  };
  const afterUpdate = (result: Result): MaybePromise<Upserted> => {
    if (result.rows.length) return { raw: result.rows[0]!, created: false };
    const plain = row.columns.length === model.columns.length ? model.statements.sqlite.create : model.statements.sqlite.createAuto!;
    const inserted = executor.execute(attempts-- > 0 ? insert : plain, row.values);
    return inserted instanceof Promise ? inserted.then(afterInsert) : afterInsert(inserted);
  };
  const afterInsert = (result: Result): MaybePromise<Upserted> => (result.rows.length ? { raw: result.rows[0]!, created: true } : attempt());
  return attempt();
}
