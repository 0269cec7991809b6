import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Target } from '../harness.js';

/** Order, pages, select, total. */
export function lists(target: Target): void {
  const test = suiteOn(target, 'lists');
  // Ages with ties and nulls, so that pages have to break both.
  const ages = [3, null, 1, 3, 3, null, 2, 1, null, 3, 0, null];
  const ids = ages.map((_, i) => `u${String(i).padStart(2, '0')}`);

  test.before(async ({ db }) => {
    await db.models.User.bulkCreate({ data: ages.map((age, i) => ({ id: ids[i]!, name: `n${i % 3}`, email: `${i}@x.io`, age, active: i % 2 === 0 })) });
  });

  /** Ids in the order the contract promises: nulls last, ties by id. */
  const ordered = (direction: 1 | -1, tie: 1 | -1 = 1) =>
    ids.map((id, i) => ({ id, age: ages[i]! as number | null })).sort((a, b) => {
      if (a.age !== b.age) {
        if (a.age === null) return 1;
        if (b.age === null) return -1;
        return (a.age - b.age) * direction;
      }
      return (a.id < b.id ? -1 : 1) * tie;
    }).map(({ id }) => id);

  test('without parameters: by id, at most 100', async ({ db }) => {
    const page = await db.models.User.list({});
    assert.equal(page.records.map(({ id }) => id), ids);
    assert.is(page.hasMore, false);
    assert.not('total' in page);
    assert.is(typeof page.cursor, 'string');
  });

  test('nothing there', async ({ db }) => {
    assert.equal(await db.models.Session.list({ total: true }), { records: [], hasMore: false, cursor: null, total: 0 });
    assert.equal(await db.models.Session.list({}), { records: [], hasMore: false, cursor: null });
  });

  test('nulls come last in both directions', async ({ db }) => {
    for (const [direction, sign] of [['asc', 1], ['desc', -1]] as const) {
      const { records } = await db.models.User.list({ orderBy: { age: direction } });
      assert.equal(records.map(({ age }) => age), ordered(sign).map((id) => ages[ids.indexOf(id)]!));
      assert.equal(records.slice(-4).map(({ age }) => age), [null, null, null, null]);
      assert.equal(records.map(({ id }) => id), ordered(sign, sign), 'ties follow the direction');
    }
  });

  test('several fields, the id among them', async ({ db }) => {
    const { records } = await db.models.User.list({ orderBy: [{ age: 'desc' }, { id: 'desc' }] });
    assert.equal(records.map(({ id }) => id), ordered(-1, -1));
    const byName = await db.models.User.list({ orderBy: [{ name: 'desc' }, { age: 'asc' }] });
    assert.equal(byName.records.map(({ name, age }) => [name, age]), [
      ['n2', 1], ['n2', null], ['n2', null], ['n2', null], ['n1', 0], ['n1', 1], ['n1', 3], ['n1', null], ['n0', 2], ['n0', 3], ['n0', 3], ['n0', 3],
    ]);
  });

  for (const orderBy of [
    undefined, { age: 'asc' }, { age: 'desc' }, [{ age: 'desc' }, { id: 'desc' }], [{ name: 'asc' }, { age: 'desc' }], [{ active: 'desc' }, { name: 'asc' }],
    { createdAt: 'desc' }, { email: 'asc' }, { id: 'desc' },
  ] as const) {
    test(`pages by cursor over ties and nulls: ${JSON.stringify(orderBy)}`, async ({ db }) => {
      const order = orderBy === undefined ? {} : { orderBy };
      const whole = (await db.models.User.list({ ...order })).records.map(({ id }) => id);
      for (const limit of [1, 2, 5, 12]) {
        const seen: string[] = [];
        let after: string | null = null;
        for (let pages = 0; ; pages++) {
          const page: { records: readonly { id: string }[]; hasMore: boolean; cursor: string | null } =
            await db.models.User.list({ ...order, limit, ...(after !== null && { after }) });
          seen.push(...page.records.map(({ id }) => id));
          assert.is(page.hasMore, seen.length < ids.length);
          if (!page.hasMore) break;
          after = page.cursor;
          assert.ok(pages < 20, 'the pages do not end');
        }
        assert.equal(seen, whole, `limit ${limit}`);
      }
    });
  }

  test('cursor pages with a filter, and a row that appears in between', async ({ db }) => {
    const first = await db.models.User.list({ filter: { age: 3 }, orderBy: { name: 'asc' }, limit: 2 });
    const second = await db.models.User.list({ filter: { age: 3 }, orderBy: { name: 'asc' }, limit: 2, after: first.cursor! });
    assert.equal([...first.records, ...second.records].map(({ id }) => id), ['u00', 'u03', 'u09', 'u04']);
    assert.is(second.hasMore, false);
    const beyond = await db.models.User.list({ filter: { age: 3 }, orderBy: { name: 'asc' }, limit: 2, after: second.cursor! });
    assert.equal(beyond, { records: [], hasMore: false, cursor: null });
  });

  test('a cursor works with select, without the fields of the order', async ({ db }) => {
    const first = await db.models.User.list({ orderBy: { age: 'desc' }, limit: 5, select: ['name'] });
    assert.equal(Object.keys(first.records[0]!), ['name']);
    const rest = await db.models.User.list({ orderBy: { age: 'desc' }, limit: 20, after: first.cursor!, select: ['id'] });
    assert.equal(rest.records, ordered(-1, -1).slice(5).map((id) => ({ id })));
  });

  test('limit, offset, total', async ({ db }) => {
    const page = await db.models.User.list({ limit: 4, offset: 3, total: true, filter: { age: { $null: false } } });
    assert.equal(page.records.map(({ id }) => id), ids.filter((_, i) => ages[i] !== null).slice(3, 7));
    assert.is(page.total, 8);
    assert.is(page.hasMore, true);
    const end = await db.models.User.list({ limit: 4, offset: 4, filter: { age: { $null: false } } });
    assert.is(end.hasMore, false);
    assert.equal((await db.models.User.list({ offset: 100 })).records, []);
    const none = await db.models.User.list({ limit: 0 });
    assert.equal([none.records, none.hasMore, none.cursor], [[], true, null]);
  });

  test('select narrows the rows', async ({ db }) => {
    const { records } = await db.models.User.list({ select: ['name', 'createdAt', 'active'], limit: 2 });
    for (const row of records) {
      assert.equal(Object.keys(row).sort(), ['active', 'createdAt', 'name']);
      assert.instance(row.createdAt, Date);
      assert.type(row.active, 'boolean');
    }
  });

  test('a list of more than 100 rows says that there is more', async ({ db }) => {
    await db.models.OrderLine.bulkCreate({ data: Array.from({ length: 101 }, (_, i) => ({ id: `l${i}`, orderId: 'o', lineNo: i, qty: i })) });
    const page = await db.models.OrderLine.list({});
    assert.is(page.records.length, 100);
    assert.is(page.hasMore, true);
    assert.is((await db.models.OrderLine.list({ limit: 1000 })).records.length, 101);
  });

  test('what List refuses', async ({ db }) => {
    const list = untyped(db.models.User)['list']!;
    await fails('DF-105', () => list({ limt: 5 }));
    await fails('DF-105', () => list({ orderBy: { nme: 'asc' } }));
    await fails('DF-105', () => list({ select: ['nme'] }));
    await fails('DF-105', () => list({ includeDeleted: true }));
    await fails('DF-106', () => list({ name: 'x' }));
    await fails('DF-103', () => list({ limit: -1 }));
    await fails('DF-103', () => list({ limit: 1.5 }));
    await fails('DF-103', () => list({ limit: NaN }));
    await fails('DF-102', () => list({ limit: '5' }));
    await fails('DF-103', () => list({ offset: -1 }));
    await fails('DF-103', () => list({ select: [] }));
    await fails('DF-103', () => list({ orderBy: { age: 'up' } }));
    await fails('DF-102', () => list({ orderBy: 'age' }));
    await fails('DF-102', () => list({ total: 'yes' }));
    await fails('DF-110', () => list({ after: undefined }));
    await fails('DF-102', () => list({ after: null }));
    await fails('DF-109', async () => list({ after: (await db.models.User.list({ limit: 1 })).cursor, offset: 2 }));
    for (const after of ['', 'nonsense', 'bm9uc2Vuc2U', '{"id":1}']) await fails('DF-114', () => list({ after }));
    const { cursor } = await db.models.User.list({ orderBy: { age: 'asc' }, limit: 1 });
    await fails('DF-114', () => list({ after: cursor, orderBy: { name: 'asc' } }));
  });

  test.run();
}
