import * as assert from 'uvu/assert';
import { aUser, fails, suiteOn, untyped, type Target } from '../harness.js';

/** What JavaScript users and untyped data get to hear. Nothing of it reaches the database. */
export function misuse(target: Target): void {
  const test = suiteOn(target, 'misuse');

  test('create', async ({ db }) => {
    const create = untyped(db.models.User)['create']!;
    const near = await fails('DF-105', () => create({ ...aUser(), nmae: 'x' }));
    assert.match(near.message, "'name'");
    await fails('DF-105', () => create({ ...aUser(), created_at: 'x' }));
    for (const createdAt of [new Date(), null, 'DF-104: createdAt is managed by DataFlow; remove it']) await fails('DF-104', () => create({ ...aUser(), createdAt }));
    await fails('DF-104', () => create({ ...aUser(), updatedAt: new Date() }));
    await fails('DF-110', () => create({ ...aUser(), age: undefined }));
    await fails('DF-101', () => create({ id: 'x', name: 'x' }));
    await fails('DF-101', () => create({}));
    await fails('DF-102', () => create({ ...aUser(), name: null }));
    await fails('DF-102', () => create({ ...aUser(), name: 5 }));
    await fails('DF-102', () => create({ ...aUser(), active: 'true' }));
    await fails('DF-102', () => create({ ...aUser(), active: 1 }));
    await fails('DF-102', () => create({ ...aUser(), age: '5' }));
    await fails('DF-103', () => create({ ...aUser(), age: 5.5 }));
    await fails('DF-103', () => create({ ...aUser(), age: 2147483648 }));
    for (const params of [undefined, null, 'x', 5, [], [aUser()], new Date()]) await fails('DF-102', () => create(params));
    const context = (await fails('DF-102', () => create({ ...aUser(), age: '5' }))).context;
    assert.equal([context.model, context.field, context.operation], ['User', 'age', 'create']);
  });

  test('read, update, delete', async ({ db }) => {
    const { read, update, delete: remove } = untyped(db.models.User);
    for (const call of [read!, remove!]) {
      await fails('DF-109', () => call({ id: 'x', filter: { id: 'x' } }));
      await fails('DF-101', () => call({}));
      await fails('DF-110', () => call({ id: undefined }));
      await fails('DF-102', () => call({ id: null }));
      await fails('DF-102', () => call({ id: 5 }));
      await fails('DF-102', () => call('x'));
      await fails('DF-102', () => call({ filter: 'x' }));
      await fails('DF-106', () => call({ email: 'x' }));
      await fails('DF-105', () => call({ idd: 'x' }));
      await fails('DF-105', () => call({ filter: { idd: 'x' } }));
      await fails('DF-107', () => call({ filter: { $or: [{ id: 'x' }] } }));
      await fails('DF-107', () => call({ filter: { $not: { id: 'x' } } }));
      await fails('DF-110', () => call({ filter: { id: 'x', name: undefined } }));
    }
    await fails('DF-102', () => read!({ id: 'x', raiseOnNotFound: 'no' }));
    await fails('DF-105', () => remove!({ id: 'x', hard: true }));
    await fails('DF-105', () => read!({ id: 'x', includeDeleted: true }));

    const filter = { id: 'x' };
    const flat = await fails('DF-106', () => update!({ filter, name: 'x' }));
    assert.match(flat.message, '`fields`');
    const id = await fails('DF-106', () => update!({ id: 'x', fields: { name: 'x' } }));
    assert.match(id.message, '`filter`');
    await fails('DF-106', () => update!({ filter, fields: { id: 'y' } }));
    await fails('DF-105', () => update!({ filter, data: { name: 'x' } }));
    await fails('DF-105', () => update!({ filter, fields: { nme: 'x' } }));
    await fails('DF-104', () => update!({ filter, fields: { updatedAt: new Date() } }));
    await fails('DF-110', () => update!({ filter, fields: { name: undefined } }));
    await fails('DF-110', () => update!({ filter, fields: undefined }));
    await fails('DF-102', () => update!({ filter, fields: { name: null } }));
    await fails('DF-102', () => update!({ filter, fields: [] }));
    await fails('DF-101', () => update!({ filter }));
    await fails('DF-101', () => update!({ fields: { name: 'x' } }));
    await fails('DF-103', () => update!({ filter, fields: {} }));
  });

  test('messages are short and hold no values', async ({ db }) => {
    const { create, list } = untyped(db.models.User);
    const secret = 'hunter2-secret';
    const errors = [
      await fails('DF-102', () => create!({ ...aUser(), age: secret })),
      await fails('DF-103', () => create!({ ...aUser(), name: `${secret}\0` })),
      await fails('DF-102', () => list!({ filter: { age: { $in: [secret] } } })),
      await fails('DF-114', () => list!({ after: secret })),
    ];
    for (const error of errors) {
      assert.not.match(error.enhancedMessage() + JSON.stringify(error), secret);
      assert.ok(error.message.length <= 120, error.message);
      assert.not.match(error.message, /[{}]/);
    }
  });

  test.run();
}
