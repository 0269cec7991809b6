import pg from 'pg';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { Driver, Statement } from '../../../runtime/src/drivers/driver.js';
import { poolTimeout } from '../../../runtime/src/drivers/pool-timeout.js';
import { openPostgres } from '../../../runtime/src/drivers/postgres/open.js';
import type { ServersSettings } from '../../../runtime/src/drivers/postgres/servers.js';
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../../support/pgbouncer.js';
import { modelsOf } from '../database/models.js';
import { postgresSql } from '../database/places.js';
import { errorOf, rowsOf } from './places.js';

const server = process.env['DATAFLOW_TEST_POSTGRES'];
const name = `pooler_${process.pid}`;
let direct: string;
let bouncer: PgBouncer;
const opened: Driver[] = [];

function open(settings: Partial<ServersSettings> = {}): Driver {
  const driver = openPostgres({ url: bouncer.url, pooling: 'transaction', max: 6, acquireTimeoutMs: 5000, idleTimeoutMs: 10_000, onTimeout: poolTimeout, ...settings });
  opened.push(driver);
  return driver;
}
const insert: Statement = { text: 'INSERT INTO t (id, at) VALUES ($1, $2)', kind: 'write', returns: false, fixed: true };
const read: Statement = { text: 'SELECT at, pg_sleep(0.002)::text FROM t WHERE id = $1', kind: 'read', returns: true, fixed: true };
const sleep: Statement = { text: 'SELECT pg_sleep($1)', kind: 'read', returns: true };

/** Fixed statements, others, and transactions, all at once. */
async function work(driver: Driver): Promise<void> {
  await Promise.all(Array.from({ length: 60 }, async (_, i) => {
    await driver.execute(insert, [i, '2024-01-31T12:00:00.000Z']);
    assert.is((await driver.execute(read, [i])).rows[0]![0], '2024-01-31 12:00:00+00');
    const transaction = await driver.begin();
    await transaction.execute({ text: `UPDATE t SET id = id + 1000 WHERE id = $1 -- ${i % 7}`, kind: 'write', returns: false }, [i]);
    await transaction.commit();
  }));
}

function define(): void {
  const test = suite('PostgreSQL behind a pooler in transaction mode');

  test.before(async () => {
    await postgresSql(server!, `CREATE DATABASE ${name}`);
    const url = new URL(server!);
    url.pathname = `/${name}`;
    direct = url.href;
    // Nobody is to be right by chance.
    await postgresSql(direct, `ALTER DATABASE ${name} SET TimeZone = 'Asia/Tokyo'`);
    await postgresSql(direct, 'CREATE TABLE t (id integer PRIMARY KEY, at timestamptz)');
    bouncer = await startPgBouncer(direct, 2);
  });
  test.before.each(async () => {
    await postgresSql(direct, 'TRUNCATE t');
  });
  test.after.each(async () => {
    await Promise.all(opened.splice(0).map((driver) => driver.close(100)));
  });
  test.after(async () => {
    await bouncer.stop();
    await postgresSql(server!, `DROP DATABASE ${name} WITH (FORCE)`);
  });

  test('statements and transactions go over whichever connection they get', async () => {
    await work(open());
    assert.equal(await postgresSql(direct, 'SELECT count(*)::integer AS n, min(id)::integer AS least FROM t'), [{ n: 60, least: 1000 }]);
  });

  test('nothing is prepared under a name, which another connection would not know', async () => {
    const driver = open({ url: direct, max: 1 });
    await work(driver);
    assert.is((await rowsOf(driver, 'SELECT count(*) FROM pg_prepared_statements'))[0]![0], '0');
  });

  test("other clients keep their settings, and see none of DataFlow's", async () => {
    const other = new pg.Client({ connectionString: bouncer.url });
    await other.connect();
    await other.query("SET TimeZone = 'America/New_York'");
    const driver = open({ timeouts: { statementMs: 5000, lockMs: 4000, idleInTransactionMs: 3000 } });
    const settings = "SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle";
    for (let i = 0; i < 10; i++) {
      await Promise.all([1, 2, 3].map(async () => {
        assert.equal((await rowsOf(driver, settings))[0], ['UTC', '5s', '4s', '3s']);
        const transaction = await driver.begin();
        assert.equal((await rowsOf(transaction, settings))[0], ['UTC', '5s', '4s', '3s']);
        await transaction.rollback();
      }));
      assert.equal((await other.query(settings)).rows, [{ zone: 'America/New_York', statement: '0', lock: '0', idle: '0' }]);
    }
    await other.end();
  });

  test('a limit for statements ends a single one, too', async () => {
    const driver = open({ timeouts: { statementMs: 100, lockMs: 0, idleInTransactionMs: 0 } });
    assert.is(((await errorOf(() => driver.execute(sleep, [60]))) as { code?: string }).code, '57014');
    await driver.execute(insert, [1, null]);
    assert.equal(await driver.executeMany(insert, [[2, null], [3, null]]), [1, 1]);
    assert.equal(await postgresSql(direct, 'SELECT count(*)::integer AS n FROM t'), [{ n: 3 }]);
  });

  test('a signal cancels a statement through the pooler', async () => {
    const driver = open();
    await driver.execute(sleep, [0]);
    const controller = new AbortController();
    const running = errorOf(() => driver.execute(sleep, [60], controller.signal));
    setTimeout(() => controller.abort(), 50);
    assert.is(((await running) as { code?: string }).code, '57014');
    await driver.execute(insert, [1, null]);
  });

  test('tables are created, with and without a direct URL, by several at once', async () => {
    const owner = `${name}_owner`;
    await postgresSql(direct, `CREATE ROLE ${owner} SUPERUSER LOGIN PASSWORD 'own'`);
    for (const directUrl of [undefined, direct.replace('postgres:test@', `${owner}:own@`)]) {
      const { schema, tables } = modelsOf(directUrl === undefined ? 'pooled' : 'direct');
      const dbs = [1, 2, 3].map(() => new DataFlow({ url: bouncer.url, pooling: 'transaction', schema, ...(directUrl !== undefined && { directUrl }) }));
      await Promise.all(dbs.map((db) => db.models.Team.count({})));
      await Promise.all(dbs.map((db) => db.close()));
      const tableowner = directUrl === undefined ? 'postgres' : owner;
      const found = await postgresSql(direct, `SELECT tableowner FROM pg_tables WHERE tablename IN ('${tables.join("', '")}')`);
      assert.equal(found, [{ tableowner }, { tableowner }]);
    }
    await postgresSql(direct, `REASSIGN OWNED BY ${owner} TO postgres; DROP ROLE ${owner}`);
  });

  test('settings that the pooler does not keep must be right on the server', async () => {
    await postgresSql(direct, `ALTER DATABASE ${name} SET extra_float_digits = 0`);
    const other = await startPgBouncer(direct, 1);
    try {
      const error = await errorOf(() => open({ url: other.url }).execute(read, [1]));
      assert.match(error.message, /^DF-410: pooling 'transaction' needs extra_float_digits = '1' on the server, where it is '0'$/);
    } finally {
      await other.stop();
      await postgresSql(direct, `ALTER DATABASE ${name} RESET extra_float_digits`);
    }
  });

  test.run();
}

if (server !== undefined && hasPgBouncer()) define();
else console.log('SKIPPED: pgbouncer is not there');
