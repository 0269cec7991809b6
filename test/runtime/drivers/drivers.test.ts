import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Driver } from '../../../runtime/src/drivers/driver.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { classify } from '../../../runtime/src/database/error-kinds.js';
import { errorOf, places, rowsOf, sql, type Place } from './places.js';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = (place: Place): string => `t_${process.pid}_${place.name.replace(/\W/g, '')}`;

function define(place: Place): void {
  const test = suite(place.name);
  const table = nameOf(place);
  let driver: Driver;

  test.before(async () => {
    driver = place.open();
    await rowsOf(driver, `CREATE TABLE ${table} (id ${place.dialect === 'sqlite' ? 'INTEGER' : 'integer'} PRIMARY KEY, a text NOT NULL, n integer CHECK (n < 1000), parent integer REFERENCES ${table}(id))`);
  });
  test.before.each(async () => {
    await rowsOf(driver, `DELETE FROM ${table}`);
  });
  test.after(async () => {
    if (place.dialect === 'postgres') await rowsOf(driver, `DROP TABLE ${table}`);
    await driver.close();
    place.remove();
  });

  const insert = sql(place.dialect, `INSERT INTO ${table} (id, a, n) VALUES (?, ?, ?)`, 'write', false);
  const insertReturning = sql(place.dialect, `INSERT INTO ${table} (id, a, n) VALUES (?, ?, ?) RETURNING a, n, id`, 'write', true);
  const all = sql(place.dialect, `SELECT id, a FROM ${table} ORDER BY id`, 'read', true);
  const count = async (): Promise<number> => Number((await rowsOf(driver, `SELECT count(*) AS c FROM ${table}`))[0]![0]);

  test('rows come as arrays in column order, with the number of changes', async () => {
    const created = await driver.execute(insertReturning, [1, 'one', null]);
    assert.equal(created.rows.map((row) => row.map((value) => (value === null ? null : String(value)))), [['one', null, '1']]);
    assert.is(created.changes, 1);
    assert.is((await driver.execute(insert, [2, 'two', 5])).changes, 1);
    const update = sql(place.dialect, `UPDATE ${table} SET n = ? WHERE id >= ?`, 'write', false);
    assert.is((await driver.execute(update, [7, 1])).changes, 2);
    const found = await driver.execute(all, []);
    assert.is(found.changes, 0);
    assert.equal(found.rows.map(([id, a]) => [Number(id), a]), [[1, 'one'], [2, 'two']]);
  });

  test('values go in as they are', async () => {
    const nasty = `'; DROP TABLE x; -- "quoted" \\ ? $1 \u{1F600}\n`;
    assert.is((await driver.execute(insertReturning, [1, nasty, 1])).rows[0]![0], nasty);
    const bytes = sql(place.dialect, place.dialect === 'sqlite' ? 'SELECT ? AS b, ? AS e' : 'SELECT ?::bytea AS b, ?::bytea AS e', 'read', true);
    const [b, e] = (await driver.execute(bytes, [new Uint8Array([0, 255]), new Uint8Array()])).rows[0]!;
    if (place.dialect === 'postgres') assert.equal([b, e], ['\\x00ff', '\\x']);
    else assert.equal([[...(b as Uint8Array)], [...(e as Uint8Array)]], [[0, 255], []]);
    const big = sql(place.dialect, place.dialect === 'sqlite' ? 'SELECT CAST(CAST(? AS INTEGER) AS TEXT) AS b' : 'SELECT ?::bigint AS b', 'read', true);
    assert.is((await driver.execute(big, [9007199254740993n])).rows[0]![0], '9007199254740993');
  });

  test('executeMany gives the changes of each', async () => {
    const skip = sql(place.dialect, `INSERT INTO ${table} (id, a) VALUES (?, ?) ON CONFLICT DO NOTHING`, 'write', false);
    assert.equal(await driver.executeMany(skip, [[1, 'a'], [2, 'b'], [1, 'c'], [3, 'd']]), [1, 1, 0, 1]);
    const many = Array.from({ length: 1500 }, (_, i) => [i + 10, 'x', 1] as const);
    const transaction = await driver.begin();
    assert.is((await transaction.executeMany(insert, many)).length, 1500);
    await transaction.commit();
    assert.is(await count(), 1503);
  });

  test('executeMany takes several rows at once where the statement can', async () => {
    const one = sql(place.dialect, `INSERT INTO ${table} (id, a) VALUES (?, ?)`, 'write', false);
    const three = sql(place.dialect, `INSERT INTO ${table} (id, a) VALUES (?, ?), (?, ?), (?, ?)`, 'write', false);
    for (const count of [2, 3, 8]) {
      const rows = Array.from({ length: count }, (_, i) => [i, `a${i}`] as const);
      assert.equal(await driver.executeMany({ ...one, several: { statement: three, rows: 3 } }, rows), rows.map(() => 1));
      assert.equal((await driver.execute(all, [])).rows.map(([id, a]) => [Number(id), a]), rows);
      await rowsOf(driver, `DELETE FROM ${table}`);
    }
  });

  test('parallel writes all arrive', async () => {
    await Promise.all(Array.from({ length: 200 }, async (_, i) => driver.execute(insert, [i, 'x', 1])));
    assert.is(await count(), 200);
  });

  test('transactions commit and roll back', async () => {
    const first = await driver.begin();
    await first.execute(insert, [1, 'kept', 1]);
    await first.commit();
    const second = await driver.begin();
    await second.execute(insert, [2, 'lost', 1]);
    await second.rollback();
    assert.equal((await driver.execute(all, [])).rows.map((row) => row[1]), ['kept']);
  });

  test('parallel read-modify-write transactions lose nothing', async () => {
    await driver.execute(insert, [1, 'counter', 0]);
    const lock = place.dialect === 'postgres' ? ' FOR UPDATE' : '';
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const transaction = await driver.begin();
        const [row] = await rowsOf(transaction, `SELECT n FROM ${table} WHERE id = 1${lock}`);
        await later(i % 3);
        await rowsOf(transaction, `UPDATE ${table} SET n = ? WHERE id = 1`, [Number(row![0]) + 1]);
        await transaction.commit();
      }),
    );
    assert.is(Number((await rowsOf(driver, `SELECT n FROM ${table}`))[0]![0]), 12);
  });

  test('nobody sees uncommitted rows, and other writes do not become part of a transaction', async () => {
    const transaction = await driver.begin();
    await transaction.execute(insert, [1, 'mine', 1]);
    const outside = driver.execute(insert, [2, 'theirs', 1]);
    const seen = Promise.all(Array.from({ length: 5 }, async () => (await driver.execute(all, [])).rows.length));
    if (place.shared) assert.ok((await seen).every((length) => length <= 1), 'uncommitted rows were seen');
    await later(20);
    assert.equal((await transaction.execute(all, [])).rows.filter((row) => row[1] === 'mine').length, 1);
    await transaction.rollback();
    await outside;
    await seen;
    assert.equal((await driver.execute(all, [])).rows.map((row) => row[1]), ['theirs']);
  });

  test('parallel calls inside a transaction', async () => {
    const transaction = await driver.begin();
    await Promise.all(Array.from({ length: 30 }, async (_, i) => transaction.execute(insert, [i, 'x', 1])));
    await transaction.commit();
    assert.is(await count(), 30);
  });

  test('waiting for a connection has an end', async () => {
    const small = place.open({ max: 1, acquireTimeoutMs: 500 });
    const transaction = await small.begin();
    const begun = performance.now();
    assert.match((await errorOf(() => small.begin())).message, 'waited 500 ms');
    assert.ok(performance.now() - begun < 10_000);
    await transaction.rollback();
    await (await small.begin()).rollback();
    await small.close();
  });

  test('errors can be told apart', async () => {
    await driver.execute(insert, [1, 'a', 1]);
    const kindOf = async (text: string, values: (string | number | null)[] = []): Promise<unknown> => classify(await errorOf(() => rowsOf(driver, text, values)));
    assert.is(await kindOf(`INSERT INTO ${table} (id, a) VALUES (1, 'b')`), 'unique');
    assert.is(await kindOf(`INSERT INTO ${table} (id, a) VALUES (2, NULL)`), 'notNull');
    assert.is(await kindOf(`INSERT INTO ${table} (id, a, n) VALUES (2, 'b', 1000)`), 'check');
    assert.is(await kindOf(`INSERT INTO ${table} (id, a, parent) VALUES (2, 'b', 99)`), 'foreignKey');
    assert.is(await kindOf('SELECT 1 AS x FROM no_such_table'), 'missingTable');
    assert.is(await kindOf(`SELECT no_such_column FROM ${table}`), 'missingColumn');
    assert.is(await kindOf('SELECT FROM WHERE'), 'other');
  });

  test('a statement that cannot be prepared fails for everybody, again and again', async () => {
    const bad = sql(place.dialect, 'SELECT nothing FROM nowhere', 'read', true);
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, async () => driver.execute(bad, [])));
      assert.ok(outcomes.every(({ status }) => status === 'rejected'));
    }
  });

  test('close waits for the work under way, and is final', async () => {
    const closing = place.open();
    const name = `${table}_close`;
    await rowsOf(closing, `CREATE TABLE ${name} (id integer)`);
    const transaction = await closing.begin();
    const queued = place.shared && place.dialect === 'postgres' ? undefined : closing.execute(sql(place.dialect, `INSERT INTO ${name} VALUES (?)`, 'write', false), [1]);
    let closed = false;
    const close = closing.close().then(() => (closed = true));
    assert.is(closing.close(), closing.close());
    await later(20);
    assert.not(closed);
    const refused = await errorOf(() => closing.begin());
    assert.ok(refused instanceof DataFlowError && refused.code === 'DF-501');
    await rowsOf(transaction, `INSERT INTO ${name} VALUES (?)`, [2]);
    await transaction.commit();
    await queued;
    await close;
    const after = await errorOf(() => rowsOf(closing, 'SELECT 1 AS x'));
    assert.ok(after instanceof DataFlowError && after.code === 'DF-501');
    if (place.dialect === 'postgres') await rowsOf(driver, `DROP TABLE ${name}`);
  });

  if (place.shared) {
    test('two drivers on one database do not starve each other', async () => {
      const other = place.open();
      await other.execute(all, []);
      const transaction = await driver.begin();
      await transaction.execute(insert, [1, 'first', 1]);
      const waiting = Promise.all(Array.from({ length: 8 }, async (_, i) => other.execute(insert, [10 + i, 'other', 1])));
      await later(30);
      await transaction.commit();
      await waiting;
      await Promise.all([driver, other].flatMap((one, at) => Array.from({ length: 25 }, async (_, i) => one.execute(insert, [100 + at * 50 + i, 'x', 1]))));
      assert.is(await count(), 59);
      await other.close();
    });
  }

  test.run();
}

for (const place of places()) define(place);
