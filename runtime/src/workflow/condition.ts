import { dfError } from '../errors/dataflow-error.js';
import type { Shape } from './node-shape.js';

/**
 * The filter language on values in memory, with the meaning it has in SQL: a comparison with null is neither true nor
 * false (`undefined` here), text compares by code point, `$like` minds case and `$ilike` folds ASCII letters only.
 */
type Truth = boolean | undefined;

/**
 * Whether a node's `when` holds. An absent result (of a skipped node, or null) matches `null` alone.
 * @param results by node id; `input` holds the workflow's inputs
 * @param shapes what is known of the results: decimals need it, which are strings but compare as numbers
 * Raises DF-218 for an unknown operator, or one whose operand it cannot use.
 */
export function conditionHolds(when: Readonly<Record<string, unknown>>, results: (id: string) => unknown, shapes?: (id: string) => Shape | undefined): boolean {
  const holds = (part: Readonly<Record<string, unknown>>): Truth =>
    every(Object.entries(part), ([key, condition]) => {
      switch (key) {
        case '$and':
          return every(conditions(condition, key), holds);
        case '$or':
          return some(conditions(condition, key), holds);
        case '$not':
          return negate(holds(record(condition, key)));
        default:
          return matches(condition, results(key), shapes?.(key));
      }
    });
  return holds(when) === true;
}

/** One condition on one value. */
export function matches(condition: unknown, value: unknown, shape?: Shape): Truth {
  const present = value ?? null;
  if (condition === null) return present === null;
  if (!isObject(condition)) return equal(present, condition, shape);
  // An empty condition on a result says: it is there.
  if (present === null && !Object.keys(condition).some((key) => key.startsWith('$'))) return false;
  return every(Object.entries(condition), ([key, operand]) => {
    if (key === '$and') return every(conditions(operand, key), (part) => matches(part, present, shape));
    if (key === '$or') return some(conditions(operand, key), (part) => matches(part, present, shape));
    if (key === '$not') return negate(matches(record(operand, key), present, shape));
    if (key.startsWith('$')) return operate(key, present, operand, shape);
    return matches(operand, property(present, key), shape?.kind === 'object' ? shape.fields.get(key) : undefined);
  });
}

function operate(operator: string, value: unknown, operand: unknown, shape: Shape | undefined): Truth {
  if (operator === '$null') return operand === (value === null);
  if (operator === '$eq') return operand === null ? value === null : equal(value, operand, shape);
  if (operator === '$ne') return operand === null ? value !== null : negate(equal(value, operand, shape));
  switch (operator) {
    case '$in':
      return some(list(operand, operator), (item) => equal(value, item, shape));
    case '$nin':
      return negate(some(list(operand, operator), (item) => equal(value, item, shape)));
    case '$gt':
      return ordered(value, operand, shape, (sign) => sign > 0);
    case '$gte':
      return ordered(value, operand, shape, (sign) => sign >= 0);
    case '$lt':
      return ordered(value, operand, shape, (sign) => sign < 0);
    case '$lte':
      return ordered(value, operand, shape, (sign) => sign <= 0);
    case '$between': {
      const bounds = list(operand, operator);
      if (bounds.length !== 2) throw dfError('DF-218', { operator, problem: 'takes a list of two' });
      return both(ordered(value, bounds[0], shape, (sign) => sign >= 0), ordered(value, bounds[1], shape, (sign) => sign <= 0));
    }
    case '$like':
      return onText(value, operand, operator, (text, pattern) => likePattern(pattern).test(text));
    case '$ilike':
      return onText(value, operand, operator, (text, pattern) => likePattern(foldAscii(pattern)).test(foldAscii(text)));
    case '$contains':
      return onText(value, operand, operator, (text, part) => text.includes(part));
    case '$startsWith':
      return onText(value, operand, operator, (text, part) => text.startsWith(part));
    case '$endsWith':
      return onText(value, operand, operator, (text, part) => text.endsWith(part));
    case '$regex':
      return onText(value, operand, operator, (text, pattern) => regex(pattern).test(text));
    case '$has':
      return onElements(value, (items) => items.some((item) => equal(item, operand, undefined)));
    case '$hasAny':
      return onElements(value, (items) => list(operand, operator).some((wanted) => items.some((item) => equal(item, wanted, undefined))));
    case '$hasAll':
      return onElements(value, (items) => list(operand, operator).every((wanted) => items.some((item) => equal(item, wanted, undefined))));
    default:
      throw dfError('DF-218', { operator, problem: 'is no operator of the filter language' });
  }
}

