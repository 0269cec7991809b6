import type { CompiledModel } from '../nodes/compiled-model.js';
import type { ColumnType, Dialect, FieldSchema } from '../schema/model-schema.js';
import { columnType } from '../sql/column-types.js';
import type { LiveColumn } from './live-columns.js';

/**
 * One thing in which a table is not as the model describes it. `missing`: no such column. `type`: it holds other values. `notNull`:
 * it refuses the null that the model allows. `required`: a column that the model does not have must be given. `extra`: one that
 * it does not have, and that does no harm.
 */
export type Difference =
  | { readonly kind: 'missing' | 'notNull'; readonly field: FieldSchema }
  | { readonly kind: 'type'; readonly field: FieldSchema; readonly expected: string; readonly actual: string }
  | { readonly kind: 'required' | 'extra'; readonly column: LiveColumn };

/**
 * In what a table differs from its model, what breaks statements first.
 * @param live the table's columns, from `liveColumns`
 */
export function differences({ columns }: Pick<CompiledModel, 'columns'>, dialect: Dialect, live: readonly LiveColumn[]): Difference[] {
  const same = dialect === 'sqlite' ? sameInSqlite : sameInPostgres;
  const fold = (name: string): string => (dialect === 'sqlite' ? name.toLowerCase() : name);
  const byName = new Map(live.map((column) => [fold(column.name), column]));
  const found: Record<Difference['kind'], Difference[]> = { missing: [], type: [], required: [], notNull: [], extra: [] };
  for (const field of columns) {
    const column = byName.get(fold(field.column));
    byName.delete(fold(field.column));
    if (column === undefined) {
      found.missing.push({ kind: 'missing', field });
    } else {
      if (!same(field.type, column.type)) found.type.push({ kind: 'type', field, expected: columnType(field.type, dialect).replace(' COLLATE "C"', ''), actual: column.type || 'without type' });
      if (field.nullable && !column.nullable) found.notNull.push({ kind: 'notNull', field });
    }
  }
  for (const column of byName.values()) {
    const kind = column.nullable || column.hasDefault ? 'extra' : 'required';
    found[kind].push({ kind, column });
  }
  return Object.values(found).flat();
}

/** Whether statements of the model can fail, or give wrong values, because of it. */
export function isHarmful({ kind }: Difference): boolean {
  return kind !== 'extra';
}

/** `column 'age' is missing`. */
export function describe(difference: Difference): string {
  switch (difference.kind) {
    case 'missing':
      return `column '${difference.field.column}' is missing`;
    case 'type':
      return `column '${difference.field.column}' is ${difference.actual}, not ${difference.expected}`;
    case 'notNull':
      return `column '${difference.field.column}' is NOT NULL`;
    case 'required':
      return `column '${difference.column.name}' is NOT NULL and not in the model`;
    case 'extra':
      return `column '${difference.column.name}' is not in the model`;
  }
}

/** SQL that makes the column as the model has it, as a proposal. */
export function remedy(difference: Difference, table: string, dialect: Dialect): string {
  switch (difference.kind) {
    case 'missing':
      return `ALTER TABLE ${table} ADD COLUMN ${difference.field.column} ${columnType(difference.field.type, dialect)}`;
    case 'type': {
      const { field: { column }, expected } = difference;
      return dialect === 'sqlite' ? `copy ${table} into a new table in which ${column} is ${expected}` : `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${expected}`;
    }
    case 'notNull': {
      const { column } = difference.field;
      return dialect === 'sqlite' ? `copy ${table} into a new table in which ${column} may be NULL` : `ALTER TABLE ${table} ALTER COLUMN ${column} DROP NOT NULL`;
    }
    case 'required':
    case 'extra':
      return `ALTER TABLE ${table} DROP COLUMN ${difference.column.name}`;
  }
}

/** What `format_type` may say of a column of each kind. */
const postgresTypes: { readonly [K in Exclude<ColumnType['kind'], 'string' | 'array'>]: RegExp } = {
  enum: /^(text|character varying)$/,
  uuid: /^uuid$/,
  number: /^double precision$/,
  int: /^integer$/,
  bigint: /^bigint$/,
  decimal: /^numeric$/,
  boolean: /^boolean$/,
  // Fewer digits than milliseconds would be lost.
  date: /^timestamp(\([3-6]\))? with time zone$/,
  dateOnly: /^date$/,
  bytes: /^bytea$/,
  json: /^jsonb$/,
};

function sameInPostgres(type: ColumnType, actual: string): boolean {
  if (type.kind === 'array') return actual === columnType(type, 'postgres');
  if (type.kind !== 'string') return postgresTypes[type.kind].test(actual);
  const [, length] = /^character varying\((\d+)\)$/.exec(actual) ?? [];
  // A longer column does no harm, DataFlow checks the length itself.
  return length === undefined ? postgresTypes.enum.test(actual) : type.length !== undefined && type.length <= Number(length);
}

/** Columns of SQLite hold any value; what counts is how their affinity changes it. */
function sameInSqlite(type: ColumnType, actual: string): boolean {
  const has = affinity(actual);
  if (has === 'none') return true;
  switch (affinity(columnType(type, 'sqlite'))) {
    case 'TEXT':
      return has === 'TEXT';
    case 'INTEGER':
      return has === 'INTEGER' || has === 'NUMERIC';
    case 'REAL':
      return has !== 'TEXT';
    default:
      return true;
  }
}

/** By SQLite's own rules, in their order. */
function affinity(declared: string): 'INTEGER' | 'TEXT' | 'none' | 'REAL' | 'NUMERIC' {
  if (/INT/i.test(declared)) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/i.test(declared)) return 'TEXT';
  if (declared === '' || /BLOB|^ANY$/i.test(declared)) return 'none';
  return /REAL|FLOA|DOUB/i.test(declared) ? 'REAL' : 'NUMERIC';
}
