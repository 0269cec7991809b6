import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import type { CompiledModel, Fields, Row } from '../../../runtime/src/nodes/compiled-model.js';
import { bulkInsert, deleteCall, deleteIdsCall, listCall, runUpsert, selectCall, updateCall, updateRows, type BulkInsertSpec } from '../../../runtime/src/sql/index.js';
import { createTables, databases, type TestDatabase } from './executors.js';
import { field, modelOf, Thing, timeIn, User } from './models.js';
import { fieldOf, stored } from './values.js';

const now = '2026-01-01T00:00:00.000Z';
const later = '2026-01-02T00:00:00.000Z';

const Counter = modelOf({
  name: 'Counter',
  table: 'counters',
  fields: [field('id', { kind: 'bigint' }, { default: { kind: 'autoIncrement' } }), field('name', { kind: 'string' }), field('price', { kind: 'decimal' }, { nullable: true })],
  uniques: [['name'], ['price']],
  indexes: [],
});
const Ticket = modelOf({ name: 'Ticket', table: 'tickets', fields: [field('id', { kind: 'int' }, { default: { kind: 'autoIncrement' } })], uniques: [], indexes: [] });

async function rowsOf(db: TestDatabase, model: CompiledModel): Promise<Row[]> {
  const call = listCall(model, db.dialect, { limit: 10_000 });
  return (await db.execute(call.statement, call.values)).rows.map((raw) => call.shape.decode(raw));
}

async function insert(db: TestDatabase, model: CompiledModel, data: Fields[], more: Partial<BulkInsertSpec> = {}) {
  const bulk = bulkInsert(model, db.dialect, data, { now: timeIn(db.dialect, now), onConflict: 'error', records: false, ...more });
  const { records, ...counts } = await bulk.run(db, 0, bulk.size);
  return { ...counts, superseded: bulk.superseded, records: records.map((raw) => model[db.dialect].decodeRow(raw)) };
}

