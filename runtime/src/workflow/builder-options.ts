import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import type { JsonObject, NodeOptions, StepOptions, TransactionSettings } from './plan.js';
import { encodeValue } from './tagged-values.js';
import { settingProblems } from './transaction-settings.js';

/** What the builder checks of each call by itself. */

/** Ids are the first part of dot paths and the keys of conditions, where operators begin with `$`. */
export function checkId(id: unknown): void {
  if (typeof id !== 'string' || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(id) || id === 'input') throw dfError('DF-213', { what: 'a node', name: String(id) });
}

/** Parameters as they stand in a plan. DF-217 for what cannot. */
export function planParams(params: unknown, place: string): JsonObject {
  const given = params ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw dfError('DF-217', { place: `the parameters of ${place}`, what: Array.isArray(given) ? 'a list' : typeof given });
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, encodeValue(value, place, key)]));
}

/** A node's options as they stand in a plan. DF-215 for what is wrong with them. */
export function planOptions(options: NodeOptions | undefined, id: string): StepOptions & { readonly when?: JsonObject } {
  if (options === undefined) return {};
  const owner = `node '${id}'`;
  const { when, ...step } = known(options, ['when', 'retry', 'timeoutMs'], owner);
  if (when !== undefined && (typeof when !== 'object' || when === null || Array.isArray(when))) throw wrong('when', 'an object of conditions by node id', owner);
  return { ...(when !== undefined && { when: encodeValue(when, owner, 'when') as JsonObject }), ...stepOptions(step, owner) };
}

export interface PlannedUndo {
  readonly from: { readonly [input: string]: string };
  readonly params: JsonObject;
  readonly step: StepOptions;
}

/** Options of a compensation by a node, as they stand in a plan. DF-215, DF-217. */
export function undoOptions(options: unknown, node: string): PlannedUndo {
  const owner = `the compensation of '${node}'`;
  const { from = {}, params, ...step } = known(options ?? {}, ['from', 'params', 'retry', 'timeoutMs'], owner);
  const paths = typeof from === 'object' && from !== null && !Array.isArray(from) ? Object.entries(from) : undefined;
  if (paths === undefined || !paths.flat().every(isPath)) throw wrong('from', 'an object of dot paths: { input: output }', owner);
  return { from: Object.fromEntries(paths), params: planParams(params, owner), step: stepOptions(step, owner) };
}

/** Options of a compensation by a function. DF-215. */
export function undoFunctionOptions(options: unknown, node: string): StepOptions {
  const owner = `the compensation of '${node}'`;
  return stepOptions(known(options ?? {}, ['retry', 'timeoutMs'], owner), owner);
}

/** Settings of a transaction workflow. DF-215. */
export function transactionSettings(settings: TransactionSettings, workflow: string): TransactionSettings {
  const owner = `workflow '${workflow}'`;
  if (typeof settings !== 'object' || settings === null) throw wrong('transaction', 'an object', owner);
  const [problem] = settingProblems({ ...settings });
  if (problem !== undefined) throw wrong(problem.option, problem.wanted, owner);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function stepOptions({ retry, timeoutMs }: Readonly<Record<string, unknown>>, owner: string): StepOptions {
  const { max, backoffMs } = (retry ?? {}) as Record<string, unknown>;
  if (retry !== undefined && !(isCount(max) && (backoffMs === undefined || isCount(backoffMs)))) {
    throw wrong('retry', '{ max, backoffMs? }, both whole numbers of at least 0', owner);
  }
  if (timeoutMs !== undefined && !isTimeLimit(timeoutMs)) throw wrong('timeoutMs', timeLimitText, owner);
  return {
    ...(isCount(max) && { retry: { max, ...(isCount(backoffMs) && { backoffMs }) } }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** What a time limit must be. */
export const timeLimitText = 'a whole number of milliseconds, at least 1';
/** `setTimeout` fires at once for more. */
const longest = 2 ** 31 - 1;

export function isTimeLimit(value: unknown): value is number {
  return isCount(value) && value > 0 && value <= longest;
}

function known(options: unknown, names: readonly string[], owner: string): Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object', owner);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(unknown, `one of ${names.join(', ')}`, owner);
  return options as Record<string, unknown>;
}

function wrong(option: string, wanted: string, owner: string): DataFlowError {
  const node = /^node '(.*)'$/.exec(owner)?.[1];
  return dfError('DF-215', { option, owner, wanted }, node === undefined ? {} : { context: { node } });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether this is a dot path without empty parts. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.split('.').includes('');
}

/** What was given in place of something else, for a message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'function' ? `the function ${value.name || 'without a name'}` : typeof value;
}
