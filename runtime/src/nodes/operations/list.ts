import { countCall, listCall, type ListSpec } from '../../sql/index.js';
import { checkLock } from '../check-lock.js';
import { checkNotBoth, checkParameters } from '../check-parameters.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';

export interface ListResult {
  readonly records: Row[];
  /** Whether rows follow the last one. */
  readonly hasMore: boolean;
  /** Continues after the last record when given as `after`; null when there are no records. */
  readonly cursor: string | null;
  /** Rows of the filter on all pages, when asked for with `total: true`. */
  readonly total?: number;
}

const defaultLimit = 100;

/**
 * Lists rows, nulls last, ties broken by id.
 * @param params `filter`, `orderBy`, `limit` (100), `offset` or `after`, `select`, `total: true`; in a transaction `lock` (`'update'` or
 *   `'share'`) with `skipLocked` or `noWait`; all may be absent
 *
 * Raises DF-102, DF-103, DF-105, DF-106, DF-109, DF-110, DF-111, DF-112, DF-114, DF-121, DF-122, DF-513, and DF-535 for `noWait`.
 */
export async function list(model: CompiledModel, session: Session, params: unknown = {}): Promise<ListResult> {
  try {
    checkParameters(model, 'list', params);
    checkNotBoth(model, 'list', params, 'offset', 'after');
    const { executor } = session;
    const { filter, orderBy, limit = defaultLimit, offset, after, select, total } = params as unknown as ListSpec & { total?: true };
    const lock = checkLock(model, 'list', session, params) ? params : undefined;
    const call = listCall(model, executor.dialect, { filter, orderBy, limit, offset, after, select, lock });
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    let result = executor.execute(call.statement, call.values);
    if (result instanceof Promise) result = await result;
    const { rows } = result;
    let hasMore = rows.length > limit;
    const length = hasMore ? limit : rows.length;
    const records = new Array<Row>(length);
    const { decode, cursorOf } = call.shape;
    for (let i = 0; i < length; i++) records[i] = decode(rows[i]!);
    const cursor = length === 0 ? null : cursorOf(rows[length - 1]!);
    if (lock !== undefined && length === limit && executor.dialect === 'postgres') {
      // Locked rows come without the one more that tells.
      const next = cursor === null ? { after, offset } : { after: cursor };
      const more = listCall(model, executor.dialect, { filter, orderBy, limit: 0, ...next });
      hasMore = (await executor.execute(more.statement, more.values)).rows.length > 0;
    }
    if (total === undefined) return { records, hasMore, cursor };
    const all = countCall(model, executor.dialect, filter);
    const counted = await executor.execute(all.statement, all.values);
    return { records, hasMore, cursor, total: Number(counted.rows[0]![0]) };
  } catch (error) {
    return fail(error, session, model, 'list');
  }
}

/**
 * Counts rows.
 * @param params `filter`; may be absent
 *
 * Raises DF-102, DF-103, DF-105, DF-106, DF-110, DF-111, DF-112.
 */
export async function count(model: CompiledModel, session: Session, params: unknown = {}): Promise<{ count: number }> {
  try {
    checkParameters(model, 'count', params);
    const { executor } = session;
    const call = countCall(model, executor.dialect, params['filter'] as ListSpec['filter']);
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    let result = executor.execute(call.statement, call.values);
    if (result instanceof Promise) result = await result;
    return { count: Number(result.rows[0]![0]) };
  } catch (error) {
    return fail(error, session, model, 'count');
  }
}
