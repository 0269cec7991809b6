import * as assert from 'uvu/assert';
import { aUser, fails, fresh, suiteOn, untyped, type Target } from '../harness.js';
import { codes } from '../codes.js';

/** Unique keys, foreign keys, and how their violations read. */
export function constraints(target: Target): void {
  const test = suiteOn(target, 'constraints');

  test('a unique violation names model and field, and no value', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    const byEmail = await fails(codes.unique, () => db.models.User.create(aUser({ email: user.email })));
    assert.equal([byEmail.context.model, byEmail.context.field, byEmail.context.operation], ['User', 'email', 'create']);
    assert.match(byEmail.message, 'email');
    assert.not.match(byEmail.enhancedMessage() + JSON.stringify(byEmail), user.email);
    assert.ok(byEmail.cause instanceof Error);
    const byId = await fails(codes.unique, () => db.models.User.create({ ...aUser(), id: user.id }));
    assert.is(byId.context.field, 'id');
    const update = await db.models.User.create(aUser());
    const byUpdate = await fails(codes.unique, () => db.models.User.update({ filter: { id: update.id }, fields: { email: user.email } }));
    assert.equal([byUpdate.context.field, byUpdate.context.operation], ['email', 'update']);
  });

  test('a composite unique violation names both fields', async ({ db }) => {
    const line = { orderId: fresh(), lineNo: 1, qty: 1 };
    await db.models.OrderLine.create({ ...line, id: fresh() });
    const error = await fails(codes.unique, () => db.models.OrderLine.create({ ...line, id: fresh() }));
    assert.match(error.message, 'orderId');
    assert.match(error.message, 'lineNo');
  });

  test('empty values do not collide, other ids do', async ({ db }) => {
    await db.models.Sample.create({ id: fresh(), text: null });
    await db.models.Sample.create({ id: fresh(), text: null });
    assert.ok((await db.models.Sample.count({ filter: { text: null } })).count >= 2);
  });

  test('foreign keys hold on create, update and delete', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    const missing = await fails(codes.foreignKey, () => db.models.Session.create({ id: fresh(), userId: 'nobody', token: 't' }));
    assert.equal([missing.context.model, missing.context.operation], ['Session', 'create']);
    const invoice = await db.models.Invoice.create({ id: fresh(), userId: user.id, total: '10.50' });
    await fails(codes.foreignKey, () => db.models.Invoice.update({ filter: { id: invoice.id }, fields: { userId: 'nobody' } }));
    await fails(codes.foreignKey, () => db.models.User.delete({ id: user.id }));
    assert.is((await db.models.User.read({ id: user.id })).id, user.id);
    await db.models.Invoice.delete({ id: invoice.id });
    assert.is((await db.models.User.delete({ id: user.id })).deleted, true);
  });

  test('onDelete: cascade takes the rows along', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    await db.models.Session.bulkCreate({ data: [1, 2, 3].map(() => ({ id: fresh(), userId: user.id, token: 't' })) });
    assert.is((await db.models.Session.count({ filter: { userId: user.id } })).count, 3);
    await db.models.User.delete({ id: user.id });
    assert.is((await db.models.Session.count({ filter: { userId: user.id } })).count, 0);
  });

  test('enums take their values only', async ({ db }) => {
    const create = untyped(db.models.Sample)['create']!;
    for (const role of ['admin', 'member', "o'brien"] as const) assert.is((await db.models.Sample.create({ id: fresh(), role })).role, role);
    await fails('DF-103', () => create({ id: fresh(), role: 'Admin' }));
    await fails('DF-102', () => create({ id: fresh(), role: 1 }));
  });

  test('a failed statement leaves the connection usable', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    await Promise.all(Array.from({ length: 10 }, () => fails(codes.unique, () => db.models.User.create({ ...aUser(), id: user.id }))));
    assert.is((await db.models.User.read({ id: user.id })).id, user.id);
  });

  test.run();
}
