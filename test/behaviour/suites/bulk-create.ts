import * as assert from 'uvu/assert';
import { aUser, fails, fresh, suiteOn, untyped, type Target } from '../harness.js';
import { codes } from '../codes.js';

/** BulkCreate and BulkUpsert. */
export function bulkCreate(target: Target): void {
  const test = suiteOn(target, 'bulk create');

  test('hundreds of rows, also of defaults alone, and some that are there already', async ({ db }) => {
    await db.models.Tick.bulkCreate({ data: Array.from({ length: 350 }, () => ({})) });
    assert.is((await db.models.Tick.count({})).count, 350);
    const many = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ id: `many-${from + i}`, name: `n${from + i}`, email: `many-${from + i}@x.io` }));
    assert.equal(await db.models.User.bulkCreate({ data: many(100, 250) }), { processed: 150, inserted: 150, skipped: 0, updated: 0 });
    assert.equal(await db.models.User.bulkCreate({ data: many(0, 430), onConflict: 'skip' }), { processed: 430, inserted: 280, skipped: 150, updated: 0 });
    const { records } = await db.models.User.list({ filter: { id: { $startsWith: 'many-' } }, limit: 1000 });
    assert.equal(records.map(({ id, name, email }) => ({ id, name, email })).sort((a, b) => Number(a.id.slice(5)) - Number(b.id.slice(5))), many(0, 430));
    const error = await fails('DF-530', () => db.models.User.bulkCreate({ data: many(429, 900) }));
    assert.is(error.context.row, 0);
    assert.is((await db.models.User.count({ filter: { id: { $startsWith: 'many-' } } })).count, 430);
  });

  test('columns come from all rows, defaults from each', async ({ db }) => {
    const data = [aUser(), aUser({ age: 7, active: false }), aUser({ age: null }), aUser({ name: '' }), aUser({ age: 0, active: true })];
    const result = await db.models.User.bulkCreate({ data, records: true });
    const { records, ...counts } = result;
    assert.equal(counts, { processed: 5, inserted: 5, skipped: 0, updated: 0 });
    assert.equal(records!.map(({ id, name, age, active }) => ({ id, name, age, active })), data.map((row) => ({
      id: row.id, name: row.name, age: (row as { age?: number | null }).age ?? null, active: (row as { active?: boolean }).active ?? true,
    })));
    for (const row of records!) assert.equal(await db.models.User.read({ id: row.id }), row);
  });

  test('generated ids differ from row to row', async ({ db }) => {
    const { records } = await db.models.Setting.bulkCreate({ data: [{}, { label: 'b' }, { on: true }, { id: '9B2E4C50-0000-4000-8000-000000000001' }], records: true });
    assert.is(new Set(records!.map(({ id }) => id)).size, 4);
    assert.is(records![3]!.id, '9b2e4c50-0000-4000-8000-000000000001');
    assert.equal(records!.map(({ label, on, count, mode }) => [label, on, count, mode]), [['', false, 0, 'auto'], ['b', false, 0, 'auto'], ['', true, 0, 'auto'], ['', false, 0, 'auto']]);
  });

  test('autoIncrement ids, some of them given', async ({ db }) => {
    const { records } = await db.models.Counter.bulkCreate({ data: [{ label: 'a' }, { id: 500, label: 'b' }, { label: 'c' }], records: true });
    assert.equal(records!.map(({ label }) => label), ['a', 'b', 'c']);
    assert.is(records![1]!.id, 500);
    assert.is(new Set(records!.map(({ id }) => id)).size, 3);
  });

  test('nothing to do is fine', async ({ db }) => {
    assert.equal(await db.models.User.bulkCreate({ data: [] }), { processed: 0, inserted: 0, skipped: 0, updated: 0 });
    assert.equal(await db.models.User.bulkCreate({ data: [], records: true }), { processed: 0, inserted: 0, skipped: 0, updated: 0, records: [] });
    assert.equal(await db.models.User.bulkUpsert({ data: [] }), { inserted: 0, updated: 0 });
  });

  test('10,000 rows, whole and in batches', async ({ db }) => {
    for (const batchSize of [undefined, 999]) {
      const orderId = fresh('o');
      const data = Array.from({ length: 10_000 }, (_, i) => ({ id: `${orderId}-${i}`, orderId, lineNo: i, qty: i % 7, ...(i % 3 === 0 && { note: `note ${i}` }) }));
      const result = await db.models.OrderLine.bulkCreate({ data, records: true, ...(batchSize !== undefined && { batchSize }) });
      assert.is(result.inserted, 10_000);
      assert.equal(result.records!.map(({ id }) => id), data.map(({ id }) => id));
      assert.equal(result.records![9999], { ...data[9999], note: 'note 9999' });
      assert.is((await db.models.OrderLine.count({ filter: { orderId, note: null } })).count, 6666);
    }
  });

  test('a bad row is named, and nothing is written', async ({ db }) => {
    const bulk = untyped(db.models.User)['bulkCreate']!;
    const before = (await db.models.User.count({})).count;
    const good = Array.from({ length: 20 }, () => aUser());
    const cases = [
      ['DF-102', { ...aUser(), age: 'x' }], ['DF-103', { ...aUser(), age: 1.5 }], ['DF-101', { id: fresh(), name: 'x' }],
      ['DF-105', { ...aUser(), nme: 'x' }], ['DF-104', { ...aUser(), createdAt: new Date() }], ['DF-110', { ...aUser(), age: undefined }],
    ] as const;
    for (const atomic of ['all', 'batch']) {
      for (const [code, bad] of cases) {
        const error = await fails(code, () => bulk({ data: [...good, bad, aUser()], batchSize: 5, atomic }));
        assert.equal([error.context.row, error.context.model, error.context.operation], [20, 'User', 'bulkCreate']);
      }
    }
    assert.is((await db.models.User.count({})).count, before);
    await fails('DF-102', () => bulk({ data: [aUser(), null] }));
    await fails('DF-102', () => bulk({ data: [aUser(), []] }));
    await fails('DF-102', () => bulk({ data: aUser() }));
  });

  test('a conflict leaves nothing behind, or the batches before it', async ({ db }) => {
    const there = await db.models.User.create(aUser());
    const count = async () => (await db.models.User.count({})).count;
    const before = await count();
    const data = [aUser(), aUser(), aUser(), aUser(), aUser({ email: there.email }), aUser()];
    const error = await fails(codes.unique, () => db.models.User.bulkCreate({ data, batchSize: 2 }));
    assert.equal([error.context.model, error.context.field, error.context.operation, error.context.row], ['User', 'email', 'bulkCreate', 4]);
    assert.is(await count(), before);
    const partly = await fails(codes.unique, () => db.models.User.bulkCreate({ data, batchSize: 2, atomic: 'batch' }));
    assert.equal([partly.context['written'], partly.context.row], [4, 4]);
    assert.is(await count(), before + 4);
    const twins = aUser();
    const twin = await fails(codes.unique, () => db.models.User.bulkCreate({ data: [aUser(), twins, { ...twins, email: 'another@x.io' }] }));
    assert.equal([twin.context.field, twin.context.row], ['id', 2]);
    const line = { orderId: fresh('o'), lineNo: 1, qty: 1 };
    await db.models.OrderLine.create({ id: fresh(), ...line });
    const pair = await fails(codes.unique, () => db.models.OrderLine.bulkCreate({ data: [{ id: fresh(), ...line, lineNo: 2 }, { id: fresh(), ...line }] }));
    assert.is(pair.context.row, 1);
    const orphan = await fails(codes.foreignKey, () => db.models.Session.bulkCreate({ data: [{ id: fresh(), userId: there.id, token: 't' }, { id: fresh(), userId: 'nobody', token: 't' }] }));
    assert.is(orphan.context.row, 1);
    assert.is(await count(), before + 4);
  });

  test('inside a transaction the bad row is found, too', async ({ db }) => {
    await db.transaction(async (tx) => {
      const there = await tx.models.User.create(aUser());
      const error = await fails(codes.unique, () => tx.models.User.bulkCreate({ data: [aUser(), aUser({ email: there.email })] }));
      assert.is(error.context.row, 1);
      await tx.models.User.read({ id: there.id });
    });
  });

  test("onConflict: 'skip' leaves existing rows alone", async ({ db }) => {
    const [one, two] = [await db.models.User.create(aUser()), aUser()];
    const result = await db.models.User.bulkCreate({
      data: [{ id: one.id, name: 'other', email: `${fresh()}@x.io` }, two, aUser({ email: one.email }), { ...two, name: 'again' }],
      onConflict: 'skip', records: true,
    });
    const { records, ...counts } = result;
    assert.equal(counts, { processed: 4, inserted: 1, skipped: 3, updated: 0 });
    assert.equal(records!.map(({ id, name }) => [id, name]), [[two.id, 'Alice']]);
    assert.equal(await db.models.User.read({ id: one.id }), one);
  });

  test("onConflict: 'update' sets the fields that the row gives", async ({ db }) => {
    const one = await db.models.User.create(aUser({ age: 5, active: false }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const two = aUser();
    const result = await db.models.User.bulkCreate({
      data: [{ id: one.id, name: 'Changed', email: one.email }, two], onConflict: 'update', records: true,
    });
    assert.equal([result.inserted, result.updated, result.skipped], [1, 1, 0]);
    assert.equal(result.records!.map(({ id }) => id), [one.id, two.id]);
    const now = await db.models.User.read({ id: one.id });
    assert.equal([now.name, now.age, now.active, now.createdAt], ['Changed', 5, false, one.createdAt]);
    assert.ok(now.updatedAt > one.updatedAt);
    const byEmail = await db.models.User.bulkCreate({ data: [aUser({ email: one.email, name: 'By email' })], onConflict: 'update', conflictOn: ['email'] });
    assert.equal([byEmail.inserted, byEmail.updated], [0, 1]);
    assert.equal([(await db.models.User.read({ id: one.id })).name], ['By email']);
  });

  test('bulkUpsert: the last of two rows with one key wins', async ({ db }) => {
    const orderId = fresh('o');
    const line = (lineNo: number, qty: number) => ({ id: fresh('l'), orderId, lineNo, qty });
    assert.equal(await db.models.OrderLine.bulkUpsert({ data: [line(1, 1), line(2, 2), line(1, 3)], conflictOn: ['orderId', 'lineNo'] }), { inserted: 2, updated: 0 });
    assert.equal(await db.models.OrderLine.bulkUpsert({ data: [line(2, 20), line(3, 30), line(2, 21)], conflictOn: ['lineNo', 'orderId'] }), { inserted: 1, updated: 1 });
    const { records } = await db.models.OrderLine.list({ filter: { orderId }, orderBy: { lineNo: 'asc' } });
    assert.equal(records.map(({ lineNo, qty }) => [lineNo, qty]), [[1, 3], [2, 21], [3, 30]]);
    const [one] = records;
    assert.equal(await db.models.OrderLine.bulkUpsert({ data: [{ ...one!, qty: 99 }] }), { inserted: 0, updated: 1 });
    assert.is((await db.models.OrderLine.read({ id: one!.id })).qty, 99);
  });

  test('bulkUpsert of rows with different fields', async ({ db }) => {
    const [one, two] = [await db.models.User.create(aUser({ age: 1, name: 'One' })), await db.models.User.create(aUser({ age: 2, name: 'Two' }))];
    const three = aUser();
    const result = await db.models.User.bulkUpsert({ data: [{ id: one.id, name: 'One!', email: one.email }, { id: two.id, name: two.name, email: two.email, age: 22 }, three], batchSize: 2 });
    assert.equal(result, { inserted: 1, updated: 2 });
    assert.equal((await db.models.User.list({ filter: { id: { $in: [one.id, two.id, three.id] } }, orderBy: { name: 'asc' }, select: ['name', 'age'] })).records,
      [{ name: 'Alice', age: null }, { name: 'One!', age: 1 }, { name: 'Two', age: 22 }]);
  });

  test('parallel bulkUpserts of the same keys do not fail', async ({ db }) => {
    const orderId = fresh('o');
    const data = Array.from({ length: 50 }, (_, i) => ({ id: `${orderId}-${i}`, orderId, lineNo: i, qty: 1 }));
    await Promise.all([1, 2, 3, 4].map((qty) => db.models.OrderLine.bulkUpsert({ data: data.map((row) => ({ ...row, qty })) })));
    assert.is((await db.models.OrderLine.count({ filter: { orderId } })).count, 50);
  });

  test('what the bulk inserts refuse', async ({ db }) => {
    const { bulkCreate: create, bulkUpsert } = untyped(db.models.User);
    const data = [aUser()];
    await fails('DF-113', () => create!({ data, onConflict: 'update', conflictOn: ['name'] }));
    await fails('DF-113', () => bulkUpsert!({ data, conflictOn: ['name'] }));
    await fails('DF-105', () => bulkUpsert!({ data, conflictOn: ['nme'] }));
    await fails('DF-109', () => create!({ data, conflictOn: ['email'] }));
    await fails('DF-103', () => create!({ data, onConflict: 'ignore' }));
    await fails('DF-103', () => create!({ data, atomic: 'none' }));
    await fails('DF-103', () => create!({ data, batchSize: 0 }));
    await fails('DF-102', () => create!({ data, batchSize: '10' }));
    await fails('DF-102', () => create!({ data, records: false }));
    await fails('DF-105', () => create!({ data, conflictResolution: 'skip' }));
    await fails('DF-105', () => create!({ rows: data }));
    await fails('DF-106', () => create!({ data, name: 'x' }));
    await fails('DF-101', () => create!({}));
    await fails('DF-110', () => create!({ data: undefined }));
  });

  test.run();
}
