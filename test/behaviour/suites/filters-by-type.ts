import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Target } from '../harness.js';

/** Every operator on every type it fits, and nowhere else. */
export function filtersByType(target: Target): void {
  const test = suiteOn(target, 'filters by type');
  const date = (text: string) => new Date(text);
  const uid = (last: string) => `00000000-0000-4000-8000-00000000000${last}`;
  const bytes = (...values: number[]) => Uint8Array.from(values);

  // Three values per column in rising order for rows a, b, c; row n is empty throughout.
  const rising = {
    text: ['B', 'a', 'ä'], short: ['', '1', '🙂🙂🙂🙂🙂'], uid: [uid('1'), uid('2'), uid('a')], num: [-1.5, 0, 1e300], int: [-2147483648, 0, 2147483647],
    big: [-9223372036854775808n, 9007199254740992n, 9007199254740993n], dec: ['-10.5', '9.99', '10'],
    at: [date('0001-01-01T00:00:00.000Z'), date('1969-12-31T23:59:59.999Z'), date('9999-12-31T23:59:59.999Z')], day: ['0001-01-01', '2024-02-29', '9999-12-31'],
    role: ['admin', 'member', "o'brien"],
  } as const;
  const unordered = { flag: [false, true, null], bytes: [bytes(), bytes(0, 255), bytes(39, 92)] } as const;
  const lists = { texts: [[], ['x', 'y,"z"'], ["o'x", 'y']], ints: [[], [1, 2], [2, 2147483647]], nums: [[], [0.5, 1], [1, -1e21]], flags: [[], [true, false], [true]] } as const;
  const columns: Record<string, readonly unknown[]> = { ...rising, ...unordered, ...lists, json: [{ a: 1 }, [], 'x'] };
  const letters = ['a', 'b', 'c'] as const;

  test.before(async ({ db }) => {
    const create = untyped(db.models.Sample)['create']!;
    for (const [i, id] of letters.entries()) await create({ id, ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]])) });
    await create({ id: 'n' });
  });

  const expect = (title: string, column: string, cases: readonly (readonly [condition: unknown, ids: string])[]) =>
    test(`${title}: ${column}`, async ({ db }) => {
      const { list, bulkUpdate } = untyped(db.models.Sample);
      for (const [condition, ids] of cases) {
        const label = `${column} ${JSON.stringify(condition, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`;
        const { records } = (await list!({ filter: { [column]: condition }, select: ['id'] })) as { records: { id: string }[] };
        assert.is(records.map(({ id }) => id).join(''), ids, label);
        const { updated } = (await bulkUpdate!({ filter: { [column]: condition }, fields: { text: 'x' }, ...{} }).catch((error: { code: string }) => {
          if (error.code === 'DF-108') return { updated: 4 };
          throw error;
        })) as { updated: number };
        assert.is(updated, ids.length, label);
        await restoreText(bulkUpdate!);
      }
    });
  const restoreText = (bulkUpdate: (params: unknown) => Promise<unknown>) =>
    bulkUpdate({ data: [...letters.map((id, i) => ({ id, text: rising.text[i] })), { id: 'n', text: null }] });

  for (const [column, values] of Object.entries(rising)) {
    const [low, middle, high] = values as readonly [unknown, unknown, unknown];
    expect('equality', column, [
      [low, 'a'], [middle, 'b'], [high, 'c'], [null, 'n'], [{ $eq: middle }, 'b'], [{ $eq: null }, 'n'], [{ $ne: middle }, 'ac'], [{ $ne: null }, 'abc'],
      [{ $in: [low, high] }, 'ac'], [{ $in: [high] }, 'c'], [{ $in: [] }, ''], [{ $nin: [low, middle] }, 'c'], [{ $nin: [] }, 'abcn'],
      [{ $null: true }, 'n'], [{ $null: false }, 'abc'],
    ]);
    if (column !== 'role') expect('order', column, [
      [{ $gt: low }, 'bc'], [{ $gte: middle }, 'bc'], [{ $lt: high }, 'ab'], [{ $lte: middle }, 'ab'], [{ $gt: high }, ''], [{ $lt: low }, ''],
      [{ $between: [low, middle] }, 'ab'], [{ $between: [middle, high] }, 'bc'], [{ $between: [high, low] }, ''], [{ $gt: low, $lt: high }, 'b'], [{ $gte: low, $ne: middle }, 'ac'],
    ]);
    test(`sorted: ${column}`, async ({ db }) => {
      const list = untyped(db.models.Sample)['list']!;
      for (const [direction, ids] of [['asc', 'abcn'], ['desc', 'cban']] as const) {
        const { records } = (await list({ orderBy: { [column]: direction } })) as { records: { id: string }[] };
        assert.is(records.map(({ id }) => id).join(''), ids, direction);
        let after: string | null = null;
        let seen = '';
        do {
          const page: { records: { id: string }[]; cursor: string; hasMore: boolean } = await list({ orderBy: { [column]: direction }, limit: 1, ...(after !== null && { after }) });
          seen += page.records[0]!.id;
          after = page.hasMore ? page.cursor : null;
        } while (after !== null);
        assert.is(seen, ids, `${direction}, page by page`);
      }
    });
  }

  expect('equality', 'flag', [
    [true, 'b'], [false, 'a'], [{ $ne: true }, 'a'], [{ $in: [true, false] }, 'ab'], [{ $nin: [true] }, 'a'], [{ $null: true }, 'cn'], [null, 'cn'], [{ $ne: null }, 'ab'],
  ]);
  expect('equality', 'bytes', [
    [bytes(), 'a'], [bytes(0, 255), 'b'], [{ $eq: bytes(39, 92) }, 'c'], [{ $ne: bytes() }, 'bc'], [{ $in: [bytes(), bytes(39, 92)] }, 'ac'], [{ $nin: [bytes()] }, 'bc'], [{ $null: true }, 'n'], [null, 'n'],
    [Buffer.from([0, 255]), 'b'],
  ]);
  expect('emptiness', 'json', [[null, 'n'], [{ $null: true }, 'n'], [{ $null: false }, 'abc']]);
  expect('lists', 'texts', [
    [{ $has: 'y' }, 'c'], [{ $has: 'y,"z"' }, 'b'], [{ $has: "o'x" }, 'c'], [{ $hasAny: ['x', 'y'] }, 'bc'], [{ $hasAny: [] }, ''], [{ $hasAll: ["o'x", 'y'] }, 'c'], [{ $hasAll: ['x', 'y'] }, ''],
    [{ $hasAll: [] }, 'abc'], [{ $eq: ['x', 'y,"z"'] }, 'b'], [['x', 'y,"z"'], 'b'], [[], 'a'], [{ $null: true }, 'n'], [null, 'n'],
  ]);
  expect('lists', 'ints', [[{ $has: 2 }, 'bc'], [{ $hasAny: [1, 7] }, 'b'], [{ $hasAll: [2, 2147483647] }, 'c'], [[1, 2], 'b'], [[2, 1], ''], [{ $has: 0 }, '']]);
  expect('lists', 'nums', [[{ $has: 1 }, 'bc'], [{ $has: 0.5 }, 'b'], [{ $has: -1e21 }, 'c'], [{ $hasAll: [1, 0.5] }, 'b'], [[0.5, 1], 'b']]);
  expect('lists', 'flags', [[{ $has: true }, 'bc'], [{ $has: false }, 'b'], [{ $hasAll: [true, false] }, 'b'], [[true], 'c'], [[], 'a']]);
  expect('other spellings', 'at', [['1969-12-31T23:59:59.999Z', 'b'], ['1970-01-01T00:59:59.999+01:00', 'b'], [{ $gt: '2000-01-01' }, 'c'], [{ $in: ['1969-12-31T23:59:59.999Z', date('9999-12-31T23:59:59.999Z')] }, 'bc']]);
  expect('other spellings', 'dec', [['10.0', 'c'], ['10.000', 'c'], ['+9.990', 'b'], [{ $in: ['10.00', '-010.5'] }, 'ac'], [{ $gt: '9.989' }, 'bc'], [{ $ne: '10.0' }, 'ab']]);
  expect('other spellings', 'uid', [[uid('A'), 'c'], [{ $in: [uid('A')] }, 'c']]);
  expect('text operators', 'text', [[{ $like: '_' }, 'abc'], [{ $contains: 'a' }, 'b'], [{ $startsWith: 'ä' }, 'c'], [{ $endsWith: 'B' }, 'a'], [{ $ilike: 'b' }, 'a'], [{ $regex: '^[aB]$' }, 'ab']]);

  test('operators that a type has no use for are refused', async ({ db }) => {
    const list = untyped(db.models.Sample)['list']!;
    const refused: Record<string, object> = {
      $gt: { flag: true, json: {}, bytes: bytes(1), texts: ['x'] }, $like: { num: 'x', int: 'x', big: 'x', dec: '1', flag: 'x', at: 'x', day: 'x', bytes: 'x', json: 'x', texts: 'x' },
      $has: { text: 'x', int: 1, json: 'x' }, $eq: { json: { a: 1 } }, $in: { json: [{}] }, $contains: { texts: 'x', int: '1' }, $regex: { dec: '1', uid: 'x' },
    };
    for (const [operator, fields] of Object.entries(refused)) {
      for (const [field, value] of Object.entries(fields)) {
        const error = await fails('DF-112', () => list({ filter: { [field]: { [operator]: value } } }));
        assert.is(error.context.model, 'Sample');
      }
    }
    for (const [field, value] of Object.entries({ text: 5, num: '5', int: '5', big: 5, dec: 5, flag: 'true', at: 5, day: new Date(), bytes: 'x', role: 5, texts: 'x', uid: 5 })) {
      await fails('DF-102', () => list({ filter: { [field]: { $eq: value } } }));
    }
    for (const [field, value] of Object.entries({ num: NaN, int: 1.5, big: 2n ** 63n, dec: '1e5', at: 'yesterday', day: '2023-02-29', role: 'root', uid: 'x', ints: [1.5], text: '\0' })) {
      await fails('DF-103', () => list({ filter: { [field]: { $eq: value } } }));
    }
  });

  test.run();
}
