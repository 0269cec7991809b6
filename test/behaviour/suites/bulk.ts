import * as assert from 'uvu/assert';
import { fails, fresh, idsOf, suiteOn, untyped, type Db, type Target } from '../harness.js';
import { codes } from '../codes.js';

/** BulkUpdate and BulkDelete. */
export function bulk(target: Target): void {
  const test = suiteOn(target, 'bulk update and delete');

  async function lines(db: Db, count: number): Promise<{ orderId: string; ids: string[] }> {
    const orderId = fresh('o');
    const ids = Array.from({ length: count }, (_, i) => `${orderId}-${String(i).padStart(4, '0')}`);
    await db.models.OrderLine.bulkCreate({ data: ids.map((id, i) => ({ id, orderId, lineNo: i, qty: i })) });
    return { orderId, ids };
  }
  const quantities = async (db: Db, orderId: string) =>
    (await db.models.OrderLine.list({ filter: { orderId }, orderBy: { lineNo: 'asc' }, limit: 1000 })).records.map(({ qty }) => qty);

  test('update by filter', async ({ db }) => {
    const { orderId } = await lines(db, 5);
    assert.equal(await db.models.OrderLine.bulkUpdate({ filter: { orderId, qty: { $gte: 3 } }, fields: { qty: 0, note: 'x' } }), { updated: 2 });
    assert.equal(await quantities(db, orderId), [0, 1, 2, 0, 0]);
    assert.equal(await db.models.OrderLine.bulkUpdate({ filter: { orderId, qty: 77 }, fields: { qty: 0 } }), { updated: 0 });
    assert.is((await db.models.OrderLine.count({ filter: { note: 'x' } })).count, 2);
  });

  test('update by rows with different fields, and ids that are not there', async ({ db }) => {
    const { orderId, ids } = await lines(db, 4);
    const result = await db.models.OrderLine.bulkUpdate({
      data: [{ id: ids[0]!, qty: 10 }, { id: 'missing-2' as string, qty: 1 }, { id: ids[2]!, note: 'n', qty: 12 }, { id: 'missing-1', note: 'x' }, { id: ids[3]!, note: null }],
    });
    assert.equal(result, { updated: 3, missing: ['missing-2', 'missing-1'] });
    assert.equal(await quantities(db, orderId), [10, 1, 12, 3]);
    assert.is((await db.models.OrderLine.read({ id: ids[2]! })).note, 'n');
    assert.equal(await db.models.OrderLine.bulkUpdate({ data: [] }), { updated: 0, missing: [] });
  });

  test('update by rows sets updatedAt and nothing else', async ({ db }) => {
    const id = fresh('u');
    const row = await db.models.User.create({ id, name: 'a', email: `${id}@x.io`, age: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await db.models.User.bulkUpdate({ data: [{ id, active: false }] }), { updated: 1, missing: [] });
    const now = await db.models.User.read({ id });
    assert.equal({ ...now, updatedAt: row.updatedAt }, { ...row, active: false });
    assert.ok(now.updatedAt > row.updatedAt);
  });

  test('update by rows is all or nothing', async ({ db }) => {
    const { orderId, ids } = await lines(db, 3);
    const update = untyped(db.models.OrderLine)['bulkUpdate']!;
    const error = await fails(codes.unique, () => update({ data: [{ id: ids[0], qty: 50 }, { id: ids[1], lineNo: 2 }] }));
    assert.is(error.context.model, 'OrderLine');
    const bad = await fails('DF-103', () => update({ data: [{ id: ids[0], qty: 50 }, { id: ids[1], qty: 1.5 }] }));
    assert.is(bad.context.row, 1);
    const noId = await fails('DF-101', () => update({ data: [{ id: ids[0], qty: 50 }, { qty: 1 }] }));
    assert.is(noId.context.row, 1);
    assert.is((await fails('DF-105', () => update({ data: [{ id: ids[0], qyt: 50 }] }))).context.row, 0);
    assert.equal(await quantities(db, orderId), [0, 1, 2]);
  });

  test('update of many rows by id', async ({ db }) => {
    const { orderId, ids } = await lines(db, 1000);
    const data = ids.map((id, i) => (i % 2 ? { id, qty: i + 1 } : { id, note: `n${i}` }));
    assert.equal(await db.models.OrderLine.bulkUpdate({ data }), { updated: 1000, missing: [] });
    assert.equal(await quantities(db, orderId), ids.map((_, i) => (i % 2 ? i + 1 : i)));
  });

  test('everything only with all: true', async ({ db }) => {
    const { bulkUpdate, bulkDelete } = untyped(db.models.Counter);
    await db.models.Counter.bulkCreate({ data: [{ label: 'a' }, { label: 'b' }, { label: 'c' }] });
    for (const filter of [{}, { $and: [] }, { id: { $nin: [] } }, { $and: [{}, { $and: [{}] }] }, { $or: [{}, { id: 1 }] }, { $not: { $or: [] } }]) {
      await fails('DF-108', () => bulkUpdate!({ filter, fields: { label: 'x' } }));
      await fails('DF-108', () => bulkDelete!({ filter }));
    }
    assert.is((await db.models.Counter.count({ filter: { label: 'x' } })).count, 0);
    assert.equal(await db.models.Counter.bulkUpdate({ filter: {}, fields: { label: 'x' }, all: true }), { updated: 3 });
    assert.equal(await db.models.Counter.bulkDelete({ filter: { $or: [] } }), { deleted: 0 });
    assert.equal(await db.models.Counter.bulkDelete({ filter: {}, all: true }), { deleted: 3 });
  });

  test('delete by filter and by ids', async ({ db }) => {
    const { orderId, ids } = await lines(db, 6);
    assert.equal(await db.models.OrderLine.bulkDelete({ filter: { orderId, qty: { $lt: 2 } } }), { deleted: 2 });
    assert.equal(await db.models.OrderLine.bulkDelete({ ids: [ids[2]!, ids[3]!, ids[3]!, 'nobody'] }), { deleted: 2 });
    assert.equal(await db.models.OrderLine.bulkDelete({ ids: [] }), { deleted: 0 });
    assert.equal(idsOf((await db.models.OrderLine.list({ filter: { orderId } })).records), ids.slice(4));
  });

  test('what they refuse', async ({ db }) => {
    const { bulkUpdate, bulkDelete } = untyped(db.models.OrderLine);
    const filter = { orderId: 'o' };
    await fails('DF-101', () => bulkUpdate!({}));
    await fails('DF-101', () => bulkUpdate!({ filter }));
    await fails('DF-101', () => bulkUpdate!({ fields: { qty: 1 }, all: true }));
    await fails('DF-103', () => bulkUpdate!({ filter, fields: {} }));
    await fails('DF-106', () => bulkUpdate!({ filter, fields: { id: 'x' } }));
    await fails('DF-106', () => bulkUpdate!({ filter, fields: { qty: 1 }, note: 'x' }));
    await fails('DF-109', () => bulkUpdate!({ filter, data: [] }));
    await fails('DF-109', () => bulkUpdate!({ data: [], fields: { qty: 1 } }));
    await fails('DF-102', () => bulkUpdate!({ filter, fields: { qty: 1 }, all: false }));
    await fails('DF-101', () => bulkDelete!({}));
    await fails('DF-109', () => bulkDelete!({ filter, ids: [] }));
    await fails('DF-109', () => bulkDelete!({ ids: ['x'], all: true }));
    await fails('DF-102', () => bulkDelete!({ ids: 'x' }));
    await fails('DF-102', () => bulkDelete!({ ids: [5] }));
    await fails('DF-110', () => bulkDelete!({ ids: [undefined] }));
    await fails('DF-105', () => bulkDelete!({ filter, hard: true }));
  });

  test.run();
}
