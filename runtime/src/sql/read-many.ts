import type { DriverValue } from '../drivers/driver.js';
import type { Dialect } from '../schema/model-schema.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { conditionSql } from './conditions.js';
import { shaped, type Call } from './shape-cache.js';
import { SqlText } from './sql-text.js';

/** The rows with these ids, in no order, as `decodeRow` reads them; encoded ids go as one bound list. */
export function readManyCall(model: CompiledModel, dialect: Dialect, ids: readonly DriverValue[]): Call {
  const statement = shaped(model, dialect, 'readMany', () => {
    const { table, columns } = model[dialect].sql;
    const where = conditionSql({ kind: 'in', column: model.byName.get('id')! }, new SqlText(model, dialect));
    return { text: `SELECT ${columns} FROM ${table} WHERE ${where}`, kind: 'read', returns: true } as const;
  });
  return { statement, values: [dialect === 'sqlite' ? JSON.stringify(ids) : (ids as readonly (string | number)[])] };
}
