import type { Column } from '../nodes/compiled-model.js';
import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { describeType, problemWith } from './values.js';
import { describeValue } from './text-values.js';

function contextOf(column: Column): { model: string; field: string } {
  return { model: column.model, field: column.name };
}

/** The error for a value that a writer refused: DF-101 when it is missing, DF-102 or DF-103 otherwise. */
export function valueError(column: Column, value: unknown): DataFlowError {
  const context = contextOf(column);
  if (value === undefined) return dfError('DF-101', { place: column.model, name: column.name, type: describeType(column.type) }, { context });
  if (value === null) return nullError(column);
  const { code, expected, received } = problemWith(column.type, value) ?? { code: 'DF-102', expected: describeType(column.type), received: describeValue(value) };
  return dfError(code, { place: column.model, name: column.name, expected, received }, { context });
}

/** DF-102: null for a column that is not nullable. */
export function nullError(column: Column): DataFlowError {
  return dfError('DF-102', { place: column.model, name: column.name, expected: describeType(column.type), received: 'null' }, { context: contextOf(column) });
}

/** DF-110: undefined where a value is wanted. */
export function undefinedError(column: Column): DataFlowError {
  return dfError('DF-110', { place: column.model, name: column.name }, { context: contextOf(column) });
}

/** DF-115: what the database holds is not what the model says. */
export function storedError(expected: string, raw: unknown, column: Column | undefined, cause?: unknown): DataFlowError {
  return dfError(
    'DF-115',
    { place: column ? `${column.model}.${column.name}` : 'A column', expected, received: describeValue(raw) },
    { cause, ...(column && { context: contextOf(column) }) },
  );
}
