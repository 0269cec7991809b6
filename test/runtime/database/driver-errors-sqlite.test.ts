/** What only SQLite says: about its files, and about what it cannot hold. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, closeSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { nameDriverError } from '../../../runtime/src/database/driver-errors.js';
import type { Driver, TransactionConnection } from '../../../runtime/src/drivers/driver.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { openSqlite, sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';
import { modelsOf, type Models } from './models.js';
import { fails } from './places.js';

const { schema } = modelsOf('x');
const person = (id: string, more: object = {}): object => ({ id, name: id, email: id, ...more });
const folder = mkdtempSync(join(tmpdir(), 'dataflow-errors-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function onSqlite(driver: (typeof sqliteAdapters)[number]): void {
  const test = suite(`${driver}: errors of files`);
  const at = (name: string): string => join(folder, `${driver.replace(':', '-')}-${name}.db`);
  const open = (name: string): DataFlow<Models> => new DataFlow({ url: `sqlite:///${at(name)}`, driver, schema });
  const named = async (work: () => unknown): Promise<never> => {
    try {
      await work();
    } catch (error) {
      throw nameDriverError(error, { operation: 'statement' });
    }
    return assert.unreachable('it went through') as never;
  };

  test('DF-405: no folder, no database', async () => {
    const nowhere = new DataFlow({ url: `sqlite:///${folder}/no/such/x.db`, driver, schema });
    await fails('DF-405', () => nowhere.models.Team.count({}));
    await fails('DF-405', () => nowhere.transaction(async () => undefined));
    await nowhere.close();
    writeFileSync(at('text'), 'just a text, and one that is long enough to be looked at '.repeat(50));
    const text = open('text');
    assert.match((await fails('DF-405', () => text.models.Team.count({}))).message, 'no SQLite database');
    await text.close();
  });

  test('DF-538: a damaged file', async () => {
    const before = open('damaged');
    await before.models.Person.bulkCreate({ data: Array.from({ length: 500 }, (_, i) => person(`p${i}`, { name: 'x'.repeat(200) })) });
    await before.close();
    const file = openSync(at('damaged'), 'r+');
    for (let page = 1; page < 10; page++) writeSync(file, Buffer.alloc(4000, 0xab), 0, 4000, page * 4096);
    closeSync(file);
    const after = open('damaged');
    await fails('DF-538', () => after.models.Person.list({}));
    await after.close();
  });

  test('DF-549: a file that may only be read', async () => {
    const before = open('newer');
    await before.models.Person.create(person('a'));
    await before.close();
    // "Write version" of the file header: one that this SQLite does not know. Permissions would not hold for root.
    const file = openSync(at('newer'), 'r+');
    writeSync(file, Buffer.from([3]), 0, 1, 18);
    closeSync(file);
    const after = open('newer');
    assert.is((await after.models.Person.count({})).count, 1);
    await fails('DF-549', () => after.models.Person.create(person('b')));
    await fails('DF-549', () => after.transaction((tx) => tx.models.Person.create(person('b'))));
    assert.is((await after.models.Person.count({})).count, 1);
    await after.close();
  });

  test('DF-537: the limit of pages is reached', async () => {
    const bare = bareDriver(at('pages'));
    await bare.execute({ text: 'CREATE TABLE t (a text)', kind: 'write', returns: false }, []);
    await bare.execute({ text: 'PRAGMA max_page_count = 3', kind: 'write', returns: true }, []);
    await fails('DF-537', () => named(async () => {
      for (let i = 0; i < 100; i++) await bare.execute({ text: 'INSERT INTO t VALUES (?)', kind: 'write', returns: false }, ['x'.repeat(3000)]);
    }));
    await bare.close();
  });

  test('nothing of a transaction stays when SQLite has ended it, whatever was sent at once', async () => {
    const bare = bareDriver(at('ended'));
    const run = (text: string, returns = false) => ({ text, kind: 'write', returns, fixed: false }) as const;
    await bare.execute(run('CREATE TABLE t (a text)'), []);
    await bare.execute(run('PRAGMA max_page_count = 12', true), []);
    // Large ones fill it up, small ones still find room when the large are gone.
    const texts = Array.from({ length: 40 }, (_, i) => (i < 20 ? 'x'.repeat(3000) : 'small'));
    const insert = run('INSERT INTO t VALUES (?)');
    const ways: ((transaction: TransactionConnection) => Promise<unknown>)[] = [
      async (transaction) => transaction.executeMany(insert, texts.map((text) => [text])),
      (transaction) => Promise.allSettled(texts.map(async (text) => transaction.execute(insert, [text]))),
      (transaction) => Promise.allSettled(texts.map(async (text, i) => transaction.execute(run(`INSERT INTO t /* ${i} */ VALUES (?)`), [text]))),
    ];
    for (const way of ways) {
      const transaction = await bare.begin();
      const outcome = await Promise.resolve(way(transaction)).then((value) => JSON.stringify(value), () => 'rejected');
      assert.match(outcome, 'rejected');
      await transaction.rollback();
      const { rows } = await bare.execute({ text: 'SELECT count(*) AS n FROM t', kind: 'read', returns: true }, []);
      assert.equal(rows.map(([n]) => Number(n)), [0], way.toString());
    }
    await bare.close();
  });

  test('DF-537: a volume without room', async () => {
    const volume = join(folder, `volume-${driver.replace(':', '-')}`);
    mkdirSync(volume);
    if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', volume]).status !== 0) {
      console.log(`skipped, this user may not mount a small volume: ${driver}, DF-537 on a whole DataFlow`);
      return;
    }
    const db = new DataFlow({ url: `sqlite:///${volume}/small.db`, driver, schema });
    try {
      await db.models.Team.create({ id: 'before' });
      const data = Array.from({ length: 4000 }, (_, i) => person(`s3cret-${i}`, { name: `s3cret-${i}`.repeat(20) }));
      const error = await fails('DF-537', () => db.models.Person.bulkCreate({ data }));
      assert.match(error.message, 'Person.bulkCreate');
      assert.not.match(JSON.stringify(error) + error.enhancedMessage() + error.stack, 's3cret');
      assert.is((await db.models.Person.count({})).count, 0, 'nothing of it stays');
      await db.models.Person.create(person('after'));
    } finally {
      await db.close();
      spawnSync('umount', [volume]);
    }
  });

  test('DF-544: longer than SQLite can hold', async () => {
    const bare = bareDriver(':memory:');
    await fails('DF-544', () => named(() => bare.execute({ text: 'SELECT zeroblob(2000000000) AS z', kind: 'read', returns: true }, [])));
    await bare.close();
  });

  test('DF-542: a STRICT table', async () => {
    const bare = bareDriver(at('strict'));
    const columns = 'id text PRIMARY KEY, name integer, "e-mail ""x""" text, age integer, team_id text';
    await bare.execute({ text: `CREATE TABLE x_people (${columns}) STRICT`, kind: 'write', returns: false }, []);
    await bare.close();
    const db = open('strict');
    const error = await fails('DF-542', () => db.models.Person.create(person('p')));
    assert.is(error.context.field, 'name');
    assert.match(error.message, "'name', which is INTEGER in the database");
    await db.close();
  });

  function bareDriver(file: string): Driver {
    return openSqlite({ file, inMemory: file === ':memory:', readers: 0, acquireTimeoutMs: 500, onTimeout: () => new Error('locked') } as Parameters<typeof openSqlite>[0], driver);
  }

  test.run();
}

test('DF-543: a statement that is interrupted', async () => {
  const database = new sqlite3.Database(':memory:');
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
  const outcome = new Promise<unknown>((resolve) => database.all(endless, (error) => resolve(error)));
  // It may not have begun at the first call.
  const timer = setInterval(() => database.interrupt(), 5);
  const error = await outcome;
  clearInterval(timer);
  await fails('DF-543', () => Promise.reject(nameDriverError(error, { operation: 'statement' })));
  await new Promise((resolve) => database.close(resolve));
});

for (const driver of sqliteAdapters) if (!('error' in loadPackage(driver))) onSqlite(driver);
test.run();
