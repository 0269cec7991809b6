import { encodeField } from '../codecs/sqlite.js';
import { comparedValue } from '../sql/expressions.js';
import type { Column } from './compiled-model.js';

/** A text that all spellings of a value share which the databases take for equal, `10` and `10.0`. Raises DF-102, DF-103. */
export function keyText(column: Column, value: unknown): string {
  // SQLite's form is canonical for every type, and serves for both databases.
  const encoded = comparedValue(column.type, 'sqlite', encodeField(column, value));
  if (encoded instanceof Uint8Array) return Buffer.from(encoded).toString('hex');
  return encoded === null ? '' : String(encoded);
}
