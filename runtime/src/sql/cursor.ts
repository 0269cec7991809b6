import { codecs } from '../codecs/codec.js';
import { isoText } from '../codecs/iso-dates.js';
import { problemWith } from '../codecs/values.js';
import type { DriverValue, RawValue } from '../drivers/driver.js';
import { dfError } from '../errors/dataflow-error.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { ColumnType, Dialect, JsonValue } from '../schema/model-schema.js';
import { compared, comparedParameter, comparedValue } from './expressions.js';
import type { Order, OrderKey } from './order.js';
import { joined, type SqlText } from './sql-text.js';

/** What a cursor holds: its model, the order it belongs to, and the values of that order's fields in the last row. */
interface Cursor {
  readonly m: string;
  readonly o: string;
  readonly v: readonly JsonValue[];
}

/**
 * Makes the cursors of lists in one order, the same for both databases.
 * @param places where the values of the order's fields are in a raw row
 */
export function cursorWriter(model: CompiledModel, dialect: Dialect, { keys, name }: Order, places: readonly number[]): (raw: readonly RawValue[]) => string {
  const { decodeField } = codecs[dialect];
  const beginning = JSON.stringify({ m: model.name, o: name } satisfies Omit<Cursor, 'v'>).replace(/\}$/, ',"v":[');
  // Base64 turns three bytes into four letters: filled up with spaces, the beginning has letters of its own, always the same.
  const filled = base64(beginning + ' '.repeat((3 - (Buffer.byteLength(beginning) % 3)) % 3));
  return (raw) => {
    let values = '';
    for (let i = 0; i < keys.length; i++) {
      const value = decodeField(keys[i]!.column, raw[places[i]!]!);
      const text = value instanceof Date ? `"${isoText(value)}"` : typeof value === 'bigint' ? `"${value}"` : JSON.stringify(value);
      values += i === 0 ? text : `,${text}`;
    }
    return filled + base64(`${values}]}`);
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** The encoded values of a cursor, one per key. Raises DF-114 when it does not belong to this order. */
export function decodeCursor(model: CompiledModel, dialect: Dialect, { keys, name }: Order, text: unknown): DriverValue[] {
  const bad = (why: string): Error => dfError('DF-114', { model: model.name, why }, { context: { model: model.name } });
  if (typeof text !== 'string') throw bad('it is not a text');
  let cursor: Partial<Cursor> | null;
  try {
    cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Cursor> | null;
  } catch {
    throw bad('it is not a cursor');
  }
  if (typeof cursor !== 'object' || cursor === null || typeof cursor.m !== 'string' || typeof cursor.o !== 'string' || !Array.isArray(cursor.v)) {
    throw bad('it is not a cursor');
  }
  if (cursor.m !== model.name) throw bad('it belongs to another model');
  if (cursor.o !== name) throw bad('it belongs to another order');
  if (cursor.v.length !== keys.length) throw bad('it is not a cursor');
  return keys.map(({ column }, i) => {
    const value = userValue(column.type, cursor.v![i]!);
    if (value === null ? !column.nullable : value === undefined || problemWith(column.type, value)) throw bad(`its value for '${column.name}' does not fit`);
    return comparedValue(column.type, dialect, codecs[dialect].encodeField(column, value));
  });
}

function userValue(type: ColumnType, value: JsonValue): unknown {
  return type.kind === 'bigint' && typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : value;
}

/**
 * The condition "stands after these values", and the values in the order of its placeholders. Nothing follows a null
 * but what later keys decide, and nulls follow every value.
 */
export function afterCondition(keys: readonly OrderKey[], values: readonly DriverValue[], sql: SqlText): string {
  const { dialect } = sql;
  const name = (i: number): string => compared(keys[i]!.column, dialect);
  const parameter = (i: number): string => comparedParameter(keys[i]!.column.type, dialect, sql.next());
  const sign = (i: number): string => (keys[i]!.direction === 'asc' ? '>' : '<');
  if (isRowValue(keys)) {
    if (keys.length === 1) return `${name(0)} ${sign(0)} ${parameter(0)}`;
    return `(${keys.map((_, i) => name(i)).join(', ')}) ${sign(0)} (${keys.map((_, i) => parameter(i)).join(', ')})`;
  }
  const lead = hasLead(keys) ? `${name(0)} ${sign(0)}= ${parameter(0)} AND ` : '';
  const terms: string[] = [];
  for (let i = 0; i < keys.length; i++) {
    if (values[i] === null) continue;
    const same = keys.slice(0, i).map((_, j) => (values[j] === null ? `${name(j)} IS NULL` : `${name(j)} = ${parameter(j)}`));
    const after = `${name(i)} ${sign(i)} ${parameter(i)}`;
    terms.push([...same, keys[i]!.column.nullable ? `(${after} OR ${name(i)} IS NULL)` : after].join(' AND '));
  }
  return `(${lead}${joined(terms.map((term) => `(${term})`), 'OR')})`;
}

export function afterValues(keys: readonly OrderKey[], values: readonly DriverValue[]): DriverValue[] {
  if (isRowValue(keys)) return [...values];
  const list: DriverValue[] = hasLead(keys) ? [values[0]!] : [];
  for (let i = 0; i < keys.length; i++) {
    if (values[i] === null) continue;
    for (let j = 0; j <= i; j++) if (values[j] !== null) list.push(values[j]!);
  }
  return list;
}

/** All in one direction and none ever null: one comparison of rows, which indexes serve. */
function isRowValue(keys: readonly OrderKey[]): boolean {
  return keys.every(({ column, direction }) => !column.nullable && direction === keys[0]!.direction);
}

/** Whether the first key alone bounds the rows, which lets an index of it serve. */
function hasLead(keys: readonly OrderKey[]): boolean {
  return !keys[0]!.column.nullable;
}
