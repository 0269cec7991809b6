import { canonicalDecimal } from '../codecs/scalar-values.js';
import type { DriverValue } from '../drivers/driver.js';
import type { ColumnType, Dialect, FieldSchema } from '../schema/model-schema.js';
import { quoteIdentifier } from './identifiers.js';

/** How a column is read: bigints of SQLite as text, for no adapter reads all 64 bits as a number. */
export function selected(field: FieldSchema, dialect: Dialect): string {
  const column = quoteIdentifier(field.column);
  return dialect === 'sqlite' && field.type.kind === 'bigint' ? `CAST(${column} AS TEXT)` : column;
}

/** The select list of all fields, in column order. */
export function selectList(fields: readonly FieldSchema[], dialect: Dialect): string {
  return fields.map((field) => selected(field, dialect)).join(', ');
}

/** A column where it is compared or ordered by. Decimals are text on SQLite, and are compared by a key whose order is theirs. */
export function compared(field: FieldSchema, dialect: Dialect): string {
  const column = quoteIdentifier(field.column);
  return dialect === 'sqlite' && field.type.kind === 'decimal' ? decimalKey(column) : column;
}

/** Whether values of the column are compared by a key instead of by the column itself. */
export function hasKey(type: ColumnType, dialect: Dialect): boolean {
  return dialect === 'sqlite' && type.kind === 'decimal';
}

/** An encoded value as it is compared with `compared`. */
export function comparedValue(type: ColumnType, dialect: Dialect, encoded: DriverValue): DriverValue {
  return hasKey(type, dialect) && typeof encoded === 'string' ? decimalKeyOf(encoded) : encoded;
}

/** A placeholder where a value is compared with `compared`. */
export function comparedParameter(type: ColumnType, dialect: Dialect, placeholder: string): string {
  return dialect === 'sqlite' && type.kind === 'bigint' ? `CAST(${placeholder} AS INTEGER)` : placeholder;
}

/**
 * Order of decimals as order of text, exact however many digits they have: sign, number of digits before the point,
 * the digits without trailing zeros of the fraction. Negative numbers have all of it turned round, and a closing `~` so that
 * the longer of two that begin alike comes first.
 */
export function decimalKeyOf(decimal: string): string {
  const canonical = canonicalDecimal(decimal)!;
  const text = canonical.includes('.') ? canonical.replace(/\.?0+$/, '') : canonical;
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const point = digits.indexOf('.');
  const whole = point === -1 ? digits.length : point;
  if (!negative) return `0${String(whole).padStart(6, '0')}${digits}`;
  return `-${String(999_999 - whole).padStart(6, '0')}${digits.replace(/\d/g, (digit) => complement[Number(digit)]!)}~`;
}

const complement = 'jihgfedcba';

function decimalKey(column: string): string {
  const trimmed = `CASE WHEN instr(${column}, '.') THEN rtrim(rtrim(${column}, '0'), '.') ELSE ${column} END`;
  const whole = (text: string): string => `instr(${text} || '.', '.') - 1`;
  let turned = `substr(${trimmed}, 2)`;
  for (let digit = 0; digit < 10; digit++) turned = `replace(${turned}, '${digit}', '${complement[digit]}')`;
  return `CASE WHEN substr(${column}, 1, 1) = '-' THEN printf('-%06d%s~', 1000000 - (${whole(column)}), ${turned}) `
    + `WHEN ${column} IS NOT NULL THEN printf('0%06d%s', ${whole(column)}, ${trimmed}) END`;
}
