import type { DriverValue, Executor, RawValue, Statement } from '../drivers/driver.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { BulkInsertSpec, BulkRow, GroupResult } from './bulk-insert.js';
import { keyCondition, setClause } from './changes.js';
import { conflictTarget } from './create-table.js';
import { comparedValue } from './expressions.js';
import { insertText } from './fixed-sql.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/** Rows of one call of a driver that waits for each: 100 and 200 were measured to be alike. SQLite takes 32,766 placeholders at most. */
const rowsAtOnce = 200;
const mostPlaceholders = 32_766;

type Spec = BulkInsertSpec & { readonly keyColumns: readonly Column[] | undefined };

/**
 * Writes rows of one shape, each with its own run of one prepared statement. Whether a row was inserted or updated,
 * SQLite does not tell, so `update` is an insert that does nothing on conflict, and an update of those it left out.
 */
export async function insertOnSqlite(executor: Executor, model: CompiledModel, rows: readonly BulkRow[], spec: Spec): Promise<GroupResult> {
  const insert = insertStatement(model, rows[0]!, spec);
  const update = spec.onConflict === 'update' ? updateStatement(model, rows[0]!, spec) : undefined;
  if (spec.records) return oneByOne(executor, rows, insert, update, spec.keyColumns);
  const changes = await executor.executeMany(spec.onConflict === 'error' ? withSeveral(model, insert, rows[0]!) : insert, rows.map((row) => row.values));
  const left = rows.filter((_, i) => changes[i] === 0);
  if (update && left.length) await executor.executeMany(update, left.map((row) => updateValues(row, spec.keyColumns!)));
  return { inserted: rows.length - left.length, updated: update ? left.length : 0, records: [] };
}

function withSeveral(model: CompiledModel, insert: Statement, { columns, shape }: BulkRow): Statement {
  // A row of defaults alone has no list of values to be repeated.
  if (columns.length === 0) return insert;
  return shaped(model, 'sqlite', `insert several ${shape}`, () => {
    const rows = Math.min(rowsAtOnce, Math.floor(mostPlaceholders / columns.length));
    const values = `(${columns.map(() => '?').join(', ')})`;
    const text = `${insert.text}${`, ${values}`.repeat(rows - 1)}`;
    return { ...insert, several: { statement: { text, kind: 'write', returns: false }, rows } } as const;
  });
}

async function oneByOne(
  executor: Executor, rows: readonly BulkRow[], insert: Statement, update: Statement | undefined, keyColumns: readonly Column[] | undefined,
): Promise<GroupResult> {
  const records: (readonly RawValue[])[] = [];
  let inserted = 0;
  for (const row of rows) {
    const pending = executor.execute(insert, row.values);
    let result = pending instanceof Promise ? await pending : pending;
    if (result.rows.length) inserted++;
    else if (update) result = await executor.execute(update, updateValues(row, keyColumns!));
    if (result.rows.length) records.push(result.rows[0]!);
  }
  return { inserted, updated: records.length - inserted, records };
}

function insertStatement(model: CompiledModel, { columns }: BulkRow, spec: Spec): Statement {
  const fixed = model.statements.sqlite;
  const whole = columns.length === model.columns.length;
  if (spec.onConflict === 'error') {
    return spec.records ? (whole ? fixed.create : fixed.createAuto!) : whole ? fixed.insert : fixed.insertAuto!;
  }
  const key = spec.keyColumns?.map((column) => column.name);
  return shaped(model, 'sqlite', `bulkInsert ${key?.join() ?? ''} ${whole} ${spec.records}`, () => {
    const target = key ? ` (${conflictTarget(model.schema, key, 'sqlite')})` : '';
    const text = `${insertText(model.schema, columns, 'sqlite')} ON CONFLICT${target} DO NOTHING`;
    return { text: spec.records ? `${text} RETURNING ${model.sqlite.sql.columns}` : text, kind: 'write', returns: spec.records } as const;
  });
}

function updateStatement(model: CompiledModel, row: BulkRow, spec: Spec): Statement {
  const key = spec.keyColumns!;
  return shaped(model, 'sqlite', `bulkUpdate ${key.map((column) => column.name).join()} ${row.shape} ${spec.records}`, () => {
    const sql = new SqlText(model, 'sqlite');
    const { table, columns } = model.sqlite.sql;
    const text = `UPDATE ${table} SET ${setClause(model, row.set, sql)} WHERE ${keyCondition(key, sql)}`;
    return { text: spec.records ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: spec.records } as const;
  });
}

function updateValues(row: BulkRow, keyColumns: readonly Column[]): DriverValue[] {
  const valueOf = (column: Column): DriverValue => row.values[row.columns.indexOf(column)]!;
  return [...row.set.map(valueOf), ...keyColumns.map((column) => comparedValue(column.type, 'sqlite', valueOf(column)))];
}
