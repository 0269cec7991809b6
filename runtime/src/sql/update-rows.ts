import { codecs } from '../codecs/codec.js';
import { valueError } from '../codecs/field-errors.js';
import type { DriverValue, Executor } from '../drivers/driver.js';
import { DataFlowError } from '../errors/dataflow-error.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { columnArrays, rowValue, unnested } from './bulk-insert-postgres.js';
import { keyCondition, setClause } from './changes.js';
import { quoteIdentifier } from './identifiers.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

export interface UpdateRows {
  /** Runs inside the caller's transaction. `missing` holds ids that no row has, as given and in order. */
  run(executor: Executor): Promise<{ updated: number; missing: unknown[] }>;
}

/** The changes of one row, by column. */
interface RowChange {
  readonly id: unknown;
  readonly key: DriverValue;
  readonly changes: Map<Column, DriverValue>;
}

/** Rows of one PostgreSQL statement. */
const batchSize = 5000;

/**
 * Encodes changes of many rows, each `{ id, … }`; rows with one id are merged in order. Raises DF-101 (no id), DF-102, DF-103,
 * DF-110 with the row's position as `context.row`. `rows` went through `checkFields`.
 */
export function updateRows(model: CompiledModel, dialect: Dialect, rows: readonly Fields[], now: DriverValue): UpdateRows {
  const byId = new Map<string, RowChange>();
  rows.forEach((fields, row) => {
    try {
      merge(model, dialect, fields, byId);
    } catch (error) {
      throw error instanceof DataFlowError ? error.within({ row }) : error;
    }
  });
  const groups = new Map<string, RowChange[]>();
  for (const change of byId.values()) {
    const shape = columnsOf(model, change).map((column) => column.index).join();
    const group = groups.get(shape);
    if (group) group.push(change);
    else groups.set(shape, [change]);
  }
  return {
    async run(executor) {
      const missing = new Set<RowChange>();
      for (const [shape, group] of groups) {
        const columns = columnsOf(model, group[0]!);
        if (dialect === 'sqlite') await onSqlite(executor, model, columns, shape, group, now, missing);
        else for (let i = 0; i < group.length; i += batchSize) await onPostgres(executor, model, columns, shape, group.slice(i, i + batchSize), now, missing);
      }
      return { updated: byId.size - missing.size, missing: [...byId.values()].filter((change) => missing.has(change)).map(({ id }) => id) };
    },
  };
}

function merge(model: CompiledModel, dialect: Dialect, fields: Fields, byId: Map<string, RowChange>): void {
  const idColumn = model.byName.get('id')!;
  if (!Object.hasOwn(fields, 'id')) throw valueError(idColumn, undefined);
  const { encodeField } = codecs[dialect];
  const key = encodeField(idColumn, fields['id']);
  let change = byId.get(String(key));
  if (!change) byId.set(String(key), (change = { id: fields['id'], key, changes: new Map() }));
  for (const name of Object.keys(fields)) {
    const column = model.byName.get(name)!;
    if (column !== idColumn) change.changes.set(column, encodeField(column, fields[name]));
  }
}

function columnsOf(model: CompiledModel, change: RowChange): Column[] {
  return model.columns.filter((column) => change.changes.has(column));
}

async function onSqlite(
  executor: Executor, model: CompiledModel, columns: readonly Column[], shape: string, group: readonly RowChange[], now: DriverValue, missing: Set<RowChange>,
): Promise<void> {
  const managed = model.touched;
  const statement = shaped(model, 'sqlite', `updateRows ${shape}`, () => {
    const sql = new SqlText(model, 'sqlite');
    const text = `UPDATE ${model.sqlite.sql.table} SET ${setClause(model, [...columns, ...managed], sql)} WHERE ${keyCondition([model.byName.get('id')!], sql)}`;
    return { text, kind: 'write', returns: false } as const;
  });
  const changes = await executor.executeMany(statement, group.map(({ key, changes: values }) => [...columns.map((column) => values.get(column)!), ...managed.map(() => now), key]));
  group.forEach((change, i) => changes[i] === 0 && missing.add(change));
}

async function onPostgres(
  executor: Executor, model: CompiledModel, columns: readonly Column[], shape: string, group: readonly RowChange[], now: DriverValue, missing: Set<RowChange>,
): Promise<void> {
  const idColumn = model.byName.get('id')!;
  const managed = model.touched;
  const passed = [idColumn, ...columns];
  const statement = shaped(model, 'postgres', `updateRows ${shape}`, () => {
    const sql = new SqlText(model, 'postgres');
    const { table } = model.postgres.sql;
    const id = quoteIdentifier(idColumn.column);
    const source = unnested(passed, sql);
    const set = [
      ...columns.map((column, i) => `${quoteIdentifier(column.column)} = ${rowValue(column, i + 1)}`),
      ...managed.map((column) => `${quoteIdentifier(column.column)} = ${sql.next()}`),
    ];
    if (set.length === 0) set.push(`${id} = ${table}.${id}`);
    return { text: `UPDATE ${table} SET ${set.join(', ')} FROM ${source} WHERE ${table}.${id} = "$rows".a0 RETURNING ${table}.${id}`, kind: 'write', returns: true } as const;
  });
  const arrays = columnArrays(passed, group.map(({ key, changes }) => [key, ...columns.map((column) => changes.get(column)!)]));
  const result = await executor.execute(statement, [...arrays, ...managed.map(() => now)]);
  if (result.rows.length === group.length) return;
  const found = new Set(result.rows.map((row) => String(row[0])));
  for (const change of group) if (!found.has(String(change.key))) missing.add(change);
}
