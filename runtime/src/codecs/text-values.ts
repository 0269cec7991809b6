import { types } from 'node:util';

/** Whether every database can store the text: well-formed Unicode without NUL. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** What keeps a text from being stored, in words. */
export function textProblem(text: string): string {
  return text.includes('\0') ? 'a string with a NUL character' : 'a string with half of a surrogate pair';
}

/** Whether a text has more than `most` characters, counted in code points as databases do. */
export function longerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count > most;
}

/** The kind of a value in words, never the value: `a string`, `an object`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (types.isDate(value)) return 'a Date';
  if (types.isUint8Array(value)) return 'a Uint8Array';
  if (types.isPromise(value)) return 'a promise (await is missing)';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}
