import { isEverything, updateCall, updateRows, type Filter } from '../../sql/index.js';
import { checkChanges, checkRows } from '../check-fields.js';
import { checkNotBoth, checkOneOf, checkParameters } from '../check-parameters.js';
import type { CompiledModel, Fields } from '../compiled-model.js';
import { everyRow, missingParameter } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { writeTime } from './write-time.js';

export interface BulkUpdateResult {
  readonly updated: number;
  /** Ids of `data` that no row has, in order. */
  readonly missing?: unknown[];
}

/**
 * Changes many rows and their updatedAt: those of a filter alike, or each by its id; all or nothing.
 * @param params `{ filter, fields }`, with `all: true` when the filter may match everything; or `{ data: [{ id, … }] }`
 *
 * Raises DF-101 to DF-106, DF-108 to DF-112, and the database's own refusals.
 */
export async function bulkUpdate(model: CompiledModel, session: Session, params: unknown): Promise<BulkUpdateResult> {
  try {
    checkParameters(model, 'bulkUpdate', params);
    checkOneOf(model, 'bulkUpdate', params, 'filter', 'data');
    const { dialect } = session.executor;
    const now = writeTime(model, session);
    if (params['data'] === undefined) {
      const filter = params['filter'] as Filter;
      if (params['fields'] === undefined) throw missingParameter(model, 'bulkUpdate', 'fields', 'an object');
      const fields = params['fields'] as Fields;
      checkChanges(model, 'bulkUpdate', 'fields', fields);
      const call = updateCall(model, dialect, filter, fields, now, { returning: false });
      if (params['all'] === undefined && isEverything(model, filter)) throw everyRow(model, 'bulkUpdate');
      const pending = session.ready(model);
      if (pending !== undefined) await pending;
      const { changes } = await session.executor.execute(call.statement, call.values);
      return { updated: changes };
    }
    checkNotBoth(model, 'bulkUpdate', params, 'data', 'fields');
    checkNotBoth(model, 'bulkUpdate', params, 'data', 'all');
    const data = params['data'] as readonly Fields[];
    checkRows(model, 'bulkUpdate', data);
    if (data.length === 0) return { updated: 0, missing: [] };
    const rows = updateRows(model, dialect, data, now);
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    return await session.atomically((executor) => rows.run(executor));
  } catch (error) {
    return fail(error, session, model, 'bulkUpdate');
  }
}
