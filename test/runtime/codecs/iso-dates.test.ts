import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isoText, isoTime } from '../../../runtime/src/codecs/iso-dates.js';

const times = fc.oneof(
  fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  fc.integer({ min: 0, max: 2_000_000_000_000 }),
  // Where days, years and leap days begin and end.
  fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.constantFrom([0, 1], [1, 28], [1, 29], [2, 1], [11, 31]), fc.constantFrom(0, 1, -1)).map(([year, [month, day], ms]) =>
    Math.max(-62_167_219_200_000, new Date(0).setUTCFullYear(year, month, day) + ms)),
);

test('writes what toISOString writes', () => {
  fc.assert(fc.property(times, (time) => assert.is(isoText(new Date(time)), new Date(time).toISOString())), { numRuns: 5000 });
  assert.is(isoText(new Date(253_402_300_800_000)), '+010000-01-01T00:00:00.000Z');
  assert.is(isoText(new Date(-62_167_219_200_001)), '-000001-12-31T23:59:59.999Z');
  assert.throws(() => isoText(new Date(NaN)), RangeError);
});

/** As PostgreSQL prints it, with all three digits. */
const printed = (time: number): string => new Date(time).toISOString().replace('T', ' ').replace('Z', '+00');

test('reads what PostgreSQL writes', () => {
  fc.assert(
    fc.property(times, (time) => {
      assert.is(isoTime(printed(time)), time);
      assert.is(isoTime(printed(time).replace(/\.?0*\+/, '+')), time);
    }),
    { numRuns: 5000 },
  );
  assert.is(isoTime('2024-02-29 12:30:00+00'), Date.UTC(2024, 1, 29, 12, 30));
  assert.is(isoTime('2024-02-29 12:30:00.5+00'), Date.UTC(2024, 1, 29, 12, 30, 0, 500));
  assert.is(isoTime('2024-02-29 12:30:00.05+00'), Date.UTC(2024, 1, 29, 12, 30, 0, 50));
});

test('reads nothing else', () => {
  const others = [
    '', '+00', 'infinity', '2024-02-29', '2024-02-29 12:30:00', '2024-02-29 12:30:00.000+01', '2024-02-29 12:30:00.0000+00', '2024-02-29 12:30:00.+00', '2024-13-01 00:00:00.000+00',
    '2024-00-01 00:00:00.000+00', '2024-01-32 00:00:00.000+00', '2024-01-00 00:00:00.000+00', '2024-01-01 24:00:00.000+00', '2024-01-01 00:60:00.000+00', '2024-01-01 00:00:60.000+00',
    '0044-03-15 00:00:00+00 BC', '12024-01-01 00:00:00+00', '2024-01-01 00:00:00.123456+00', '2024-01-01 00:00:00,000+00', '2024-01-01T00:00:00.000Z',
  ];
  for (const text of others) assert.ok(Number.isNaN(isoTime(text)), text);
  // One character changed: another time, or none; never a time that the text does not say.
  fc.assert(
    fc.property(times, fc.nat({ max: 25 }), fc.constantFrom(...'0123456789:/-.TZ +x\u0660'), (time, at, sign) => {
      const text = printed(time);
      const changed = text.slice(0, at) + sign + text.slice(at + 1);
      const read = isoTime(changed);
      // With a space Date reads year 0000 as 2000.
      if (!Number.isNaN(read)) assert.is(read, new Date(changed.replace(' ', 'T').replace('+00', 'Z')).getTime());
    }),
    { numRuns: 20_000 },
  );
});

test.run();
