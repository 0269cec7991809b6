/**
 * Values of SQLite columns. Writers take a value that is not null and give what drivers bind; DF-101 (undefined),
 * DF-102 (wrong type), DF-103 (bad value) name model and field. Readers take what drivers give, not null; a stored value
 * that cannot be read is DF-115.
 */
import type { DriverValue, RawValue } from '../drivers/driver.js';
import type { Column } from '../nodes/compiled-model.js';
import { nullError, storedError, undefinedError, valueError } from './field-errors.js';
import { problemWithJson } from './json-values.js';
import { canonicalDecimal, dateFrom, isDay, isTime, isUuid } from './scalar-values.js';
import { isStorable, longerThan } from './text-values.js';
import { problemWith } from './values.js';

export function string(column: Column, value: unknown): string {
  if (typeof value === 'string' && isStorable(value)) {
    const most = (column.type as { length?: number }).length;
    if (most === undefined || !longerThan(value, most)) return value;
  }
  throw valueError(column, value);
}

/** Stored in lower case. */
export function uuid(column: Column, value: unknown): string {
  if (typeof value === 'string' && isUuid(value)) return value.toLowerCase();
  throw valueError(column, value);
}

export function number(column: Column, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw valueError(column, value);
}

export function int(column: Column, value: unknown): number {
  if (typeof value === 'number' && (value | 0) === value) return value | 0;
  throw valueError(column, value);
}

/** As text: no adapter can bind or read all 64 bits as a number. The column's affinity makes it an integer. */
export function bigint(column: Column, value: unknown): string {
  if (typeof value === 'bigint' && value === BigInt.asIntN(64, value)) return value.toString();
  throw valueError(column, value);
}

export function decimal(column: Column, value: unknown): string {
  const canonical = typeof value === 'string' ? canonicalDecimal(value) : undefined;
  if (canonical !== undefined) return canonical;
  throw valueError(column, value);
}

export function boolean(column: Column, value: unknown): number {
  if (value === true) return 1;
  if (value === false) return 0;
  throw valueError(column, value);
}

/** Milliseconds since 1970-01-01 UTC: 6 bytes in rows and indexes where ISO 8601 text takes 24, and nothing to make or to parse. */
export function date(column: Column, value: unknown): number {
  const found = dateFrom(value);
  if (found !== undefined) return found.getTime();
  throw valueError(column, value);
}

export function dateOnly(column: Column, value: unknown): string {
  if (typeof value === 'string' && isDay(value)) return value;
  throw valueError(column, value);
}

export function bytes(column: Column, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value === undefined || value === null || problemWith(column.type, value)) throw valueError(column, value);
  return value as Uint8Array;
}

export function json(column: Column, value: unknown): string {
  if (value !== undefined && problemWithJson(value) === undefined) return JSON.stringify(value);
  throw valueError(column, value);
}

/** JSON text, which is the same for equal lists. */
export function array(column: Column, value: unknown): string {
  if (Array.isArray(value) && problemWith(column.type, value) === undefined) return JSON.stringify(value);
  throw valueError(column, value);
}

export function enumeration(column: Column, value: unknown): string {
  if (typeof value === 'string' && (column.type as { values: readonly string[] }).values.includes(value)) return value;
  throw valueError(column, value);
}

/** Any column's value. null is allowed where the column allows it (else DF-102); undefined is DF-110. */
export function encodeField(column: Column, value: unknown): DriverValue {
  if (value === undefined) throw undefinedError(column);
  if (value === null) {
    if (column.nullable) return null;
    throw nullError(column);
  }
  switch (column.type.kind) {
    case 'string': return string(column, value);
    case 'uuid': return uuid(column, value);
    case 'number': return number(column, value);
    case 'int': return int(column, value);
    case 'bigint': return bigint(column, value);
    case 'decimal': return decimal(column, value);
    case 'boolean': return boolean(column, value);
    case 'date': return date(column, value);
    case 'dateOnly': return dateOnly(column, value);
    case 'bytes': return bytes(column, value);
    case 'json': return json(column, value);
    case 'array': return array(column, value);
    case 'enum': return enumeration(column, value);
  }
}

export function readNumber(raw: RawValue): number {
  return raw as number;
}

export function readInt(raw: RawValue): number {
  return raw as number;
}

/** Bigint columns are selected as text. */
export function readBigint(raw: RawValue, column?: Column): bigint {
  try {
    return BigInt(raw as string);
  } catch (error) {
    throw storedError('a 64-bit integer', raw, column, error);
  }
}

export function readBoolean(raw: RawValue): boolean {
  return raw === 1;
}

export function readDate(raw: RawValue, column?: Column): Date {
  if (isTime(raw)) return new Date(raw);
  throw storedError('an integer of milliseconds since 1970', raw, column);
}

/** A plain Uint8Array whatever the adapter gives. */
export function readBytes(raw: RawValue): Uint8Array {
  const bytes = raw as Uint8Array;
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes);
}

export function readJson(raw: RawValue, column?: Column): unknown {
  try {
    return JSON.parse(raw as string);
  } catch (error) {
    throw storedError('JSON', raw, column, error);
  }
}

export function readArray(raw: RawValue, column?: Column): unknown[] {
  const list = readJson(raw, column);
  if (Array.isArray(list)) return list as unknown[];
  throw storedError('a list', raw, column);
}

/** Any column's value as the user sees it; null stays null. */
export function decodeField(column: Column, raw: RawValue): unknown {
  if (raw === null) return null;
  switch (column.type.kind) {
    case 'bigint': return readBigint(raw, column);
    case 'boolean': return readBoolean(raw);
    case 'date': return readDate(raw, column);
    case 'bytes': return readBytes(raw);
    case 'json': return readJson(raw, column);
    case 'array': return readArray(raw, column);
    default: return raw;
  }
}
