import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { errorOf, rowsOf } from './places.js';
import { admin, backends, insert, later, open, pid, prepare, read, rows, server, sleep, table, until } from './postgres-pool.js';

const test = suite('pool of PostgreSQL connections');
prepare(test);

test('there are never more connections than max', async () => {
  const driver = open({ max: 2 });
  let most = 0;
  await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      await driver.execute(insert, [i]);
      most = Math.max(most, driver.stats().open);
    }),
  );
  assert.is(most, 2);
  // One may do all the work before the other is there.
  await until(() => driver.stats().idle === 2);
  assert.is(await backends(), 2);
  assert.is(await rows(), 60);
  assert.equal(driver.stats(), { max: 2, open: 2, idle: 2, used: 0, waiting: 0 });
  await driver.close();
  await until(async () => (await backends()) === 0);
  assert.equal(driver.stats(), { max: 2, open: 0, idle: 0, used: 0, waiting: 0 });
});

test('who waits gets a connection in turn', async () => {
  const driver = open({ max: 1 });
  const order: number[] = [];
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  await Promise.all(numbers.map(async (i) => {
    await driver.execute(insert, [i]);
    order.push(i);
  }));
  assert.equal(order, numbers);
  await driver.close();
});

test('a wait in vain says who has the connections, and where they were asked for', async () => {
  const driver = open({ max: 2, acquireTimeoutMs: 500 });
  const first = await driver.begin({ holder: { what: 'transaction', opened: new Error('here') } });
  const second = await driver.begin();
  const [error] = await Promise.all([errorOf(() => driver.execute(read, [])), errorOf(() => driver.begin())]);
  assert.ok(error instanceof DataFlowError && error.code === 'DF-534');
  assert.is(error.message, 'DF-534: no connection became free within 500 ms: 2 of 2 in use, 0 idle, 2 waiting');
  assert.match(error.causes[0]!, /^held the longest, for [\d.]+ m?s: transaction, at test\/runtime\/drivers\/postgres-pool\.test\.ts:\d+:\d+\.$/);
  assert.equal(error.context['pool'], { max: 2, open: 2, idle: 0, used: 2, waiting: 2 });
  await first.rollback();
  await second.rollback();

  const busy = driver.execute(sleep, [1.5]);
  const writes = driver.execute({ text: `INSERT INTO "${table}" SELECT 1 FROM pg_sleep(1.5)`, kind: 'write', returns: false }, []);
  const other = await errorOf(() => driver.begin());
  assert.match((other as DataFlowError).causes[0]!, /: a statement on (no table|"pool_\d+")\.$/);
  await Promise.all([busy, writes]);
  await driver.close();
});

test('connections that nobody uses are closed', async () => {
  const driver = open({ idleTimeoutMs: 40 });
  await Promise.all([driver.execute(sleep, [0.02]), driver.execute(sleep, [0.02])]);
  await until(async () => driver.stats().open === 0 && (await backends()) === 0);
  await driver.execute(read, []);
  await driver.close();
});

test('old connections are replaced, in use or not', async () => {
  const driver = open({ max: 1, maxLifetimeMs: 60 });
  const pids = new Set<unknown>();
  await until(async () => {
    pids.add((await driver.execute(pid, [])).rows[0]![0]);
    return pids.size >= 3;
  });
  await until(async () => driver.stats().open === 0 && (await backends()) === 0);
  await driver.close();
});

test('limits of statements, locks and idle transactions are kept by the server', async () => {
  const driver = open({ timeouts: { statementMs: 150, lockMs: 40, idleInTransactionMs: 30_000 } });
  for (const [setting, value] of [['statement_timeout', '150ms'], ['lock_timeout', '40ms'], ['idle_in_transaction_session_timeout', '30s']] as const) {
    assert.is((await rowsOf(driver, 'SELECT current_setting(?)', [setting]))[0]![0], value);
  }
  assert.is(((await errorOf(() => driver.execute(sleep, [10]))) as { code?: string }).code, '57014');
  await driver.execute(insert, [1]);
  const holder = await admin.begin();
  await rowsOf(holder, `UPDATE "${table}" SET id = 2`);
  assert.is(((await errorOf(() => rowsOf(driver, `UPDATE "${table}" SET id = 3`))) as { code?: string }).code, '55P03');
  await holder.rollback();
  await driver.close();

  const impatient = open({ timeouts: { statementMs: 0, lockMs: 0, idleInTransactionMs: 30 } });
  const transaction = await impatient.begin();
  await until(() => impatient.stats().open === 0 || errorOf(() => transaction.execute(pid, [])).then(() => true, () => later(60).then(() => false)));
  await transaction.rollback();
  await impatient.execute(read, []);
  await impatient.close();
});

test('close serves who is there, waiting or not', async () => {
  const driver = open({ max: 1 });
  const transaction = await driver.begin();
  const waiting = driver.execute(insert, [1]);
  const closing = driver.close();
  assert.is(((await errorOf(() => driver.execute(read, []))) as DataFlowError).code, 'DF-501');
  await transaction.execute(insert, [2]);
  await transaction.commit();
  await waiting;
  await closing;
  assert.is(await rows(), 2);
});

test('close with a limit cuts off what is not done: running, waiting, and open transactions', async () => {
  const driver = open({ max: 2 });
  const transaction = await driver.begin();
  await transaction.execute(insert, [1]);
  const running = errorOf(() => driver.execute(sleep, [60]));
  await until(() => driver.stats().used === 2);
  const waiting = errorOf(() => driver.execute(insert, [2]));
  await driver.close(50);
  for (const error of [await running, await waiting, await errorOf(() => transaction.execute(insert, [3]))]) {
    assert.is((error as DataFlowError).code, 'DF-505', error.message);
  }
  await transaction.rollback();
  await until(async () => (await backends()) === 0);
  assert.is(await rows(), 0);
});

test('a program that forgets to close ends all the same', () => {
  const script = `import { openPostgres } from ${JSON.stringify(new URL('../../../runtime/src/drivers/postgres/open.ts', import.meta.url).href)};
    const driver = openPostgres({ url: process.argv[1], max: 3, acquireTimeoutMs: 600_000, idleTimeoutMs: 600_000, maxLifetimeMs: 600_000, onTimeout: () => new Error() });
    await Promise.all([1, 2, 3].map((id) => driver.execute({ text: 'SELECT pg_sleep(0.01), $1::integer', kind: 'read', returns: true }, [id])));
    console.log('done');`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script, server!];
  assert.is(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }).trim(), 'done');
});

test('nothing hangs with one connection and many that want it', async () => {
  const driver = open({ max: 1 });
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const transaction = await driver.begin();
      await transaction.execute(insert, [i]);
      if (i % 3 === 0) await transaction.rollback();
      else await transaction.commit();
    }),
  );
  assert.is(await rows(), 133);
  assert.equal(driver.stats(), { max: 1, open: 1, idle: 1, used: 0, waiting: 0 });
  await driver.close();
});

if (server !== undefined) test.run();
