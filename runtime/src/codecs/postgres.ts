/**
 * Values of PostgreSQL columns, with the exports of `sqlite.ts`. The server's values come as its text, under
 * TimeZone=UTC, DateStyle=ISO, bytea_output=hex, extra_float_digits=1.
 */
import { parse as parseArray } from 'postgres-array';
import type { DriverValue, RawValue } from '../drivers/driver.js';
import type { Column } from '../nodes/compiled-model.js';
import { nullError, storedError, undefinedError, valueError } from './field-errors.js';
import { isoText, isoTime } from './iso-dates.js';
import { dateFrom } from './scalar-values.js';
import { problemWith } from './values.js';
import * as common from './sqlite.js';

export { string, uuid, number, int, bigint, decimal, dateOnly, bytes, json, enumeration } from './sqlite.js';

export function boolean(column: Column, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw valueError(column, value);
}

/** ISO 8601 UTC with milliseconds. */
export function date(column: Column, value: unknown): string {
  const found = dateFrom(value);
  if (found !== undefined) return isoText(found);
  throw valueError(column, value);
}

/** A list, which the driver writes as a PostgreSQL array. */
export function array(column: Column, value: unknown): readonly (string | number | boolean)[] {
  if (Array.isArray(value) && problemWith(column.type, value) === undefined) {
    const of = (column.type as { of: string }).of;
    return of === 'number' || of === 'int' ? (value as number[]).map((one) => one + 0) : [...(value as (string | boolean)[])];
  }
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
    case 'boolean': return boolean(column, value);
    case 'date': return date(column, value);
    case 'array': return array(column, value);
    default: return common.encodeField(column, value);
  }
}

export function readNumber(raw: RawValue): number {
  return Number(raw);
}

export function readInt(raw: RawValue): number {
  return Number(raw);
}

export const readBigint = common.readBigint;
export const readJson = common.readJson;

export function readBoolean(raw: RawValue): boolean {
  return raw === 't';
}

/** `2024-01-31 12:00:00.123+00`. */
export function readDate(raw: RawValue, column?: Column): Date {
  const text = raw as string;
  const time = isoTime(text);
  if (!Number.isNaN(time)) return new Date(time);
  // A column that is no timestamptz(3) has up to six digits.
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  if (Number.isNaN(date.getTime()) || !text.endsWith('+00')) throw storedError('a date of the years 1 to 9999 in UTC', raw, column);
  return date;
}

/** `\x` and two hexadecimal digits per byte. */
export function readBytes(raw: RawValue): Uint8Array {
  return new Uint8Array(Buffer.from((raw as string).slice(2), 'hex'));
}

export function readArray(raw: RawValue, column: Column): unknown[] {
  const of = (column.type as { of: string }).of;
  if (typeof raw !== 'string' || !raw.endsWith('}')) throw storedError('a list', raw, column);
  try {
    if (of === 'string') return parseArray(raw);
    return parseArray<unknown>(raw, of === 'boolean' ? isTrue : Number);
  } catch (error) {
    throw storedError('a list', raw, column, error);
  }
}

function isTrue(text: string): boolean {
  return text === 't';
}

/** Any column's value as the user sees it; null stays null. */
export function decodeField(column: Column, raw: RawValue): unknown {
  if (raw === null) return null;
  switch (column.type.kind) {
    case 'number':
    case 'int': return Number(raw);
    case 'bigint': return readBigint(raw, column);
    case 'boolean': return readBoolean(raw);
    case 'date': return readDate(raw, column);
    case 'bytes': return readBytes(raw);
    case 'json': return readJson(raw, column);
    case 'array': return readArray(raw, column);
    default: return raw;
  }
}
