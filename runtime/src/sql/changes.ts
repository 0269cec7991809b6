import { codecs } from '../codecs/codec.js';
import type { DriverValue } from '../drivers/driver.js';
import type { Column, CompiledModel, Fields } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { compared, comparedParameter } from './expressions.js';
import { parseFilter, type Filter } from './filter.js';
import { listOperand } from './filter-values.js';
import { conditionSql } from './conditions.js';
import { quoteIdentifier } from './identifiers.js';
import { plainId, whereClause } from './select.js';
import { shaped, type Call } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/** The columns that an update sets, in column order, and their values; `updatedAt` among them. */
export interface Assignments {
  readonly columns: readonly Column[];
  readonly values: DriverValue[];
  readonly shape: string;
}

/** Encodes what an update sets. `fields` went through `checkFields`. Raises DF-102, DF-103, DF-110. */
export function assignments(model: CompiledModel, dialect: Dialect, fields: Fields, now: string): Assignments {
  const columns: Column[] = [];
  const values: DriverValue[] = [];
  let shape = '';
  for (const column of model.columns) {
    if (column.managed === 'updatedAt') values.push(now);
    else if (Object.hasOwn(fields, column.name)) values.push(codecs[dialect].encodeField(column, fields[column.name]));
    else continue;
    columns.push(column);
    shape += `${column.index},`;
  }
  return { columns, values, shape };
}

/** `"a" = ?, "b" = ?`. An update that sets nothing still has to be one. */
export function setClause(model: CompiledModel, columns: readonly Column[], sql: SqlText): string {
  if (columns.length === 0) {
    const id = quoteIdentifier(model.byName.get('id')!.column);
    return `${id} = ${id}`;
  }
  return columns.map((column) => `${quoteIdentifier(column.column)} = ${sql.next()}`).join(', ');
}

/** Sets fields and updatedAt in all rows of a filter. Raises what filters raise, and DF-102, DF-103, DF-110 for the fields. */
export function updateCall(model: CompiledModel, dialect: Dialect, filter: Filter, fields: Fields, now: string, options: { readonly returning: boolean }): Call {
  const set = assignments(model, dialect, fields, now);
  const parsed = parseFilter(model, dialect, filter);
  const statement = shaped(model, dialect, `update ${options.returning} ${set.shape} ${parsed.shape}`, () => {
    const { table, columns } = model[dialect].sql;
    const sql = new SqlText(model, dialect);
    const text = `UPDATE ${table} SET ${setClause(model, set.columns, sql)}${whereClause(parsed, sql)}`;
    return { text: options.returning ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: options.returning } as const;
  });
  return { statement, values: [...set.values, ...parsed.values] };
}

/** Deletes all rows of a filter; for `{ id }` alone, nothing returned, it is the model's fixed statement. */
export function deleteCall(model: CompiledModel, dialect: Dialect, filter: Filter, options: { readonly returning: boolean }): Call {
  const id = options.returning ? undefined : plainId(filter);
  if (id !== undefined) return { statement: model.statements[dialect].delete, values: [codecs[dialect].encodeField(model.byName.get('id')!, id)] };
  const parsed = parseFilter(model, dialect, filter);
  const statement = shaped(model, dialect, `delete ${options.returning} ${parsed.shape}`, () => {
    const { table, columns } = model[dialect].sql;
    const text = `DELETE FROM ${table}${whereClause(parsed, new SqlText(model, dialect))}`;
    return { text: options.returning ? `${text} RETURNING ${columns}` : text, kind: 'write', returns: options.returning } as const;
  });
  return { statement, values: parsed.values };
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
