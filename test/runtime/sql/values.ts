import fc from 'fast-check';
import type { Column } from '../../../runtime/src/nodes/compiled-model.js';

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'A', 'ab', 'aB', 'b', '%', '_', '\\', 'a%b', '*', '[', ']', '?', 'é', 'É', '😀', '😀a', "o'k", '"', 'ä%', 'null', '{}', ' ') },
  fc.string({ unit: 'binary', maxLength: 6 }).filter((one) => !one.includes('\0') && one.isWellFormed()),
);
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, -1, 0.5, 1.5, 2, 0.1, 1e21, -1e-7, 5e-324, 1.7976931348623157e308, 5.6101267276299334e-158, 2 ** 53) },
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const int = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) }, fc.integer());
const bigint = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)) }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const decimal = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('0', '1', '1.0', '1.00', '-1', '-1.5', '-1.50', '1.5', '10', '9.99', '-0.00', '0.1', '+2', '007', '9007199254740993', '9007199254740992', '99999999999999999999.01', '-99999999999999999999.010') },
  fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.stringMatching(/^(\.\d{1,12})?$/)).map(([whole, fraction]) => `${whole}${fraction}`),
);
const time = { min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true };
const date = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('2024-03-31T01:59:59.999Z', '2024-03-31T02:00:00+02:00', '0001-01-01', '9999-12-31T23:59:59.999Z').map((one) => new Date(one)) }, fc.date(time));
const day = fc.date(time).map((one) => one.toISOString().slice(0, 10));
const bytes = fc.oneof(fc.constantFrom(new Uint8Array(), new Uint8Array([0]), new Uint8Array([0, 255, 92])), fc.uint8Array({ maxLength: 6 }));
const storable = fc.string({ unit: 'binary', maxLength: 8 }).filter((one) => !one.includes('\0') && one.isWellFormed());
const json = fc.jsonValue({ stringUnit: 'grapheme-composite' }).filter((one) => one !== null && !JSON.stringify(one).includes('\\u0000'));

/** Values that a column can hold, null not among them. */
export function valueOf(column: Column): fc.Arbitrary<unknown> {
  switch (column.type.kind) {
    case 'string': return column.type.length === undefined ? text : text.filter((one) => [...one].length <= (column.type as { length: number }).length);
    case 'uuid': return fc.uuid().map((one) => (one < '8' ? one : one.toUpperCase()));
    case 'number': return number;
    case 'int': return int;
    case 'bigint': return bigint;
    case 'decimal': return decimal;
    case 'boolean': return fc.boolean();
    case 'date': return date;
    case 'dateOnly': return day;
    case 'bytes': return bytes;
    case 'json': return fc.oneof(json, fc.dictionary(storable, storable));
    case 'array': return fc.array({ string: text, int, number, boolean: fc.boolean() }[column.type.of] as fc.Arbitrary<unknown>, { maxLength: 4 });
    case 'enum': return fc.constantFrom(...column.type.values);
  }
}

/** Values of a field, null among them where the column allows it. */
export function fieldOf(column: Column): fc.Arbitrary<unknown> {
  return column.nullable ? fc.option(valueOf(column), { nil: null, freq: 3 }) : valueOf(column);
}

/** What comes back for a value that was stored. */
export function stored(column: Column, value: unknown): unknown {
  if (value === null) return null;
  switch (column.type.kind) {
    case 'uuid': return (value as string).toLowerCase();
    case 'number': return (value as number) + 0;
    case 'decimal': {
      const [, sign, digits] = /^([+-]?)0*(\d.*)$/.exec(value as string)!;
      return sign === '-' && /[1-9]/.test(digits!) ? `-${digits}` : digits;
    }
    case 'date': return new Date(value as string);
    case 'array': return (value as unknown[]).map((one) => (typeof one === 'number' ? one + 0 : one));
    case 'json': return JSON.parse(JSON.stringify(value));
    default: return value;
  }
}
