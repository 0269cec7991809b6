import type { DriverValue, Executor, RawValue, Statement } from '../drivers/driver.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { BulkInsertSpec, GroupResult, RowShape } from './bulk-insert.js';
import { keyCondition, setClause } from './changes.js';
import { conflictTarget } from './create-table.js';
import { comparedValue } from './expressions.js';
import { insertText } from './fixed-sql.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/** Rows of one INSERT: with more of them hardly anything is won. SQLite takes 32,766 placeholders at most. */
const rowsAtOnce = 100;
const mostPlaceholders = 32_766;

type Values = readonly DriverValue[];
type Spec = BulkInsertSpec & { readonly keyColumns: readonly Column[] | undefined };

/**
 * Writes rows of one shape, in order. Whether a row was inserted or updated, SQLite does not tell, so `update` is an insert
 * that does nothing on conflict, and an update of those it left out. After an error some rows may be there: run it in a transaction.
 */
export async function insertOnSqlite(executor: Executor, model: CompiledModel, shape: RowShape, rows: readonly Values[], spec: Spec): Promise<GroupResult> {
  const insert = insertStatement(model, shape, spec);
  const update = spec.onConflict === 'update' ? updateStatement(model, shape, spec) : undefined;
  if (spec.records) return oneByOne(executor, shape, rows, insert, update, spec.keyColumns);
  const several = spec.onConflict === 'error' ? await withSeveral(executor, model, insert, shape, rows.length) : undefined;
  const changes = await executor.executeMany(several ?? insert, rows);
  const left = rows.filter((_, i) => changes[i] === 0);
  if (update && left.length) await executor.executeMany(update, left.map((values) => updateValues(shape, values, spec.keyColumns!)));
  return { inserted: rows.length - left.length, updated: update ? left.length : 0, records: [] };
}

/**
 * The statement with another for several rows at once, when there are as many. `OR FAIL` is what makes it fast: otherwise SQLite
 * keeps a journal of every such statement, to undo its first rows when a later one is refused, and our transaction does that anyway.
 */
async function withSeveral(executor: Executor, model: CompiledModel, insert: Statement, { columns, name }: RowShape, count: number): Promise<Statement | undefined> {
  const rows = Math.min(rowsAtOnce, Math.floor(mostPlaceholders / columns.length));
  // A row of defaults alone has no list of values to be repeated.
  if (columns.length === 0 || count < rows || (await resolvesConflicts(executor, model))) return undefined;
  return shaped(model, 'sqlite', `insert several ${name}`, () => {
    const text = insert.text.replace('INSERT', 'INSERT OR FAIL') + `, (${columns.map(() => '?').join(', ')})`.repeat(rows - 1);
    return { ...insert, several: { statement: { text, kind: 'write', returns: false }, rows } } as const;
  });
}

const resolving: Statement = {
  text: `SELECT count(*) AS found FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND (type = 'trigger' OR sql LIKE '%ON CONFLICT%')`,
  kind: 'read',
  returns: true,
};

/** Whether the table has what `OR FAIL` would overrule: its own `ON CONFLICT`, or a trigger, whose statements may say `OR IGNORE`. */
async function resolvesConflicts(executor: Executor, model: CompiledModel): Promise<boolean> {
  const { rows } = await executor.execute(resolving, [model.schema.table]);
  return rows[0]![0] !== 0;
}

async function oneByOne(
  executor: Executor, shape: RowShape, rows: readonly Values[], insert: Statement, update: Statement | undefined, keyColumns: readonly Column[] | undefined,
): Promise<GroupResult> {
  const records: (readonly RawValue[])[] = [];
  let inserted = 0;
  for (const values of rows) {
    const pending = executor.execute(insert, values);
    let result = pending instanceof Promise ? await pending : pending;
    if (result.rows.length) inserted++;
    else if (update) result = await executor.execute(update, updateValues(shape, values, keyColumns!));
    if (result.rows.length) records.push(result.rows[0]!);
  }
  return { inserted, updated: records.length - inserted, records };
}

function insertStatement(model: CompiledModel, { columns }: RowShape, spec: Spec): Statement {
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

function updateStatement(model: CompiledModel, { name, set }: RowShape, spec: Spec): Statement {
  const key = spec.keyColumns!;
  return shaped(model, 'sqlite', `bulkUpdate ${key.map((column) => column.name).join()} ${name} ${spec.records}`, () => {
    const sql = new SqlText(model, 'sqlite');
    const { table, columns } = model.sqlite.sql;
    const text = `UPDATE ${table} SET ${setClause(model, set, sql)} WHERE ${keyCondition(key, sql)}`;
    return { text: spec.records ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: spec.records } as const;
  });
}

function updateValues({ columns, set }: RowShape, values: Values, keyColumns: readonly Column[]): DriverValue[] {
  const valueOf = (column: Column): DriverValue => values[columns.indexOf(column)]!;
  return [...set.map(valueOf), ...keyColumns.map((column) => comparedValue(column.type, 'sqlite', valueOf(column)))];
}
