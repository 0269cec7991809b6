/**
 * The one description of a model. The reader makes it from source; the generator, the SQL builder, the validators,
 * the runtime and the inspector read it. Plain, serializable data: no functions, no class instances.
 */
export interface ModelSchema {
  /** Class name, `User`. */
  readonly name: string;
  /** Table name as it stands in the database, `users`. */
  readonly table: string;
  /** One entry per column, in the order of declaration (inherited properties first). */
  readonly fields: readonly FieldSchema[];
  /** Declared unique keys by field names, each a set of one or more fields. The primary key `id` is not repeated here. */
  readonly uniques: readonly (readonly string[])[];
  /** Declared secondary indexes by field names. */
  readonly indexes: readonly (readonly string[])[];
  /** Where the class stands, for messages and for go-to-definition. */
  readonly source?: SourcePlace;
}

export interface FieldSchema {
  /** Property name, `createdAt`. */
  readonly name: string;
  /** Column name, `created_at`. */
  readonly column: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly default?: DefaultValue;
  /** Set by DataFlow alone: nobody may give a value for it. */
  readonly managed?: 'createdAt' | 'updatedAt';
  readonly references?: Reference;
  /** SQL of a `@check`, as the user wrote it. */
  readonly check?: string;
  /** Where the property stands. */
  readonly source?: SourcePlace;
}

export type ColumnType =
  | { readonly kind: 'string'; /** Most characters (Unicode code points) allowed. */ readonly length?: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'number' }
  | { readonly kind: 'int' }
  | { readonly kind: 'bigint' }
  | { readonly kind: 'decimal' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'date' }
  | { readonly kind: 'dateOnly' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'json' }
  | { readonly kind: 'array'; readonly of: 'string' | 'int' | 'number' | 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] };

export type ColumnKind = ColumnType['kind'];

/**
 * A property initializer. `literal` values are those JSON can hold, with bigints, dates and bytes tagged as in
 * workflow plans: `{ "$bigint": "1" }`, `{ "$date": "…Z" }`, `{ "$bytes": "base64" }`. (Those of json columns are never tagged.)
 */
export type DefaultValue =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'uuid' | 'uuidv7' | 'now' | 'autoIncrement' };

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type ReferenceAction = 'cascade' | 'restrict' | 'setNull' | 'setDefault' | 'noAction';

/** A foreign key to the `id` of another model. */
export interface Reference {
  readonly model: string;
  readonly table: string;
  readonly column: string;
  readonly onDelete: ReferenceAction;
  readonly onUpdate: ReferenceAction;
}

/** A place in source code: path relative to the project with `/`, 1-based line and column, 0-based offsets. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
}

export type Dialect = 'sqlite' | 'postgres';
