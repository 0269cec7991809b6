import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { didYouMean } from '../errors/near-names.js';
import type { ModelFacts } from './compiled-model.js';
import { nodeTypeOf, type Operation } from './node.js';

/** The errors about an operation's parameters. Each names the node, so that it reads alike from `db.models` and from a workflow. */

export function notAnObject(model: ModelFacts, operation: Operation, value: unknown): DataFlowError {
  return wrongType(model, operation, 'parameters', 'an object', value);
}

export function missingParameter(model: ModelFacts, operation: Operation, name: string, type: string): DataFlowError {
  return dfError('DF-101', { place: nodeTypeOf(model.name, operation), name, type }, contextOf(model, operation, name));
}

export function wrongType(model: ModelFacts, operation: Operation, name: string, expected: string, value: unknown, row?: number): DataFlowError {
  const data = { place: nodeTypeOf(model.name, operation), name, expected, received: kindOf(value) };
  return dfError('DF-102', data, contextOf(model, operation, name, row));
}

/** @param received a description, never the user's text */
export function invalidParameter(model: ModelFacts, operation: Operation, name: string, expected: string, received: string): DataFlowError {
  return dfError('DF-103', { place: nodeTypeOf(model.name, operation), name, expected, received }, contextOf(model, operation, name));
}

export function unknownParameter(model: ModelFacts, operation: Operation, name: string, known: readonly string[]): DataFlowError {
  const other = (Object.hasOwn(elsewhere, name) ? elsewhere[name]! : []).find((one) => known.includes(one));
  const hint = other === undefined ? didYouMean(name, known) : `; did you mean '${other}'?`;
  const data = { place: nodeTypeOf(model.name, operation), kind: 'parameter', name, hint, known: known.join(', ') };
  return dfError('DF-105', data, contextOf(model, operation, name));
}

/** What other libraries, or the other nodes, call a parameter. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  where: ['filter'], filter: ['where'], data: ['fields'], values: ['fields', 'data'], set: ['fields', 'update'], rows: ['data'], records: ['data'],
  take: ['limit'], first: ['limit'], skip: ['offset'], sort: ['orderBy'], order: ['orderBy'], cursor: ['after'], fields: ['select', 'update'], columns: ['select'],
};

/** @param advice continues the sentence, `put the field inside …` */
export function wrongPlace(model: ModelFacts, operation: Operation, name: string, advice: string, expected: string): DataFlowError {
  return dfError('DF-106', { node: nodeTypeOf(model.name, operation), name, advice, expected }, contextOf(model, operation, name));
}

export function noUniqueKey(model: ModelFacts, operation: 'read' | 'update' | 'delete'): DataFlowError {
  const instead = nodeTypeOf(model.name, operation === 'read' ? 'list' : operation === 'update' ? 'bulkUpdate' : 'bulkDelete');
  return dfError('DF-107', { node: nodeTypeOf(model.name, operation), keys: keysOf(model, 3), all: keysOf(model), instead }, contextOf(model, operation, 'filter'));
}

export function everyRow(model: ModelFacts, operation: Operation): DataFlowError {
  return dfError('DF-108', { node: nodeTypeOf(model.name, operation), model: model.name }, contextOf(model, operation, 'filter'));
}

export function exclusive(model: ModelFacts, operation: Operation, first: string, second: string): DataFlowError {
  return dfError('DF-109', { node: nodeTypeOf(model.name, operation), first, second }, contextOf(model, operation, first));
}

export function undefinedParameter(model: ModelFacts, operation: Operation, name: string): DataFlowError {
  return dfError('DF-110', { place: nodeTypeOf(model.name, operation), name }, contextOf(model, operation, name));
}

export function notUnique(model: ModelFacts, operation: Operation, parameter: string, names: readonly string[]): DataFlowError {
  const data = { model: model.name, names: names.length ? names.join(' + ') : 'no fields', keys: keysOf(model) };
  return dfError('DF-113', data, contextOf(model, operation, parameter));
}

export function notFound(model: ModelFacts, operation: 'read' | 'update', key: readonly string[]): DataFlowError {
  const data = { node: nodeTypeOf(model.name, operation), model: model.name, by: key.join(' + ') };
  return dfError('DF-504', data, { context: { operation } });
}

/** `id, email, orderId + lineNo`; what is more than `most` is left to an ellipsis. */
function keysOf(model: ModelFacts, most = Infinity): string {
  const keys = [['id'], ...model.schema.uniques].map((key) => key.join(' + '));
  return keys.length > most ? `${keys.slice(0, most).join(', ')} …` : keys.join(', ');
}

function contextOf(model: ModelFacts, operation: Operation, parameter: string, row?: number) {
  return { context: { model: model.name, operation, parameter, ...(row !== undefined && { row }) } };
}

/** What a value is, without showing it. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  if (ArrayBuffer.isView(value)) return 'bytes';
  if (value instanceof Promise) return 'a Promise (is an await missing?)';
  switch (typeof value) {
    case 'object': return 'an object';
    case 'undefined': return 'undefined';
    default: return `a ${typeof value}`;
  }
}
