import { updateCall, type Filter } from '../../sql/index.js';
import { checkChanges } from '../check-fields.js';
import { checkParameters } from '../check-parameters.js';
import type { CompiledModel, Fields, Row } from '../compiled-model.js';
import { notFound, noUniqueKey } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { writeTime } from './write-time.js';

/**
 * Changes fields of one row, and its updatedAt.
 * @param params `filter` with a unique key and any further conditions; `fields`, at least one; `raiseOnNotFound` (default true)
 * @returns the row as it is now, or null when there is none and `raiseOnNotFound` is false
 *
 * Raises DF-101 to DF-107, DF-110, DF-111, DF-112, DF-504, and the database's own refusals.
 */
export async function update(model: CompiledModel, session: Session, params: unknown): Promise<Row | null> {
  try {
    checkParameters(model, 'update', params);
    const { dialect } = session.executor;
    const filter = params['filter'] as Filter;
    const fields = params['fields'] as Fields;
    checkChanges(model, 'update', 'fields', fields);
    const call = updateCall(model, dialect, filter, fields, writeTime(model, session), returning);
    if (call.key === undefined) throw noUniqueKey(model, 'update');
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    let result = session.executor.execute(call.statement, call.values);
    if (result instanceof Promise) result = await result;
    const raw = result.rows[0];
    if (raw !== undefined) return model[dialect].decodeRow(raw);
    if (params['raiseOnNotFound'] === false) return null;
    throw notFound(model, 'update', call.key);
  } catch (error) {
    return fail(error, session, model, 'update');
  }
}

const returning = { returning: true };
