import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { fails, fresh, suiteOn, untyped, type Db, type Target } from '../harness.js';

/** Round trips of every column type through the database, with values found by fast-check. */
export function columnTypes(target: Target): void {
  const test = suiteOn(target, 'column types');
  const runs = Number(process.env['FUZZ_RUNS'] ?? 40);

  /** Text any database can store: well-formed, without NUL. */
  const text = fc.string({ unit: 'binary', maxLength: 50 }).map((value) => value.toWellFormed().replaceAll('\0', ''));
  const int = fc.oneof(fc.integer(), fc.constantFrom(0, -2147483648, 2147483647));
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 0.1, 1e21, 123456789012345680, 2 ** 53 + 2, 1e-7)).map((n) => n + 0);
  const json = fc.jsonValue({ depthSize: 'small' }).filter((value) => value !== null).map(cleaned);
  const dates = fc.oneof(
    fc.date({ min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
    // Around the changes of clocks in Europe and America.
    fc.constantFrom('2024-03-31T00:59:59.999Z', '2024-03-31T01:00:00.000Z', '2024-10-27T00:30:00.000Z', '2024-10-27T01:30:00.000Z', '2024-03-10T07:00:00.000Z', '2024-11-03T06:30:00.000Z', '1883-11-18T17:00:00.001Z', '0001-01-01T00:00:00.000Z')
      .map((value) => new Date(value)),
  );
  const columns = {
    text, short: fc.string({ unit: 'grapheme-composite', maxLength: 20 }).map((value) => [...value.toWellFormed().replaceAll('\0', '')].slice(0, 5).join('')),
    uid: fc.uuid(), num: number, int, big: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n)),
    dec: fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(30)).map(([digits, scale]) => decimalText(digits, scale)),
    flag: fc.boolean(), at: dates, day: dates.map((value) => value.toISOString().slice(0, 10)), bytes: fc.uint8Array({ maxLength: 300 }), json,
    texts: fc.array(text, { maxLength: 8 }), ints: fc.array(int, { maxLength: 8 }), nums: fc.array(number, { maxLength: 8 }), flags: fc.array(fc.boolean(), { maxLength: 8 }),
    role: fc.constantFrom('admin' as const, 'member' as const, "o'brien" as const),
  };
  type Name = keyof typeof columns;
  const names = Object.keys(columns) as Name[];

  /** Writes the value in every way there is, and reads it in every way. */
  async function roundTrip(db: Db, fields: Record<string, unknown>): Promise<void> {
    const { create, update, upsert, bulkCreate, bulkUpdate, list, read } = untyped(db.models.Sample);
    const [id, other, third, fourth] = [fresh(), fresh(), fresh(), fresh()];
    const empty = Object.fromEntries(names.map((name) => [name, null]));
    const wanted = { ...empty, ...fields };
    const { id: _, ...created } = (await create!({ id, ...fields })) as Record<string, unknown>;
    same(created, wanted);
    same(rest(await read!({ id })), wanted);
    await create!({ id: other });
    same(rest(await update!({ filter: { id: other }, fields })), wanted);
    await bulkCreate!({ data: [{ id: third, ...fields }, { id: fourth }] });
    same(rest(await read!({ id: third })), wanted);
    await bulkUpdate!({ data: [{ id: fourth, ...fields }] });
    same(rest(await read!({ id: fourth })), wanted);
    same(rest(((await upsert!({ where: { id: fourth }, create: fields, update: fields })) as { record: object }).record), wanted);
    const { records } = (await list!({ filter: { id: { $in: [third, fourth] } } })) as { records: object[] };
    for (const record of records) same(rest(record), wanted);
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'json') continue;
      assert.is(((await list!({ filter: { [name]: value, id }, select: [name as 'id'] })) as { records: unknown[] }).records.length, 1, `${name} is not found by its own value`);
    }
  }
  const rest = (row: object): Record<string, unknown> => {
    const { id: _, ...fields } = row as Record<string, unknown>;
    return fields;
  };
  const same = (got: Record<string, unknown>, wanted: Record<string, unknown>): void => {
    for (const name of names) {
      assert.equal(got[name], wanted[name], name);
      if (typeof wanted[name] === 'number') assert.ok(Object.is(got[name], wanted[name]), name);
    }
  };

  for (const name of names) {
    test(`any ${name}`, async ({ db }) => {
      await fc.assert(fc.asyncProperty(columns[name] as fc.Arbitrary<unknown>, (value) => roundTrip(db, { [name]: value })), { numRuns: runs, endOnFailure: false });
    });
  }

  test('all columns at once, some of them empty', async ({ db }) => {
    const some = fc.record(columns as unknown as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
    await fc.assert(fc.asyncProperty(some, (fields) => roundTrip(db, fields)), { numRuns: runs });
  });

  test('empty is not null', async ({ db }) => {
    await roundTrip(db, { text: '', short: '', bytes: new Uint8Array(), texts: [], ints: [], nums: [], flags: [], json: '' });
    await roundTrip(db, { texts: [''], json: [] });
    for (const json of [{}, [], 0, false, '', 'null', [null], { a: null }, { '': '' }]) await roundTrip(db, { json });
  });

  test('a megabyte of text and of bytes', async ({ db }) => {
    const long = 'aé🙂\'"\\\n'.repeat(1 << 17).slice(0, 1 << 20).toWellFormed();
    const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => i % 256);
    await roundTrip(db, { text: long });
    const id = fresh();
    const row = await db.models.Sample.create({ id, bytes, json: { long } });
    assert.ok(Buffer.compare(row.bytes!, bytes) === 0);
    assert.equal(row.json, { long });
  });

  test('what is brought into one form', async ({ db }) => {
    const create = untyped(db.models.Sample)['create']!;
    const stored = async (fields: object) => (await create({ id: fresh(), ...fields })) as Record<string, unknown>;
    assert.ok(Object.is((await stored({ num: -0 }))['num'], 0));
    assert.is((await stored({ uid: 'ABCDEF00-0000-4000-8000-000000000000' }))['uid'], 'abcdef00-0000-4000-8000-000000000000');
    assert.equal((await stored({ at: '2024-03-31T02:00:00+02:00' }))['at'], new Date('2024-03-31T00:00:00Z'));
    for (const [given, kept] of [['+1', '1'], ['-0', '0'], ['007.50', '7.50'], ['-0.0', '0.0'], ['1.', undefined], ['.5', undefined], ['1e5', undefined]] as const) {
      if (kept === undefined) await fails('DF-103', () => stored({ dec: given }));
      else assert.is((await stored({ dec: given }))['dec'], kept);
    }
    assert.equal((await stored({ bytes: Buffer.from('abc') }))['bytes'], Uint8Array.from([97, 98, 99]));
  });

  test('what no database may be given', async ({ db }) => {
    const { create, bulkCreate, update } = untyped(db.models.Sample);
    const keep = await db.models.Sample.create({ id: fresh() });
    const refused: Record<string, unknown[]> = {
      text: ['a\0b', '\ud800', 'x\udc00'], short: ['123456', '🙂🙂🙂🙂🙂🙂'], uid: ['', 'x', 'zzzzzzzz-0000-4000-8000-000000000000'],
      num: [NaN, Infinity, -Infinity], int: [0.5, 2147483648, -2147483649, NaN], big: [2n ** 63n, -(2n ** 63n) - 1n], dec: ['', 'x', '1,5', ' 1'],
      at: [new Date(NaN), 'yesterday', '2023-02-30T00:00:00Z'], day: ['2023-02-29', '2024-2-1', '0000-01-01', '10000-01-01', ''], role: ['', 'root'],
      json: ['a\0b', { 'a\0': 1 }, { a: ['\ud800'] }, { a: NaN }, { a: 1n }, { a: undefined }, { a: () => 1 }, [undefined]], texts: [['a\0'], ['\ud800']], ints: [[0.5], [2147483648]], nums: [[NaN]],
    };
    for (const [name, values] of Object.entries(refused)) {
      for (const value of values) {
        const error = await fails('DF-103', () => create!({ id: fresh(), [name]: value }));
        assert.is(error.context.field, name);
        await fails('DF-103', () => update!({ filter: { id: keep.id }, fields: { [name]: value } }));
        assert.is((await fails('DF-103', () => bulkCreate!({ data: [{ id: fresh() }, { id: fresh(), [name]: value }] }))).context.row, 1);
      }
    }
    const wrong: Record<string, unknown[]> = {
      text: [1, true, {}, ['x'], new Date()], num: ['1', 1n, true], int: ['1', 1n], big: [1, '1'], dec: [1, 1n], flag: [0, 1, 'true'], at: [0, true], day: [new Date(), 20240101], bytes: ['x', [1, 2]], texts: ['x', [1], [null], {}], ints: [['1'], [null], 1], flags: [[1], [null]], role: [1],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) await fails('DF-102', () => create!({ id: fresh(), [name]: value }));
    }
    assert.equal(await db.models.Sample.read({ id: keep.id }), keep);
  });

  test.run();
}

function decimalText(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  return sign + whole;
}

/** JSON without what no database stores: NUL, lone surrogates, -0. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [cleaned(key), cleaned(one)]));
  return value;
}