for (const { name, open } of databases()) {
  const withDatabase = (title: string, work: (db: TestDatabase) => Promise<void>): void =>
    void test(`${name}: ${title}`, async () => {
      const db = await open();
      try {
        await createTables(db, User, Thing, Counter, Ticket);
        await work(db);
      } finally {
        await db.close();
      }
    });

  withDatabase('tables and keys can be created again', async (db) => {
    await createTables(db, User, Thing, Counter, Ticket);
  });

  withDatabase('an update sets fields and updatedAt of the rows it names, and nothing else', async (db) => {
    await insert(db, User, [{ id: 'a', name: 'A', email: 'a@x' }, { id: 'b', name: 'B', email: 'b@x', age: 3, active: false }]);
    const call = updateCall(User, db.dialect, { email: 'a@x', age: null }, { age: 7, name: "it's" }, timeIn(db.dialect, later), { returning: true });
    const { rows } = await db.execute(call.statement, call.values);
    const changed = { id: 'a', name: "it's", email: 'a@x', age: 7, active: true, createdAt: new Date(now), updatedAt: new Date(later) };
    assert.equal(rows.map((raw) => User[db.dialect].decodeRow(raw)), [changed]);
    assert.equal(await rowsOf(db, User), [changed, { id: 'b', name: 'B', email: 'b@x', age: 3, active: false, createdAt: new Date(now), updatedAt: new Date(now) }]);
    const read = selectCall(User, db.dialect, { name: { $ne: 'B' } });
    assert.equal(User[db.dialect].decodeRow((await db.execute(read.statement, read.values)).rows[0]!), changed);
  });

  withDatabase('rows are deleted by filter and by ids', async (db) => {
    await insert(db, User, ['a', 'b', 'c', "d'"].map((id) => ({ id, name: id, email: id })));
    const gone = deleteCall(User, db.dialect, { id: 'a' }, { returning: false });
    assert.is((await db.execute(gone.statement, gone.values)).changes, 1);
    const record = deleteCall(User, db.dialect, { id: 'b', name: 'b' }, { returning: true });
    assert.is((await db.execute(record.statement, record.values)).rows.length, 1);
    const ids = deleteIdsCall(User, db.dialect, ["d'", 'x']);
    assert.is((await db.execute(ids.statement, ids.values)).changes, 1);
    assert.equal((await rowsOf(db, User)).map((row) => row['id']), ['c']);
    assert.throws(() => deleteIdsCall(User, db.dialect, [1]), (error: DataFlowError) => error.code === 'DF-102');
  });

  withDatabase('upsert says whether it created, by any unique key', async (db) => {
    const go = async (conflict: string[], create: Fields, update: Fields) => {
      const { raw, created } = await runUpsert(db, User, { conflict, create, update, now: timeIn(db.dialect, created0 ? now : later) });
      created0 = false;
      return { created, row: User[db.dialect].decodeRow(raw) };
    };
    let created0 = true;
    const first = await go(['email'], { id: 'a', name: 'A', email: 'a@x' }, { age: 1 });
    assert.is(first.created, true);
    assert.is(first.row['age'], null);
    // The same again meets the row in id and in email.
    const again = await go(['email'], { id: 'a', name: 'A', email: 'a@x' }, { age: 1 });
    assert.equal(again, { created: false, row: { ...first.row, age: 1, updatedAt: new Date(later) } });
    assert.is((await go(['email'], { id: 'other', name: 'A', email: 'a@x' }, {})).created, false);
    assert.is((await go(['id'], { id: 'b', name: 'B', email: 'b@x' }, { name: 'C' })).created, true);
    assert.is((await go(['name', 'age'], { id: 'c', name: 'A', email: 'c@x', age: 1 }, { active: false })).row['id'], 'a');
    assert.is((await rowsOf(db, User)).length, 2);
    // The key is free, but another unique value is taken: that is an error, not an update.
    let refused: unknown;
    await go(['email'], { id: 'b', name: 'D', email: 'd@x' }, {}).catch((error: unknown) => (refused = error));
    assert.instance(refused, Error);
  });

  withDatabase('many upserts of one new key create one row', async (db) => {
    const done = await Promise.all(Array.from({ length: 20 }, (_, i) =>
      runUpsert(db, User, { conflict: ['email'], create: { id: `u${i}`, name: 'N', email: 'same@x' }, update: { age: i }, now: timeIn(db.dialect, now) })));
    assert.is(done.filter(({ created }) => created).length, 1);
    assert.is((await rowsOf(db, User)).length, 1);
  });

  withDatabase('keys that are equal as numbers meet, and the database counts ids', async (db) => {
    const one = await runUpsert(db, Counter, { conflict: ['price'], create: { name: 'a', price: '1.50' }, update: {}, now: null });
    const two = await runUpsert(db, Counter, { conflict: ['price'], create: { name: 'b', price: '1.5' }, update: { name: 'c' }, now: null });
    assert.equal([one.created, two.created], [true, false]);
    assert.equal(await rowsOf(db, Counter), [{ id: 1n, name: 'c', price: '1.50' }]);
    const bulk = await insert(db, Counter, [{ name: 'x', price: '01.500' }, { name: 'y', price: '2' }, { name: 'y2', price: '2.0' }], { onConflict: 'update', conflict: ['price'] });
    assert.equal(bulk, { inserted: 1, updated: 1, skipped: 0, superseded: 1, records: [] });
    assert.equal((await rowsOf(db, Counter)).map((row) => row['name']), ['x', 'y2']);
    const big = await insert(db, Counter, [{ id: 9007199254740993n, name: 'big' }], { records: true });
    assert.is(big.records[0]!['id'], 9007199254740993n);
    const tickets = await insert(db, Ticket, [{}, {}, { id: 10 }], { records: true });
    assert.equal(tickets.records, [{ id: 1 }, { id: 2 }, { id: 10 }]);
  });

  withDatabase('bulk inserts skip, update and refuse conflicts', async (db) => {
    const user = (id: string, more: Fields = {}): Fields => ({ id, name: id, email: `${id}@x`, ...more });
    assert.equal(await insert(db, User, []), { inserted: 0, updated: 0, skipped: 0, superseded: 0, records: [] });
    await insert(db, User, [user('a', { age: 1 }), user('b')]);
    const skipped = await insert(db, User, [user('x'), user('a'), user('y'), user('z', { email: 'b@x' }), user('x')], { onConflict: 'skip', records: true });
    assert.equal({ ...skipped, records: skipped.records.map((row) => row['id']) }, { inserted: 2, updated: 0, skipped: 3, superseded: 0, records: ['x', 'y'] });
    assert.is((await insert(db, User, [user('x'), user('w')], { onConflict: 'skip', conflict: ['id'] })).inserted, 1);

    for (const records of [true, false]) {
      const mixed = [user('a', { name: 'A2' }), user(`n${records}`, { age: 5 }), { id: 'b', name: 'B2', email: 'b@x', active: false }, user('a', { name: 'A3' })];
      const updated = await insert(db, User, mixed, { onConflict: 'update', now: timeIn(db.dialect, later), records });
      assert.equal({ ...updated, records: updated.records.map((row) => row['name']) },
        { inserted: 1, updated: 2, skipped: 0, superseded: 1, records: records ? [`n${records}`, 'B2', 'A3'] : [] });
    }
    const a = (await rowsOf(db, User)).find((row) => row['id'] === 'a')!;
    // What a row does not give stays: age is not reset to its default.
    assert.equal(a, { id: 'a', name: 'A3', email: 'a@x', age: 1, active: true, createdAt: new Date(now), updatedAt: new Date(later) });

    let refused: unknown;
    await insert(db, User, [user('new'), user('a')]).catch((error: unknown) => (refused = error));
    assert.instance(refused, Error);
    assert.throws(() => bulkInsert(User, db.dialect, [user('p'), user('q', { age: 1.5 })], { now: timeIn(db.dialect, now), onConflict: 'error', records: false }),
      (error: DataFlowError) => error.code === 'DF-103' && error.context.row === 1 && error.context.field === 'age');
  });

  withDatabase('rows are updated by id, and missing ids are told', async (db) => {
    await insert(db, User, ['a', 'b', 'c'].map((id) => ({ id, name: id, email: id })));
    const changes = updateRows(User, db.dialect, [{ id: 'a', name: 'A' }, { id: 'x', name: 'X' }, { id: 'b', age: 2 }, { id: 'a', name: 'A2' }, { id: 'y', age: null, active: false }, { id: 'c' }], timeIn(db.dialect, later));
    assert.equal(await changes.run(db), { updated: 3, missing: ['x', 'y'] });
    assert.equal((await rowsOf(db, User)).map((row) => [row['name'], row['age'], (row['updatedAt'] as Date).toISOString()]), [['A2', null, later], ['b', 2, later], ['c', null, later]]);
    assert.throws(() => updateRows(User, db.dialect, [{ id: 'a' }, { name: 'A' }], timeIn(db.dialect, now)), (error: DataFlowError) => error.code === 'DF-101' && error.context.row === 1);
  });

  withDatabase('every kind of value goes through every way of writing unchanged', async (db) => {
    const columns = Thing.columns.filter((column) => column.name !== 'id');
    const rowArbitrary = fc.record(Object.fromEntries(columns.map((column) => [column.name, fieldOf(column)])));
    let id = 0;
    await fc.assert(fc.asyncProperty(rowArbitrary, rowArbitrary, async (one, two) => {
      id++;
      const check = (raw: readonly (string | number | bigint | null | Uint8Array)[], given: Fields): void => {
        const row = Thing[db.dialect].decodeRow(raw);
        for (const column of columns) assert.equal(row[column.name], stored(column, given[column.name]), column.name);
      };
      const created = await db.execute(Thing.statements[db.dialect].create, Thing[db.dialect].encodeRow({ ...one, id }, null));
      check(created.rows[0]!, one);
      const update = updateCall(Thing, db.dialect, { id }, two, null, { returning: true });
      check((await db.execute(update.statement, update.values)).rows[0]!, two);
      await updateRows(Thing, db.dialect, [{ ...one, id }], null).run(db);
      const read = selectCall(Thing, db.dialect, { id });
      check((await db.execute(read.statement, read.values)).rows[0]!, one);
      check((await runUpsert(db, Thing, { conflict: ['id'], create: { ...one, id }, update: two, now: null })).raw, two);
    }), { numRuns: 60, seed: 3 });
  });
}

test.run();
