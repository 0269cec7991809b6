import type { DriverValue, RawValue } from '../drivers/driver.js';
import type { Column } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import * as postgres from './postgres.js';
import * as sqlite from './sqlite.js';

/** The dynamic part of a dialect's codecs, for what is not known at compile time. */
export interface Codec {
  encodeField(column: Column, value: unknown): DriverValue;
  decodeField(column: Column, raw: RawValue): unknown;
}

export const codecs: { readonly [D in Dialect]: Codec } = { sqlite, postgres };
