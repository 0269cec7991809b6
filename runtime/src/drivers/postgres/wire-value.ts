import { arrayText } from '../../codecs/array-text.js';
import type { DriverValue } from '../driver.js';

/** A value as the server takes it: as text, or bytes as they are. */
export function wireValue(value: DriverValue): string | Buffer | null {
  if (typeof value === 'string' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? arrayText(value) : String(value);
}
