import { LRUCache } from 'lru-cache';
import type { DriverValue, RegexMatch } from '../driver.js';

/** A `$regex` that is no regular expression; becomes DF-103. Does not hold the pattern, which is a user's value. */
export class InvalidRegex extends Error {
  constructor() {
    super('not a valid regular expression');
  }
}

const compiled = new LRUCache<string, RegExp>({ max: 200 });

/**
 * A `$regex` pattern as a JavaScript expression, remembered. Read as Unicode where that is possible, so that `.` is a
 * whole character. Throws InvalidRegex.
 */
export function compileRegex(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = tryRegex(pattern, 'u') ?? tryRegex(pattern, '');
    if (regex === undefined) throw new InvalidRegex();
    compiled.set(pattern, regex);
  }
  return regex;
}

function tryRegex(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

/** `value REGEXP pattern` as SQL sees it: null for null. */
export function regexp(pattern: unknown, value: unknown): number | null {
  if (pattern === null || value === null) return null;
  return compileRegex(String(pattern)).test(String(value)) ? 1 : 0;
}

export function isRegexMatch(value: DriverValue): value is RegexMatch {
  return typeof value === 'object' && value !== null && 'regex' in value;
}

/** For adapters with a function of their own: the pattern stands where the match stood. Checked here, for errors inside SQL functions lose their code. */
export function patternsOf(values: readonly DriverValue[]): DriverValue[] {
  return values.map((value) => {
    if (!isRegexMatch(value)) return value;
    compileRegex(value.regex);
    return value.regex;
  });
}
