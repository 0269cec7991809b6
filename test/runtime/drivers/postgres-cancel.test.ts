import { getEventListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startProxy } from '../../support/tcp-proxy.js';
import { errorOf, rowsOf } from './places.js';
import { admin, insert, later, name, open, pid, prepare, read, server, sleep, until, url } from './postgres-pool.js';

const test = suite('signals on PostgreSQL');
prepare(test);

test('an aborted signal ends the wait at once and leaves the queue', async () => {
  const driver = open({ max: 1 });
  const transaction = await driver.begin();
  const controller = new AbortController();
  const waits = [errorOf(() => driver.execute(read, [], controller.signal)), errorOf(() => driver.begin({ signal: controller.signal }))];
  const patient = driver.execute(insert, [1]);
  assert.is(driver.stats().waiting, 3);
  const reason = new Error('enough');
  controller.abort(reason);
  assert.is(driver.stats().waiting, 1);
  assert.equal(await Promise.all(waits), [reason, reason]);
  assert.is(await errorOf(() => driver.execute(read, [], controller.signal)), reason);
  assert.is(getEventListeners(controller.signal, 'abort').length, 0);
  await transaction.rollback();
  await patient;
  await driver.close();
});

test('aborted while the connection is made, the connection goes to the pool', async () => {
  const driver = open({ max: 1 });
  const controller = new AbortController();
  const waits = errorOf(() => driver.execute(read, [], controller.signal));
  controller.abort();
  await waits;
  await until(() => driver.stats().idle === 1);
  assert.equal(driver.stats(), { max: 1, open: 1, idle: 1, used: 0, waiting: 0 });
  await driver.close();
});

test('an aborted signal cancels the statement on the server, and the connection is used on', async () => {
  const driver = open({ max: 1 });
  const before = (await driver.execute(pid, [])).rows[0]![0];
  const controller = new AbortController();
  const running = errorOf(() => driver.execute(sleep, [60], controller.signal));
  await until(async () => (await rowsOf(admin, `SELECT 1 FROM pg_stat_activity WHERE application_name = ? AND query LIKE '%pg_sleep%' AND state = 'active'`, [name])).length === 1);
  controller.abort();
  assert.is(((await running) as { code?: string }).code, '57014');
  assert.is((await driver.execute(pid, [])).rows[0]![0], before);
  assert.is(getEventListeners(controller.signal, 'abort').length, 0);
  await driver.close();
});

test('a cancel that comes before its statement is sent again', async () => {
  const proxy = await startProxy(server!);
  const driver = open({ url: url(proxy.url), max: 1 });
  await driver.execute(sleep, [0]);
  proxy.late = 1;
  const controller = new AbortController();
  const running = errorOf(() => driver.execute(sleep, [60], controller.signal));
  controller.abort();
  assert.is(((await running) as { code?: string }).code, '57014');
  await driver.close();
  await proxy.close();
});

test('a cancel never hits a later statement', async () => {
  const driver = open({ max: 1 });
  await driver.execute(sleep, [0]);
  let cancelled = 0;
  for (let round = 0; round < 120; round++) {
    const controller = new AbortController();
    // Some end before they are cancelled, some about then, some only because of it.
    const call = Promise.resolve(driver.execute(sleep, [round % 10 === 0 ? 60 : (round % 10) / 2000], controller.signal)).catch((error: { code?: string }) => {
      assert.is(error.code, '57014');
      cancelled++;
    });
    const next = driver.execute(sleep, [0.001]);
    await later(round % 4);
    controller.abort();
    await call;
    await next;
  }
  assert.ok(cancelled >= 12);
  await driver.close();
});

test('one signal for many calls keeps no listener', async () => {
  const driver = open();
  const { signal } = new AbortController();
  for (let i = 0; i < 200; i++) await driver.execute(read, [], signal);
  const transaction = await driver.begin({ signal });
  await transaction.execute(insert, [1], signal);
  await transaction.executeMany(insert, [[2], [3]], signal);
  await transaction.commit();
  assert.is(getEventListeners(signal, 'abort').length, 0);
  await driver.close();
});

if (server !== undefined) test.run();
