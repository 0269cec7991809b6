import * as assert from 'uvu/assert';
import { aUser, fails, idsOf, suiteOn, untyped, type Target } from '../harness.js';

export function rowLocks(target: Target): void {
  const test = suiteOn(target, 'row locks');

  test('rows that are locked come as they are, by any key and in pages', async ({ db }) => {
    const users = Array.from({ length: 5 }, (_, i) => aUser({ name: 'lock', age: i }));
    await db.models.User.bulkCreate({ data: users });
    const filter = { name: 'lock' };
    await db.transaction(async ({ models: { User } }) => {
      const [first] = users as [(typeof users)[0]];
      for (const lock of ['update', 'share'] as const) {
        for (const how of [{}, { skipLocked: true }, { noWait: true }] as const) {
          assert.is((await User.read({ id: first.id, lock, ...how })).email, first.email);
          assert.is((await User.read({ filter: { email: first.email, name: 'lock' }, lock, ...how })).id, first.id);
          assert.equal(idsOf((await User.list({ filter, lock, ...how })).records), idsOf(users));
        }
      }
      assert.is(await User.read({ id: 'nobody', raiseOnNotFound: false, lock: 'update' }), null);
      await fails('DF-504', () => User.read({ id: 'nobody', lock: 'share' }));
      const one = await User.list({ filter, orderBy: { age: 'desc' }, limit: 2, select: ['age'], lock: 'update', total: true });
      assert.equal(one, { records: [{ age: 4 }, { age: 3 }], hasMore: true, cursor: one.cursor, total: 5 });
      const two = await User.list({ filter, orderBy: { age: 'desc' }, limit: 3, select: ['age'], after: one.cursor!, lock: 'update' });
      assert.equal([two.records, two.hasMore], [[{ age: 2 }, { age: 1 }, { age: 0 }], false]);
      const offset = await User.list({ filter, orderBy: { age: 'asc' }, limit: 2, offset: 2, select: ['age'], lock: 'share' });
      assert.equal([offset.records, offset.hasMore], [[{ age: 2 }, { age: 3 }], true]);
      assert.equal(await User.list({ filter, limit: 0, lock: 'update' }), { records: [], hasMore: true, cursor: null });
      assert.equal(await User.list({ filter, limit: 0, offset: 5, lock: 'update' }), { records: [], hasMore: false, cursor: null });
    });
    await db.transaction((tx) => tx.transaction((inner) => inner.models.User.list({ filter, lock: 'update' })));
  });

  test('a counter that is read under a lock loses nothing', async ({ db }) => {
    const user = aUser({ age: 0 });
    await db.models.User.create(user);
    await Promise.all(Array.from({ length: 8 }, () => db.transaction(async ({ models: { User } }) => {
      const { age } = await User.read({ id: user.id, lock: 'update' });
      await User.update({ filter: { id: user.id }, fields: { age: age! + 1 } });
    })));
    assert.is((await db.models.User.read({ id: user.id })).age, 8);
  });

  test('a queue: every row is taken once, whoever works', async ({ db }) => {
    const jobs = Array.from({ length: 20 }, () => aUser({ name: 'job' }));
    await db.models.User.bulkCreate({ data: jobs });
    const done: string[] = [];
    const work = async (): Promise<void> => {
      for (let found = true; found;) {
        found = await db.transaction(async ({ models: { User } }) => {
          const { records: [job] } = await User.list({ filter: { name: 'job', active: true }, limit: 1, lock: 'update', skipLocked: true });
          if (job === undefined) return false;
          await User.update({ filter: { id: job.id }, fields: { active: false } });
          done.push(job.id);
          return true;
        });
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    assert.equal(done.sort(), idsOf(jobs));
  });

  test('a lock has its place, its kinds and its limits', async ({ db }) => {
    const user = aUser();
    await db.models.User.create(user);
    await fails('DF-121', () => db.models.User.read({ id: user.id, lock: 'update' }));
    await fails('DF-121', () => db.models.User.list({ lock: 'share' }));
    await db.transaction(async (tx) => {
      const { read, list } = untyped(tx.models.User);
      await fails('DF-122', () => read!({ id: user.id, skipLocked: true }));
      await fails('DF-122', () => list!({ noWait: true }));
      await fails('DF-109', () => list!({ lock: 'update', skipLocked: true, noWait: true }));
      await fails('DF-103', () => list!({ lock: 'no key update' }));
      await fails('DF-102', () => list!({ lock: true }));
      await fails('DF-102', () => list!({ lock: 'update', skipLocked: false }));
      await fails('DF-110', () => read!({ id: user.id, lock: undefined }));
      await fails('DF-102', () => read!({ id: null, lock: 'update' }));
      await fails('DF-101', () => read!({ lock: 'update' }));
      await fails('DF-105', () => untyped(tx.models.User)['count']!({ lock: 'update' }));
      assert.is((await tx.models.User.read({ id: user.id })).id, user.id);
    });
    await db.transaction((tx) => fails('DF-513', () => tx.models.User.list({ lock: 'update' })), { readOnly: true });
  });

  test.run();
}
