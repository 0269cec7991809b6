import type { Executor, Statement } from '../../drivers/driver.js';
import { DataFlowError } from '../../errors/dataflow-error.js';
import { bulkInsert, type BulkBatch, type BulkInsert, type BulkInsertSpec } from '../../sql/index.js';
import type { BulkOptions, BulkProgress } from '../call-options.js';
import { checkRows } from '../check-fields.js';
import type { CompiledModel, Fields, Row } from '../compiled-model.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { findBadRow } from './find-bad-row.js';
import { batchesOf, type RowBatch } from './row-batches.js';
import { writeTime } from './write-time.js';

export interface BulkWork {
  readonly operation: 'bulkCreate' | 'bulkUpsert';
  readonly batchSize: number | undefined;
  readonly onConflict: BulkInsertSpec['onConflict'];
  readonly conflictOn: readonly string[] | undefined;
  readonly atomic: 'all' | 'batch';
  readonly records: boolean;
  readonly onProgress: BulkOptions['onProgress'];
}

const defaultBatchSize = 5000;

/** Writes the rows of a list, or of an iterable as it gives them. */
export async function insertRows(
  model: CompiledModel, session: Session, data: readonly Fields[] | Iterable<Fields> | AsyncIterable<Fields>, work: BulkWork,
): Promise<Tally> {
  const tally = new Tally(model, session, work);
  if (Array.isArray(data)) await insertList(model, session, data as readonly Fields[], work, tally);
  else await insertStream(model, session, data, work, tally);
  return tally;
}

/** All rows are checked and encoded before the first is written. */
async function insertList(model: CompiledModel, session: Session, data: readonly Fields[], work: BulkWork, tally: Tally): Promise<void> {
  const insert = encode(model, session, data, work);
  tally.take(insert.superseded, { skipped: insert.superseded });
  if (insert.size === 0) return;
  const pending = session.ready(model);
  if (pending !== undefined) await pending;
  const batchSize = work.batchSize ?? defaultBatchSize;
  for (const { start, end } of parts(insert.size, work.atomic === 'all' ? insert.size : batchSize)) {
    try {
      await tally.atomically(async (executor) => {
        for (const part of parts(end - start, batchSize)) tally.add(await insert.run(executor, start + part.start, start + part.end), part.end - part.start);
      });
    } catch (error) {
      throw await explained(error, model, session, work, { rows: data.slice(start), start });
    }
  }
}

/** Takes a batch when the one before is written, so that no more than one is in memory. */
async function insertStream(
  model: CompiledModel, session: Session, source: Iterable<Fields> | AsyncIterable<Fields>, work: BulkWork, tally: Tally,
): Promise<void> {
  const pending = session.ready(model);
  if (pending !== undefined) await pending;
  const batches = batchesOf(model, work.operation, source, work.batchSize ?? defaultBatchSize, session);
  let current: RowBatch = { rows: [], start: 0 };
  const write = async (executor: Executor, batch: RowBatch): Promise<void> => {
    current = batch;
    let insert: BulkInsert;
    try {
      insert = encode(model, session, batch.rows, work);
    } catch (error) {
      throw atRow(error, batch.start);
    }
    tally.take(insert.superseded, { skipped: insert.superseded });
    if (insert.size > 0) tally.add(await insert.run(executor, 0, insert.size), insert.size);
  };
  try {
    if (work.atomic === 'all') {
      await tally.atomically(async (executor) => {
        for await (const batch of batches) await write(executor, batch);
      });
    } else {
      for await (const batch of batches) await tally.atomically((executor) => write(executor, batch));
    }
  } catch (error) {
    throw await explained(error, model, session, work, current);
  }
}

function encode(model: CompiledModel, session: Session, rows: readonly Fields[], { operation, onConflict, conflictOn, records }: BulkWork): BulkInsert {
  checkRows(model, operation, rows);
  const conflict = conflictOn ?? (onConflict === 'update' ? ['id'] : undefined);
  return bulkInsert(model, session.executor.dialect, rows, { now: writeTime(model, session), onConflict, conflict, records });
}

/** SQLite writes row after row and would refuse one that stands before the row it refers to; PostgreSQL looks when all are there. Ends with the transaction. */
const deferForeignKeys: Statement = { text: 'PRAGMA defer_foreign_keys = ON', kind: 'write', returns: false };

function refersToItself(model: CompiledModel): boolean {
  return model.columns.some(({ references }) => references?.model === model.name);
}

/** What was done so far. Counts of what is rolled back do not enter it. */
class Tally {
  processed = 0;
  inserted = 0;
  skipped = 0;
  updated = 0;
  readonly records: Row[] | undefined;
  readonly #model: CompiledModel;
  readonly #session: Session;
  readonly #onProgress: BulkOptions['onProgress'];

  constructor(model: CompiledModel, session: Session, work: BulkWork) {
    this.#model = model;
    this.#session = session;
    this.#onProgress = work.onProgress;
    this.records = work.records ? [] : undefined;
  }

  take(rows: number, counts: Partial<Pick<BulkProgress, 'inserted' | 'skipped' | 'updated'>>): void {
    this.processed += rows;
    this.inserted += counts.inserted ?? 0;
    this.skipped += counts.skipped ?? 0;
    this.updated += counts.updated ?? 0;
  }

  add(batch: BulkBatch, rows: number): void {
    this.take(rows, batch);
    if (this.records) {
      const { dialect } = this.#session.executor;
      for (const raw of batch.records) this.records.push(this.#model[dialect].decodeRow(raw));
    }
    const { processed, inserted, skipped, updated } = this;
    this.#onProgress?.({ processed, inserted, skipped, updated });
  }

  /** Runs work all-or-nothing; when it fails, the tally is what it was before. */
  async atomically(work: (executor: Executor) => Promise<void>): Promise<void> {
    const deferred = this.#session.executor.dialect === 'sqlite' && !this.#session.inTransaction && refersToItself(this.#model);
    const { processed, inserted, skipped, updated } = this;
    const records = this.records?.length;
    try {
      await this.#session.atomically(async (executor) => {
        if (deferred) await executor.execute(deferForeignKeys, []);
        await work(executor);
      });
    } catch (error) {
      Object.assign(this, { processed, inserted, skipped, updated });
      if (this.records) this.records.length = records!;
      if (processed > 0 && error instanceof DataFlowError) error.within({ written: inserted + updated });
      throw error;
    }
  }
}

function* parts(size: number, most: number): Generator<{ start: number; end: number }> {
  for (let start = 0; start < size; start += most) yield { start, end: Math.min(start + most, size) };
}

/** An error about a row of a batch, with the row's position in the whole data. */
function atRow(error: unknown, start: number): unknown {
  if (error instanceof DataFlowError && error.context.row !== undefined) error.context = { ...error.context, row: start + error.context.row };
  return error;
}

/** The error of a batch, with how many rows stay because batches before it are in the database, and which row is the bad one. */
async function explained(error: unknown, model: CompiledModel, session: Session, work: BulkWork, { rows, start }: RowBatch): Promise<unknown> {
  let named: unknown;
  try {
    await fail(error, session, model, work.operation);
  } catch (failure) {
    named = failure;
  }
  if (!(named instanceof DataFlowError)) return named;
  if (start > 0 && work.atomic === 'batch') named.within({ written: start });
  // An update may meet its own row, so that only with plain inserts a taken key is a bad one.
  if (work.onConflict !== 'error' || named.context.row !== undefined) return named;
  const row = await findBadRow(model, session, rows, named);
  return row === undefined ? named : named.within({ row: start + row });
}
