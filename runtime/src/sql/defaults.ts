import { arrayText } from '../codecs/array-text.js';
import { codecs } from '../codecs/codec.js';
import { dateFrom } from '../codecs/scalar-values.js';
import type { DriverValue } from '../drivers/driver.js';
import type { ColumnKind, Dialect, FieldSchema, JsonValue, ModelSchema } from '../schema/model-schema.js';
import { quoteText } from './identifiers.js';

/**
 * A literal default as the user would give it: tags are resolved where the column's kind says so, and kept in JSON.
 * Undefined when there is no default or it is computed (`uuid()`, `now()`, …).
 */
export function defaultValueOf(field: FieldSchema): unknown {
  if (field.default?.kind !== 'literal') return undefined;
  const { value } = field.default;
  switch (field.type.kind) {
    case 'bigint': {
      const digits = tagged(value, '$bigint') ?? value;
      return typeof digits === 'string' || typeof digits === 'number' ? BigInt(digits) : digits;
    }
    case 'date': {
      const text = tagged(value, '$date') ?? value;
      return dateFrom(text) ?? text;
    }
    case 'bytes': {
      const text = tagged(value, '$bytes');
      return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
    }
    default:
      return value;
  }
}

/** A literal default as `encodeRow` binds it. Undefined when there is none. Raises DF-102, DF-103 when it does not fit the column. */
export function encodedDefault(schema: ModelSchema, field: FieldSchema, dialect: Dialect): DriverValue | undefined {
  const value = defaultValueOf(field);
  if (value === undefined || value === null) return value;
  return codecs[dialect].encodeField({ ...field, model: schema.name, index: schema.fields.indexOf(field) }, value);
}

/** ` DEFAULT …`, or nothing. */
export function defaultClause(schema: ModelSchema, field: FieldSchema, dialect: Dialect): string {
  const value = encodedDefault(schema, field, dialect);
  return value === undefined || value === null ? '' : ` DEFAULT ${literal(value, field.type.kind, dialect)}`;
}

function literal(value: Exclude<DriverValue, null>, kind: ColumnKind, dialect: Dialect): string {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString('hex');
    return dialect === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'::bytea`;
  }
  if (Array.isArray(value)) return quoteText(arrayText(value));
  if (kind === 'bigint' || typeof value !== 'string') return String(value);
  return quoteText(value);
}

function tagged(value: JsonValue, tag: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, JsonValue>)[tag] : undefined;
}
