import { bulkInsert, conflictKey, type BulkBatch, type BulkInsertSpec } from '../../sql/index.js';
import { DataFlowError } from '../../errors/dataflow-error.js';
import { checkRows } from '../check-fields.js';
import { checkParameters } from '../check-parameters.js';
import type { CompiledModel, Fields, Row } from '../compiled-model.js';
import { exclusive } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { findBadRow } from './find-bad-row.js';

export interface BulkCreateResult {
  /** Rows given. */
  readonly processed: number;
  readonly inserted: number;
  /** Rows left out: their key was there already (`onConflict: 'skip'`), or a later row of the data had the same one (`'update'`). */
  readonly skipped: number;
  readonly updated: number;
  /** The rows as stored, in the order of the data, when asked for with `records: true`; skipped ones are not among them. */
  readonly records?: Row[];
}

const defaultBatchSize = 5000;

/**
 * Inserts many rows. Every row gets its own defaults. All rows are checked before the first is written.
 * @param params `data`; `batchSize` (5000 rows per statement); `onConflict`: `'error'` (default), `'skip'` rows that meet an
 *   existing one in a unique key, or `'update'` the existing row of the unique key `conflictOn` (default `['id']`);
 *   `atomic`: `'all'` (default) or nothing, or every `'batch'` on its own (an error then says in `context.written` how many rows stay); `records: true` gives the rows as stored
 *
 * Raises DF-101 to DF-106, DF-109, DF-110, DF-113 (with the row's position as `context.row`), and the database's own refusals.
 */
export async function bulkCreate(model: CompiledModel, session: Session, params: unknown): Promise<BulkCreateResult> {
  try {
    checkParameters(model, 'bulkCreate', params);
    const { data, onConflict = 'error', conflictOn, atomic = 'all', batchSize, records } = params as unknown as BulkCreateParams;
    if (conflictOn !== undefined) {
      if (onConflict === 'error') throw exclusive(model, 'bulkCreate', 'conflictOn', "onConflict: 'error'");
      conflictKey(model, conflictOn);
    }
    const work = { data, onConflict, conflictOn, batchSize, atomic, records: records === true };
    const done = await insertAll(model, session, 'bulkCreate', work);
    const { inserted, skipped, updated } = done;
    return { processed: data.length, inserted, skipped, updated, ...(done.records && { records: done.records }) };
  } catch (error) {
    return fail(error, session, model, 'bulkCreate');
  }
}

/**
 * Updates the rows that are there by a unique key and inserts the others; all or nothing. The last of two rows with one
 * key wins.
 * @param params `data`; `conflictOn` (default `['id']`); `batchSize` (5000)
 *
 * Raises DF-101 to DF-106, DF-110, DF-113, and the database's own refusals.
 */
export async function bulkUpsert(model: CompiledModel, session: Session, params: unknown): Promise<{ inserted: number; updated: number }> {
  try {
    checkParameters(model, 'bulkUpsert', params);
    const { data, conflictOn, batchSize } = params as unknown as BulkCreateParams;
    if (conflictOn !== undefined) conflictKey(model, conflictOn);
    const work = { data, onConflict: 'update', conflictOn, batchSize, atomic: 'all', records: false } as const;
    const { inserted, updated } = await insertAll(model, session, 'bulkUpsert', work);
    return { inserted, updated };
  } catch (error) {
    return fail(error, session, model, 'bulkUpsert');
  }
}

interface BulkCreateParams {
  readonly data: readonly Fields[];
  readonly batchSize?: number;
  readonly onConflict?: 'error' | 'skip' | 'update';
  readonly conflictOn?: readonly string[];
  readonly atomic?: 'all' | 'batch';
  readonly records?: true;
}

interface Work {
  readonly data: readonly Fields[];
  readonly batchSize: number | undefined;
  readonly onConflict: BulkInsertSpec['onConflict'];
  readonly conflictOn: readonly string[] | undefined;
  readonly atomic: 'all' | 'batch';
  readonly records: boolean;
}

interface Done {
  inserted: number;
  skipped: number;
  updated: number;
  records: Row[] | undefined;
}

async function insertAll(model: CompiledModel, session: Session, operation: 'bulkCreate' | 'bulkUpsert', work: Work): Promise<Done> {
  const { data, onConflict, records } = work;
  checkRows(model, operation, data);
  const { dialect } = session.executor;
  const conflict = work.conflictOn ?? (onConflict === 'update' ? ['id'] : undefined);
  const insert = bulkInsert(model, dialect, data, { now: session.now().toISOString(), onConflict, conflict, records });
  const done: Done = { inserted: 0, skipped: insert.superseded, updated: 0, records: records ? [] : undefined };
  if (insert.size === 0) return done;
  const pending = session.ready(model);
  if (pending !== undefined) await pending;
  const batchSize = work.batchSize ?? defaultBatchSize;

  for (const { start, end } of parts(insert.size, work.atomic === 'all' ? insert.size : batchSize)) {
    let batches: BulkBatch[];
    try {
      batches = await session.atomically(async (executor) => {
        const written: BulkBatch[] = [];
        for (const part of parts(end - start, batchSize)) written.push(await insert.run(executor, start + part.start, start + part.end));
        return written;
      });
    } catch (error) {
      throw await explained(error, model, session, operation, work, start);
    }
    for (const batch of batches) {
      done.inserted += batch.inserted;
      done.skipped += batch.skipped;
      done.updated += batch.updated;
      if (done.records) for (const raw of batch.records) done.records.push(model[dialect].decodeRow(raw));
    }
  }
  return done;
}

function* parts(size: number, most: number): Generator<{ start: number; end: number }> {
  for (let start = 0; start < size; start += most) yield { start, end: Math.min(start + most, size) };
}

/** The error of a batch, with how many rows stay because batches before it are in the database, and which row is the bad one. */
async function explained(
  error: unknown, model: CompiledModel, session: Session, operation: 'bulkCreate' | 'bulkUpsert', work: Work, start: number,
): Promise<unknown> {
  let named: unknown;
  try {
    fail(error, session, model, operation);
  } catch (failure) {
    named = failure;
  }
  if (!(named instanceof DataFlowError)) return named;
  if (start > 0) named.within({ written: start });
  // An update may meet its own row, so that only with plain inserts a taken key is a bad one.
  if (work.onConflict !== 'error') return named;
  const row = await findBadRow(model, session, work.data.slice(start), named);
  return row === undefined ? named : named.within({ row: start + row });
}
