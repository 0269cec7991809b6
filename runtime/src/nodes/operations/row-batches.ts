import { dfError } from '../../errors/dataflow-error.js';
import { isPlainObject } from '../check-parameters.js';
import type { CompiledModel, Fields } from '../compiled-model.js';
import { wrongType } from '../parameter-errors.js';
import type { Session } from '../session.js';

export interface RowBatch {
  readonly rows: readonly Fields[];
  /** Position of the first row in the whole data. */
  readonly start: number;
}

/**
 * Takes rows from an iterable, `size` at a time, and none before the batch is asked for. The iterable is closed however this ends.
 * Raises DF-102 for what is no row (with `context.row`) and DF-516 when the iterable fails.
 */
export async function* batchesOf(
  model: CompiledModel, operation: 'bulkCreate' | 'bulkUpsert', source: Iterable<Fields> | AsyncIterable<Fields>, size: number, session: Session,
): AsyncGenerator<RowBatch> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let start = 0;
  let ended = false;
  try {
    while (!ended) {
      const rows: Fields[] = [];
      while (rows.length < size) {
        let next: IteratorResult<Fields>;
        try {
          const pending = iterator.next();
          // A source that never answers must not outlive the limits of the call.
          next = pending instanceof Promise ? await (session.wait ? session.wait(pending) : pending) : pending;
        } catch (error) {
          ended = true;
          throw sourceFailed(error, model, operation, start + rows.length);
        }
        if (next.done) {
          ended = true;
          break;
        }
        const row: unknown = next.value;
        const at = start + rows.length;
        if (!isPlainObject(row)) throw wrongType(model, operation, `data[${at}]`, 'an object', row, at);
        rows.push(row);
      }
      if (rows.length > 0) yield { rows, start };
      start += rows.length;
    }
  } finally {
    if (!ended) await iterator.return?.();
  }
}

/** An error of a limit of the call, or of an operation that the source itself runs, stays what it is. */
function sourceFailed(error: unknown, model: CompiledModel, operation: string, row: number): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && code.startsWith('DF-')) return error;
  return dfError('DF-516', { place: `${model.name}.${operation}`, row }, { cause: error, context: { model: model.name, operation } });
}
