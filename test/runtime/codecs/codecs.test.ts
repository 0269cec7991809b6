import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codecs } from '../../../runtime/src/codecs/codec.js';
import * as postgres from '../../../runtime/src/codecs/postgres.js';
import * as sqlite from '../../../runtime/src/codecs/sqlite.js';
import { problemWith } from '../../../runtime/src/codecs/values.js';
import type { DriverValue, RawValue } from '../../../runtime/src/drivers/driver.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import type { Column } from '../../../runtime/src/nodes/compiled-model.js';
import type { ColumnType } from '../../../runtime/src/schema/model-schema.js';
import { arrayText } from '../../../runtime/src/codecs/array-text.js';
import { decimalKeyOf } from '../../../runtime/src/sql/expressions.js';
import { Thing } from '../sql/models.js';
import { compare } from '../sql/oracle.js';
import { stored, valueOf } from '../sql/values.js';

/** A value as the PostgreSQL server would print it; the tests of `sql/` ask a real one. */
function printed(column: Column, value: DriverValue): RawValue {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return arrayText(value.map((one: unknown) => (one === true ? 't' : one === false ? 'f' : (one as string | number))));
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (column.type.kind === 'date') return (value as string).replace('T', ' ').replace('Z', '+00');
  return String(value);
}

for (const column of Thing.columns) {
  test(`${column.name}: what is written is what is read`, () => {
    fc.assert(fc.property(valueOf(column), (value) => {
      const expected = stored(column, value);
      assert.equal(sqlite.decodeField(column, sqlite.encodeField(column, value) as RawValue), expected);
      assert.equal(postgres.decodeField(column, printed(column, postgres.encodeField(column, value))), expected);
      assert.is(problemWith(column.type, value), undefined);
    }), { numRuns: 300 });
  });
}

const of = (type: ColumnType, nullable = false): Column => ({ name: 'f', column: 'f', model: 'M', index: 0, type, nullable });
const string: ColumnType = { kind: 'string' };
const array = (element: 'string' | 'int' | 'number' | 'boolean'): ColumnType => ({ kind: 'array', of: element });
const deep: unknown[] = [];
deep.push(deep);

