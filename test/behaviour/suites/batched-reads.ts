import * as assert from 'uvu/assert';
import { aUser, fails, fresh, suiteOn, type Target } from '../harness.js';

/** Reads by id that are made at once: however many queries they become, each gives what it would give alone. */
export function batchedReads(target: Target): void {
  const test = suiteOn(target, 'batched reads');

  test('hundreds at once, some of rows that are not there, some of the same row', async ({ db }) => {
    const users = Array.from({ length: 700 }, () => aUser());
    await db.models.User.bulkCreate({ data: users });
    const ids = [...users.map(({ id }) => id), 'nobody', users[3]!.id, users[3]!.id];
    const rows = await Promise.all(ids.map((id) => db.models.User.read({ id, raiseOnNotFound: false })));
    assert.equal(rows.map((row) => row?.id), ids.map((id) => (id === 'nobody' ? undefined : id)));
    assert.is.not(rows.at(-1), rows.at(-2), 'everybody has a row of their own');
    const outcomes = await Promise.allSettled([db.models.User.read({ id: 'nobody' }), db.models.User.read({ id: users[0]!.id })]);
    assert.equal(outcomes.map(({ status }) => status), ['rejected', 'fulfilled']);
    assert.is((outcomes[0] as PromiseRejectedResult).reason.code, 'DF-504');
  });

  test('ids of every type, and several models in one go', async ({ db }) => {
    const { Counter, Ticket, Setting } = db.models;
    const counters = [await Counter.create({ label: 'a' }), await Counter.create({ label: 'b' })] as const;
    const [setting, user] = [await Setting.create({}), await db.models.User.create(aUser())];
    const ids = (await Promise.all([
      Counter.read({ id: counters[0].id }), Counter.read({ id: counters[1].id }), Setting.read({ id: setting.id }),
      Setting.read({ id: setting.id.toUpperCase() as never }), db.models.User.read({ id: user.id }),
    ])).map((row) => row.id);
    assert.equal(ids, [counters[0].id, counters[1].id, setting.id, setting.id, user.id]);
    const most = 2n ** 63n - 1n;
    await Ticket.bulkCreate({ data: [{ id: most }, { id: -most }] as never });
    assert.equal((await Promise.all([Ticket.read({ id: most }), Ticket.read({ id: -most })])).map((row) => row.id), [most, -most]);
  });

  test('a read sees what was written before it', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    for (let age = 0; age < 20; age++) {
      await db.models.User.update({ filter: { id: user.id }, fields: { age } });
      const [one, two] = await Promise.all([db.models.User.read({ id: user.id }), db.models.User.read({ id: user.id })]);
      assert.equal([one.age, two.age], [age, age]);
    }
  });

  test('a value that is no id fails alone', async ({ db }) => {
    const user = await db.models.User.create(aUser());
    const [bad, good] = await Promise.allSettled([db.models.User.read({ id: 5 as never }), db.models.User.read({ id: user.id })]);
    assert.is((bad as PromiseRejectedResult).reason.code, 'DF-102');
    assert.is((good as PromiseFulfilledResult<{ id: string }>).value.id, user.id);
  });

  test('in a transaction each goes by itself and sees its writes', async ({ db }) => {
    const id = fresh('u');
    await db.transaction(async (tx) => {
      await tx.models.User.create({ ...aUser(), id });
      const rows = await Promise.all([tx.models.User.read({ id }), tx.models.User.read({ id })]);
      assert.equal(rows.map((row) => row.id), [id, id]);
    });
  });

  test('one query with batchReads, one each without', async () => {
    // A synchronous SQLite has answered before the next read comes.
    const together = target.name === 'postgres' || target.name.startsWith('sqlite3');
    for (const batchReads of [true, false]) {
      const queries: string[] = [];
      const listen = (_message: string, fields?: object): void => {
        const { sql } = (fields ?? {}) as { sql?: string };
        if (sql?.startsWith('SELECT "id", "name"')) queries.push(sql);
      };
      const db = await target.open({ batchReads, debug: true, logger: { debug: listen, info: listen, warn: listen, error: listen } });
      const users = Array.from({ length: 10 }, () => aUser());
      await db.models.User.bulkCreate({ data: users });
      await Promise.all(users.map(({ id }) => db.models.User.read({ id })));
      await db.close();
      assert.is(queries.length, together && batchReads ? 1 : 10, queries.join());
    }
  });

  test('after close', async () => {
    const db = await target.open();
    await db.close();
    await fails('DF-501', () => Promise.all([db.models.User.read({ id: 'x' }), db.models.User.read({ id: 'y' })]));
  });

  test.run();
}
