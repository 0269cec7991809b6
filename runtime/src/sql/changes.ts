import { codecs } from '../codecs/codec.js';
import type { DriverValue } from '../drivers/driver.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { compared, comparedParameter } from './expressions.js';
import { parseFilter, type Filter } from './filter.js';
import { idKey, keyOf } from './filter-facts.js';
import { listOperand } from './filter-values.js';
import { conditionSql } from './conditions.js';
import { quoteIdentifier } from './identifiers.js';
import { plainId, whereClause } from './select.js';
import { shaped, shapeOf, type Call, type Shape } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/**
 * Encodes what an update sets: `fields`, which went through `checkFields`, and `updatedAt`. Raises DF-102, DF-103, DF-110.
 * @param values where the values go, in the order of `assignedColumns`
 * @param shape the shape of what comes before it
 * @returns the shape, continued by the fields
 */
export function assign(model: CompiledModel, dialect: Dialect, fields: Fields, now: DriverValue, values: DriverValue[], shape: Shape): Shape {
  const { encodeField } = codecs[dialect];
  for (const name of Object.keys(fields)) {
    const column = model.byName.get(name)!;
    values.push(encodeField(column, fields[name]));
    shape = shape.step(column.index);
  }
  for (let i = 0; i < model.touched.length; i++) values.push(now);
  return shape;
}

/** The columns that an update of these fields sets. */
export function assignedColumns(model: CompiledModel, fields: Fields): readonly Column[] {
  return [...Object.keys(fields).map((name) => model.byName.get(name)!), ...model.touched];
}

/** `"a" = ?, "b" = ?`. An update that sets nothing still has to be one. */
export function setClause(model: CompiledModel, columns: readonly Column[], sql: SqlText): string {
  if (columns.length === 0) {
    const id = quoteIdentifier(model.byName.get('id')!.column);
    return `${id} = ${id}`;
  }
  return columns.map((column) => `${quoteIdentifier(column.column)} = ${sql.next()}`).join(', ');
}

/** A change of the rows of a filter, and the unique key that the filter fixes, if it does. */
export interface ChangeCall extends Call {
  readonly key: readonly string[] | undefined;
}

/** Sets fields and updatedAt in all rows of a filter. Raises what filters raise, and DF-102, DF-103, DF-110 for the fields. */
export function updateCall(model: CompiledModel, dialect: Dialect, filter: Filter, fields: Fields, now: DriverValue, options: { readonly returning: boolean }): ChangeCall {
  const conditions: DriverValue[] = [];
  const parsed = parseFilter(model, dialect, filter, conditions, shapeOf(model, dialect, options.returning ? 'update' : 'updateMany'));
  const values: DriverValue[] = [];
  const shape = assign(model, dialect, fields, now, values, parsed.shape.step('set'));
  for (const value of conditions) values.push(value);
  const statement = shape.built(() => {
    const { table, columns } = model[dialect].sql;
    const sql = new SqlText(model, dialect);
    const text = `UPDATE ${table} SET ${setClause(model, assignedColumns(model, fields), sql)}${whereClause(parsed, sql)}`;
    return { text: options.returning ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: options.returning } as const;
  });
  return { statement, values, key: keyOf(model, filter, parsed) };
}

/** Deletes all rows of a filter; for `{ id }` alone, nothing returned, it is the model's fixed statement. */
export function deleteCall(model: CompiledModel, dialect: Dialect, filter: Filter, options: { readonly returning: boolean }): ChangeCall {
  const id = options.returning ? undefined : plainId(filter);
  if (id !== undefined) return { statement: model.statements[dialect].delete, values: [codecs[dialect].encodeField(model.byName.get('id')!, id)], key: idKey };
  const values: DriverValue[] = [];
  const parsed = parseFilter(model, dialect, filter, values, shapeOf(model, dialect, options.returning ? 'delete' : 'deleteMany'));
  const statement = parsed.shape.step('delete').built(() => {
    const { table, columns } = model[dialect].sql;
    const text = `DELETE FROM ${table}${whereClause(parsed, new SqlText(model, dialect))}`;
    return { text: options.returning ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: options.returning } as const;
  });
  return { statement, values, key: keyOf(model, filter, parsed) };
}

/** Deletes rows by their ids, any number of them with one bound value. Raises DF-102, DF-103, DF-110. */
export function deleteIdsCall(model: CompiledModel, dialect: Dialect, ids: readonly unknown[]): Call {
  const column = model.byName.get('id')!;
  const statement = shaped(model, dialect, 'deleteIds', () => {
    const where = conditionSql({ kind: 'in', column }, new SqlText(model, dialect));
    return { text: `DELETE FROM ${model[dialect].sql.table} WHERE ${where}`, kind: 'write', returns: false } as const;
  });
  return { statement, values: [listOperand(column, dialect, ids)] };
}

/** `"a" = ? AND "b" = ?` of a unique key. */
export function keyCondition(columns: readonly Column[], sql: SqlText): string {
  return columns.map((column) => `${compared(column, sql.dialect)} = ${comparedParameter(column.type, sql.dialect, sql.next())}`).join(' AND ');
}
