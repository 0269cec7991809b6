import { codecs } from '../codecs/codec.js';
import { valueError } from '../codecs/field-errors.js';
import { describeValue, isStorable } from '../codecs/text-values.js';
import type { DriverValue } from '../drivers/driver.js';
import { dfError } from '../errors/dataflow-error.js';
import type { Column } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { comparedValue } from './expressions.js';

/** A value to compare a column with. null is a type mismatch here. */
export function operand(column: Column, dialect: Dialect, value: unknown): DriverValue {
  if (value === null) throw mismatch(column, 'a value', 'null');
  return comparedValue(column.type, dialect, codecs[dialect].encodeField(column, value));
}

/** The values of `$in` and the like as one bound value: a JSON list on SQLite, an array on PostgreSQL. */
export function listOperand(column: Column, dialect: Dialect, values: readonly unknown[]): DriverValue {
  const list = Array.from(values, (value) => {
    const encoded = operand(column, dialect, value);
    if (!(encoded instanceof Uint8Array)) return encoded as string | number | boolean;
    const hex = Buffer.from(encoded).toString('hex');
    return dialect === 'sqlite' ? hex.toUpperCase() : `\\x${hex}`;
  });
  return dialect === 'sqlite' ? JSON.stringify(list) : list;
}

const elements = new WeakMap<Column, Column>();

/** A list column's element, as a column of its own. */
export function elementOf(column: Column): Column {
  let element = elements.get(column);
  if (!element) {
    element = { ...column, nullable: false, type: { kind: (column.type as { of: 'string' }).of } };
    elements.set(column, element);
  }
  return element;
}

/** The operand of a text operator. */
export function textOperand(column: Column, value: unknown): string {
  if (typeof value === 'string' && isStorable(value)) return value;
  throw valueError({ ...column, type: { kind: 'string' } }, value);
}

export function listOf(column: Column, value: unknown, operator: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw mismatch(column, `a list for '${operator}'`, describeValue(value));
}

export function mismatch(column: Column, expected: string, received: string): Error {
  return dfError('DF-102', { place: column.model, name: column.name, expected, received }, { context: { model: column.model, field: column.name } });
}

/** A `$like` pattern: `%` any text, `_` one character, `\` before either or itself. GLOB has other signs, and classes to quote them. */
export function likeOperand(column: Column, dialect: Dialect, kind: 'like' | 'ilike', value: unknown): string {
  const pattern = textOperand(column, value);
  if (/(?<!\\)(?:\\\\)*\\$/.test(pattern)) {
    const data = { place: column.model, name: column.name, expected: 'a pattern', received: 'a pattern that ends with a single backslash' };
    throw dfError('DF-103', data, { context: { model: column.model, field: column.name } });
  }
  if (dialect === 'postgres' || kind === 'ilike') return pattern;
  return pattern.replace(/\\([^])|[%_*?[]/g, (sign, quoted: string | undefined) => {
    if (sign === '%') return '*';
    if (sign === '_') return '?';
    const literal = quoted ?? sign;
    return literal === '*' || literal === '?' || literal === '[' ? `[${literal}]` : literal;
  });
}

/** Text as a LIKE pattern that means just this text. */
export function quotedPattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** The operand of `$regex`. It must be a valid expression of JavaScript, so that a typing error is told before a database sees it. */
export function regexOperand(column: Column, dialect: Dialect, value: unknown): DriverValue {
  const regex = textOperand(column, value);
  try {
    new RegExp(regex);
  } catch (cause) {
    const data = { place: column.model, name: column.name, expected: 'a regular expression', received: 'a text that is none' };
    throw dfError('DF-103', data, { cause, context: { model: column.model, field: column.name } });
  }
  return dialect === 'sqlite' ? { regex } : regex;
}
