import type { DataFlowError } from '../errors/dataflow-error.js';
import type { CompiledModel, ModelFacts } from './compiled-model.js';
import type { Operation } from './node.js';
import { parameterSpecs, type ParameterKind, type Parameters } from './parameter-specs.js';
import { exclusive, invalidParameter, missingParameter, notAnObject, undefinedParameter, unknownParameter, wrongPlace, wrongType } from './parameter-errors.js';

type Given = Record<string, unknown>;

/**
 * Checks the outer shape of an operation's parameters, which types promise to TypeScript users only: known names in
 * their places, none undefined, required ones there, each of its kind. Fields and conditions inside are checked where
 * they are encoded.
 *
 * Raises DF-101, DF-102, DF-103, DF-105, DF-106, DF-110.
 */
export function checkParameters(model: CompiledModel, operation: Exclude<Operation, 'create'>, params: unknown): asserts params is Given {
  const specs: Parameters = parameterSpecs[operation];
  if (!isPlainObject(params)) throw notAnObject(model, operation, params);
  for (const name of Object.keys(params)) {
    if (!Object.hasOwn(specs, name)) throw misplacedParameter(model, operation, name);
    const value = params[name];
    if (value === undefined) throw undefinedParameter(model, operation, name);
    checkKind(model, operation, name, specs[name]!.kind, value);
  }
  for (const name in specs) {
    if (specs[name]!.required && !Object.hasOwn(params, name)) throw missingParameter(model, operation, name, expectation(specs[name]!.kind));
  }
}

/** Raises DF-109 when both parameters are given, DF-101 when neither is. */
export function checkOneOf(model: CompiledModel, operation: Operation, params: Given, first: string, second: string): void {
  const has = Object.hasOwn(params, first);
  if (has === Object.hasOwn(params, second)) {
    throw has ? exclusive(model, operation, first, second) : missingParameter(model, operation, `${first}' or '${second}`, 'one of them');
  }
}

/** Raises DF-109 when both parameters are given. */
export function checkNotBoth(model: CompiledModel, operation: Operation, params: Given, first: string, second: string): void {
  if (Object.hasOwn(params, first) && Object.hasOwn(params, second)) throw exclusive(model, operation, first, second);
}

/**
 * Whether a value is an object of named things, as opposed to a list, a date, or what names itself (a Promise nobody
 * awaited, a Map, bytes): those have no names to check, and a filter without names matches every row.
 */
export function isPlainObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    && (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === undefined;
}

/** Whether a value gives rows one after the other, now or later. A text gives characters and does not count. */
function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

/** The error for a name that is no parameter: DF-106 for a field, which has its place elsewhere, DF-105 otherwise. */
export function misplacedParameter(model: ModelFacts, operation: Exclude<Operation, 'create'>, name: string): DataFlowError {
  if (model.byName.has(name)) {
    if (operation === 'update') {
      return name === 'id'
        ? wrongPlace(model, operation, name, 'put the key inside `filter`', '{ filter: { id }, fields: { … } }')
        : wrongPlace(model, operation, name, 'put the field inside `fields`', `{ filter: { id }, fields: { ${name} } }`);
    }
    if (operation === 'upsert') {
      return wrongPlace(model, operation, name, 'put it inside `where`, `create` or `update`', '{ where: { id }, create: { … }, update: { … } }');
    }
    if (operation === 'bulkCreate' || operation === 'bulkUpsert') {
      return wrongPlace(model, operation, name, 'put it inside the rows of `data`', `{ data: [{ ${name}, … }] }`);
    }
    return wrongPlace(model, operation, name, 'put the condition inside `filter`', `{ filter: { ${name} } }`);
  }
  return unknownParameter(model, operation, name, Object.keys(parameterSpecs[operation]));
}

function checkKind(model: CompiledModel, operation: Operation, name: string, kind: ParameterKind, value: unknown): void {
  switch (kind) {
    case 'object':
      if (isPlainObject(value)) return;
      break;
    case 'rows':
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
          if (!isPlainObject(value[i])) throw wrongType(model, operation, `${name}[${i}]`, expectation('object'), value[i], i);
        }
        return;
      }
      // Rows of an iterable are checked as they come.
      if (operation !== 'bulkUpdate' && isIterable(value)) return;
      break;
    case 'id':
      return;
    case 'ids':
      if (Array.isArray(value)) {
        const missing = value.findIndex((one) => one === undefined);
        if (missing >= 0) throw undefinedParameter(model, operation, `${name}[${missing}]`);
        return;
      }
      break;
    case 'boolean':
      if (typeof value === 'boolean') return;
      break;
    case 'true':
      if (value === true) return;
      break;
    case 'count':
    case 'size':
      if (typeof value === 'number') {
        if (Number.isSafeInteger(value) && value >= (kind === 'size' ? 1 : 0)) return;
        throw invalidParameter(model, operation, name, expectation(kind), String(value));
      }
      break;
    case 'string':
      if (typeof value === 'string') return;
      break;
    case 'names':
      if (Array.isArray(value)) {
        const odd = value.find((one) => typeof one !== 'string');
        if (odd !== undefined || value.includes(undefined)) throw wrongType(model, operation, name, expectation(kind), value);
        if (value.length === 0) throw invalidParameter(model, operation, name, expectation(kind), 'an empty list');
        return;
      }
      break;
    case 'order':
      if (isPlainObject(value) || (Array.isArray(value) && value.every(isPlainObject))) return;
      break;
    default:
      if (kind.includes(value as string)) return;
      if (typeof value === 'string') throw invalidParameter(model, operation, name, expectation(kind), 'another text');
      break;
  }
  throw wrongType(model, operation, name, expectation(kind), value);
}

/** What a parameter takes, in words. */
export function expectation(kind: ParameterKind): string {
  switch (kind) {
    case 'object': return 'an object';
    case 'rows': return 'a list of rows';
    case 'id': return 'a value of id';
    case 'ids': return 'a list of ids';
    case 'boolean': return 'true or false';
    case 'true': return 'true, or leave it out';
    case 'count': return 'an integer from 0';
    case 'size': return 'an integer from 1';
    case 'string': return 'a string';
    case 'names': return 'a list of at least one field name';
    case 'order': return "{ field: 'asc' | 'desc' } or a list of such";
    default: return kind.map((value) => `'${value}'`).join(' | ');
  }
}
