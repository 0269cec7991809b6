import * as assert from 'uvu/assert';
import { codes } from '../codes.js';
import { fails, fresh, suiteOn, untyped, type Target } from '../harness.js';

/** Unique keys with several spellings, empty ones, checks, references in circles, a model of nothing but its id. */
export function keys(target: Target): void {
  const test = suiteOn(target, 'keys');

  test('one key in different spellings is one key', async ({ db }) => {
    const { Account } = db.models;
    const one = await Account.create({ price: '10.0', opened: '2024-01-01T00:00:00Z' as unknown as Date, serial: 9007199254740993n });
    assert.is(one.price, '10.0');
    await fails(codes.unique, () => Account.create({ price: '10.00' }));
    await fails(codes.unique, () => Account.create({ price: '010' }));
    await fails(codes.unique, () => Account.create({ opened: new Date('2024-01-01T00:00:00.000Z') }));
    await Account.create({ serial: 9007199254740992n, price: '10.01' });
    assert.is((await Account.read({ filter: { price: '+10' } })).id, one.id);
    assert.is((await Account.read({ filter: { serial: 9007199254740993n } })).id, one.id);
    assert.is((await Account.read({ filter: { id: one.id.toUpperCase() } })).id, one.id);
    assert.is((await Account.read({ id: one.id.toUpperCase() })).id, one.id);
    assert.is((await Account.update({ filter: { opened: new Date('2024-01-01') }, fields: { balance: 5 } })).id, one.id);
    const upserted = await Account.upsert({ where: { price: '10.000' }, create: { price: '10' }, update: { balance: 6 } });
    assert.equal([upserted.created, upserted.record.id, upserted.record.balance, upserted.record.price], [false, one.id, 6, '10.0']);
    assert.equal(await Account.bulkUpsert({ data: [{ price: '7', balance: 1 }, { price: '7.0', balance: 2 }, { price: '10.0', balance: 7 }], conflictOn: ['price'] }), { inserted: 1, updated: 1 });
    assert.equal((await Account.list({ filter: { price: { $in: ['7.00', '10'] } }, orderBy: { price: 'desc' }, select: ['balance'] })).records, [{ balance: 7 }, { balance: 2 }]);
    assert.equal(await Account.bulkDelete({ ids: [one.id.toUpperCase()] }), { deleted: 1 });
  });

  test('empty keys never meet', async ({ db }) => {
    const { Account } = db.models;
    const before = (await Account.count({})).count;
    await Account.create({ nick: null });
    await Account.create({});
    assert.equal(await Account.bulkUpsert({ data: [{ nick: null }, {}, { nick: 'x' }], conflictOn: ['nick'] }), { inserted: 3, updated: 0 });
    const { inserted, skipped } = await Account.bulkCreate({ data: [{ nick: null }, { nick: 'x' }], onConflict: 'skip', conflictOn: ['nick'] });
    assert.equal([inserted, skipped], [1, 1]);
    assert.is((await Account.count({})).count, before + 6);
    const { read, upsert, update } = untyped(Account);
    await fails('DF-107', () => read!({ filter: { nick: null } }));
    await fails('DF-107', () => update!({ filter: { nick: { $null: true } }, fields: { balance: 1 } }));
    await fails('DF-113', () => upsert!({ where: { nick: null }, create: {}, update: {} }));
    await fails('DF-113', () => upsert!({ where: { nick: { $eq: null } }, create: {}, update: {} }));
    await fails('DF-113', () => upsert!({ where: { nick: 'y' }, create: { price: null }, update: {}, conflictOn: ['price'] }));
    await fails('DF-101', () => upsert!({ where: { nick: 'y' }, create: {}, update: {}, conflictOn: ['price'] }));
  });

  test('checks hold, and are named', async ({ db }) => {
    const error = await fails(codes.check, () => db.models.Account.create({ balance: -1 }));
    assert.equal([error.context.model, error.context.field, error.context.operation], ['Account', 'balance', 'create']);
    const account = await db.models.Account.create({ balance: 0 });
    await fails(codes.check, () => db.models.Account.update({ filter: { id: account.id }, fields: { balance: -5 } }));
    await fails(codes.check, () => db.models.Account.bulkCreate({ data: [{ balance: 1 }, { balance: -1 }] }));
    assert.is((await db.models.Account.read({ id: account.id })).balance, 0);
  });

  test('models that refer to themselves and to each other', async ({ db }) => {
    const { Member, Team } = db.models;
    const [boss, report, team] = [fresh(), fresh(), fresh()];
    await Member.bulkCreate({ data: [{ id: boss }, { id: report, managerId: boss }] });
    await Team.create({ id: team, leaderId: boss });
    await Member.bulkUpdate({ filter: { id: { $in: [boss, report] } }, fields: { teamId: team } });
    await fails(codes.foreignKey, () => Team.delete({ id: team }));
    await fails(codes.foreignKey, () => Member.update({ filter: { id: boss }, fields: { managerId: 'nobody' } }));
    assert.is((await Member.delete({ id: boss })).deleted, true);
    assert.is((await Member.read({ id: report })).managerId, null);
    assert.is((await Team.read({ id: team })).leaderId, null);
  });

  test('nothing but an id', async ({ db }) => {
    const { Tick } = db.models;
    const one = await Tick.create({});
    assert.is(typeof one.id, 'bigint');
    const { records } = await Tick.bulkCreate({ data: [{}, {}, {}], records: true });
    assert.equal(records!.map(({ id }) => id), [one.id + 1n, one.id + 2n, one.id + 3n]);
    assert.equal(await Tick.upsert({ where: { id: 50n }, create: {}, update: {} }), { created: true, action: 'created', record: { id: 50n } });
    assert.equal(await Tick.upsert({ where: { id: 50n }, create: {}, update: {} }), { created: false, action: 'updated', record: { id: 50n } });
    assert.equal(await Tick.bulkUpsert({ data: [{ id: 50n }, { id: 51n }] }), { inserted: 1, updated: 1 });
    assert.equal(await Tick.bulkUpdate({ data: [{ id: 51n }, { id: 52n }] }), { updated: 1, missing: [52n] });
    assert.is((await Tick.count({})).count, 6);
    assert.equal(await Tick.bulkDelete({ ids: [50n, 51n] }), { deleted: 2 });
  });

  test('names of tables and columns that need quotes', async ({ db }) => {
    const { Odd } = db.models;
    const row = { id: 1, groupBy: 'g', quoted: "'q'", unicode: 'ü' };
    assert.equal(await Odd.create(row), row);
    assert.equal(await Odd.update({ filter: { unicode: 'ü' }, fields: { groupBy: null } }), { ...row, groupBy: null });
    const error = await fails(codes.unique, () => Odd.create({ ...row, id: 2 }));
    assert.is(error.context.field, 'unicode');
    assert.equal((await Odd.list({ filter: { quoted: { $contains: "'" } }, orderBy: [{ groupBy: 'asc' }, { quoted: 'desc' }], select: ['quoted', 'groupBy'] })).records, [{ quoted: "'q'", groupBy: null }]);
    assert.is((await Odd.upsert({ where: { unicode: 'ü' }, create: { ...row, id: 3 }, update: { quoted: 'z' } })).record.quoted, 'z');
    assert.equal(await Odd.bulkUpsert({ data: [{ id: 5, quoted: 'x' }, { ...row, id: 6 }], conflictOn: ['unicode'] }), { inserted: 1, updated: 1 });
    assert.equal(await Odd.bulkUpdate({ data: [{ id: 1, quoted: 'y' }] }), { updated: 1, missing: [] });
  });

  test.run();
}
