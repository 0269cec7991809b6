import type { JsonValue } from '../schema/model-schema.js';

/**
 * What tells the compiler which column a type means. It exists in types only and is optional, so that plain values
 * fit: `age: Int = 5` needs no cast.
 */
export interface Marked<Kind extends string> {
  readonly __dataflow?: Kind;
}

/** A whole number of 32 bits. Plain numbers fit in types; others than 32-bit integers are refused (DF-103). */
export type Int = number & Marked<'Int'>;

/** A UUID as text, lower-cased when stored. */
export type Uuid = string & Marked<'Uuid'>;

/** An exact decimal number as text, `'12.50'`; never a float, no exponent. */
export type Decimal = string & Marked<'Decimal'>;

/** A calendar day without time, `'2024-02-29'`. */
export type DateOnly = string & Marked<'DateOnly'>;

/**
 * A column that holds any JSON, seen as a `T`. Its null is SQL NULL, so write `Json<T> | null` for a nullable one.
 * Without a parameter it is whatever JSON can be.
 */
export type Json<T = JsonValue> = T & (unknown extends T ? unknown : Marked<'Json'>);
