import type { CompiledModel, Row } from '../../../runtime/src/nodes/compiled-model.js';
import type { Column } from '../../../runtime/src/nodes/compiled-model.js';
import { stored } from './values.js';

/** True, false, or unknown, as SQL has it. */
type Outcome = boolean | null;

const not = (a: Outcome): Outcome => (a === null ? null : !a);
const all = (list: Outcome[]): Outcome => (list.includes(false) ? false : list.includes(null) ? null : true);
const any = (list: Outcome[]): Outcome => (list.includes(true) ? true : list.includes(null) ? null : false);

/** What a filter says of a row, told without a database. */
export function matches(model: CompiledModel, filter: Record<string, unknown>, row: Row): Outcome {
  return all(Object.entries(filter).map(([name, value]) => {
    if (name === '$and') return all((value as Record<string, unknown>[]).map((part) => matches(model, part, row)));
    if (name === '$or') return any((value as Record<string, unknown>[]).map((part) => matches(model, part, row)));
    if (name === '$not') return not(matches(model, value as Record<string, unknown>, row));
    const column = model.byName.get(name)!;
    const mine = row[name];
    if (value === null) return mine === null;
    const isValue = typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array || Array.isArray(value);
    const operators = isValue ? { $eq: value } : (value as Record<string, unknown>);
    return all(Object.entries(operators).map(([operator, given]) => holds(column, mine, operator, given)));
  }));
}

function holds(column: Column, mine: unknown, operator: string, given: unknown): Outcome {
  if (operator === '$null') return (mine === null) === given;
  if (given === null) return (mine === null) === (operator === '$eq');
  if (operator === '$in' || operator === '$nin') {
    const list = given as unknown[];
    const found: Outcome = list.length === 0 ? false : mine === null ? null : list.some((one) => compare(column, mine, one) === 0);
    return operator === '$in' ? found : not(found);
  }
  if (mine === null) return null;
  switch (operator) {
    case '$eq': return compare(column, mine, given) === 0;
    case '$ne': return compare(column, mine, given) !== 0;
    case '$gt': return compare(column, mine, given) > 0;
    case '$gte': return compare(column, mine, given) >= 0;
    case '$lt': return compare(column, mine, given) < 0;
    case '$lte': return compare(column, mine, given) <= 0;
    case '$between': return compare(column, mine, (given as unknown[])[0]) >= 0 && compare(column, mine, (given as unknown[])[1]) <= 0;
    case '$contains': return (mine as string).includes(given as string);
    case '$startsWith': return (mine as string).startsWith(given as string);
    case '$endsWith': return (mine as string).endsWith(given as string);
    case '$like': return likeExpression(given as string).test(mine as string);
    case '$ilike': return likeExpression(lowered(given as string)).test(lowered(mine as string));
    case '$has': return (mine as unknown[]).includes(plus(given));
    case '$hasAny': return (given as unknown[]).some((one) => (mine as unknown[]).includes(plus(one)));
    case '$hasAll': return (given as unknown[]).every((one) => (mine as unknown[]).includes(plus(one)));
    default: throw new Error(`the oracle does not know ${operator}`);
  }
}

const plus = (one: unknown): unknown => (typeof one === 'number' ? one + 0 : one);
const lowered = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function likeExpression(pattern: string): RegExp {
  const source = pattern.replace(/\\([^])|([%_])|[^]/gu, (sign, quoted: string | undefined, wild: string | undefined) => {
    if (wild) return wild === '%' ? '[^]*' : '[^]';
    return (quoted ?? sign).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

/** Order of two stored or given values of a column: of bytes for text, exact for decimals. */
export function compare(column: Column, a: unknown, b: unknown): number {
  const [x, y] = [stored(column, a), stored(column, b)];
  switch (column.type.kind) {
    case 'decimal': return decimalOrder(x as string, y as string);
    case 'date': return (x as Date).getTime() - (y as Date).getTime();
    case 'array': return JSON.stringify(x) === JSON.stringify(y) ? 0 : 1;
    case 'bytes': return Buffer.compare(x as Uint8Array, y as Uint8Array);
    case 'number':
    case 'int':
    case 'bigint':
    case 'boolean': return (x as number) < (y as number) ? -1 : x === y ? 0 : 1;
    default: return Buffer.compare(Buffer.from(x as string), Buffer.from(y as string));
  }
}

function decimalOrder(a: string, b: string): number {
  const scale = (text: string): number => (text.split('.')[1] ?? '').length;
  const most = Math.max(scale(a), scale(b));
  const whole = (text: string): bigint => BigInt(text.replace('.', '') + '0'.repeat(most - scale(text)));
  const difference = whole(a) - whole(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
