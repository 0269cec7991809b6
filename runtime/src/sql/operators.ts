import type { ColumnKind, ColumnType } from '../schema/model-schema.js';

const equality = ['$eq', '$ne', '$in', '$nin', '$null'];
const ordered = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$between', '$null'];
const text = [...ordered, '$like', '$ilike', '$contains', '$startsWith', '$endsWith', '$regex'];

const byKind: { readonly [K in ColumnKind]: readonly string[] } = {
  string: text,
  uuid: ordered,
  number: ordered,
  int: ordered,
  bigint: ordered,
  decimal: ordered,
  boolean: equality,
  date: ordered,
  dateOnly: ordered,
  bytes: equality,
  json: ['$null'],
  array: ['$eq', '$ne', '$has', '$hasAny', '$hasAll', '$null'],
  enum: equality,
};

/** Every filter operator that stands at a field. */
export const fieldOperators: readonly string[] = [...text, '$has', '$hasAny', '$hasAll'];

/** Operators that stand beside fields and hold filters. */
export const groupOperators: readonly string[] = ['$and', '$or', '$not'];

/** Filter operators that fit a column of this type, in the order of the documentation. */
export function operatorsOf(type: ColumnType): readonly string[] {
  return byKind[type.kind];
}

/** Whether rows can be put in order by a column of this type. */
export function isSortable(type: ColumnType): boolean {
  return type.kind !== 'json' && type.kind !== 'array' && type.kind !== 'bytes';
}
