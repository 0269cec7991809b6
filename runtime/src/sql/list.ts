import { codecs } from '../codecs/codec.js';
import type { RawValue, Statement } from '../drivers/driver.js';
import type { Column, CompiledModel, Row } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { conditionSql } from './conditions.js';
import { afterCondition, afterValues, decodeCursor, encodeCursor } from './cursor.js';
import { selectList } from './expressions.js';
import { parseFilter, type Filter } from './filter.js';
import { unknownField } from './model-errors.js';
import { lockClause, type RowLock } from './row-lock.js';
import { orderClause, orderKeys, orderName, type OrderBy } from './order.js';
import { shaped, type Call } from './shape-cache.js';
import { SqlText } from './sql-text.js';

export interface ListSpec {
  readonly filter?: Filter | undefined;
  readonly orderBy?: OrderBy | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
  /** Cursor of the page before. DF-114 when it does not fit `orderBy`. */
  readonly after?: string | undefined;
  readonly select?: readonly string[] | undefined;
  readonly lock?: RowLock | undefined;
}

export interface ListCall extends Call {
  /** A raw row as the user sees it: all fields, or those of `select`. */
  decode(raw: readonly RawValue[]): Row;
  /** The opaque cursor that continues after this raw row. */
  cursorOf(raw: readonly RawValue[]): string;
}

interface ListShape {
  readonly statement: Statement;
  decode(raw: readonly RawValue[]): Row;
  cursorOf(raw: readonly RawValue[]): string;
}

/**
 * Rows in order, nulls last, ties broken by id. Asks for `limit + 1` rows, so that the caller knows whether more follow; for `limit`
 * when rows are locked, for the last would be locked in vain.
 * Raises what filters and orders raise, DF-105 for unknown names in `select`, DF-114 for a bad cursor.
 */
export function listCall(model: CompiledModel, dialect: Dialect, spec: ListSpec): ListCall {
  const filter = parseFilter(model, dialect, spec.filter ?? {});
  const keys = orderKeys(model, spec.orderBy);
  const after = spec.after === undefined ? undefined : decodeCursor(model, dialect, keys, spec.after);
  const chosen = spec.select && selectedColumns(model, spec.select);
  const withOffset = spec.offset !== undefined && spec.offset !== 0;
  const locking = spec.lock === undefined ? '' : lockClause(dialect, spec.lock);
  const nulls = after ? after.map((value) => (value === null ? 'n' : 'v')).join('') : '';
  const shape = `list ${filter.shape} ${orderName(keys)} ${nulls} ${chosen ? chosen.map((column) => column.index).join(',') : '*'} ${withOffset}${locking}`;
  const built = shaped(model, dialect, shape, (): ListShape => {
    const sql = new SqlText(model, dialect);
    // Fields of the order that were not asked for come last; the cursor is made of them.
    const read = chosen ? [...chosen, ...keys.map((key) => key.column).filter((column) => !chosen.includes(column))] : model.columns;
    const places = keys.map((key) => read.indexOf(key.column));
    const conditions: string[] = [];
    if (filter.shape !== '') conditions.push(conditionSql(filter.condition, sql));
    if (after) conditions.push(afterCondition(keys, after, sql));
    const { table, columns } = model[dialect].sql;
    const text = `SELECT ${chosen ? selectList(read, dialect) : columns} FROM ${table}`
      + (conditions.length ? ` WHERE ${conditions.join(' AND ')}` : '')
      + `${orderClause(keys, dialect)} LIMIT ${sql.next()}${withOffset ? ` OFFSET ${sql.next()}` : ''}${locking}`;
    return {
      statement: { text, kind: 'read', returns: true },
      decode: chosen ? (raw) => decodeChosen(chosen, dialect, raw) : (raw) => model[dialect].decodeRow(raw),
      cursorOf: (raw) => encodeCursor(model, dialect, keys, places.map((place) => raw[place]!)),
    };
  });
  const values = filter.values;
  if (after) values.push(...afterValues(keys, after));
  values.push(locking === '' ? spec.limit + 1 : spec.limit);
  if (withOffset) values.push(spec.offset!);
  return { statement: built.statement, values, decode: built.decode, cursorOf: built.cursorOf };
}

function selectedColumns(model: CompiledModel, names: readonly string[]): Column[] {
  const columns = names.map((name) => {
    const column = model.byName.get(name);
    if (!column) throw unknownField(model, String(name));
    return column;
  });
  return [...new Set(columns)];
}

function decodeChosen(columns: readonly Column[], dialect: Dialect, raw: readonly RawValue[]): Row {
  const row: Row = {};
  for (let i = 0; i < columns.length; i++) row[columns[i]!.name] = codecs[dialect].decodeField(columns[i]!, raw[i]!);
  return row;
}
