/** `when`, typed: the filter language over results that are there already. */

interface Equality<T> {
  $eq?: T | null;
  $ne?: T | null;
  $in?: readonly T[];
  $nin?: readonly T[];
  $null?: boolean;
}
interface Order<T> extends Equality<T> {
  $gt?: T;
  $gte?: T;
  $lt?: T;
  $lte?: T;
  $between?: readonly [T, T];
}
interface Text<T> extends Order<T> {
  $like?: string;
  $ilike?: string;
  $contains?: string;
  $startsWith?: string;
  $endsWith?: string;
  $regex?: string;
}
interface Elements<T> {
  $eq?: readonly T[] | null;
  $has?: T;
  $hasAny?: readonly T[];
  $hasAll?: readonly T[];
  $null?: boolean;
}
interface Presence {
  $null?: boolean;
}

type Scalar = string | number | bigint | boolean;

/** Condition on a value of type `T`: a plain value, operators, or, for an object, conditions on its properties. */
export type Condition<T> = (T extends null | undefined ? null : never) | PresentCondition<NonNullable<T>>;

type PresentCondition<T> = [T] extends [string]
  ? T | Text<T>
  : [T] extends [number | bigint]
    ? T | Order<T>
    : [T] extends [boolean]
      ? T | Equality<T>
      : [T] extends [Date]
        ? Date | string | Order<Date | string>
        : [T] extends [Uint8Array]
          ? T | Equality<T>
          : [T] extends [readonly (infer E)[]]
            ? [E] extends [Scalar]
              ? readonly E[] | Elements<E>
              : Presence
            : [T] extends [Scalar]
              ? T | Equality<T>
              : [T] extends [object]
                ? ObjectCondition<T>
                : unknown;

/** Conditions on an object's properties; all must hold. */
export type ObjectCondition<T> = { readonly [K in keyof T]?: Condition<T[K]> } & {
  readonly $and?: readonly ObjectCondition<T>[];
  readonly $or?: readonly ObjectCondition<T>[];
  readonly $not?: ObjectCondition<T>;
};
