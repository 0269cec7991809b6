/** What only SQLite's drivers have: one writer, readers beside it, interruptions. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteCode } from '../../../runtime/src/drivers/sqlite/busy.js';
import type { Driver, Statement, TransactionConnection } from '../../../runtime/src/drivers/driver.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { poolTimeout } from '../../../runtime/src/drivers/pool-timeout.js';
import { openSqlite, sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';
import { errorOf, rowsOf } from './places.js';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const insert = (id: number): [Statement, number[]] => [{ text: 'INSERT INTO t (id) VALUES (?)', kind: 'write', returns: false }, [id]];
const endless: Statement = { text: 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1e15) SELECT count(*) AS n FROM c', kind: 'read', returns: true };

function define(adapter: (typeof sqliteAdapters)[number], inMemory: boolean): void {
  const test = suite(`${adapter} ${inMemory ? 'in memory' : 'on a file'}`);
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-sqlite-'));
  const file = join(folder, 'test.db');
  const open = (acquireTimeoutMs = 5000, readers = inMemory ? 0 : 2): Driver =>
    openSqlite({ file: inMemory ? ':memory:' : file, inMemory, readers, acquireTimeoutMs, onTimeout: poolTimeout }, adapter);
  let driver: Driver;
  test.before(async () => {
    driver = open();
    await rowsOf(driver, 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
  });
  test.before.each(async () => void (await rowsOf(driver, 'DELETE FROM t')));
  test.after(async () => {
    await driver.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const count = async (on: Driver | TransactionConnection = driver): Promise<number> => Number((await rowsOf(on, 'SELECT count(*) AS n FROM t'))[0]![0]);

  test('the database itself refuses writes of a read-only transaction, and takes them afterwards', async () => {
    const transaction = await driver.begin({ readOnly: true });
    assert.is(sqliteCode(await errorOf(() => transaction.execute(...insert(1)))), 8);
    assert.is(await count(transaction), 0);
    await transaction.commit();
    const second = await driver.begin({ readOnly: true });
    assert.is(sqliteCode(await errorOf(() => rowsOf(second, 'CREATE TABLE u (id)'))), 8);
    await second.rollback();
    await driver.execute(...insert(1));
    const writing = await driver.begin();
    await writing.execute(...insert(2));
    await writing.commit();
    assert.is(await count(), 2);
  });

  test('what is sent to a transaction after its end is refused, not run by whoever is next', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const transaction = await driver.begin();
      const ended = transaction[end]();
      assert.match((await errorOf(() => transaction.execute(...insert(9)))).message, 'DF-540');
      assert.match((await errorOf(() => transaction.executeMany(insert(9)[0], [[9]]))).message, 'DF-540');
      await ended;
    }
    assert.is(await count(), 0);
  });

  test('who waits in vain hears who has the database', async () => {
    const small = open(60);
    await rowsOf(small, 'CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)');
    const opened = new Error('opened here');
    const transaction = await small.begin({ holder: { what: 'the night job', opened } });
    const waiting = errorOf(() => small.execute(...insert(1)));
    await later(10);
    assert.equal(small.stats(), { max: inMemory ? 1 : 3, open: 1, idle: 0, used: 1, waiting: 1 });
    const { message, causes } = (await waiting) as Error & { causes: string[] };
    assert.match(message, `DF-534: no connection became free within 60 ms: 1 of ${inMemory ? 1 : 3} in use`);
    assert.match(causes[0]!, /held the longest, for \d+ ms: the night job/);
    assert.match(causes[0]!, 'sqlite.test.ts');
    await transaction.rollback();
    assert.equal(small.stats(), { max: inMemory ? 1 : 3, open: 1, idle: 1, used: 0, waiting: 0 });
    await small.close();
  });

  test('the wait for the database ends with the signal', async () => {
    const transaction = await driver.begin();
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = [
      () => driver.execute(...insert(1), controller.signal), () => driver.executeMany(insert(1)[0], [[1]], controller.signal),
      () => driver.begin({ signal: controller.signal }),
    ].map(errorOf);
    await later(5);
    assert.is(driver.stats().waiting, 3);
    controller.abort(reason);
    for (const error of await Promise.all(waiting)) assert.is(error, reason);
    assert.is(driver.stats().waiting, 0);
    await transaction.rollback();
    assert.is(await count(), 0);
  });

  if (!inMemory) {
    test('read-only transactions leave the writer free, see one state, and wait when there are too many', async () => {
      const [one, two] = [await driver.begin({ readOnly: true }), await driver.begin({ readOnly: true, isolation: 'serializable' })];
      assert.equal([driver.stats().used, driver.stats().open], [2, 3]);
      await driver.execute(...insert(1));
      const writing = await driver.begin();
      await writing.execute(...insert(2));
      await writing.commit();
      // All readers are taken, so the writer reads.
      assert.is(await count(), 2);
      assert.equal([await count(one), await count(two)], [0, 0]);
      const controller = new AbortController();
      const given_up = errorOf(() => driver.begin({ readOnly: true, signal: controller.signal }));
      let began = false;
      const third = driver.begin({ readOnly: true }).then((transaction) => ((began = true), transaction));
      await later(20);
      controller.abort(new Error('enough'));
      assert.is((await given_up).message, 'enough');
      assert.not(began);
      await one.commit();
      await two.rollback();
      const last = await third;
      assert.is(await count(last), 2);
      await last.commit();
      assert.is(driver.stats().used, 0);
    });

    test('close waits for read-only transactions', async () => {
      const closing = open();
      const transaction = await closing.begin({ readOnly: true });
      let closed = false;
      const close = closing.close().then(() => (closed = true));
      await later(20);
      assert.not(closed);
      assert.is(await count(transaction), 0);
      await transaction.commit();
      await close;
    });
  }

  if (adapter === 'sqlite3') {
    test('a signal interrupts its own statement and no other', async () => {
      const controller = new AbortController();
      const slow = [1, 2, 3].map(() => errorOf(() => driver.execute(endless, [], controller.signal)));
      await later(30);
      const others = Array.from({ length: 20 }, async (_, i) => {
        await later(i * 3);
        await driver.execute(...insert(i));
        return count();
      });
      await later(20);
      controller.abort(new Error('enough'));
      for (const error of await Promise.all(slow)) assert.is(sqliteCode(error) ?? error.message, error.message === 'enough' ? 'enough' : 9);
      await Promise.all(others);
      assert.is(await count(), 20);
      assert.is(driver.stats().used, 0);
    });

    test('inside a transaction an interrupted read ends alone', async () => {
      const transaction = await driver.begin();
      await transaction.execute(...insert(1));
      const controller = new AbortController();
      const slow = errorOf(() => transaction.execute(endless, [], controller.signal));
      const queued = transaction.execute(...insert(2));
      setTimeout(() => controller.abort(), 30);
      assert.is(sqliteCode(await slow), 9);
      await queued;
      await transaction.commit();
      assert.is(await count(), 2);
    });

    test('an interrupted write takes its transaction along', async () => {
      const transaction = await driver.begin();
      await transaction.execute(...insert(1));
      const controller = new AbortController();
      const slow = errorOf(() => transaction.execute({ ...endless, text: `INSERT INTO t (id) ${endless.text}`, kind: 'write', returns: false }, [], controller.signal));
      setTimeout(() => controller.abort(), 30);
      assert.is(sqliteCode(await slow), 9);
      assert.match((await errorOf(() => transaction.execute(...insert(2)))).message, 'DF-502');
      await transaction.rollback();
      assert.is(await count(), 0);
    });
  }

  test.run();
}

for (const adapter of sqliteAdapters) {
  if ('error' in loadPackage(adapter)) continue;
  define(adapter, true);
  define(adapter, false);
}
