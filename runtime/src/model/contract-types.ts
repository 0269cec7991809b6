/**
 * The pieces that the contracts of all models share. Generated `.d.ts` files import them; nothing here exists at run
 * time. They are plain interfaces on purpose: quick to check, and short in an error message or a hover.
 */
import type { DateOnly, Decimal, Int, Uuid } from './types.js';

/**
 * An id that knows its model. A plain value is accepted where one is wanted; the id of another model is not.
 *
 * `Id<'User'>` is a string, `Id<'User', Int>` a number, `Id<'User', bigint>` a bigint.
 */
export type Id<Model, T = string> = T & IdOf<Model>;
export interface IdOf<Model> {
  readonly __idOf?: `DF-116: the id of a ${Model & string}`;
}

/** Why the operators of ordered columns fit no others. */
export interface NotOrdered {
  /** @deprecated */ $gt?: 'DF-112: $gt needs values that have an order';
  /** @deprecated */ $gte?: 'DF-112: $gte needs values that have an order';
  /** @deprecated */ $lt?: 'DF-112: $lt needs values that have an order';
  /** @deprecated */ $lte?: 'DF-112: $lte needs values that have an order';
  /** @deprecated */ $between?: 'DF-112: $between needs values that have an order';
}
/** Why the operators of text columns fit no others. */
export interface NotText {
  /** @deprecated */ $like?: 'DF-112: $like is for text';
  /** @deprecated */ $ilike?: 'DF-112: $ilike is for text';
  /** @deprecated */ $contains?: 'DF-112: $contains is for text';
  /** @deprecated */ $startsWith?: 'DF-112: $startsWith is for text';
  /** @deprecated */ $endsWith?: 'DF-112: $endsWith is for text';
  /** @deprecated */ $regex?: 'DF-112: $regex is for text';
}
/** Why the operators of list columns fit no others. */
export interface NotList {
  /** @deprecated */ $has?: 'DF-112: $has is for lists';
  /** @deprecated */ $hasAny?: 'DF-112: $hasAny is for lists';
  /** @deprecated */ $hasAll?: 'DF-112: $hasAll is for lists';
}
/** Why text operators do not look into lists. */
export interface ListNotText extends Omit<NotText, '$contains'> {
  /** @deprecated */ $contains?: 'DF-112: $contains is for text; a list has $has';
  /** @deprecated */ $in?: 'DF-112: $in is for single values; a list has $hasAny';
  /** @deprecated */ $nin?: 'DF-112: $nin is for single values; a list has $hasAny';
}
/** Why values are not compared with JSON. */
export interface NotComparable {
  /** @deprecated */ $eq?: 'DF-112: $eq does not look into JSON; only $null does fit';
  /** @deprecated */ $ne?: 'DF-112: $ne does not look into JSON; only $null does fit';
  /** @deprecated */ $in?: 'DF-112: $in does not look into JSON; only $null does fit';
  /** @deprecated */ $nin?: 'DF-112: $nin does not look into JSON; only $null does fit';
}

/** Operators that every comparable column has. `null` means IS NULL, `$ne: null` IS NOT NULL. */
export interface EqOps<T> {
  /** Equal to. */
  $eq?: T | null;
  /** Different from. Does not match empty columns (null), as in SQL. */
  $ne?: T | null;
  /** One of these. */
  $in?: readonly T[];
  /** None of these. Does not match empty columns (null), as in SQL. */
  $nin?: readonly T[];
  /** `true`: the column is empty; `false`: it is not. */
  $null?: boolean;
}

/** Operators of columns that have an order. */
export interface OrdOps<T> extends EqOps<T> {
  /** Greater than. */
  $gt?: T;
  /** Greater than or equal to. */
  $gte?: T;
  /** Less than. */
  $lt?: T;
  /** Less than or equal to. */
  $lte?: T;
  /** From the first to the second, both included. */
  $between?: readonly [T, T];
}

