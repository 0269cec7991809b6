import { arrayText } from '../codecs/array-text.js';
import type { DriverValue, Executor } from '../drivers/driver.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { BulkInsertSpec, GroupResult, RowShape } from './bulk-insert.js';
import { castType } from './column-types.js';
import { conflictTarget } from './create-table.js';
import { quoteIdentifier } from './identifiers.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

type Spec = BulkInsertSpec & { readonly keyColumns: readonly Column[] | undefined };

/**
 * Writes rows of one shape in one statement, whose text does not depend on their number: one array per column.
 * Rows are written, and come back, in input order. A new row's `xmax` is 0.
 */
export async function insertOnPostgres(
  executor: Executor, model: CompiledModel, { columns, set, name: shape }: RowShape, rows: readonly (readonly DriverValue[])[], spec: Spec,
): Promise<GroupResult> {
  const counting = spec.onConflict === 'update';
  const key = spec.keyColumns?.map((column) => column.name);
  const statement = shaped(model, 'postgres', `bulkInsert ${spec.onConflict} ${key?.join() ?? ''} ${shape} ${spec.records}`, () => {
    const { table, columns: selected } = model.postgres.sql;
    const names = columns.map((column) => quoteIdentifier(column.column)).join(', ');
    const sql = new SqlText(model, 'postgres');
    // Taken apart in the select list, which is in step and in order, arrays need no table of their own as they do after FROM.
    const taken = columns.map((column) => ofType(column, `unnest(${passed(column, sql)})`));
    let text = columns.length ? `INSERT INTO ${table} (${names}) SELECT ${taken.join(', ')}` : `INSERT INTO ${table} SELECT FROM unnest($1::integer[])`;
    if (spec.onConflict !== 'error') text += ` ON CONFLICT${key ? ` (${conflictTarget(model.schema, key, 'postgres')})` : ''} DO `;
    if (spec.onConflict === 'skip') text += 'NOTHING';
    if (spec.onConflict === 'update') text += `UPDATE SET ${setExcluded(model, set)}`;
    const returning = [...(spec.records ? [selected] : []), ...(counting ? ['(xmax = 0)'] : [])];
    if (returning.length) text += ` RETURNING ${returning.join(', ')}`;
    return { text, kind: 'write', returns: returning.length > 0 } as const;
  });
  // Rows of nothing but a counted id have no column to travel in.
  const values = columns.length ? columnArrays(columns, rows) : [Array.from(rows, () => 1)];
  const result = await executor.execute(statement, values);
  const inserted = counting ? result.rows.filter((row) => row[row.length - 1] === 't').length : result.changes;
  const records = !spec.records ? [] : counting ? result.rows.map((row) => row.slice(0, -1)) : result.rows;
  return { inserted, updated: counting ? result.rows.length - inserted : 0, records };
}

/** `unnest($1::text[], …) AS "$rows" (a0, …)`. */
export function unnested(columns: readonly Column[], sql: SqlText): string {
  return `unnest(${columns.map((column) => passed(column, sql)).join(', ')}) AS "$rows" (${columns.map((_, i) => `a${i}`).join(', ')})`;
}

/** A value of `unnested`. */
export function rowValue(column: Column, i: number): string {
  return ofType(column, `"$rows".a${i}`);
}

/** A column's values, as one parameter. Lists travel as their text, for unnest would take them apart, too. */
function passed(column: Column, sql: SqlText): string {
  return `${sql.next()}::${column.type.kind === 'array' ? 'text' : castType(column.type)}[]`;
}

function ofType(column: Column, value: string): string {
  return column.type.kind === 'array' ? `${value}::${castType(column.type)}` : value;
}

/** One array per column out of one list per row. */
export function columnArrays(columns: readonly Column[], rows: readonly (readonly DriverValue[])[]): DriverValue[] {
  return columns.map((column, i) => {
    const values = rows.map((row) => row[i]!);
    if (column.type.kind === 'bytes') return values.map((value) => (value === null ? null : `\\x${Buffer.from(value as Uint8Array).toString('hex')}`));
    if (column.type.kind === 'array') return values.map((value) => (value === null ? null : arrayText(value as readonly string[])));
    return values as (string | number | boolean | null)[];
  });
}

function setExcluded(model: CompiledModel, columns: readonly Column[]): string {
  if (columns.length === 0) {
    const id = quoteIdentifier(model.byName.get('id')!.column);
    return `${id} = ${model.postgres.sql.table}.${id}`;
  }
  return columns.map((column) => `${quoteIdentifier(column.column)} = EXCLUDED.${quoteIdentifier(column.column)}`).join(', ');
}
