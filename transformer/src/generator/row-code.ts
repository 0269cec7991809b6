import * as t from '@babel/types';
import type { ColumnKind, Dialect, FieldSchema } from 'dataflow-ts/compiler';
import { member } from './printing.js';

/** Writer of each kind of column in `codecs/`. */
const writers: { readonly [K in ColumnKind]: string } = {
  string: 'string', uuid: 'uuid', number: 'number', int: 'int', bigint: 'bigint', decimal: 'decimal', boolean: 'boolean',
  date: 'date', dateOnly: 'dateOnly', bytes: 'bytes', json: 'json', array: 'array', enum: 'enumeration',
};

const undefinedValue = () => t.identifier('undefined');
const isNull = (value: t.Expression) => t.binaryExpression('===', value, t.nullLiteral());

/**
 * The value of a field in a new row: `v.age == null ? null : sqlite.int(c[3], v.age)`. Which of its branches exist is decided
 * here, by nullability and default. `literal` gives a literal default as the driver takes it.
 */
export function encoder(field: FieldSchema, index: number, dialect: Dialect, literal: () => unknown): t.Expression {
  if (field.managed) return t.identifier('now');
  const value = given(field.name);
  const write = t.callExpression(member(t.identifier(dialect), writers[field.type.kind]), [column(index), value]);
  const absent = absentValue(field, literal);
  if (!absent) return field.nullable ? t.conditionalExpression(t.binaryExpression('==', value, t.nullLiteral()), t.nullLiteral(), write) : write;
  const present = field.nullable ? t.conditionalExpression(isNull(value), t.nullLiteral(), write) : write;
  return t.conditionalExpression(t.binaryExpression('===', value, undefinedValue()), absent, present);
}

/** What stands for a field that was not given; undefined when that is null or an error. */
function absentValue(field: FieldSchema, literal: () => unknown): t.Expression | undefined {
  switch (field.default?.kind) {
    case undefined: return undefined;
    case 'uuid': return t.callExpression(t.identifier('uuid'), []);
    case 'uuidv7': return t.callExpression(t.identifier('uuidv7'), []);
    case 'now': return t.identifier('now');
    // The database counts; the caller takes the statement without the column.
    case 'autoIncrement': return t.nullLiteral();
    case 'literal': {
      const encoded = literal();
      return encoded === null || encoded === undefined ? undefined : valueNode(encoded);
    }
  }
}

function valueNode(value: unknown): t.Expression {
  if (value instanceof Uint8Array) return t.newExpression(t.identifier('Uint8Array'), [t.valueToNode([...value])]);
  return t.valueToNode(value);
}

/** `v.name`; for names that every object inherits only its own property counts. */
function given(name: string): t.Expression {
  const value = member(t.identifier('v'), name);
  if (!(name in Object.prototype)) return value;
  const own = t.callExpression(member(t.identifier('Object'), 'hasOwn'), [t.identifier('v'), t.stringLiteral(name)]);
  return t.conditionalExpression(own, value, undefinedValue());
}

/** A field as the user sees it, from its raw value. PostgreSQL gives texts. */
export function decoder(field: FieldSchema, index: number, dialect: Dialect): t.Expression {
  const raw = t.memberExpression(t.identifier('r'), t.numericLiteral(index), true);
  const read = reader(field.type.kind, raw, index, dialect);
  return field.nullable && read !== raw ? t.conditionalExpression(isNull(raw), t.nullLiteral(), read) : read;
}

function reader(kind: ColumnKind, raw: t.Expression, index: number, dialect: Dialect): t.Expression {
  const call = (name: string): t.Expression => t.callExpression(member(t.identifier(dialect), name), [raw, column(index)]);
  switch (kind) {
    case 'number':
    case 'int': return dialect === 'postgres' ? t.unaryExpression('+', raw) : raw;
    case 'boolean': return t.binaryExpression('===', raw, dialect === 'postgres' ? t.stringLiteral('t') : t.numericLiteral(1));
    case 'bigint': return call('readBigint');
    case 'date': return call('readDate');
    case 'bytes': return t.callExpression(member(t.identifier(dialect), 'readBytes'), [raw]);
    case 'json': return call('readJson');
    case 'array': return call('readArray');
    case 'string':
    case 'uuid':
    case 'decimal':
    case 'dateOnly':
    case 'enum': return raw;
  }
}

function column(index: number): t.Expression {
  return t.memberExpression(t.identifier('c'), t.numericLiteral(index), true);
}
