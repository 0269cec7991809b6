import { deleteCall, type Filter } from '../../sql/index.js';
import { checkOneOf, checkParameters } from '../check-parameters.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import { noUniqueKey, wrongType } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';

export interface DeleteResult {
  readonly deleted: boolean;
  /** The row that was there. */
  readonly record?: Row;
}

/**
 * Deletes one row.
 * @param params `{ id }`, or `{ filter }` with a unique key and any further conditions
 * @returns `deleted: false` when there was no such row
 *
 * Raises DF-101, DF-102, DF-103, DF-105, DF-106, DF-107, DF-109, DF-110, DF-111, DF-112, and the database's own refusals.
 */
export async function deleteOne(model: CompiledModel, session: Session, params: unknown): Promise<DeleteResult> {
  try {
    checkParameters(model, 'delete', params);
    checkOneOf(model, 'delete', params, 'id', 'filter');
    const { dialect } = session.executor;
    const { id, filter } = params;
    if (filter === undefined && id === null) throw wrongType(model, 'delete', 'id', 'a value', null);
    // Under $eq an object is a wrong value and not a condition that may fit many rows.
    const call = deleteCall(model, dialect, filter === undefined ? { id: { $eq: id } } : (filter as Filter), returning);
    if (call.key === undefined) throw noUniqueKey(model, 'delete');
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    let result = session.executor.execute(call.statement, call.values);
    if (result instanceof Promise) result = await result;
    const raw = result.rows[0];
    return raw === undefined ? { deleted: false } : { deleted: true, record: model[dialect].decodeRow(raw) };
  } catch (error) {
    return fail(error, session, model, 'delete');
  }
}

const returning = { returning: true };
