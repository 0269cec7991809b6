import { dfError } from '../errors/dataflow-error.js';
import type { JsonValue } from '../schema/model-schema.js';

/**
 * Values as plain JSON: dates, bigints and bytes become `{ "$date": … }`, `{ "$bigint": … }`, `{ "$bytes": … }`.
 * An object of the user's that looks like a tag is put into `{ "$plain": … }`, so that every value survives.
 */
const tags = new Set(['$date', '$bigint', '$bytes', '$plain']);

type JsonObject = { readonly [key: string]: JsonValue };

/**
 * @param owner whose value it is, for the message: `node 'rename'`
 * @param path where it stands: `fields.name`
 * Raises DF-110 for undefined, DF-217 for what JSON cannot hold: functions, symbols, NaN, infinities, invalid dates, instances of
 * other classes, objects that contain themselves.
 */
export function encodeValue(value: unknown, owner: string, path: string, parents: readonly object[] = []): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      return refuse(owner, path, String(value));
    case 'bigint':
      return { $bigint: String(value) };
    case 'object':
      return value === null ? null : encodeObject(value, owner, path, parents);
    case 'undefined':
      throw dfError('DF-110', { place: owner, name: path });
    default:
      return refuse(owner, path, `a ${typeof value}`);
  }
}

function encodeObject(value: object, owner: string, path: string, parents: readonly object[]): JsonValue {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? refuse(owner, path, 'an invalid date') : { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (parents.includes(value)) return refuse(owner, path, 'an object that contains itself');
  const inside = [...parents, value];
  if (Array.isArray(value)) return Array.from(value, (item, index) => encodeValue(item, owner, `${path}.${index}`, inside));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype as object) !== null) {
    return refuse(owner, path, `an instance of ${value.constructor?.name || 'a class'}`);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, encodeValue(item, owner, `${path}.${key}`, inside)] as const);
  const object = Object.fromEntries(entries);
  return isTag(object) ? { $plain: object } : object;
}

function refuse(owner: string, path: string, what: string): never {
  throw dfError('DF-217', { place: `'${path}' of ${owner}`, what });
}

function isTag(object: JsonObject): boolean {
  const keys = Object.keys(object);
  return keys.length === 1 && tags.has(keys[0]!);
}

/** The value that `encodeValue` was given (dates and bytes as equal copies). Raises DF-801 for a malformed tag. */
export function decodeValue(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(decodeValue);
  const object = value as JsonObject;
  if (!isTag(object)) return decodeProperties(object);
  const [tag, content] = Object.entries(object)[0]!;
  if (tag === '$plain' && content !== null && typeof content === 'object' && !Array.isArray(content)) return decodeProperties(content as JsonObject);
  if (typeof content === 'string') {
    if (tag === '$date' && !Number.isNaN(Date.parse(content))) return new Date(content);
    if (tag === '$bigint' && /^-?\d+$/.test(content)) return BigInt(content);
    if (tag === '$bytes') return new Uint8Array(Buffer.from(content, 'base64'));
  }
  throw dfError('DF-801', { reason: `a value tagged ${tag} is malformed` });
}

function decodeProperties(object: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decodeValue(item)]));
}
