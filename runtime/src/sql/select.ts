import { codecs } from '../codecs/codec.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { conditionSql } from './conditions.js';
import type { DriverValue } from '../drivers/driver.js';
import { parseFilter, type Filter, type ParsedFilter } from './filter.js';
import { idKey, keyOf } from './filter-facts.js';
import { quoteIdentifier } from './identifiers.js';
import { lockClause, type RowLock } from './row-lock.js';
import { shapeOf, type Call } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/** The value of a filter that is `{ id: value }` and nothing else; undefined for other filters. */
export function plainId(filter: unknown): unknown {
  if (typeof filter !== 'object' || filter === null) return undefined;
  let only: string | undefined;
  for (const key of Object.keys(filter)) {
    if (only !== undefined) return undefined;
    only = key;
  }
  if (only !== 'id') return undefined;
  const { id } = filter as { id: unknown };
  return typeof id === 'object' ? undefined : id;
}

/** ` WHERE …`, or nothing for a filter without conditions. */
export function whereClause(filter: ParsedFilter | undefined, sql: SqlText): string {
  if (!filter || filter.empty) return '';
  return ` WHERE ${conditionSql(filter.condition, sql)}`;
}

/** The first row (by id) that fits the filter, as `decodeRow` reads it, and the unique key that the filter fixes, if it does. */
export function selectCall(model: CompiledModel, dialect: Dialect, filter: Filter, lock: RowLock = noLock): Call & { readonly key: readonly string[] | undefined } {
  const locking = lockClause(dialect, lock);
  const idColumn = model.byName.get('id')!;
  const id = locking === '' ? plainId(filter) : undefined;
  if (id !== undefined) return { statement: model.statements[dialect].read, values: [codecs[dialect].encodeField(idColumn, id)], key: idKey };
  const values: DriverValue[] = [];
  const parsed = parseFilter(model, dialect, filter, values, shapeOf(model, dialect, 'read'));
  const key = keyOf(model, filter, parsed);
  const statement = parsed.shape.step(`select${locking}`).built(() => {
    const { table, columns } = model[dialect].sql;
    const where = whereClause(parsed, new SqlText(model, dialect));
    // At most one row has a unique key; sorting for the first would cost the planner something.
    const order = key === undefined ? ` ORDER BY ${quoteIdentifier(idColumn.column)} LIMIT 1` : '';
    return { text: `SELECT ${columns} FROM ${table}${where}${order}${locking}`, kind: 'read', returns: true } as const;
  });
  return { statement, values, key };
}

const noLock: RowLock = {};

/** One row with one value, the number of rows that fit; `Number(raw)` reads it from either database. */
export function countCall(model: CompiledModel, dialect: Dialect, filter: Filter = {}): Call {
  const values: DriverValue[] = [];
  const parsed = parseFilter(model, dialect, filter, values, shapeOf(model, dialect, 'count'));
  const statement = parsed.shape.built(() => ({
    text: `SELECT count(*) FROM ${model[dialect].sql.table}${whereClause(parsed, new SqlText(model, dialect))}`,
    kind: 'read' as const,
    returns: true,
    single: true as const,
  }));
  return { statement, values };
}
