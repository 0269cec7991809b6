import { deleteCall, deleteIdsCall, isEverything, type Filter } from '../../sql/index.js';
import { checkNotBoth, checkOneOf, checkParameters } from '../check-parameters.js';
import type { CompiledModel } from '../compiled-model.js';
import { everyRow } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';

/**
 * Deletes many rows, in one statement.
 * @param params `{ filter }`, with `all: true` when it may match everything; or `{ ids }`
 *
 * Raises DF-101, DF-102, DF-103, DF-105, DF-106, DF-108 to DF-112, and the database's own refusals.
 */
export async function bulkDelete(model: CompiledModel, session: Session, params: unknown): Promise<{ deleted: number }> {
  try {
    checkParameters(model, 'bulkDelete', params);
    checkOneOf(model, 'bulkDelete', params, 'filter', 'ids');
    checkNotBoth(model, 'bulkDelete', params, 'ids', 'all');
    const { executor } = session;
    const filter = params['filter'] as Filter | undefined;
    const ids = params['ids'] as readonly unknown[];
    if (filter === undefined && ids.length === 0) return { deleted: 0 };
    const call = filter === undefined
      ? deleteIdsCall(model, executor.dialect, ids)
      : deleteCall(model, executor.dialect, filter, { returning: false });
    if (filter !== undefined && params['all'] === undefined && isEverything(model, filter)) throw everyRow(model, 'bulkDelete');
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    const { changes } = await executor.execute(call.statement, call.values);
    return { deleted: changes };
  } catch (error) {
    return fail(error, session, model, 'bulkDelete');
  }
}
