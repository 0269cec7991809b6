import { types } from 'node:util';

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const decimalPattern = /^([+-]?)0*(\d+)(\.\d+)?$/;
const dayPattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const datePattern = /^(\d{4}-\d\d-\d\d)(?:T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d))?$/;

/** 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
const firstTime = -62_135_596_800_000;
const lastTime = 253_402_300_799_999;

export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The form in which a decimal is stored: no `+`, no superfluous leading zeros, no negative zero, scale kept. Undefined when it is none. */
export function canonicalDecimal(text: string): string | undefined {
  const match = decimalPattern.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match as unknown as [string, string, string, string?];
  // The limits of PostgreSQL's numeric.
  if (whole.length > 131_072 || fraction.length > 16_384) return undefined;
  const digits = whole + fraction;
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/** Whether a text is a day that exists, `'2024-02-29'`, of the years 1 to 9999. */
export function isDay(text: string): boolean {
  const match = dayPattern.exec(text);
  if (!match) return false;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * The time that a Date or an ISO 8601 text means; undefined when it is none or outside of the years 1 to 9999. Text
 * needs a time zone (`Z` or an offset), a day alone is midnight UTC, and digits beyond milliseconds are cut off.
 */
export function dateFrom(value: unknown): Date | undefined {
  let date: Date;
  if (typeof value === 'string') {
    const match = datePattern.exec(value);
    if (!match || !isDay(match[1]!)) return undefined;
    date = new Date(value);
  } else if (value instanceof Date || types.isDate(value)) {
    date = value;
  } else {
    return undefined;
  }
  return isTime(date.getTime()) ? date : undefined;
}

/** Whether a value is a whole number of milliseconds since 1970-01-01 UTC within the years 1 to 9999. */
export function isTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= firstTime && (value as number) <= lastTime;
}
