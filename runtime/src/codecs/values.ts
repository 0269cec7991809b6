import { types } from 'node:util';
import type { ColumnType } from '../schema/model-schema.js';
import { problemWithJson } from './json-values.js';
import { canonicalDecimal, dateFrom, isDay, isUuid } from './scalar-values.js';
import { describeValue, isStorable, longerThan, textProblem } from './text-values.js';

/** What is wrong with a value: its type (DF-102), or the value itself (DF-103). Holds types and kinds of values only. */
export interface ValueProblem {
  readonly code: 'DF-102' | 'DF-103';
  readonly expected: string;
  readonly received: string;
}

/**
 * The one rule of what a column can hold, the same on every database. For a value that is neither null nor undefined;
 * gives undefined when it fits. Codecs, defaults and the compiler's check of literals use it.
 */
export function problemWith(type: ColumnType, value: unknown): ValueProblem | undefined {
  const wrongType = (): ValueProblem => ({ code: 'DF-102', expected: describeType(type), received: describeValue(value) });
  const badValue = (received: string): ValueProblem => ({ code: 'DF-103', expected: describeType(type), received });
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') return wrongType();
      if (!isStorable(value)) return badValue(textProblem(value));
      return type.length !== undefined && longerThan(value, type.length) ? badValue(`a string of ${[...value].length} characters`) : undefined;
    case 'uuid':
      if (typeof value !== 'string') return wrongType();
      return isUuid(value) ? undefined : badValue('another text');
    case 'number':
      if (typeof value !== 'number') return wrongType();
      return Number.isFinite(value) ? undefined : badValue(describeNumber(value));
    case 'int':
      if (typeof value !== 'number') return wrongType();
      return (value | 0) === value ? undefined : badValue(describeNumber(value));
    case 'bigint':
      if (typeof value !== 'bigint') return wrongType();
      return value === BigInt.asIntN(64, value) ? undefined : badValue('a bigint beyond 64 bits');
    case 'decimal':
      if (typeof value !== 'string') return wrongType();
      return canonicalDecimal(value) === undefined ? badValue('another text') : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType();
    case 'date':
      if (typeof value !== 'string' && !types.isDate(value)) return wrongType();
      return dateFrom(value) === undefined ? badValue(typeof value === 'string' ? 'another text' : describeDate(value)) : undefined;
    case 'dateOnly':
      if (typeof value !== 'string') return wrongType();
      return isDay(value) ? undefined : badValue('another text');
    case 'bytes':
      return types.isUint8Array(value) ? undefined : wrongType();
    case 'json': {
      const problem = problemWithJson(value);
      return problem === undefined ? undefined : badValue(problem);
    }
    case 'array':
      return Array.isArray(value) ? problemWithElements(type, value) : wrongType();
    case 'enum':
      if (typeof value !== 'string') return wrongType();
      return type.values.includes(value) ? undefined : badValue('another text');
  }
}

function problemWithElements(type: ColumnType & { kind: 'array' }, list: readonly unknown[]): ValueProblem | undefined {
  for (let i = 0; i < list.length; i++) {
    const element = list[i];
    const problem = element === null || element === undefined
      ? ({ code: 'DF-102', received: String(element) } as const)
      : problemWith({ kind: type.of }, element);
    if (problem) return { code: problem.code, expected: describeType(type), received: `a list with ${problem.received} at [${i}]` };
  }
  return undefined;
}

/** What a column takes, in words: `a 32-bit integer`. */
export function describeType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return type.length === undefined ? 'a string' : `a string of at most ${type.length} characters`;
    case 'uuid':
      return 'a UUID';
    case 'number':
      return 'a finite number';
    case 'int':
      return 'a 32-bit integer';
    case 'bigint':
      return 'a 64-bit bigint';
    case 'decimal':
      return "a decimal number as text, like '12.50'";
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a Date or ISO 8601 text with time zone';
    case 'dateOnly':
      return "a day as text, like '2024-02-29'";
    case 'bytes':
      return 'a Uint8Array';
    case 'json':
      return 'a value that JSON keeps unchanged';
    case 'array':
      return `a list of ${{ string: 'strings', int: '32-bit integers', number: 'finite numbers', boolean: 'booleans' }[type.of]}`;
    case 'enum':
      return `one of ${type.values.map((value) => `'${value}'`).join(', ')}`;
  }
}

function describeNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Number.isInteger(value) ? 'a number beyond 32 bits' : 'a number with a fraction';
}

function describeDate(value: unknown): string {
  return Number.isNaN((value as Date).getTime()) ? 'an invalid Date' : 'a Date of another year';
}
