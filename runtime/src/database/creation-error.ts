import { DataFlowError, dfError, type ErrorMode } from '../errors/dataflow-error.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { nameDriverError } from './driver-errors.js';

/** What a database says against a statement that creates something; everything else says it all by its own code. */
const refusals: readonly string[] = ['DF-301', 'DF-308', 'DF-530', 'DF-531', 'DF-532', 'DF-533', 'DF-539', 'DF-541', 'DF-542', 'DF-544', 'DF-545'];

/** A failure to create tables: DF-303 when the time was up, DF-302 for the database's refusals; DataFlow's own errors stay what they are. */
export function creationError(error: unknown, model: CompiledModel, mode?: ErrorMode): unknown {
  const named = nameDriverError(error, { model, operation: 'create table', ...(mode && { mode }) });
  if (!(named instanceof DataFlowError)) return named;
  const options = { cause: error, context: { model: model.name } };
  if (named.code === 'DF-534' || named.code === 'DF-535') return dfError('DF-303', { model: model.name }, options).inMode(mode);
  if (named === error || !refusals.includes(named.code)) return named;
  return dfError('DF-302', { model: model.name, reason: named.title }, options).inMode(mode);
}
