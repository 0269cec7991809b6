import * as postgres from '../../codecs/postgres.js';
import * as sqlite from '../../codecs/sqlite.js';
import { selectCall, type Filter } from '../../sql/index.js';
import { checkOneOf, checkParameters } from '../check-parameters.js';
import { keyOfOneRow } from '../check-fields.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import { notFound } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';

/**
 * Reads one row.
 * @param params `{ id }`, or `{ filter }` with a unique key and any further conditions; `raiseOnNotFound` (default true)
 * @returns the row, or null when there is none and `raiseOnNotFound` is false
 *
 * Raises DF-101, DF-102, DF-103, DF-105, DF-106, DF-107, DF-109, DF-110, DF-111, DF-112, DF-504.
 */
export async function read(model: CompiledModel, session: Session, params: unknown): Promise<Row | null> {
  try {
    checkParameters(model, 'read', params);
    const { id, filter, raiseOnNotFound } = params;
    const { executor } = session;
    const { dialect } = executor;
    let statement;
    let values;
    let key: readonly string[] | undefined;
    if (id !== undefined && filter === undefined) {
      statement = model.statements[dialect].read;
      values = [(dialect === 'sqlite' ? sqlite : postgres).encodeField(model.byName.get('id')!, id)];
    } else {
      checkOneOf(model, 'read', params, 'id', 'filter');
      key = keyOfOneRow(model, dialect, 'read', filter as Filter);
      ({ statement, values } = selectCall(model, dialect, filter as Filter));
    }
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    let result = executor.execute(statement, values);
    if (result instanceof Promise) result = await result;
    const raw = result.rows[0];
    if (raw !== undefined) return model[dialect].decodeRow(raw);
    if (raiseOnNotFound === false) return null;
    throw notFound(model, 'read', key ?? ['id']);
  } catch (error) {
    return fail(error, session, model, 'read');
  }
}