const refused: [ColumnType, unknown, 'DF-102' | 'DF-103', string?][] = [
  [string, 5, 'DF-102', 'a number'], [string, new Date(), 'DF-102', 'a Date'], [string, 'a\0b', 'DF-103', 'NUL'], [string, 'a\ud800', 'DF-103', 'surrogate'],
  [string, Promise.resolve('a'), 'DF-102', 'await'], [{ kind: 'string', length: 3 }, '😀😀😀😀', 'DF-103', 'a string of 4 characters'], [{ kind: 'string', length: 3 }, 'abcdefgh', 'DF-103', '8 characters'],
  [{ kind: 'uuid' }, 'abc', 'DF-103'], [{ kind: 'uuid' }, 5, 'DF-102'],
  [{ kind: 'number' }, NaN, 'DF-103', 'NaN'], [{ kind: 'number' }, -Infinity, 'DF-103', '-Infinity'], [{ kind: 'number' }, '5', 'DF-102'], [{ kind: 'number' }, 5n, 'DF-102', 'a bigint'],
  [{ kind: 'int' }, 2.5, 'DF-103', 'a number with a fraction'], [{ kind: 'int' }, 2 ** 31, 'DF-103', 'beyond 32 bits'], [{ kind: 'int' }, true, 'DF-102'],
  [{ kind: 'bigint' }, 2n ** 63n, 'DF-103'], [{ kind: 'bigint' }, 5, 'DF-102'], [{ kind: 'bigint' }, '5', 'DF-102'],
  [{ kind: 'decimal' }, '1e5', 'DF-103'], [{ kind: 'decimal' }, '.5', 'DF-103'], [{ kind: 'decimal' }, '1.', 'DF-103'], [{ kind: 'decimal' }, ' 1', 'DF-103'], [{ kind: 'decimal' }, 'NaN', 'DF-103'], [{ kind: 'decimal' }, 1.5, 'DF-102'],
  [{ kind: 'decimal' }, `1.${'1'.repeat(16_384)}`, 'DF-103'],
  [{ kind: 'boolean' }, 1, 'DF-102'], [{ kind: 'boolean' }, 'true', 'DF-102'],
  [{ kind: 'date' }, new Date(NaN), 'DF-103', 'an invalid Date'], [{ kind: 'date' }, new Date('+010000-01-01T00:00:00Z'), 'DF-103', 'another year'], [{ kind: 'date' }, '2024-02-30T00:00:00Z', 'DF-103'],
  [{ kind: 'date' }, '2024-01-01T00:00:00', 'DF-103'], [{ kind: 'date' }, '0001-01-01T00:00:00+01:00', 'DF-103'], [{ kind: 'date' }, 'Jan 1 2024', 'DF-103'], [{ kind: 'date' }, 1704067200000, 'DF-102'],
  [{ kind: 'dateOnly' }, '2023-02-29', 'DF-103'], [{ kind: 'dateOnly' }, '0000-01-01', 'DF-103'], [{ kind: 'dateOnly' }, '2024-1-1', 'DF-103'], [{ kind: 'dateOnly' }, new Date(), 'DF-102'],
  [{ kind: 'bytes' }, 'a', 'DF-102'], [{ kind: 'bytes' }, [1], 'DF-102'], [{ kind: 'bytes' }, new ArrayBuffer(2), 'DF-102'], [{ kind: 'bytes' }, new DataView(new ArrayBuffer(2)), 'DF-102'],
  [{ kind: 'json' }, { a: undefined }, 'DF-103', 'undefined at .a'], [{ kind: 'json' }, { a: [1, NaN] }, 'DF-103', 'NaN at .a[1]'], [{ kind: 'json' }, [new Date()], 'DF-103', 'a Date at [0]'],
  [{ kind: 'json' }, new Map(), 'DF-103', 'class Map'], [{ kind: 'json' }, () => 1, 'DF-103'], [{ kind: 'json' }, 5n, 'DF-103'], [{ kind: 'json' }, { 'a\0': 1 }, 'DF-103', 'a key'], [{ kind: 'json' }, '\udc00', 'DF-103'],
  [{ kind: 'json' }, deep, 'DF-103', 'contains itself'], [{ kind: 'json' }, [, 1], 'DF-103', 'undefined at [0]'],
  [array('string'), 'a', 'DF-102'], [array('string'), ['a', null], 'DF-102', 'a list with null at [1]'], [array('string'), [, 'a'], 'DF-102'], [array('int'), [1.5], 'DF-103', 'with a fraction at [0]'], [array('boolean'), [1], 'DF-102'], [array('string'), ['\0'], 'DF-103'],
  [{ kind: 'enum', values: ['a', 'b'] }, 'c', 'DF-103'], [{ kind: 'enum', values: ['a', 'b'] }, 1, 'DF-102'],
];

test('values that no column holds, refused alike for both databases', () => {
  for (const [type, value, code, words] of refused) {
    for (const codec of [sqlite, postgres]) {
      try {
        codec.encodeField(of(type), value);
      } catch (error) {
        assert.instance(error, DataFlowError);
        const { code: raised, message, context } = error as DataFlowError;
        assert.is(raised, code, message);
        assert.equal([context.model, context.field], ['M', 'f']);
        if (words !== undefined) assert.ok(message.includes(words), message);
        continue;
      }
      assert.unreachable(`${type.kind} took a bad value of type ${typeof value}`);
    }
  }
});

