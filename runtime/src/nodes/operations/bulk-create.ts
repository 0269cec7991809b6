import { conflictKey } from '../../sql/index.js';
import type { BulkOptions } from '../call-options.js';
import { checkParameters } from '../check-parameters.js';
import type { CompiledModel, Fields, Row } from '../compiled-model.js';
import { exclusive } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { insertRows, type BulkWork } from './bulk-insert.js';
import { fail } from './fail.js';

export interface BulkCreateResult {
  /** Rows given. */
  readonly processed: number;
  readonly inserted: number;
  /** Rows left out: their key was there already (`onConflict: 'skip'`), or a later row of the same list or batch had the same one (`'update'`). */
  readonly skipped: number;
  readonly updated: number;
  /** The rows as stored, in the order of the data, when asked for with `records: true`; skipped ones are not among them. */
  readonly records?: Row[];
}

/**
 * Inserts many rows. Every row gets its own defaults.
 * @param params `data`: a list, all of whose rows are checked before the first is written; or an iterable or async iterable, of which
 *   no more than `batchSize` rows are in memory, the next ones taken when those are written. `batchSize` (5000 rows); `onConflict`:
 *   `'error'` (default), `'skip'` rows that meet an existing one in a unique key, or `'update'` the existing row of the unique key
 *   `conflictOn` (default `['id']`); `atomic`: `'all'` (default) or nothing, or every `'batch'` on its own (an error then says in
 *   `context.written` how many rows stay); `records: true` gives the rows as stored, all of them in memory
 * @param options `onProgress` is called after every batch
 *
 * Raises DF-101 to DF-106, DF-109, DF-110, DF-113 (with the row's position as `context.row`), DF-516 when the iterable fails, and the
 * database's own refusals.
 */
export async function bulkCreate(model: CompiledModel, session: Session, params: unknown, options?: BulkOptions): Promise<BulkCreateResult> {
  try {
    checkParameters(model, 'bulkCreate', params);
    const { data, onConflict = 'error', conflictOn, atomic = 'all', batchSize, records } = params as unknown as BulkCreateParams;
    if (conflictOn !== undefined) {
      if (onConflict === 'error') throw exclusive(model, 'bulkCreate', 'conflictOn', "onConflict: 'error'");
      conflictKey(model, conflictOn);
    }
    const work: BulkWork = { operation: 'bulkCreate', onConflict, conflictOn, batchSize, atomic, records: records === true, onProgress: options?.onProgress };
    const { processed, inserted, skipped, updated, records: stored } = await insertRows(model, session, data, work);
    return { processed, inserted, skipped, updated, ...(stored && { records: stored }) };
  } catch (error) {
    return fail(error, session, model, 'bulkCreate');
  }
}

/**
 * Updates the rows that are there by a unique key and inserts the others; all or nothing. The last of two rows with one
 * key wins.
 * @param params `data`, as for BulkCreate; `conflictOn` (default `['id']`); `batchSize` (5000)
 * @param options `onProgress` is called after every batch
 *
 * Raises DF-101 to DF-106, DF-110, DF-113, DF-516, and the database's own refusals.
 */
export async function bulkUpsert(model: CompiledModel, session: Session, params: unknown, options?: BulkOptions): Promise<{ inserted: number; updated: number }> {
  try {
    checkParameters(model, 'bulkUpsert', params);
    const { data, conflictOn, batchSize } = params as unknown as BulkCreateParams;
    if (conflictOn !== undefined) conflictKey(model, conflictOn);
    const work: BulkWork = { operation: 'bulkUpsert', onConflict: 'update', conflictOn, batchSize, atomic: 'all', records: false, onProgress: options?.onProgress };
    const { inserted, updated } = await insertRows(model, session, data, work);
    return { inserted, updated };
  } catch (error) {
    return fail(error, session, model, 'bulkUpsert');
  }
}

interface BulkCreateParams {
  readonly data: readonly Fields[] | Iterable<Fields> | AsyncIterable<Fields>;
  readonly batchSize?: number;
  readonly onConflict?: 'error' | 'skip' | 'update';
  readonly conflictOn?: readonly string[];
  readonly atomic?: 'all' | 'batch';
  readonly records?: true;
}
