import type { DriverValue, Executor } from '../drivers/driver.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { BulkInsertSpec, BulkRow, GroupResult } from './bulk-insert.js';
import { castType } from './column-types.js';
import { conflictTarget } from './create-table.js';
import { arrayText } from './defaults.js';
import { quoteIdentifier } from './identifiers.js';
import { shaped } from './shape-cache.js';
import { SqlText } from './sql-text.js';

type Spec = BulkInsertSpec & { readonly keyColumns: readonly Column[] | undefined };

/**
 * Writes rows of one shape in one statement, whose text does not depend on their number: one array per column.
 * Rows are written, and come back, in input order. A new row's `xmax` is 0.
 */
export async function insertOnPostgres(executor: Executor, model: CompiledModel, rows: readonly BulkRow[], spec: Spec): Promise<GroupResult> {
  const { columns, set, shape } = rows[0]!;
  const counting = spec.onConflict === 'update';
  const key = spec.keyColumns?.map((column) => column.name);
  const statement = shaped(model, 'postgres', `bulkInsert ${spec.onConflict} ${key?.join() ?? ''} ${shape} ${spec.records}`, () => {
    const { table, columns: selected } = model.postgres.sql;
    const names = columns.map((column) => quoteIdentifier(column.column)).join(', ');
    let text = columns.length
      ? `INSERT INTO ${table} (${names}) SELECT ${columns.map(rowValue).join(', ')} FROM ${unnested(columns, new SqlText(model, 'postgres'), true)} ORDER BY n`
      : `INSERT INTO ${table} SELECT FROM unnest($1::integer[])`;
    if (spec.onConflict !== 'error') text += ` ON CONFLICT${key ? ` (${conflictTarget(model.schema, key, 'postgres')})` : ''} DO `;
    if (spec.onConflict === 'skip') text += 'NOTHING';
    if (spec.onConflict === 'update') text += `UPDATE SET ${setExcluded(model, set)}`;
    const returning = [...(spec.records ? [selected] : []), ...(counting ? ['(xmax = 0)'] : [])];
    if (returning.length) text += ` RETURNING ${returning.join(', ')}`;
    return { text, kind: 'write', returns: returning.length > 0 } as const;
  });
  // Rows of nothing but a counted id have no column to travel in.
  const values = columns.length ? columnArrays(columns, rows.map((row) => row.values)) : [Array.from(rows, () => 1)];
  const result = await executor.execute(statement, values);
  const inserted = counting ? result.rows.filter((row) => row[row.length - 1] === 't').length : result.changes;
  const records = !spec.records ? [] : counting ? result.rows.map((row) => row.slice(0, -1)) : result.rows;
  return { inserted, updated: counting ? result.rows.length - inserted : 0, records };
}

/** `unnest($1::text[], …) AS "$rows" (a0, …)`, with `n` the position when `numbered`. */
export function unnested(columns: readonly Column[], sql: SqlText, numbered: boolean): string {
  const arrays = columns.map((column) => `${sql.next()}::${passedType(column)}[]`);
  const names = columns.map((_, i) => `a${i}`);
  return `unnest(${arrays.join(', ')})${numbered ? ' WITH ORDINALITY' : ''} AS "$rows" (${[...names, ...(numbered ? ['n'] : [])].join(', ')})`;
}

/** A value of `unnested`. Lists travel as their text, for unnest would take them apart, too. */
export function rowValue(column: Column, i: number): string {
  return column.type.kind === 'array' ? `"$rows".a${i}::${castType(column.type)}` : `"$rows".a${i}`;
}

function passedType(column: Column): string {
  return column.type.kind === 'array' ? 'text' : castType(column.type);
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
