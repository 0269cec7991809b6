import * as assert from 'uvu/assert';
import { aUser, fails, fresh, suiteOn, untyped, type Target } from '../harness.js';
import { codes } from '../codes.js';

export function upserts(target: Target): void {
  const test = suiteOn(target, 'upserts');

  test('creates, then updates', async ({ db }) => {
    const id = fresh();
    const created = await db.models.User.upsert({ where: { id }, create: { id, name: 'New', email: `${id}@x.io` }, update: { name: 'Old' } });
    assert.equal([created.created, created.action, created.record.name, created.record.active], [true, 'created', 'New', true]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const updated = await db.models.User.upsert({ where: { id }, create: { id, name: 'New', email: `${id}@x.io` }, update: { name: 'Old' } });
    assert.equal([updated.created, updated.action, updated.record.name], [false, 'updated', 'Old']);
    assert.equal(updated.record.createdAt, created.record.createdAt);
    assert.ok(updated.record.updatedAt > created.record.updatedAt);
    assert.equal(await db.models.User.read({ id }), updated.record);
  });

  test("where's keys are filled into create", async ({ db }) => {
    const upsert = untyped(db.models.User)['upsert']!;
    const id = fresh();
    const email = `${id}@x.io`;
    const { record } = (await upsert({ where: { email }, create: { id, name: 'N' }, update: {} })) as { record: { email: string } };
    assert.is(record.email, email);
    await fails('DF-103', () => upsert({ where: { email }, create: { id, name: 'N', email: 'other@x.io' }, update: {} }));
    await fails('DF-103', () => db.models.User.upsert({ where: { id }, create: { id: 'other', name: 'N', email }, update: {} }));
  });

  test('an empty update leaves the fields as they are', async ({ db }) => {
    const user = aUser({ age: 5 });
    await db.models.User.create(user);
    const { created, record } = await db.models.User.upsert({ where: { id: user.id }, create: { ...user, age: 6 }, update: {} });
    assert.equal([created, record.age], [false, 5]);
  });

  test('by a unique field, by a composite key, by conflictOn', async ({ db }) => {
    const user = aUser();
    await db.models.User.create(user);
    const byEmail = await db.models.User.upsert({ where: { email: user.email }, create: aUser({ email: user.email }), update: { age: 1 } });
    assert.equal([byEmail.created, byEmail.record.id, byEmail.record.age], [false, user.id, 1]);

    const line = { id: fresh(), orderId: fresh(), lineNo: 1, qty: 1 };
    const where = { lineNo: 1, orderId: line.orderId };
    assert.is((await db.models.OrderLine.upsert({ where, create: line, update: { qty: 2 } })).created, true);
    const again = await db.models.OrderLine.upsert({ where, create: { ...line, id: fresh() }, update: { qty: 2 } });
    assert.equal([again.created, again.record.id, again.record.qty], [false, line.id, 2]);
    const id = fresh();
    const third = await db.models.OrderLine.upsert({ where: { id }, create: { ...line, id }, update: { qty: 3 }, conflictOn: ['lineNo', 'orderId'] });
    assert.equal([third.created, third.record.id, third.record.qty], [false, line.id, 3]);
  });

  test('autoIncrement models are created with the given id', async ({ db }) => {
    const first = await db.models.Counter.upsert({ where: { id: 77 }, create: { label: 'a' }, update: { label: 'b' } });
    assert.equal(first, { created: true, action: 'created', record: { id: 77, label: 'a' } });
    const second = await db.models.Counter.upsert({ where: { id: 77 }, create: { label: 'a' }, update: { label: 'b' } });
    assert.equal(second, { created: false, action: 'updated', record: { id: 77, label: 'b' } });
  });

  test('parallel upserts of one new key make exactly one row and no error', async ({ db }) => {
    for (let round = 0; round < 3; round++) {
      const email = `${fresh()}@x.io`;
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => db.models.User.upsert({ where: { email }, create: aUser({ email }), update: { age: i } })),
      );
      assert.is(results.filter(({ created }) => created).length, 1);
      assert.is(new Set(results.map(({ record }) => record.id)).size, 1);
      assert.is((await db.models.User.count({ filter: { email } })).count, 1);
    }
  });

  test('another unique key in the way is an error, not an update', async ({ db }) => {
    const [one, two] = [aUser(), aUser()];
    await db.models.User.create(one);
    await db.models.User.create(two);
    const id = fresh();
    const error = await fails(codes.unique, () => db.models.User.upsert({ where: { id }, create: { id, name: 'x', email: two.email }, update: {} }));
    assert.equal([error.context.model, error.context.field, error.context.operation], ['User', 'email', 'upsert']);
    await fails(codes.unique, () => db.models.User.upsert({ where: { id: one.id }, create: one, update: { email: two.email } }));
    assert.is((await db.models.User.read({ id: one.id })).email, one.email);
  });

  test('what Upsert refuses', async ({ db }) => {
    const upsert = untyped(db.models.User)['upsert']!;
    const create = aUser();
    await fails('DF-113', () => upsert({ where: { name: 'x' }, create, update: {} }));
    await fails('DF-113', () => upsert({ where: {}, create, update: {} }));
    await fails('DF-113', () => upsert({ where: { id: create.id }, create, update: {}, conflictOn: ['name'] }));
    await fails('DF-113', () => upsert({ where: { id: null }, create, update: {} }));
    await fails('DF-113', () => upsert({ where: { id: { $in: [create.id] } }, create, update: {} }));
    await fails('DF-105', () => upsert({ where: { id: create.id }, create: { ...create, nme: 'x' }, update: {} }));
    await fails('DF-105', () => upsert({ where: { id: create.id }, create, update: { nme: 'x' } }));
    await fails('DF-105', () => upsert({ where: { id: create.id, nme: 'x' }, create, update: {} }));
    await fails('DF-104', () => upsert({ where: { id: create.id }, create, update: { createdAt: new Date() } }));
    await fails('DF-106', () => upsert({ where: { id: create.id }, create, update: { id: 'x' } }));
    await fails('DF-106', () => upsert({ where: { id: create.id }, create, update: {}, name: 'x' }));
    await fails('DF-101', () => upsert({ where: { id: create.id }, create }));
    await fails('DF-101', () => upsert({ where: { id: create.id }, create: { name: 'x' }, update: {} }));
    await fails('DF-110', () => upsert({ where: { id: undefined }, create, update: {} }));
    assert.is((await db.models.User.count({ filter: { id: create.id } })).count, 0);
  });

  test.run();
}
