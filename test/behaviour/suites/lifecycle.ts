import * as assert from 'uvu/assert';
import { codes } from '../codes.js';
import { aUser, fails, suiteOn, untyped, type Db, type Target } from '../harness.js';

/** What happens after the end, and beside a failed statement. */
export function lifecycle(target: Target): void {
  const test = suiteOn(target, 'lifecycle');
  const calls = (models: Db['models']): (() => Promise<unknown>)[] => [
    () => models.User.create(aUser()),
    () => models.User.read({ id: 'x' }),
    () => models.User.update({ filter: { id: 'x' }, fields: { name: 'x' } }),
    () => models.User.delete({ id: 'x' }),
    () => models.User.list({}),
    () => models.User.count({}),
    () => models.User.upsert({ where: { id: 'x' }, create: { ...aUser(), id: 'x' }, update: {} }),
    () => models.User.bulkCreate({ data: [aUser()] }),
    () => models.User.bulkUpdate({ data: [{ id: 'x', name: 'x' }] }),
    () => models.User.bulkDelete({ ids: ['x'] }),
    () => models.User.bulkUpsert({ data: [aUser()] }),
  ];

  test('after close nothing runs', async () => {
    const db = await target.open();
    await db.models.User.create(aUser());
    await db.close();
    for (const call of calls(db.models)) await fails(codes.closed, call);
    await fails(codes.closed, () => db.transaction(async () => undefined));
  });

  test('after its end a transaction takes nothing', async ({ db }) => {
    let models: Db['models'] | undefined;
    await db.transaction(async (tx) => void (models = tx.models));
    for (const call of calls(models!)) await fails(codes.ended, call);
    assert.is((await db.models.User.count({})).count, 0);
  });

  test('after a failed statement a transaction takes nothing, and is undone', async ({ db }) => {
    const user = aUser();
    await fails(codes.failedBefore, () => db.transaction(async (tx) => {
      await tx.models.User.create(user);
      await fails(codes.unique, () => tx.models.User.create(user));
      await fails(codes.failedBefore, () => tx.models.User.read({ id: user.id }));
    }));
    assert.is(await db.models.User.read({ id: user.id, raiseOnNotFound: false }), null);
  });

  test('what is refused before it reaches the database does no harm to a transaction', async ({ db }) => {
    const user = aUser();
    await db.transaction(async (tx) => {
      await tx.models.User.create(user);
      await fails('DF-105', () => untyped(tx.models.User)['list']!({ limt: 1 }));
      await fails('DF-504', () => tx.models.User.read({ id: 'nobody' }));
      await fails('DF-103', () => untyped(tx.models.User)['bulkCreate']!({ data: [aUser(), { ...aUser(), age: 0.5 }] }));
    });
    assert.is((await db.models.User.read({ id: user.id })).id, user.id);
  });

  test('many calls at once', async ({ db }) => {
    const users = Array.from({ length: 200 }, () => aUser());
    await Promise.all(users.map((user) => db.models.User.create(user)));
    const rows = await Promise.all(users.map(({ id }) => db.models.User.read({ id })));
    assert.equal(rows.map(({ id }) => id), users.map(({ id }) => id));
    await Promise.all(users.map(({ id }, i) => (i % 3 ? db.models.User.update({ filter: { id }, fields: { age: i } }) : db.models.User.delete({ id }))));
    assert.is((await db.models.User.count({ filter: { id: { $in: users.map(({ id }) => id) } } })).count, users.filter((_, i) => i % 3).length);
  });

  test('two databases of one schema share nothing', async ({ db }) => {
    const other = await target.open();
    try {
      const user = await db.models.User.create(aUser());
      assert.is(await other.models.User.read({ id: user.id, raiseOnNotFound: false }), null);
    } finally {
      await other.close();
    }
  });

  test('tables that a rolled back transaction created are created again', async () => {
    const db = await target.open();
    try {
      await db.transaction(async (tx) => {
        await tx.models.User.create(aUser());
        throw new Error('undo');
      }).catch(() => undefined);
      assert.is((await db.models.User.count({})).count, 0);
      await db.models.User.create(aUser());
    } finally {
      await db.close();
    }
  });

  test.run();
}