/** Operators of text columns. Text is ordered and compared by code point on every database. */
export interface TextOps<T = string> extends OrdOps<T>, NotList {
  /** SQL pattern with `%` and `_`, case-sensitive. */
  $like?: string;
  /** SQL pattern with `%` and `_`, without regard to the case of ASCII letters. */
  $ilike?: string;
  /** Contains this text; wildcards in it are ordinary characters. */
  $contains?: string;
  /** Begins with this text; wildcards in it are ordinary characters. */
  $startsWith?: string;
  /** Ends with this text; wildcards in it are ordinary characters. */
  $endsWith?: string;
  /** Matches this regular expression. */
  $regex?: string;
}

/** Operators of `Uuid` columns. */
export interface UuidOps<T = Uuid> extends OrdOps<T>, NotText, NotList {}
/** Operators of `Int` columns. */
export interface IntOps<T = Int> extends OrdOps<T>, NotText, NotList {}
/** Operators of `number` columns. */
export interface NumberOps extends OrdOps<number>, NotText, NotList {}
/** Operators of `bigint` columns. */
export interface BigintOps<T = bigint> extends OrdOps<T>, NotText, NotList {}
/** Operators of `Decimal` columns. They compare as numbers, without loss. */
export interface DecimalOps extends OrdOps<Decimal>, NotText, NotList {}
/** Operators of `Date` columns; an ISO 8601 string is as good as a `Date`. */
export interface DateOps extends OrdOps<Date | string>, NotText, NotList {}
/** Operators of `DateOnly` columns. */
export interface DateOnlyOps extends OrdOps<DateOnly>, NotText, NotList {}
/** Operators of `boolean` columns. */
export interface BoolOps extends EqOps<boolean>, NotOrdered, NotText, NotList {}
/** Operators of columns with a fixed set of texts. */
export interface EnumOps<T> extends EqOps<T>, NotOrdered, NotText, NotList {}
/** Operators of `Uint8Array` columns. */
export interface BytesOps extends EqOps<Uint8Array>, NotOrdered, NotText, NotList {}

/** Operators of `Json` columns: DataFlow does not look inside, so they are empty or they are not. */
export interface JsonOps extends NotComparable, NotOrdered, NotText, NotList {
  /** `true`: the column is empty; `false`: it is not. */
  $null?: boolean;
}

/** Operators of list columns (`string[]`, `Int[]` …). A bare list, and `$eq`, mean the same elements in the same order. */
export interface ListOps<T> extends NotOrdered, ListNotText {
  /** The same elements in the same order. */
  $eq?: readonly T[] | null;
  /** Not the same elements in the same order. */
  $ne?: readonly T[] | null;
  /** Holds this element. */
  $has?: T;
  /** Holds at least one of these. */
  $hasAny?: readonly T[];
  /** Holds all of these. */
  $hasAll?: readonly T[];
  /** `true`: the column is empty (null, not `[]`); `false`: it is not. */
  $null?: boolean;
}

/**
 * A value that pins a column to one value: the value itself or `{ $eq: value }`, never null. Undefined counts, so that it is
 * reported where it stands, and not as a filter without a key.
 */
export type Scalar = Pinned | { $eq: Pinned } | undefined;
type Pinned = string | number | bigint | boolean | Date | Uint8Array;

declare const needs: unique symbol;
/** Nothing a user can write has this property: the compiler prints `Message` as what is missing. */
export interface Needs<Message extends string> {
  readonly [needs]: Message;
}

/** Wanted beside an empty filter. The compiler prints `Message` when `all: true` is missing. */
export interface AllRows<Message extends string> {
  all: true;
  readonly [needs]?: Message;
}

/** Parameters that must be given. The compiler prints `Message` where one is missing. */
export interface NeedsId<_Message extends string> {
  id: unknown;
}
export interface NeedsIds<_Message extends string> {
  ids: unknown;
}
export interface NeedsData<_Message extends string> {
  data: unknown;
}
export interface NeedsChange<_Message extends string> {
  filter: unknown;
  fields: unknown;
}
export interface NeedsUpsert<_Message extends string> {
  where: unknown;
  create: unknown;
  update: unknown;
}

