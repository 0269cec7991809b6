import { codecs } from '../codecs/codec.js';
import type { DriverValue, RawValue, Statement } from '../drivers/driver.js';
import type { Column, CompiledModel, Row } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { conditionSql } from './conditions.js';
import { afterCondition, afterValues, cursorWriter, decodeCursor } from './cursor.js';
import { selectList } from './expressions.js';
import { parseFilter, type Filter, type ParsedFilter } from './filter.js';
import { unknownField } from './model-errors.js';
import { lockClause, type RowLock } from './row-lock.js';
import { orderClause, orderOf, type Order, type OrderBy } from './order.js';
import { shapeOf, type Call, type Shape } from './shape-cache.js';
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

/** What is the same for all lists of one shape. */
interface ListShape {
  readonly statement: Statement;
  /** A raw row as the user sees it: all fields, or those of `select`. */
  readonly decode: (raw: readonly RawValue[]) => Row;
  /** The opaque cursor that continues after this raw row. */
  readonly cursorOf: (raw: readonly RawValue[]) => string;
}

export interface ListCall extends Call {
  readonly shape: ListShape;
}

/**
 * Rows in order, nulls last, ties broken by id. Asks for `limit + 1` rows, so that the caller knows whether more follow; for `limit`
 * when rows are locked, for the last would be locked in vain.
 * Raises what filters and orders raise, DF-105 for unknown names in `select`, DF-114 for a bad cursor.
 */
export function listCall(model: CompiledModel, dialect: Dialect, spec: ListSpec): ListCall {
  const values: DriverValue[] = [];
  const filter = parseFilter(model, dialect, spec.filter ?? everything, values, shapeOf(model, dialect, 'list'));
  const order = orderOf(model, spec.orderBy);
  const page: Page = {
    filter,
    order,
    after: spec.after === undefined ? undefined : decodeCursor(model, dialect, order, spec.after),
    chosen: spec.select === undefined ? undefined : selectedColumns(model, spec.select),
    withOffset: spec.offset !== undefined && spec.offset !== 0,
    locking: spec.lock === undefined ? '' : lockClause(dialect, spec.lock),
  };
  const shape = shapeOfPage(page).built(() => listShape(model, dialect, page));
  if (page.after !== undefined) values.push(...afterValues(order.keys, page.after));
  values.push(page.locking === '' ? spec.limit + 1 : spec.limit);
  if (page.withOffset) values.push(spec.offset!);
  return { statement: shape.statement, values, shape };
}

const everything: Filter = {};

/** A list that was checked. */
interface Page {
  readonly filter: ParsedFilter;
  readonly order: Order;
  readonly after: readonly DriverValue[] | undefined;
  readonly chosen: readonly Column[] | undefined;
  readonly withOffset: boolean;
  readonly locking: string;
}

function shapeOfPage({ filter, order, after, chosen, withOffset, locking }: Page): Shape {
  let shape = filter.shape.step(order.name);
  if (after !== undefined) shape = shape.step(`after ${after.map((value) => (value === null ? 'n' : 'v')).join('')}`);
  if (chosen !== undefined) shape = shape.step(`select ${chosen.map((column) => column.index).join()}`);
  if (withOffset) shape = shape.step('offset');
  return locking === '' ? shape : shape.step(locking);
}

function listShape(model: CompiledModel, dialect: Dialect, { filter, order: { keys, name }, after, chosen, withOffset, locking }: Page): ListShape {
  const sql = new SqlText(model, dialect);
  // Fields of the order that were not asked for come last; the cursor is made of them.
  const read = chosen ? [...chosen, ...keys.map((key) => key.column).filter((column) => !chosen.includes(column))] : model.columns;
  const conditions: string[] = [];
  if (!filter.empty) conditions.push(conditionSql(filter.condition, sql));
  if (after) conditions.push(afterCondition(keys, after, sql));
  const { sql: { table, columns }, decodeRow } = model[dialect];
  const text = `SELECT ${chosen ? selectList(read, dialect) : columns} FROM ${table}`
    + (conditions.length ? ` WHERE ${conditions.join(' AND ')}` : '')
    + `${orderClause(keys, dialect)} LIMIT ${sql.next()}${withOffset ? ` OFFSET ${sql.next()}` : ''}${locking}`;
  return {
    statement: { text, kind: 'read', returns: true },
    decode: chosen ? (raw) => decodeChosen(chosen, dialect, raw) : decodeRow,
    cursorOf: cursorWriter(model, dialect, { keys, name }, keys.map((key) => read.indexOf(key.column))),
  };
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
