import * as assert from 'uvu/assert';
import { aUser, fails, fresh, suiteOn, type Target } from '../harness.js';

/** Create, Read, Update and Delete. */
export function singleRows(target: Target): void {
  const test = suiteOn(target, 'single rows');

  test('create gives the row as stored, with defaults and managed fields', async ({ db }) => {
    const before = Date.now();
    const user = aUser();
    const row = await db.models.User.create(user);
    const { createdAt, updatedAt, ...rest } = row;
    assert.equal(rest, { ...user, age: null, active: true });
    assert.instance(createdAt, Date);
    assert.equal(createdAt, updatedAt);
    assert.ok(createdAt.getTime() >= before && createdAt.getTime() <= Date.now());
    assert.equal(await db.models.User.read({ id: user.id }), row);
  });

  test('false, 0 and empty text are values, not absences', async ({ db }) => {
    const user = aUser({ name: '', age: 0, active: false });
    const row = await db.models.User.create(user);
    assert.is(row.name, '');
    assert.is(row.age, 0);
    assert.is(row.active, false);
    assert.equal(await db.models.User.read({ id: user.id }), row);
    const changed = await db.models.User.update({ filter: { id: user.id }, fields: { name: 'n', age: 1, active: true } });
    assert.equal([changed.name, changed.age, changed.active], ['n', 1, true]);
    const back = await db.models.User.update({ filter: { id: user.id }, fields: { name: '', age: 0, active: false } });
    assert.equal([back.name, back.age, back.active], ['', 0, false]);
  });

  test('defaults fill what is absent, and only that', async ({ db }) => {
    const row = await db.models.Setting.create({});
    assert.match(row.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(row.sort, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.instance(row.since, Date);
    assert.equal([row.label, row.quote, row.count, row.ratio, row.big, row.on, row.mode, row.note, row.filled],
      ['', `it's "quoted" $1 ?`, 0, 0.5, 9007199254740993n, false, 'auto', null, 'filled']);
    const own = await db.models.Setting.create({ label: 'x', count: 7, on: true, mode: 'off', filled: null, big: -1n });
    assert.equal([own.label, own.count, own.on, own.mode, own.filled, own.big], ['x', 7, true, 'off', null, -1n]);
    assert.is.not(own.id, row.id);
  });

  test('autoIncrement gives ids in order and lets one be given', async ({ db }) => {
    const one = await db.models.Counter.create({ label: 'one' });
    const two = await db.models.Counter.create({ label: 'two' });
    assert.is(two.id, one.id + 1);
    assert.equal(await db.models.Counter.create({ id: 1000, label: 'given' }), { id: 1000, label: 'given' });
    assert.is((await db.models.Counter.read({ id: two.id })).label, 'two');
  });

  test('text that looks like SQL is stored byte for byte', async ({ db }) => {
    const texts = [`'; DROP TABLE users; --`, '${create_user.id}', '{{x}}', '$1', '?', ':a', '@b', '%_\\', `"q"`, 'NULL', 'null', 'CURRENT_TIMESTAMP', '\\x41', '\r\n\t', '  ', 'ünï – 🙂'];
    for (const text of texts) {
      const user = aUser({ name: text });
      assert.is((await db.models.User.create(user)).name, text);
      assert.is((await db.models.User.read({ filter: { id: user.id, name: text } })).name, text);
      assert.is((await db.models.User.update({ filter: { id: user.id }, fields: { name: `${text}${text}` } })).name, text + text);
    }
  });

  test('read by id, by unique key, with further conditions, and not found', async ({ db }) => {
    const user = aUser({ age: 30 });
    const row = await db.models.User.create(user);
    assert.equal(await db.models.User.read({ filter: { email: user.email } }), row);
    assert.equal(await db.models.User.read({ filter: { id: { $eq: user.id }, age: { $gte: 30 } } }), row);
    assert.is(await db.models.User.read({ filter: { id: user.id, age: { $gt: 30 } }, raiseOnNotFound: false }), null);
    const absent = await fails('DF-504', () => db.models.User.read({ id: 'absent-7531' }));
    assert.is(absent.context.model, 'User');
    assert.is(absent.context.operation, 'read');
    assert.not.match(absent.enhancedMessage(), '7531');
    assert.is(await db.models.User.read({ id: 'nobody', raiseOnNotFound: false }), null);
    await fails('DF-504', () => db.models.User.read({ filter: { email: 'nobody' } }));
  });

  test('read by a composite unique key', async ({ db }) => {
    const line = await db.models.OrderLine.create({ id: fresh(), orderId: 'o-1', lineNo: 1, qty: 2 });
    await db.models.OrderLine.create({ id: fresh(), orderId: 'o-1', lineNo: 2, qty: 3 });
    assert.equal(await db.models.OrderLine.read({ filter: { lineNo: 1, orderId: 'o-1' } }), line);
    await fails('DF-107', () => db.models.OrderLine.read({ filter: { orderId: 'o-1' } as never }));
  });

  test('update changes the given fields of one row, and updatedAt', async ({ db }) => {
    const user = aUser({ age: 30 });
    const row = await db.models.User.create(user);
    const other = await db.models.User.create(aUser());
    await new Promise((resolve) => setTimeout(resolve, 5));
    const changed = await db.models.User.update({ filter: { email: user.email }, fields: { name: 'Bob', age: null } });
    assert.equal({ ...changed, updatedAt: row.updatedAt }, { ...row, name: 'Bob', age: null });
    assert.ok(changed.updatedAt > row.updatedAt);
    assert.equal(await db.models.User.read({ id: user.id }), changed);
    assert.equal(await db.models.User.read({ id: other.id }), other);
  });

  test('update with further conditions that fail finds no row', async ({ db }) => {
    const user = aUser({ age: 30 });
    const row = await db.models.User.create(user);
    await fails('DF-504', () => db.models.User.update({ filter: { id: user.id, age: 31 }, fields: { name: 'x' } }));
    assert.is(await db.models.User.update({ filter: { id: user.id, age: 31 }, fields: { name: 'x' }, raiseOnNotFound: false }), null);
    assert.equal(await db.models.User.read({ id: user.id }), row);
    await fails('DF-107', () => db.models.User.update({ filter: { name: 'Alice' } as never, fields: { name: 'x' } }));
    await fails('DF-107', () => db.models.User.update({ filter: { id: { $in: [user.id] } } as never, fields: { name: 'x' } }));
    await fails('DF-107', () => db.models.User.update({ filter: {} as never, fields: { name: 'x' } }));
    const error = await fails('DF-107', () => db.models.User.update({ filter: { id: null } as never, fields: { name: 'x' } }));
    assert.match(error.message, 'UserBulkUpdateNode');
    await fails('DF-103', () => db.models.User.update({ filter: { id: user.id }, fields: {} }));
  });

  test('delete gives the row it removed', async ({ db }) => {
    const user = aUser();
    const row = await db.models.User.create(user);
    assert.equal(await db.models.User.delete({ id: user.id }), { deleted: true, record: row });
    assert.equal(await db.models.User.delete({ id: user.id }), { deleted: false });
    const kept = await db.models.User.create(aUser({ age: 5 }));
    assert.equal(await db.models.User.delete({ filter: { email: kept.email, age: 6 } }), { deleted: false });
    assert.equal(await db.models.User.delete({ filter: { email: kept.email, age: 5 } }), { deleted: true, record: kept });
    await fails('DF-107', () => db.models.User.delete({ filter: { name: 'Alice' } as never }));
  });

  test('a method works apart from its object', async ({ db }) => {
    const { create, read } = db.models.User;
    const user = aUser();
    const row = await create(user);
    assert.equal(await read({ id: user.id }), row);
    assert.is(db.models.User.create, create);
  });

  test('rows given and rows got share nothing', async ({ db }) => {
    const texts = ['a'];
    const row = await db.models.Sample.create({ id: fresh(), texts, json: { a: [1] } });
    texts.push('b');
    assert.equal((await db.models.Sample.read({ id: row.id })).texts, ['a']);
  });

  test.run();
}
