import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { Driver, PoolStats, ReadPoolStats, Statement } from '../../../runtime/src/drivers/driver.js';
import type { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { poolTimeout } from '../../../runtime/src/drivers/pool-timeout.js';
import { openPostgres } from '../../../runtime/src/drivers/postgres/open.js';
import type { ReplicaState } from '../../../runtime/src/drivers/postgres/replica.js';
import { startPostgres, startReplica } from '../../support/postgres.mjs';
import { startProxy } from '../../support/tcp-proxy.js';
import { modelsOf } from '../database/models.js';
import { errorOf, rowsOf } from './places.js';

const test = suite('read replica');
let primary: Awaited<ReturnType<typeof startPostgres>>;
let standby: Awaited<ReturnType<typeof startReplica>>;
let onPrimary: Driver;
let onStandby: Driver;
const opened: Driver[] = [];
let states: ReplicaState[] = [];

const settings = { max: 2, acquireTimeoutMs: 5000, idleTimeoutMs: 10_000, onTimeout: poolTimeout };
function open(readUrl = standby.url): Driver {
  const driver = openPostgres({ ...settings, url: primary.url, readUrl, connectMs: 500, onReplica: (state) => void states.push(state) });
  opened.push(driver);
  return driver;
}
const insert: Statement = { text: 'INSERT INTO notes (id) VALUES ($1)', kind: 'write', returns: false, fixed: true };
const count: Statement = { text: 'SELECT count(*) AS n, pg_is_in_recovery() AS r FROM notes', kind: 'read', returns: true, fixed: true };
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const read = (driver: Driver): ReadPoolStats => (driver.stats() as PoolStats & { read: ReadPoolStats }).read;

/** How many rows a read sees, and where it went. */
async function seen(driver: Driver): Promise<readonly [number, 'replica' | 'primary']> {
  const [n, r] = (await driver.execute(count, [])).rows[0]!;
  return [Number(n), r === 't' ? 'replica' : 'primary'];
}
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 500) assert.unreachable('it never came true');
    await later(20);
  }
}

test.before(async () => {
  primary = await startPostgres();
  standby = await startReplica(primary);
  onPrimary = openPostgres({ ...settings, url: primary.url });
  onStandby = openPostgres({ ...settings, url: standby.url });
  await rowsOf(onPrimary, 'CREATE TABLE notes (id integer PRIMARY KEY)');
});
test.before.each(async () => {
  states = [];
  await rowsOf(onPrimary, 'TRUNCATE notes');
  const [[lsn] = []] = await rowsOf(onPrimary, 'SELECT pg_current_wal_insert_lsn() AS lsn');
  await until(async () => (await rowsOf(onStandby, 'SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn AS there', [lsn as string]))[0]![0] === 't');
});
test.after.each(async () => {
  await rowsOf(onStandby, 'SELECT pg_wal_replay_resume()').catch(() => undefined);
  await Promise.all(opened.splice(0).map((driver) => driver.close(10)));
});
test.after(async () => {
  await Promise.all([onPrimary.close(), onStandby.close()]);
  await standby.stop();
  await primary.stop();
});

test('reads go to the replica, writes and transactions to the primary', async () => {
  const driver = open();
  assert.equal(await seen(driver), [0, 'replica']);
  await driver.execute(insert, [1]);
  const transaction = await driver.begin();
  assert.equal((await transaction.execute(count, [])).rows[0], ['1', 'f']);
  await transaction.commit();
  await until(async () => (await seen(driver))[1] === 'replica');
  assert.equal(await seen(driver), [1, 'replica']);
});

test('a read after a write shows it, while the replica stands still and after', async () => {
  const driver = open();
  await seen(driver);
  await rowsOf(onStandby, 'SELECT pg_wal_replay_pause()');
  await driver.execute(insert, [1]);
  for (let i = 0; i < 30; i++) {
    assert.equal(await seen(driver), [1, 'primary']);
    await later(2);
  }
  assert.ok(read(driver).behind >= 30);
  // The replica alone would have shown an old state.
  assert.is(Number((await onStandby.execute(count, [])).rows[0]![0]), 0);
  await rowsOf(onStandby, 'SELECT pg_wal_replay_resume()');
  await until(async () => (await seen(driver))[1] === 'replica');
  assert.equal(await seen(driver), [1, 'replica']);
});

test('so does one after a transaction, executeMany, and a write that failed', async () => {
  const driver = open();
  await seen(driver);
  await rowsOf(onStandby, 'SELECT pg_wal_replay_pause()');
  const transaction = await driver.begin();
  await transaction.execute(insert, [1]);
  assert.equal(await seen(driver), [0, 'replica'], 'not committed yet');
  await transaction.commit();
  assert.equal(await seen(driver), [1, 'primary']);
  await driver.executeMany(insert, [[2], [3]]);
  assert.equal(await seen(driver), [3, 'primary']);
  await errorOf(() => driver.executeMany(insert, [[4], [4]]));
  assert.equal(await seen(driver), [4, 'primary']);
});

