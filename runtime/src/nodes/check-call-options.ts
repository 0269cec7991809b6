import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { didYouMean } from '../errors/near-names.js';
import type { BulkOptions } from './call-options.js';
import type { ModelFacts } from './compiled-model.js';
import { nodeTypeOf, type Operation } from './node.js';

const known: readonly string[] = ['signal', 'timeoutMs'];
const knownForBulk: readonly string[] = [...known, 'onProgress'];
/** setTimeout takes no longer time. */
const longest = 2 ** 31 - 1;

/** Checks the options of a call. One that is undefined counts as left out, for limits are handed on. Raises DF-120. */
export function checkCallOptions(options: unknown, model: ModelFacts, operation: Operation): asserts options is BulkOptions {
  const names = operation === 'bulkCreate' || operation === 'bulkUpsert' ? knownForBulk : known;
  const problem = problemOf(options, names);
  if (problem !== undefined) throw invalidOption(model, operation, problem);
}

function problemOf(options: unknown, names: readonly string[]): string | undefined {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return `an object is expected, such as { timeoutMs: 1000 }`;
  if (isSignal(options)) return `the signal belongs into an object: { signal }`;
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) return `there is no option '${name}'${didYouMean(name, names) || `; there are ${names.join(', ')}`}`;
  }
  const { signal, timeoutMs, onProgress } = options as Record<string, unknown>;
  return limitProblem(signal, timeoutMs) ?? (onProgress !== undefined && typeof onProgress !== 'function' ? `'onProgress' is a function` : undefined);
}

function limitProblem(signal: unknown, timeoutMs: unknown): string | undefined {
  if (signal !== undefined && !isSignal(signal)) return `'signal' is an AbortSignal${signal instanceof AbortController ? ": give the controller's `signal`" : ''}`;
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && (timeoutMs as number) >= 1 && (timeoutMs as number) <= longest)) {
    return `'timeoutMs' is a whole number of milliseconds from 1 to ${longest}`;
  }
  return undefined;
}

/** Whether it can be listened to as a signal, one of another realm too. */
export function isSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && typeof (value as AbortSignal).aborted === 'boolean' && typeof (value as AbortSignal).addEventListener === 'function';
}

function invalidOption(model: ModelFacts, operation: Operation, problem: string): DataFlowError {
  return dfError('DF-120', { node: nodeTypeOf(model.name, operation), problem }, { context: { model: model.name, operation } });
}
