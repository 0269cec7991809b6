import type { ColumnType, Dialect } from '../schema/model-schema.js';

/** The type of a column in CREATE TABLE. Text on PostgreSQL has the collation "C", so that order is SQLite's, by bytes. */
export function columnType(type: ColumnType, dialect: Dialect): string {
  return dialect === 'sqlite' ? sqliteTypes[type.kind] : postgresType(type, true);
}

/** The type of a column in a cast on PostgreSQL. */
export function castType(type: ColumnType): string {
  return postgresType(type, false);
}

const sqliteTypes = {
  string: 'TEXT',
  uuid: 'TEXT',
  number: 'REAL',
  int: 'INTEGER',
  bigint: 'INTEGER',
  decimal: 'TEXT',
  boolean: 'INTEGER',
  date: 'INTEGER',
  dateOnly: 'TEXT',
  bytes: 'BLOB',
  json: 'TEXT',
  array: 'TEXT',
  enum: 'TEXT',
} as const;

function postgresType(type: ColumnType, declaring: boolean): string {
  switch (type.kind) {
    case 'string':
    case 'enum': {
      const length = type.kind === 'string' && declaring ? type.length : undefined;
      return (length === undefined ? 'text' : `varchar(${length})`) + (declaring ? ' COLLATE "C"' : '');
    }
    case 'number':
      return 'double precision';
    case 'int':
      return 'integer';
    case 'decimal':
      return 'numeric';
    case 'date':
      // Milliseconds, as everywhere: a time read is the time stored, and cursors are exact.
      return declaring ? 'timestamptz(3)' : 'timestamptz';
    case 'dateOnly':
      return 'date';
    case 'bytes':
      return 'bytea';
    case 'json':
      return 'jsonb';
    case 'array':
      return `${{ string: 'text', int: 'integer', number: 'double precision', boolean: 'boolean' }[type.of]}[]`;
    default:
      return type.kind;
  }
}