test('missing, null and undefined', () => {
  for (const codec of [sqlite, postgres]) {
    assert.throws(() => codec.string(of(string), undefined), (error: DataFlowError) => error.code === 'DF-101' && /M needs 'f'/.test(error.message));
    assert.throws(() => codec.json(of({ kind: 'json' }), undefined), (error: DataFlowError) => error.code === 'DF-101');
    assert.throws(() => codec.encodeField(of(string, true), undefined), (error: DataFlowError) => error.code === 'DF-110');
    assert.throws(() => codec.encodeField(of(string), null), (error: DataFlowError) => error.code === 'DF-102' && /not null/.test(error.message));
    assert.throws(() => codec.int(of({ kind: 'int' }), null), (error: DataFlowError) => error.code === 'DF-102');
    assert.is(codec.encodeField(of(string, true), null), null);
  }
});

test('what is put in order on the way in', () => {
  assert.ok(Object.is(sqlite.number(of({ kind: 'number' }), -0), 0));
  assert.ok(Object.is(sqlite.int(of({ kind: 'int' }), -0), 0));
  assert.ok(Object.is((postgres.array(of(array('number')), [-0]) as number[])[0], 0));
  assert.is(sqlite.array(of(array('number')), [-0]), '[0]');
  assert.is(sqlite.uuid(of({ kind: 'uuid' }), 'AAAAAAAA-0000-4000-8000-00000000000F'), 'aaaaaaaa-0000-4000-8000-00000000000f');
  const decimals = { '+1': '1', '-0': '0', '-0.00': '0.00', '007.10': '7.10', '-012': '-12', '0': '0', '000': '0', '-0.10': '-0.10' };
  for (const [given, canonical] of Object.entries(decimals)) assert.is(sqlite.decimal(of({ kind: 'decimal' }), given), canonical);
  const dates = { '2024-03-31T02:30:00+02:00': '2024-03-31T00:30:00.000Z', '2024-02-29': '2024-02-29T00:00:00.000Z', '2024-01-01T00:00Z': '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00.123456Z': '2024-01-01T00:00:00.123Z' };
  for (const [given, iso] of Object.entries(dates)) {
    assert.is(sqlite.date(of({ kind: 'date' }), given), Date.parse(iso));
    assert.is(postgres.date(of({ kind: 'date' }), given), iso);
  }
  assert.is(sqlite.string(of({ kind: 'string', length: 3 }), '😀😀😀'), '😀😀😀');
  const mega = '😀'.repeat(250_000);
  assert.is(sqlite.string(of(string), mega), mega);
});

test('stored values that no model allows are DF-115 with the field', () => {
  const bad: [ColumnType, RawValue, RawValue][] = [
    [{ kind: 'date' }, 'yesterday', '0044-03-15 00:00:00+00 BC'], [{ kind: 'date' }, '', 'infinity'], [{ kind: 'date' }, '2024-01-01T00:00:00.000Z', '-infinity'],
    [{ kind: 'date' }, '1704067200000', ''], [{ kind: 'date' }, 1704067200000.5, ''], [{ kind: 'date' }, 253_402_300_800_000, ''], [{ kind: 'date' }, -62_135_596_800_001, ''], [{ kind: 'date' }, 1704067200000n, ''],
    [{ kind: 'json' }, '{', '{'], [array('string'), '{}', '[]'], [{ kind: 'bigint' }, 'x', 'x'],
  ];
  for (const [type, inSqlite, inPostgres] of bad) {
    for (const [dialect, raw] of [['sqlite', inSqlite], ['postgres', inPostgres]] as const) {
      assert.throws(() => codecs[dialect].decodeField(of(type), raw), (error: DataFlowError) => error.code === 'DF-115' && error.message.includes('M.f'), `${dialect} ${type.kind}`);
    }
  }
});

test('keys of decimals are in the order of the numbers', () => {
  const column = of({ kind: 'decimal' });
  fc.assert(fc.property(valueOf(column), valueOf(column), (a, b) => {
    const [x, y] = [decimalKeyOf(stored(column, a) as string), decimalKeyOf(stored(column, b) as string)];
    assert.is(Math.sign(compare(column, a, b)), x < y ? -1 : x > y ? 1 : 0, `${a} ${b}`);
  }), { numRuns: 2000 });
});

test.run();
