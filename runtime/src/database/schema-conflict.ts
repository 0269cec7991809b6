import { dfError, type DataFlowError, type ErrorOptions } from '../errors/dataflow-error.js';
import type { Executor } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { describe, differences, isHarmful, remedy, type Difference } from './drift.js';
import type { Kind } from './error-kinds.js';
import { refusal } from './error-texts.js';
import { liveColumns, type LiveColumn } from './live-columns.js';

/** The look at the catalog is a courtesy; an error that waits longer for a connection than this is told without it. */
const longestMs = 2000;

/**
 * Says more exactly what an error is about, by comparing the live tables of the model, and of those it refers to, with their models.
 * Never throws: when the catalog cannot be read, as in a failed transaction of PostgreSQL, the general error comes back.
 */
export async function explainByTable(general: DataFlowError, cause: Error, kind: Kind, model: CompiledModel, executor: () => Executor): Promise<DataFlowError> {
  const models = [model, ...model.related().filter((one) => one !== model)];
  let dialect: Dialect;
  let live: Map<string, LiveColumn[]>;
  try {
    const runner = executor();
    dialect = runner.dialect;
    live = await inTime(liveColumns(runner, models.map(({ schema }) => schema.table)));
  } catch {
    return general;
  }
  if (kind === 'value' || kind === 'tooLong' || kind === 'outOfRange') return withColumn(general, cause, kind, differences(model, dialect, live.get(model.schema.table) ?? []));
  const place = String(general.context['place']);
  const context = { model: model.name };
  for (const one of models) {
    const columns = live.get(one.schema.table);
    if (columns === undefined) return dfError('DF-308', { place, table: one.schema.table, model: one.name }, { cause, context });
    const found = differences(one, dialect, columns);
    if (found.some(isHarmful)) return tableConflict(place, one, dialect, found, { cause, context });
  }
  // A trigger, a view or a rule names something that is not there.
  return dfError('DF-539', { place, reason: refusal(cause) }, { cause, context });
}

/** DF-301: the table is not as the model describes it. `context` lists all of it: names and types, no values. */
export function tableConflict(place: string, model: CompiledModel, dialect: Dialect, found: readonly Difference[], options?: ErrorOptions): DataFlowError {
  const { table } = model.schema;
  const [first, ...more] = found.filter(isHarmful);
  const text = describe(first!) + (more.length ? `, and ${more.length} more` : '');
  return dfError('DF-301', { place, table, model: model.name, differences: text, remedy: remedy(first!, table, dialect) }, { ...options, context: { ...options?.context, drift: found.map(describe) } });
}

/** Names the column when only one can be meant. */
function withColumn(general: DataFlowError, cause: Error, kind: 'value' | 'tooLong' | 'outOfRange', found: readonly Difference[]): DataFlowError {
  const meant = found.filter((one) => one.kind === 'type' && fitting[kind].test(one.actual)) as Extract<Difference, { kind: 'type' }>[];
  if (meant.length === 0) return general;
  const column = meant.length === 1 ? `'${meant[0]!.field.name}', which is ${meant[0]!.actual} in the database` : meant.map(({ field }) => `'${field.name}'`).join(' or ');
  const data = { place: String(general.context['place']), column };
  const options = { cause, context: { field: meant.map(({ field }) => field.name).join(', ') } };
  return kind === 'value' ? dfError('DF-542', data, options) : kind === 'tooLong' ? dfError('DF-544', data, options) : dfError('DF-545', data, options);
}

/** Types of columns that can refuse a value in this way. */
const fitting = { value: /./, tooLong: /char|bit/i, outOfRange: /int|numeric|real|decimal|time|date/i };

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), longestMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // When it is late, nobody else hears of its failure.
    work.catch(() => undefined);
  }
}
