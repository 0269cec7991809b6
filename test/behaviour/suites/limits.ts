import * as assert from 'uvu/assert';
import { aUser, fails, suiteOn, type Target } from '../harness.js';

export function limits(target: Target): void {
  const test = suiteOn(target, 'limits of calls');

  test('every operation takes limits, and gives what it gives without them', async ({ db }) => {
    const { signal } = new AbortController();
    const options = { signal, timeoutMs: 60_000 };
    const everything = async ({ models: { User } }: Pick<typeof db, 'models'>): Promise<void> => {
      const [one, two] = [aUser(), aUser()];
      assert.is((await User.create(one, options)).id, one.id);
      assert.is((await User.read({ id: one.id }, options)).id, one.id);
      assert.is((await User.update({ filter: { id: one.id }, fields: { age: 5 } }, options)).age, 5);
      assert.is((await User.upsert({ where: { id: one.id }, create: one, update: { age: 6 } }, options)).record.age, 6);
      assert.is((await User.bulkCreate({ data: [two] }, options)).inserted, 1);
      assert.equal(await User.bulkUpsert({ data: [{ ...two, age: 7 }] }, options), { inserted: 0, updated: 1 });
      assert.equal(await User.bulkUpdate({ data: [{ id: two.id, age: 8 }] }, options), { updated: 1, missing: [] });
      const filter = { id: { $in: [one.id, two.id] } };
      assert.equal((await User.list({ filter, orderBy: { age: 'asc' }, select: ['age'], total: true }, options)).records, [{ age: 6 }, { age: 8 }]);
      assert.equal(await User.count({ filter }, options), { count: 2 });
      assert.is((await User.delete({ id: one.id }, options)).deleted, true);
      assert.equal(await User.bulkDelete({ filter }, options), { deleted: 1 });
    };
    await everything(db);
    await db.transaction(everything);
    await db.transaction(everything, options);
  });

  test('an aborted signal: nothing is done, by any operation', async ({ db }) => {
    const one = aUser();
    await db.models.User.create(one);
    const options = { signal: AbortSignal.abort() };
    const all = ({ models: { User } }: Pick<typeof db, 'models'>): (() => Promise<unknown>)[] => [
      () => User.create(aUser({ name: 'never' }), options), () => User.read({ id: one.id }, options), () => User.list({}, options), () => User.count({}, options),
      () => User.update({ filter: { id: one.id }, fields: { name: 'never' } }, options), () => User.upsert({ where: { id: one.id }, create: one, update: { name: 'never' } }, options),
      () => User.bulkCreate({ data: [aUser({ name: 'never' })] }, options), () => User.bulkUpsert({ data: [aUser({ name: 'never' })] }, options),
      () => User.bulkUpdate({ filter: { id: one.id }, fields: { name: 'never' } }, options), () => User.delete({ id: one.id }, options), () => User.bulkDelete({ filter: { id: one.id } }, options),
    ];
    for (const call of all(db)) await fails('DF-510', call);
    // They have not begun, so the transaction goes on.
    await db.transaction(async (tx) => {
      for (const call of all(tx)) await fails('DF-510', call);
      await tx.models.User.update({ filter: { id: one.id }, fields: { name: 'afterwards' } });
    });
    assert.is((await db.models.User.read({ id: one.id })).name, 'afterwards');
    assert.equal(await db.models.User.count({ filter: { name: 'never' } }), { count: 0 });
  });

  test('a transaction that is not done in time is rolled back', async ({ db }) => {
    const [one, two] = [aUser(), aUser()];
    await fails('DF-511', () => db.transaction(async (tx) => {
      await tx.models.User.create(one);
      await new Promise(() => undefined);
    }, { timeoutMs: 50 }));
    const controller = new AbortController();
    const error = await fails('DF-510', () => db.transaction(async (tx) => {
      await tx.models.User.create(two);
      controller.abort(new Error('enough'));
      await tx.models.User.create(aUser());
    }, { signal: controller.signal }));
    assert.is((error.cause as Error).message, 'enough');
    assert.equal(await db.models.User.count({ filter: { id: { $in: [one.id, two.id] } } }), { count: 0 });
  });

  test('a read-only transaction reads, and refuses every write', async ({ db }) => {
    const one = aUser();
    await db.models.User.create(one);
    await db.transaction(async ({ models: { User } }) => {
      assert.is((await User.read({ id: one.id })).id, one.id);
      assert.is((await User.list({ filter: { email: { $regex: `^${one.id}@` } } })).records.length, 1);
      await fails('DF-513', () => User.create(aUser()));
      await fails('DF-513', () => User.upsert({ where: { id: one.id }, create: one, update: {} }));
      await fails('DF-513', () => User.bulkCreate({ data: [aUser()] }));
      await fails('DF-513', () => User.bulkDelete({ filter: { id: one.id } }));
      assert.equal(await User.count({ filter: { id: one.id } }), { count: 1 });
    }, { readOnly: true });
    await db.models.User.update({ filter: { id: one.id }, fields: { age: 1 } });
  });

  test.run();
}
