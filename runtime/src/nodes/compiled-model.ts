import type { Dialect, FieldSchema, ModelSchema } from '../schema/model-schema.js';
import type { DriverValue, RawValue, Statement } from '../drivers/driver.js';

/** A field together with its model's name: what codecs need to name the place of a bad value. */
export interface Column extends FieldSchema {
  readonly model: string;
  /** Position in the model's column order. */
  readonly index: number;
}

/** The SQL of a model that never changes, one text per dialect, made at compile time by `sql/fixed-sql.ts`. */
export interface FixedSql {
  /** Quoted table name. */
  readonly table: string;
  /** The select list that `decodeRow` reads, in column order. */
  readonly columns: string;
  /** `INSERT … VALUES (…)` of all columns, nothing returned: for one row of a bulk insert. */
  readonly insert: string;
  /** The same with `RETURNING columns`: for Create. */
  readonly create: string;
  /** As `insert` and `create` but without `id`, when `id` is `autoIncrement()` and none was given. */
  readonly insertAuto?: string;
  readonly createAuto?: string;
  /** `SELECT columns … WHERE "id" = ?`. */
  readonly read: string;
  /** `DELETE … WHERE "id" = ?`. */
  readonly delete: string;
  /** `CREATE TABLE IF NOT EXISTS …` (with foreign keys on SQLite, without on PostgreSQL). */
  readonly createTable: string;
  /** `CREATE INDEX IF NOT EXISTS …`. */
  readonly createIndexes: readonly string[];
  /** PostgreSQL: `ALTER TABLE … ADD CONSTRAINT …` per foreign key, run once after all tables are there. */
  readonly addForeignKeys: readonly string[];
}

/** The generated, straight-line part of a model for one dialect. */
export interface DialectCode {
  readonly sql: FixedSql;
  /**
   * Values of a new row in column order. Absent fields get their default or null, managed ones `now`, an encoded date.
   * Raises DF-101, DF-102, DF-103. Unknown, managed and undefined fields were refused before (`checkFields`).
   */
  encodeRow(fields: Fields, now: DriverValue): DriverValue[];
  /** A row as the user sees it, from raw values in column order. */
  decodeRow(raw: readonly RawValue[]): Row;
}

export type Fields = Readonly<Record<string, unknown>>;
export type Row = Record<string, unknown>;

/** What a generated module hands to `defineModel`. */
export interface ModelCode {
  readonly schema: ModelSchema;
  /** The other models this one's foreign keys point to. A function, for modules may import each other in a circle. */
  readonly related: () => readonly CompiledModel[];
  readonly sqlite: DialectCode;
  readonly postgres: DialectCode;
}

/** A model ready to run: the generated code, and look-ups made once from its schema. */
export interface CompiledModel extends ModelCode {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly byName: ReadonlyMap<string, Column>;
  /** Whether writing a row needs the current time: a managed field, or the default `now()`. */
  readonly timed: boolean;
  /** What every update sets to the current time: `updatedAt`, where there is one. */
  readonly touched: readonly Column[];
  /** Fixed statements by dialect, objects of stable identity so that connections keep them prepared. */
  readonly statements: { readonly [D in Dialect]: FixedStatements };
}

export interface FixedStatements {
  readonly insert: Statement;
  readonly create: Statement;
  readonly insertAuto?: Statement;
  readonly createAuto?: Statement;
  readonly read: Statement;
  readonly delete: Statement;
}

/** What the checks of parameters need to know of a model; the compiler has no more than this. */
export type ModelFacts = Pick<CompiledModel, 'name' | 'schema' | 'columns' | 'byName' | 'timed' | 'touched'>;

export function factsOf(schema: ModelSchema): ModelFacts {
  const columns = schema.fields.map((field, index): Column => ({ ...field, model: schema.name, index }));
  const timed = columns.some((column) => column.managed !== undefined || column.default?.kind === 'now');
  const touched = columns.filter((column) => column.managed === 'updatedAt');
  return { name: schema.name, schema, columns, byName: new Map(columns.map((column) => [column.name, column])), timed, touched };
}

/** Completes a generated model. Called once per model when its generated module loads. */
export function defineModel(code: ModelCode): CompiledModel {
  return {
    ...code,
    ...factsOf(code.schema),
    statements: { sqlite: statementsOf(code.sqlite.sql), postgres: statementsOf(code.postgres.sql) },
  };
}

function statementsOf(sql: FixedSql): FixedStatements {
  return {
    insert: { text: sql.insert, kind: 'write', returns: false, fixed: true },
    create: { text: sql.create, kind: 'write', returns: true, fixed: true },
    ...(sql.insertAuto !== undefined && { insertAuto: { text: sql.insertAuto, kind: 'write', returns: false, fixed: true } }),
    ...(sql.createAuto !== undefined && { createAuto: { text: sql.createAuto, kind: 'write', returns: true, fixed: true } }),
    read: { text: sql.read, kind: 'read', returns: true, fixed: true, single: true },
    delete: { text: sql.delete, kind: 'write', returns: false, fixed: true },
  };
}
