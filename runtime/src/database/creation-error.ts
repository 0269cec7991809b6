import { DataFlowError, dfError } from '../errors/dataflow-error.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { nameDriverError } from './driver-errors.js';

/** Codes that say it all, also when they come up while tables are created. */
const elsewhere = ['DF-404', 'DF-405', 'DF-406', 'DF-501', 'DF-502', 'DF-503', 'DF-540'];

/** A failure to create tables: DF-303 when the time was up, DF-302 for the database's refusals. */
export function creationError(error: unknown, model: CompiledModel): unknown {
  const named = nameDriverError(error, { model, operation: 'create table' });
  if (!(named instanceof DataFlowError)) return named;
  const options = { cause: error, context: { model: model.name } };
  if (named.code === 'DF-534' || named.code === 'DF-535') return dfError('DF-303', { model: model.name }, options);
  return elsewhere.includes(named.code) ? named : dfError('DF-302', { model: model.name, reason: named.title }, options);
}
