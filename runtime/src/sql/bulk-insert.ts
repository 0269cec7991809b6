import type { DriverValue, Executor, RawValue } from '../drivers/driver.js';
import { DataFlowError } from '../errors/dataflow-error.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { insertOnPostgres } from './bulk-insert-postgres.js';
import { insertOnSqlite } from './bulk-insert-sqlite.js';
import { decimalKeyOf } from './expressions.js';
import { newRow } from './upsert.js';

export interface BulkInsertSpec {
  /** For managed fields, ISO 8601 UTC with milliseconds. */
  readonly now: string;
  readonly onConflict: 'error' | 'skip' | 'update';
  /** The unique key that decides: for `update` `['id']` by default, for `skip` any of them. */
  readonly conflict?: readonly string[] | undefined;
  /** Whether the rows as stored are wanted. */
  readonly records: boolean;
}

export interface BulkInsert {
  /** Rows to write, after superseded ones were dropped. */
  readonly size: number;
  /** Rows that a later one of the same key replaces; `update` only. */
  readonly superseded: number;
  /** Writes rows `start` (inclusive) to `end` (exclusive) of `size`. Several statements: run it inside a transaction. */
  run(executor: Executor, start: number, end: number): Promise<BulkBatch>;
}

export interface BulkBatch {
  readonly inserted: number;
  readonly skipped: number;
  readonly updated: number;
  /** Raw rows in input order, when asked for; skipped rows have none. */
  readonly records: readonly (readonly RawValue[])[];
}

/** An encoded row. Rows of one shape can share a statement. */
export interface BulkRow {
  /** Columns of the INSERT, and their values. */
  readonly columns: readonly Column[];
  readonly values: readonly DriverValue[];
  /** What `update` sets when the row is there: the fields given, without the key, and updatedAt. */
  readonly set: readonly Column[];
  readonly shape: string;
}

/** What writing one group of rows did; `records` has an entry per row where something came back. */
export interface GroupResult {
  readonly inserted: number;
  readonly updated: number;
  readonly records: readonly (readonly RawValue[])[];
}

/**
 * Encodes rows for a bulk insert, all of them at once, so that nothing is written when one is bad. With `update`, of rows with
 * one key only the last is kept; it sets the fields it gives (never id, createdAt, or the key) and updatedAt.
 *
 * `data` went through `checkFields`. Raises DF-101, DF-102, DF-103 with the row's position as `context.row`.
 */
export function bulkInsert(model: CompiledModel, dialect: Dialect, data: readonly Fields[], spec: BulkInsertSpec): BulkInsert {
  const key = spec.conflict ?? (spec.onConflict === 'update' ? ['id'] : undefined);
  const keyColumns = key?.map((name) => model.byName.get(name)!);
  let rows = data.map((fields, row) => {
    try {
      return encoded(model, dialect, fields, spec, keyColumns ?? []);
    } catch (error) {
      throw error instanceof DataFlowError ? error.within({ row }) : error;
    }
  });
  if (spec.onConflict === 'update') rows = withoutSuperseded(rows, keyColumns!);
  return {
    size: rows.length,
    superseded: data.length - rows.length,
    async run(executor, start, end) {
      const part = rows.slice(start, end);
      let inserted = 0;
      let updated = 0;
      const places: (readonly RawValue[])[] = [];
      const insertGroup = dialect === 'sqlite' ? insertOnSqlite : insertOnPostgres;
      for (const group of groups(part, spec.onConflict === 'skip')) {
        const result = await insertGroup(executor, model, group.map((place) => part[place]!), { ...spec, keyColumns });
        inserted += result.inserted;
        updated += result.updated;
        // Skipped rows leave gaps that nobody can place, but their groups follow one another.
        result.records.forEach((record, i) => (spec.onConflict === 'skip' ? places.push(record) : (places[group[i]!] = record)));
      }
      return { inserted, updated, skipped: part.length - inserted - updated, records: places };
    },
  };
}

const nothing: readonly Column[] = [];

function encoded(model: CompiledModel, dialect: Dialect, fields: Fields, spec: BulkInsertSpec, keyColumns: readonly Column[]): BulkRow {
  const { columns, values } = newRow(model, dialect, fields, spec.now);
  if (spec.onConflict !== 'update') return { columns, values, set: nothing, shape: columns === model.columns ? 'whole' : 'counted' };
  const set = model.columns.filter((column) => column.managed === 'updatedAt' || (Object.hasOwn(fields, column.name) && column.name !== 'id' && !keyColumns.includes(column)));
  return { columns, values, set, shape: `${columns.length} ${set.map((column) => column.index).join()}` };
}

function withoutSuperseded(rows: readonly BulkRow[], keyColumns: readonly Column[]): BulkRow[] {
  const last = new Map<string, number>();
  const keys = rows.map((row, i) => {
    const key = keyText(row, keyColumns);
    if (key !== undefined) last.set(key, i);
    return key;
  });
  return rows.filter((_, i) => keys[i] === undefined || last.get(keys[i]) === i);
}

/** A text that two rows share when their keys are equal in the database. Undefined for keys that are equal to none. */
function keyText(row: BulkRow, keyColumns: readonly Column[]): string | undefined {
  const parts: string[] = [];
  for (const column of keyColumns) {
    const place = row.columns.indexOf(column);
    const value = place === -1 ? null : row.values[place]!;
    if (value === null) return undefined;
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('hex'));
    else parts.push(column.type.kind === 'decimal' ? decimalKeyOf(value as string) : String(value));
  }
  return parts.length === 1 ? parts[0]! : JSON.stringify(parts);
}

/** Positions of rows that share a statement: of one shape, and for `inRow` only neighbours, so that input order is kept. */
function groups(rows: readonly BulkRow[], inRow: boolean): number[][] {
  const all: number[][] = [];
  let byShape = new Map<string, number[]>();
  let shape: string | undefined;
  rows.forEach((row, place) => {
    if (inRow && row.shape !== shape) byShape = new Map();
    shape = row.shape;
    let group = byShape.get(row.shape);
    if (!group) {
      byShape.set(row.shape, (group = []));
      all.push(group);
    }
    group.push(place);
  });
  return all;
}
