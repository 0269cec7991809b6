import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeValue, encodeValue } from '../../../runtime/src/workflow/tagged-values.js';
import { fails } from '../database/places.js';

const roundTrip = (value: unknown) => decodeValue(JSON.parse(JSON.stringify(encodeValue(value, 'node', 'p'))));

test('any value survives JSON, also objects that look like tags', () => {
  const keys = fc.oneof(fc.constantFrom('$date', '$bigint', '$bytes', '$plain', '__proto__', 'constructor', '$in'), fc.string({ unit: 'binary' }));
  const { value: values } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null), fc.boolean(), fc.string({ unit: 'grapheme' }), fc.bigInt(), fc.date({ noInvalidDate: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)), fc.uint8Array({ maxLength: 8 }).map((bytes) => Uint8Array.from(bytes)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  fc.assert(fc.property(values, (value) => isDeepStrictEqual(roundTrip(value), value)), { numRuns: 500 });
});

test('minus zero becomes zero', () => assert.ok(Object.is(roundTrip(-0), 0)));

test('what a plan cannot hold is refused, with its place', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const value of [() => 1, Symbol('x'), NaN, Infinity, new Date(NaN), new Map(), /x/, circle, [{ a: () => 1 }]]) {
    await fails('DF-217', () => encodeValue(value, "node 'n'", 'p'));
  }
  assert.match((await fails('DF-217', () => encodeValue({ a: [{ b: NaN }] }, "node 'n'", 'p'))).message, "'p.a.0.b' of node 'n'");
  await fails('DF-110', () => encodeValue({ a: undefined }, "node 'n'", 'p'));
  const shared = { a: 1 };
  assert.equal(roundTrip([shared, shared]), [shared, shared]);
});

test('a malformed tag is no value', async () => {
  for (const value of [{ $date: 'x' }, { $date: 1 }, { $bigint: '1.5' }, { $bytes: 1 }, { $plain: 'x' }]) await fails('DF-801', () => decodeValue(value));
});

test.run();
