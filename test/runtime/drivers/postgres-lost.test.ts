import { createServer, type AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { isOutcomeUnknown } from '../../../runtime/src/drivers/outcome.js';
import { startProxy, type Proxy } from '../../support/tcp-proxy.js';
import { errorOf, rowsOf } from './places.js';
import { admin, insert, later, name, open, prepare, read, rows, server, sleep, terminateUnseen, until, url } from './postgres-pool.js';

const test = suite('lost connections to PostgreSQL');
prepare(test);

test('an idle connection that the server ends leaves the pool, and the process lives', async () => {
  const driver = open();
  await Promise.all([driver.execute(sleep, [0.02]), driver.execute(sleep, [0.02])]);
  assert.is(driver.stats().idle, 2);
  await rowsOf(admin, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ?', [name]);
  await until(() => driver.stats().open === 0);
  await driver.execute(insert, [1]);
  assert.is(await rows(), 1);
  await driver.close();
});

test('nor does one fail the next call whose end was not seen yet: reads, writes, transactions', async () => {
  const driver = open({ max: 2 });
  const both = async (): Promise<void> => void (await Promise.all([driver.execute(sleep, [0.02]), driver.execute(sleep, [0.02])]));
  await driver.execute(insert, [0]);
  await both();
  terminateUnseen();
  await driver.execute(insert, [1]);
  await both();
  terminateUnseen();
  assert.is((await driver.execute(read, [])).rows[0]![0], '2');
  await both();
  terminateUnseen();
  const transaction = await driver.begin();
  await transaction.execute(insert, [2]);
  await transaction.commit();
  assert.is(await rows(), 3);
  await driver.close();
});

test('a write that may have run is not sent again, and its error is known for that; a read is', async () => {
  const proxy: Proxy = await startProxy(server!);
  const driver = open({ url: url(proxy.url), max: 1 });
  await driver.execute(insert, [0]);
  proxy.mode = 'hang-up';
  const error = await errorOf(() => driver.execute(insert, [1]));
  assert.ok(isOutcomeUnknown(error), error.message);
  proxy.mode = 'pass';
  await until(async () => (await rows()) === 2);

  await driver.execute(read, []);
  const before = proxy.connections;
  proxy.mode = 'hang-up';
  // The second connection meets the same end while it is being made.
  const failure = await errorOf(() => driver.execute(read, []));
  assert.not(isOutcomeUnknown(failure));
  assert.is(proxy.connections, before + 1);
  proxy.mode = 'pass';

  const transaction = await driver.begin();
  await transaction.execute(insert, [2]);
  proxy.mode = 'hang-up';
  assert.ok(isOutcomeUnknown(await errorOf(() => transaction.commit())));
  proxy.mode = 'pass';
  await driver.close();
  await proxy.close();
});

test('a connection that has become silent is noticed before it is used', async () => {
  const proxy = await startProxy(server!);
  const driver = open({ url: url(proxy.url), max: 1, checkAfterMs: 0, connectMs: 200 });
  await driver.execute(insert, [0]);
  proxy.mode = 'swallow';
  await later(5);
  const next = driver.execute(insert, [1]);
  await until(() => proxy.connections === 2);
  proxy.mode = 'pass';
  // The new connection's first answer may have been swallowed, too; then it was not made.
  await Promise.resolve(next).catch(() => driver.execute(insert, [1]));
  assert.is(await rows(), 2);
  await driver.close();
  await proxy.close();
});

test('a server that takes the connection and says nothing is given up', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await later(5);
  const driver = open({ url: `postgresql://app@127.0.0.1:${(silent.address() as AddressInfo).port}/app`, connectMs: 50 });
  const errors = await Promise.all([1, 2, 3, 4, 5].map(() => errorOf(() => driver.execute(read, []))));
  assert.ok(errors.every((error) => (error as NodeJS.ErrnoException).code === 'ETIMEDOUT'), errors.join());
  await driver.close();
  silent.close();

  const patient = open({ connectMs: 0 });
  await patient.execute(read, []);
  await patient.close();
});

test('a failed connection fails the call that waited for it, and the next is served when the server is back', async () => {
  const proxy = await startProxy(server!);
  const driver = open({ url: url(proxy.url), max: 2 });
  proxy.mode = 'refuse';
  const failures = await Promise.all(Array.from({ length: 6 }, async () => errorOf(() => driver.execute(insert, [1]))));
  assert.ok(failures.every((error) => !(error instanceof DataFlowError)));
  proxy.mode = 'pass';
  await driver.execute(insert, [1]);
  assert.equal(driver.stats(), { max: 2, open: 1, idle: 1, used: 0, waiting: 0 });
  await driver.close();
  await proxy.close();
});

if (server !== undefined) test.run();