/** What each parameter of a row lock is in a workflow. */
export interface RowLockInputs {
  /** Locks the rows that are read until the transaction ends: against any change (`update`), or against changes while others may read them so, too (`share`). */
  lock: 'update' | 'share';
  /** Leaves out rows that another transaction has locked. Needs `lock`. */
  skipLocked: true;
  /** Fails at once where another transaction has locked a row, instead of waiting for it. Needs `lock`. */
  noWait: true;
}

/** Locks the rows that are read until the transaction ends. */
export interface RowLock extends Partial<RowLockInputs> {}

/** The property names of every member of a union. */
export type AnyKeyOf<Row> = Row extends unknown ? keyof Row : never;

/** Anything may be given but undefined. */
interface Given {
  readonly [name: string]: {} | null;
}

/** Nothing where all of `P` has these names and none may be undefined, as nearly everywhere; else `Known`, which says what is wrong. */
export type Exactly<P, Names, Known> = [P] extends [Given] ? (AnyKeyOf<P> extends Names ? unknown : Known) : [P] extends [never] ? P : Known;

/** How conditions are combined, for the editor to offer. */
export interface FilterGroups {
  $and?: unknown;
  $or?: unknown;
  $not?: unknown;
}

/** Where a List begins: after so many rows, or after the last row of the page before. */
export type Paging = { offset?: number; after?: OneStart } | { after?: string; offset?: OneStart };
type OneStart = 'DF-109: give offset or after, not both';

/** Result of Delete. */
export interface DeleteResult<Row> {
  /** Whether there was a row to delete. */
  deleted: boolean;
  /** The row as it was. Absent when there was none. */
  record?: Row;
}

/** Result of List. */
export interface ListResult<Row> {
  records: Row[];
  /** Whether there are more rows after these. */
  hasMore: boolean;
  /** Give it as `after` to get the next page; null when there is none. */
  cursor: string | null;
}

/** Result of List with `total: true`. */
export interface ListResultWithTotal<Row> extends ListResult<Row> {
  /** How many rows match the filter, on all pages together. */
  total: number;
}

/** Result of List by which fields and whether the total were asked for. */
export type ListOf<Row, Field extends keyof Row, Total> = [Total] extends [never] ? ListResult<Selected<Row, Field>> : ListResultWithTotal<Selected<Row, Field>>;
type Selected<Row, Field extends keyof Row> = [Field] extends [never] ? Row : Pick<Row, Field>;

/** Result of a List node, where `total` is not known to be asked for. */
export interface ListOutput<Row> extends ListResult<Row> {
  /** How many rows match the filter, with `total: true`. */
  total?: number;
}

/** Result of Count. */
export interface CountResult {
  count: number;
}

/** Result of Upsert. */
export interface UpsertResult<Row> {
  /** True when the row is new. */
  created: boolean;
  action: 'created' | 'updated';
  record: Row;
}

/** Result of BulkCreate. */
export interface BulkCreateResult {
  /** How many rows were given. */
  processed: number;
  inserted: number;
  skipped: number;
  updated: number;
}

/** Result of BulkCreate with `records: true`. */
export interface BulkCreateResultWithRecords<Row> extends BulkCreateResult {
  /** The rows as they are stored, in the order in which they were given. */
  records: Row[];
}

/** Result of a BulkCreate node, where `records` are not known to be asked for. */
export interface BulkCreateOutput<Row> extends BulkCreateResult {
  /** The rows as they are stored, in the order in which they were given, with `records: true`. */
  records?: Row[];
}

/** Result of BulkUpdate. */
export interface BulkUpdateResult<RowId> {
  updated: number;
  /** Ids that were given in `data` and have no row. */
  missing?: RowId[];
}

/** Result of BulkDelete. */
export interface BulkDeleteResult {
  deleted: number;
}

/** Result of BulkUpsert. */
export interface BulkUpsertResult {
  inserted: number;
  updated: number;
}