test('under constant writing no read is ever stale', async () => {
  const driver = open();
  let written = 0;
  let replica = 0;
  const writer = (async () => {
    for (let i = 1; i <= 150; i++) {
      await driver.execute(insert, [i]);
      written = i;
      await later(i % 10 === 0 ? 25 : 0);
    }
  })();
  const readers = [1, 2, 3].map(async () => {
    while (written < 150) {
      const before = written;
      const [n, where] = await seen(driver);
      if (where === 'replica') replica++;
      assert.ok(n >= before, `${where}: ${n} of ${before} rows`);
    }
  });
  await Promise.all([writer, ...readers]);
  assert.ok(replica > 0, 'the replica was never read');
});

test('while the replica is down the primary answers; when it is back the replica does', async () => {
  const proxy = await startProxy(standby.url);
  const driver = open(proxy.url);
  assert.equal(await seen(driver), [0, 'replica']);
  proxy.mode = 'refuse';
  await rowsOf(onStandby, 'SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = ?', ['client backend']);
  await until(() => read(driver).open === 0);
  for (let i = 0; i < 20; i++) assert.equal(await seen(driver), [0, 'primary']);
  assert.equal(states, ['failed']);
  assert.is(read(driver).failed, 20);
  proxy.mode = 'pass';
  await until(async () => (await seen(driver))[1] === 'replica');
  assert.equal(states, ['failed', 'back']);
  await driver.close();
  await proxy.close();
});

test('a read that the replica gives up is answered by the primary', async () => {
  const driver = open();
  const text = "SELECT count(*) AS n, pg_sleep(CASE WHEN pg_is_in_recovery() THEN 60 ELSE 0 END)::text AS s, pg_is_in_recovery() AS r FROM notes";
  const slow = driver.execute({ text, kind: 'read', returns: true }, []);
  const running = `SELECT pid FROM pg_stat_activity WHERE query = '${text.replaceAll("'", "''")}' AND state = 'active'`;
  await until(async () => (await rowsOf(onStandby, running)).length === 1);
  await rowsOf(onStandby, `SELECT pg_terminate_backend(pid) AS ended FROM (${running}) AS it`);
  assert.is((await slow).rows[0]![2], 'f');
});

test('a server that is no replica is not read, and says so', async () => {
  const driver = open(primary.url);
  assert.equal(await seen(driver), [0, 'primary']);
  assert.equal(states, ['failed']);
  const error = await errorOf(() => driver.servers!['read']!.execute(count, []));
  assert.match(error.message, /^DF-411: /);
});

test('a call that is aborted on the replica is not tried on the primary', async () => {
  const driver = open();
  await seen(driver);
  const controller = new AbortController();
  const text = 'SELECT pg_sleep(60)';
  const running = errorOf(() => driver.execute({ text, kind: 'read', returns: true }, [], controller.signal));
  await until(async () => (await rowsOf(onStandby, `SELECT pid FROM pg_stat_activity WHERE query = '${text}' AND state = 'active'`)).length === 1);
  controller.abort();
  assert.is(((await running) as { code?: string }).code, '57014');
  assert.is((await rowsOf(onPrimary, `SELECT pid FROM pg_stat_activity WHERE query = '${text}'`)).length, 0);
});

test('a DataFlow with readUrl: models read there, health and stats tell of both, the logger of failures', async () => {
  const { schema } = modelsOf('replicated');
  const proxy = await startProxy(standby.url);
  const lines: [string, object | undefined][] = [];
  const log = (message: string, fields?: object): void => void lines.push([message, fields]);
  const db = new DataFlow({ url: primary.url, readUrl: proxy.url, schema, timeouts: { connectMs: 500 }, logger: { debug: log, info: log, warn: log, error: log } });
  for (let i = 1; i <= 20; i++) {
    await db.models.Team.create({ id: `t-${i}` });
    assert.is((await db.models.Team.read({ id: `t-${i}` })).id, `t-${i}`);
    assert.is((await db.models.Team.count({})).count, i);
  }
  await until(async () => (await db.models.Team.count({})).count === 20 && db.stats().read!.reads > 0);
  const { ok, servers } = await db.health();
  assert.ok(ok && servers['read']!.ok);
  assert.equal(Object.keys(servers), ['primary', 'read']);

  await proxy.close();
  await until(async () => (await db.models.Team.count({})).count === 20 && db.stats().read!.failed > 0);
  assert.is(lines.length, 1);
  assert.is(lines[0]![0], 'The read replica failed; reads go to the primary');
  assert.match((lines[0]![1] as { error: string }).error, /^DF-503: no connection to the database: /);
  const without = await db.health();
  assert.ok(without.ok && !without.servers['read']!.ok);
  assert.is((without.servers['read']!.error as DataFlowError).code, 'DF-503');
  await db.close();
});

test.run();
