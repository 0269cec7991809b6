import { describeValue } from '../codecs/text-values.js';
import { describeType } from '../codecs/values.js';
import { dfError } from '../errors/dataflow-error.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { compared } from './expressions.js';
import { unknownField } from './model-errors.js';
import { isSortable } from './operators.js';
import { shapeOf } from './shape-cache.js';

export type Direction = 'asc' | 'desc';
export type OrderBy = Readonly<Record<string, Direction>> | readonly Readonly<Record<string, Direction>>[];

export interface OrderKey {
  readonly column: Column;
  readonly direction: Direction;
}

/** A list's order. */
export interface Order {
  readonly keys: readonly OrderKey[];
  /** `name:asc,id:asc`. */
  readonly name: string;
}

/** The order of a list, made once for the most usual ones: one field, or none. Raises what `orderKeys` raises. */
export function orderOf(model: CompiledModel, orderBy: OrderBy | undefined): Order {
  if (orderBy === undefined) return shapeOf(model, 'sqlite', 'order').built(() => makeOrder(model, orderBy));
  const names = Object.keys(orderBy ?? {});
  const direction = names.length === 1 ? (orderBy as Readonly<Record<string, unknown>>)[names[0]!] : undefined;
  if (direction !== 'asc' && direction !== 'desc') return makeOrder(model, orderBy);
  return shapeOf(model, 'sqlite', 'order').step(names[0]!).step(direction).built(() => makeOrder(model, orderBy));
}

function makeOrder(model: CompiledModel, orderBy: OrderBy | undefined): Order {
  const keys = orderKeys(model, orderBy);
  return { keys, name: orderName(keys) };
}

/**
 * The full order of a list: what was asked for, each field once, then id, so that no two rows are equal; id in the direction of the last field. Raises
 * DF-102, DF-103, DF-105, DF-110, and DF-112 for fields that have no order.
 */
function orderKeys(model: CompiledModel, orderBy: OrderBy | undefined): OrderKey[] {
  const keys: OrderKey[] = [];
  const entries: readonly unknown[] = orderBy === undefined ? [] : Array.isArray(orderBy) ? orderBy : [orderBy];
  const problem = (code: 'DF-102' | 'DF-103', name: string, expected: string, received: string): Error =>
    dfError(code, { place: model.name, name, expected, received }, { context: { model: model.name } });
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) throw problem('DF-102', 'orderBy', "{ field: 'asc' } or a list of such", describeValue(entry));
    for (const [name, direction] of Object.entries(entry)) {
      const column = model.byName.get(name);
      if (!column) throw unknownField(model, name);
      if (direction === undefined) throw dfError('DF-110', { place: model.name, name: `orderBy.${name}` }, { context: { model: model.name, field: name } });
      if (direction !== 'asc' && direction !== 'desc') {
        throw problem(typeof direction === 'string' ? 'DF-103' : 'DF-102', `orderBy.${name}`, "'asc' or 'desc'", typeof direction === 'string' ? 'another text' : describeValue(direction));
      }
      if (!isSortable(column.type)) {
        const sortable = model.columns.filter((one) => isSortable(one.type)).map((one) => one.name);
        throw dfError('DF-112', { operator: 'orderBy', model: model.name, field: name, type: describeType(column.type), operators: `orderBy of ${sortable.join(', ')}` }, { context: { model: model.name, field: name } });
      }
      if (!keys.some((key) => key.column === column)) keys.push({ column, direction });
      // Nothing after id can decide anything.
      if (name === 'id') return keys;
    }
  }
  // In the direction of the last one, so that an index serves the whole order, read forwards or backwards.
  keys.push({ column: model.byName.get('id')!, direction: keys.at(-1)?.direction ?? 'asc' });
  return keys;
}

/** Nulls stand last in both directions; the word is left out where there are none, so that plain indexes serve. */
export function orderClause(keys: readonly OrderKey[], dialect: Dialect): string {
  return ` ORDER BY ${keys
    .map(({ column, direction }) => compared(column, dialect) + (direction === 'desc' ? ' DESC' : '') + (column.nullable ? ' NULLS LAST' : ''))
    .join(', ')}`;
}

/** `name:asc,id:asc`. */
function orderName(keys: readonly OrderKey[]): string {
  return keys.map(({ column, direction }) => `${column.name}:${direction}`).join(',');
}
