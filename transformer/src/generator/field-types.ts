import * as t from '@babel/types';
import type { FieldSchema, ModelSchema } from 'dataflow-ts/compiler';
import type { Imports } from './imports.js';
import { named, print, union } from './printing.js';

/** The printed types of one field in the places of a contract. */
export interface FieldTypes {
  /** In a row. */
  readonly row: string;
  /** In Create and in the fields of Update. */
  readonly input: string;
  /** In a filter: a bare value or operators. */
  readonly filter: string;
  /** As part of a unique key: never null. */
  readonly key: string;
}

interface Kind {
  readonly row: t.TSType;
  readonly input: t.TSType;
  readonly operators: t.TSType;
  /** Whether a bare value is a condition. */
  readonly equality: boolean;
}

/** The types of a field. `idOwner` is the model whose rows it names, for `id` and foreign keys. */
export function fieldTypes(field: FieldSchema, idOwner: IdOwner | undefined, imports: Imports): FieldTypes {
  const kind = idOwner ? idKind(idOwner, imports) : plainKind(field, imports, () => userType(field, imports));
  const bare = kind.equality ? [kind.input] : [];
  return {
    row: print(nullable(kind.row, field)),
    input: print(nullable(kind.input, field)),
    filter: print(union(...bare, ...(field.nullable ? [t.tsNullKeyword()] : []), kind.operators)),
    key: print(kind.input),
  };
}

/** The model whose rows an id names, and the kind of that id. */
export interface IdOwner {
  readonly model: string;
  readonly kind: 'string' | 'uuid' | 'int' | 'bigint';
}

/** `Id<'User'>` for the field `id` of User and for foreign keys to it; undefined for other fields. */
export function idOwnerOf(model: ModelSchema, field: FieldSchema, models: ReadonlyMap<string, ModelSchema>): IdOwner | undefined {
  const owner = field.name === 'id' ? model.name : field.references?.model;
  if (owner === undefined) return undefined;
  const kind = (models.get(owner)?.fields.find(({ name }) => name === 'id') ?? field).type.kind;
  return kind === 'string' || kind === 'uuid' || kind === 'int' || kind === 'bigint' ? { model: owner, kind } : undefined;
}

/** `Id<'User'>`, `Id<'User', Int>` …. */
export function idType(owner: IdOwner, imports: Imports): t.TSType {
  const id = imports.use('Id');
  const name = t.tsLiteralType(t.stringLiteral(owner.model));
  switch (owner.kind) {
    case 'string': return named(id, name);
    case 'uuid': return named(id, name, named(imports.use('Uuid')));
    case 'int': return named(id, name, named(imports.use('Int')));
    case 'bigint': return named(id, name, t.tsBigIntKeyword());
  }
}

const idOperators = { string: 'TextOps', uuid: 'UuidOps', int: 'IntOps', bigint: 'BigintOps' } as const;

function idKind(owner: IdOwner, imports: Imports): Kind {
  const type = idType(owner, imports);
  return { row: type, input: type, operators: named(imports.use(idOperators[owner.kind]), type), equality: true };
}

function plainKind(field: FieldSchema, imports: Imports, user: () => t.TSType): Kind {
  const ops = (name: string, ...parameters: t.TSType[]): t.TSType => named(imports.use(name), ...parameters);
  const simple = (type: t.TSType, operators: t.TSType): Kind => ({ row: type, input: type, operators, equality: true });
  switch (field.type.kind) {
    case 'string': return simple(t.tsStringKeyword(), ops('TextOps'));
    case 'uuid': return simple(ops('Uuid'), ops('UuidOps'));
    case 'number': return simple(t.tsNumberKeyword(), ops('NumberOps'));
    case 'int': return simple(ops('Int'), ops('IntOps'));
    case 'bigint': return simple(t.tsBigIntKeyword(), ops('BigintOps'));
    case 'decimal': return simple(ops('Decimal'), ops('DecimalOps'));
    case 'boolean': return simple(t.tsBooleanKeyword(), ops('BoolOps'));
    case 'date':
      return { row: named('Date'), input: union(named('Date'), t.tsStringKeyword()), operators: ops('DateOps'), equality: true };
    case 'dateOnly': return simple(ops('DateOnly'), ops('DateOnlyOps'));
    case 'bytes': return simple(named('Uint8Array'), ops('BytesOps'));
    case 'json': return { row: user(), input: user(), operators: ops('JsonOps'), equality: false };
    case 'enum': return simple(user(), ops('EnumOps', user()));
    case 'array': {
      const element = { string: () => t.tsStringKeyword(), number: () => t.tsNumberKeyword(), boolean: () => t.tsBooleanKeyword(), int: () => ops('Int') }[field.type.of]();
      const list = t.tsArrayType(element);
      return { row: list, input: t.tsTypeOperator(list, 'readonly'), operators: ops('ListOps', element), equality: true };
    }
  }
}

/** `User['role']`, without the null and undefined that the declaration may add. */
function userType(field: FieldSchema, imports: Imports): t.TSType {
  const type = t.tsIndexedAccessType(named(imports.modelClass), t.tsLiteralType(t.stringLiteral(field.name)));
  return field.nullable ? named('NonNullable', type) : type;
}

function nullable(type: t.TSType, field: FieldSchema): t.TSType {
  return field.nullable ? union(type, t.tsNullKeyword()) : type;
}

/** Whether rows can be ordered by the field. */
export function sortable(field: FieldSchema): boolean {
  return !['json', 'array', 'bytes'].includes(field.type.kind);
}

/** Whether generated types name the user's class for this field. */
export function needsUserType(field: FieldSchema): boolean {
  return field.type.kind === 'json' || field.type.kind === 'enum';
}
