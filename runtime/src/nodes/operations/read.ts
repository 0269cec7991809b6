import * as postgres from '../../codecs/postgres.js';
import * as sqlite from '../../codecs/sqlite.js';
import { selectCall, type Filter } from '../../sql/index.js';
import { checkLock } from '../check-lock.js';
import { checkOneOf, checkParameters } from '../check-parameters.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import { notFound, noUniqueKey, wrongType } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';

/**
 * Reads one row.
 * @param params `{ id }`, or `{ filter }` with a unique key and any further conditions; `raiseOnNotFound` (default true); in a
 *   transaction `lock` (`'update'` or `'share'`) with `skipLocked` or `noWait`
 * @returns the row, or null when there is none and `raiseOnNotFound` is false
 *
 * Raises DF-101, DF-102, DF-103, DF-105, DF-106, DF-107, DF-109, DF-110, DF-111, DF-112, DF-121, DF-122, DF-504, DF-513, and DF-535
 * for `noWait`.
 */
export async function read(model: CompiledModel, session: Session, params: unknown): Promise<Row | null> {
  try {
    checkParameters(model, 'read', params);
    const { id, filter, raiseOnNotFound } = params;
    const { executor } = session;
    const { dialect } = executor;
    const locks = checkLock(model, 'read', session, params);
    let statement;
    let values;
    let key: readonly string[] | undefined;
    if (id !== undefined && filter === undefined && !locks) {
      statement = model.statements[dialect].read;
      values = [(dialect === 'sqlite' ? sqlite : postgres).encodeField(model.byName.get('id')!, id)];
    } else {
      checkOneOf(model, 'read', params, 'id', 'filter');
      if (id === null) throw wrongType(model, 'read', 'id', 'a value', null);
      // Under $eq an object is a wrong value and not a condition that may fit many rows.
      const conditions = (filter === undefined ? { id: { $eq: id } } : filter) as Filter;
      ({ statement, values, key } = selectCall(model, dialect, conditions, locks ? params : undefined));
      if (key === undefined) throw noUniqueKey(model, 'read');
    }
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    const { reads } = session;
    let raw;
    if (key === undefined && reads !== undefined) {
      raw = await reads.read(model, values[0]!, executor);
    } else {
      let result = executor.execute(statement, values);
      if (result instanceof Promise) result = await result;
      raw = result.rows[0];
    }
    if (raw !== undefined) return model[dialect].decodeRow(raw);
    if (raiseOnNotFound === false) return null;
    throw notFound(model, 'read', key ?? ['id']);
  } catch (error) {
    return fail(error, session, model, 'read');
  }
}
