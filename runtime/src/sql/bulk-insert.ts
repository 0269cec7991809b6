import type { DriverValue, Executor, RawValue } from '../drivers/driver.js';
import { DataFlowError } from '../errors/dataflow-error.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { insertOnPostgres } from './bulk-insert-postgres.js';
import { insertOnSqlite } from './bulk-insert-sqlite.js';
import { decimalKeyOf } from './expressions.js';

export interface BulkInsertSpec {
  /** For managed fields, an encoded date. */
  readonly now: DriverValue;
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

/** What rows have in common that share a statement. */
export interface RowShape {
  /** Columns of the INSERT. */
  readonly columns: readonly Column[];
  /** What `update` sets when the row is there: the fields given, without the key, and updatedAt. */
  readonly set: readonly Column[];
  /** Tells it from the model's others. */
  readonly name: string;
}

/** An encoded row. */
interface BulkRow {
  readonly shape: RowShape;
  /** In the order of the shape's columns. */
  readonly values: readonly DriverValue[];
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
  const shapes = new RowShapes(model, spec.onConflict === 'update' ? keyColumns : undefined);
  const { encodeRow } = model[dialect];
  let rows = data.map((fields, row): BulkRow => {
    try {
      const shape = shapes.of(fields);
      const values = encodeRow(fields, spec.now);
      if (shape.columns !== model.columns) values.splice(shapes.id.index, 1);
      return { shape, values };
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
      for (const { shape, rows: values, places: own } of groups(part, spec.onConflict === 'skip')) {
        const result = await insertGroup(executor, model, shape, values, { ...spec, keyColumns });
        inserted += result.inserted;
        updated += result.updated;
        // Skipped rows leave gaps that nobody can place, but their groups follow one another.
        result.records.forEach((record, i) => (spec.onConflict === 'skip' ? places.push(record) : (places[own[i]!] = record)));
      }
      return { inserted, updated, skipped: part.length - inserted - updated, records: places };
    },
  };
}

/** The shapes of one model's rows. */
class RowShapes {
  readonly id: Column;
  readonly #model: CompiledModel;
  readonly #known = new Map<string, RowShape>();
  /** Columns that `update` sets when they are given. */
  readonly #settable: readonly Column[];
  readonly #updates: boolean;

  /** @param updatedBy the key whose row is updated when it is there; undefined when none is */
  constructor(model: CompiledModel, updatedBy: readonly Column[] | undefined) {
    this.#model = model;
    this.id = model.byName.get('id')!;
    this.#updates = updatedBy !== undefined;
    this.#settable = updatedBy === undefined ? [] : model.columns.filter((column) => column !== this.id && !column.managed && !updatedBy.includes(column));
  }

  of(fields: Fields): RowShape {
    // Where the database counts and no id was given, the row has none.
    let name = this.id.default?.kind === 'autoIncrement' && !Object.hasOwn(fields, 'id') ? 'counted' : 'whole';
    for (const column of this.#settable) if (Object.hasOwn(fields, column.name)) name += ` ${column.index}`;
    return this.#known.get(name) ?? this.#add(name, fields);
  }

  #add(name: string, fields: Fields): RowShape {
    const { columns } = this.#model;
    const isSet = (column: Column): boolean => column.managed === 'updatedAt' || (this.#settable.includes(column) && Object.hasOwn(fields, column.name));
    const shape = {
      columns: name.startsWith('counted') ? columns.filter((column) => column !== this.id) : columns,
      set: this.#updates ? columns.filter(isSet) : [],
      name,
    };
    this.#known.set(name, shape);
    return shape;
  }
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
    const place = row.shape.columns.indexOf(column);
    const value = place === -1 ? null : row.values[place]!;
    if (value === null) return undefined;
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('hex'));
    else parts.push(column.type.kind === 'decimal' ? decimalKeyOf(value as string) : String(value));
  }
  return parts.length === 1 ? parts[0]! : JSON.stringify(parts);
}

/** Rows that share a statement, and their positions in the part. */
interface RowGroup {
  readonly shape: RowShape;
  readonly rows: (readonly DriverValue[])[];
  readonly places: number[];
}

/** Rows by shape; `inRow`: only neighbours, so that input order is kept. */
function groups(rows: readonly BulkRow[], inRow: boolean): RowGroup[] {
  const all: RowGroup[] = [];
  const byShape = new Map<RowShape, RowGroup>();
  let group: RowGroup | undefined;
  rows.forEach(({ shape, values }, place) => {
    if (group?.shape !== shape) {
      if (inRow) byShape.clear();
      group = byShape.get(shape);
      if (group === undefined) {
        group = { shape, rows: [], places: [] };
        byShape.set(shape, group);
        all.push(group);
      }
    }
    group.rows.push(values);
    group.places.push(place);
  });
  return all;
}
