import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Target } from '../harness.js';

/** Fields called like parameters, and a bigint id. */
export function names(target: Target): void {
  const test = suiteOn(target, 'names');
  const ticket = (id: bigint) => ({
    id, data: { a: Number(id % 100n) }, filter: 'f', fields: 'g', order: 1, user: 'u', select: 's', name: 'n', description: 'd', version: 2, tags: ['x', 'y'],
  });

  test('every operation on a model with awkward names', async ({ db }) => {
    const { Ticket } = db.models;
    const one = ticket(9007199254740993n);
    assert.equal(await Ticket.create(one), one);
    assert.equal(await Ticket.read({ id: one.id }), one);
    assert.equal(await Ticket.read({ filter: { id: one.id, order: 1, select: 's' } }), one);
    assert.equal(await Ticket.update({ filter: { id: one.id }, fields: { filter: null, fields: '', data: null, tags: [] } }), { ...one, filter: null, fields: '', data: null, tags: [] });
    const two = ticket(9007199254740992n);
    const upserted = await Ticket.upsert({ where: { id: two.id }, create: two, update: { order: 2 } });
    assert.equal(upserted, { created: true, action: 'created', record: two });
    assert.is((await Ticket.upsert({ where: { id: two.id }, create: two, update: { order: 2 } })).record.order, 2);
    const three = ticket(-9223372036854775808n);
    const four = ticket(9223372036854775807n);
    assert.equal((await Ticket.bulkCreate({ data: [three, four], records: true })).records, [three, four]);
    const { records } = await Ticket.list({ orderBy: { id: 'desc' }, select: ['id'] });
    assert.equal(records.map(({ id }) => id), [four.id, one.id, two.id, three.id]);
    const page = await Ticket.list({ orderBy: { order: 'asc' }, limit: 2 });
    const rest = await Ticket.list({ orderBy: { order: 'asc' }, limit: 2, after: page.cursor! });
    assert.equal([...page.records, ...rest.records].map(({ id }) => id), [three.id, one.id, four.id, two.id]);
    assert.equal(await Ticket.bulkUpdate({ data: [{ id: one.id, user: 'v' }, { id: 5n, user: 'v' }] }), { updated: 1, missing: [5n] });
    assert.equal(await Ticket.bulkDelete({ ids: [one.id, four.id] }), { deleted: 2 });
    assert.equal(await Ticket.delete({ id: three.id }), { deleted: true, record: three });
    assert.is((await Ticket.count({})).count, 1);
  });

  test('data, filter and fields are fields here, and wrappers elsewhere', async ({ db }) => {
    const create = untyped(db.models.User)['create']!;
    for (const wrapper of ['data', 'filter', 'fields', 'values']) {
      const error = await fails('DF-106', () => create({ [wrapper]: { id: 'x', name: 'x', email: 'x' } }));
      assert.match(error.message, `without \`${wrapper}\``);
    }
  });

  test('numbers are no bigints', async ({ db }) => {
    const { create, read } = untyped(db.models.Ticket);
    await fails('DF-102', () => create!({ id: 5 }));
    await fails('DF-102', () => read!({ id: 5 }));
    await fails('DF-103', () => create!({ id: 9223372036854775808n }));
  });

  test.run();
}