function equal(a: unknown, b: unknown, shape: Shape | undefined): Truth {
  if (a === null || a === undefined || b === null || b === undefined) return undefined;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equal(item, b[index], undefined) === true);
  const sign = compare(a, b, shape);
  return sign === undefined ? a === b : sign === 0;
}

function ordered(value: unknown, operand: unknown, shape: Shape | undefined, test: (sign: number) => boolean): Truth {
  if (value === null || operand === null || operand === undefined) return undefined;
  const sign = compare(value, operand, shape);
  return sign === undefined ? undefined : test(sign);
}

/** Negative, zero or positive; undefined when the two cannot be compared. */
function compare(a: unknown, b: unknown, shape: Shape | undefined): number | undefined {
  if (a instanceof Date || b instanceof Date) return signOf(timeOf(a), timeOf(b));
  if (isNumber(a) && isNumber(b)) return signOf(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return signOf(Number(a), Number(b));
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  if (shape?.kind === 'column' && shape.field.type.kind === 'decimal') return compareDecimals(a, b);
  if (shape?.kind === 'column' && shape.field.type.kind === 'uuid') return Buffer.compare(Buffer.from(a), Buffer.from(b.toLowerCase()));
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function signOf(a: number | bigint | undefined, b: number | bigint | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : a == b ? 0 : undefined;
}

function timeOf(value: unknown): number | undefined {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Exact, unlike a comparison as floats: both are scaled to the longer fraction and compared as integers. */
function compareDecimals(a: string, b: string): number | undefined {
  const parts = [a, b].map((text) => /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text));
  if (!parts[0] || !parts[1]) return undefined;
  const digits = Math.max(parts[0][3]?.length ?? 0, parts[1][3]?.length ?? 0);
  const [x, y] = parts.map((part) => BigInt(`${part![1] === '-' ? '-' : ''}${part![2]}${(part![3] ?? '').padEnd(digits, '0')}`));
  return signOf(x, y);
}

/** `%` is any text, `_` one character, a backslash takes the next character literally. */
function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\([\s\S])|[%_]|[.*+?^${}()|[\]\\/]/gu, (part, escaped: string | undefined) => {
    if (part === '%') return '[\\s\\S]*';
    if (part === '_') return '[\\s\\S]';
    return (escaped ?? part).replace(/[.*+?^${}()|[\]\\/]/u, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function regex(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (cause) {
    throw dfError('DF-218', { operator: '$regex', problem: 'takes a regular expression, and this is none' }, { cause });
  }
}

function onText(value: unknown, operand: unknown, operator: string, test: (text: string, operand: string) => boolean): Truth {
  if (typeof operand !== 'string') throw dfError('DF-218', { operator, problem: 'takes text' });
  return typeof value === 'string' ? test(value, operand) : undefined;
}

function onElements(value: unknown, test: (items: readonly unknown[]) => boolean): Truth {
  return Array.isArray(value) ? test(value) : undefined;
}

function every<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    result = both(result, test(item));
    if (result === false) return false;
  }
  return result;
}

function some<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  return negate(every(items, (item) => negate(test(item))));
}

function both(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function negate(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function list(operand: unknown, operator: string): readonly unknown[] {
  if (Array.isArray(operand)) return operand;
  throw dfError('DF-218', { operator, problem: 'takes a list' });
}

function record(operand: unknown, operator: string): Record<string, unknown> {
  if (isObject(operand)) return operand;
  throw dfError('DF-218', { operator, problem: 'takes a condition' });
}

function conditions(operand: unknown, operator: string): readonly Record<string, unknown>[] {
  return list(operand, operator).map((item) => record(item, operator));
}
