import * as assert from 'uvu/assert';
import { aUser, fails, suiteOn, type Target } from '../harness.js';
import { codes } from '../codes.js';

export function transactions(target: Target): void {
  const test = suiteOn(target, 'transactions');

  test('commit keeps, and gives the result', async ({ db }) => {
    const user = aUser();
    const name = await db.transaction(async (tx) => {
      await tx.models.User.create(user);
      await tx.models.User.update({ filter: { id: user.id }, fields: { name: 'inside' } });
      return (await tx.models.User.read({ id: user.id })).name;
    });
    assert.is(name, 'inside');
    assert.is((await db.models.User.read({ id: user.id })).name, 'inside');
  });

  test('an error rolls everything back and comes out as it is', async ({ db }) => {
    const user = aUser();
    const mine = new Error('mine');
    try {
      await db.transaction(async (tx) => {
        await tx.models.User.create(user);
        await tx.models.User.bulkCreate({ data: [aUser(), aUser()] });
        throw mine;
      });
      assert.unreachable();
    } catch (error) {
      assert.is(error, mine);
    }
    assert.is(await db.models.User.read({ id: user.id, raiseOnNotFound: false }), null);
    const kept = await db.models.User.create(aUser());
    await fails(codes.unique, () => db.transaction(async (tx) => {
      await tx.models.User.create(user);
      await tx.models.User.create({ ...aUser(), id: kept.id });
    }));
    assert.is(await db.models.User.read({ id: user.id, raiseOnNotFound: false }), null);
  });

  test('nested transactions are savepoints', async ({ db }) => {
    const [outer, lost, kept, deep] = [aUser(), aUser(), aUser(), aUser()];
    await db.transaction(async (tx) => {
      await tx.models.User.create(outer);
      await tx.transaction(async (inner) => {
        await inner.models.User.create(lost);
        throw new Error('undo');
      }).catch(() => undefined);
      assert.is(await tx.models.User.read({ id: lost.id, raiseOnNotFound: false }), null);
      await tx.transaction(async (inner) => {
        await inner.models.User.create(kept);
        await inner.transaction(async (third) => {
          await third.models.User.create(deep);
          throw new Error('undo');
        }).catch(() => undefined);
      });
    });
    const found = await db.models.User.list({ filter: { id: { $in: [outer, lost, kept, deep].map(({ id }) => id) } } });
    assert.equal(found.records.map(({ id }) => id).sort(), [outer.id, kept.id].sort());
  });

  test('an outer rollback takes the inner commit along', async ({ db }) => {
    const user = aUser();
    await db.transaction(async (tx) => {
      await tx.transaction((inner) => inner.models.User.create(user));
      throw new Error('undo');
    }).catch(() => undefined);
    assert.is(await db.models.User.read({ id: user.id, raiseOnNotFound: false }), null);
  });

  test('a violation in a savepoint leaves the transaction usable', async ({ db }) => {
    const [one, two] = [aUser(), aUser()];
    await db.transaction(async (tx) => {
      await tx.models.User.create(one);
      await fails(codes.unique, () => tx.transaction((inner) => inner.models.User.create({ ...aUser(), id: one.id })));
      await fails(codes.unique, () => tx.models.User.bulkCreate({ data: [aUser(), { ...aUser(), id: one.id }] }));
      await tx.models.User.create(two);
    });
    assert.is((await db.models.User.count({ filter: { id: { $in: [one.id, two.id] } } })).count, 2);
  });

  test('every operation works inside', async ({ db }) => {
    await db.transaction(async ({ models: { User } }) => {
      const [one, two, three] = [aUser(), aUser(), aUser()];
      await User.create(one);
      await User.bulkCreate({ data: [two, three] });
      await User.upsert({ where: { id: one.id }, create: one, update: { age: 1 } });
      await User.bulkUpsert({ data: [{ ...two, age: 2 }] });
      await User.bulkUpdate({ data: [{ id: three.id, age: 3 }] });
      const filter = { id: { $in: [one.id, two.id, three.id] } };
      assert.equal((await User.list({ filter, orderBy: { age: 'asc' }, select: ['age'] })).records, [{ age: 1 }, { age: 2 }, { age: 3 }]);
      await User.delete({ id: one.id });
      await User.bulkDelete({ ids: [two.id] });
      assert.is((await User.count({ filter })).count, 1);
    });
  });

  test('others do not see what is not committed', async ({ db }) => {
    const user = aUser();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started = (): void => undefined;
    const begun = new Promise<void>((resolve) => (started = resolve));
    const work = db.transaction(async (tx) => {
      await tx.models.User.create(user);
      started();
      await held;
    });
    await begun;
    const seen = db.models.User.read({ id: user.id, raiseOnNotFound: false });
    // One connection in memory: the read waits for the transaction; elsewhere it sees the state before it.
    const first = await Promise.race([seen, new Promise((resolve) => setTimeout(() => resolve('waits'), 50))]);
    assert.ok(first === null || first === 'waits', 'the row was seen before it was committed');
    release();
    await work;
    assert.is((await db.models.User.read({ id: user.id })).id, user.id);
    await seen;
  });

  test('many at once, serializable, run again on conflicts', async ({ db }) => {
    const counter = await db.models.OrderLine.create({ id: 'counter', orderId: 'counter', lineNo: 0, qty: 0 });
    const increment = () => db.transaction(async (tx) => {
      const { qty } = await tx.models.OrderLine.read({ id: counter.id });
      await tx.models.OrderLine.update({ filter: { id: counter.id }, fields: { qty: qty + 1 } });
    }, { isolation: 'serializable', retries: 100 });
    await Promise.all(Array.from({ length: 6 }, increment));
    assert.is((await db.models.OrderLine.read({ id: counter.id })).qty, 6);
  });

  test.run();
}
