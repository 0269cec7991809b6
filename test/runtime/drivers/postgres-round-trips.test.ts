import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { Statement } from '../../../runtime/src/drivers/driver.js';
import { isOutcomeUnknown } from '../../../runtime/src/drivers/outcome.js';
import { proxyOf } from '../../reliability/faults/postgres-proxy.js';
import type { Fate, Wire } from '../../reliability/faults/wire.js';
import { errorOf, rowsOf } from './places.js';
import { insert, open, pid, prepare, read, rows, server, table, url } from './postgres-pool.js';

const test = suite('what is sent to PostgreSQL');
prepare(test);

const release: Statement = { text: 'RELEASE SAVEPOINT s', kind: 'write', returns: false, fixed: false, withNext: true };
const savepoint: Statement = { ...release, text: 'SAVEPOINT s' };

let wire: Wire;
/** What the server was asked, an entry per round trip, since the last look. */
let sent: string[] = [];
const sentSince = (): string[] => sent.splice(0);
/** Decides about the next round trips. */
let fates: Fate[] = [];

test.before.each(async () => {
  wire = await proxyOf(url(server!));
  fates = [];
  wire.decide = (text) => {
    sent.push(text);
    return fates.shift() ?? 'pass';
  };
});
test.after.each(() => wire.close());

test('BEGIN goes with the first statement, savepoints with the next', async () => {
  const driver = open({ url: wire.url, max: 1 });
  await driver.execute(pid, []);
  sentSince();
  const transaction = await driver.begin({ isolation: 'serializable' });
  await transaction.execute(insert, [1]);
  await transaction.execute(savepoint, []);
  await transaction.execute(insert, [2]);
  await transaction.execute(release, []);
  await transaction.commit();
  assert.equal(sentSince(), [`BEGIN ISOLATION LEVEL SERIALIZABLE; ${insert.text}`, `SAVEPOINT s; ${insert.text}`, 'RELEASE SAVEPOINT s; COMMIT']);
  assert.is(await rows(), 2);
  await driver.close();
});

test('a transaction without a statement sends nothing', async () => {
  const driver = open({ url: wire.url, max: 1 });
  await driver.execute(pid, []);
  sentSince();
  await (await driver.begin()).commit();
  await (await driver.begin()).rollback();
  const transaction = await driver.begin();
  await transaction.execute(savepoint, []);
  await transaction.execute(release, []);
  await transaction.commit();
  assert.equal(sentSince(), []);
  assert.equal(driver.stats(), { max: 1, open: 1, idle: 1, used: 0, waiting: 0 });
  await driver.close();
});

test('where limits hold for a transaction they go with BEGIN', async () => {
  const driver = open({ url: wire.url, max: 1, pooling: 'transaction', timeouts: { statementMs: 5000, lockMs: 0, idleInTransactionMs: 6000 } });
  await driver.execute(pid, []);
  sentSince();
  await driver.execute(insert, [1]);
  const begin = 'BEGIN; SET LOCAL statement_timeout = 5000; SET LOCAL idle_in_transaction_session_timeout = 6000';
  assert.equal(sentSince(), [`${begin}; ${insert.text}`, 'COMMIT']);
  await driver.close();
});

test('a nested transaction costs no round trip of its own', async () => {
  const db = new DataFlow({ url: wire.url, pool: { max: 1 } });
  await db.transaction(async (tx) => tx.transaction(async () => undefined));
  assert.equal(sentSince().filter((text) => text.includes('SAVEPOINT')), []);
  await db.close();
});

test('nothing runs outside of a transaction that could not be begun', async () => {
  const driver = open({ url: wire.url, max: 1 });
  const begin = driver.begin.bind(driver, { isolation: 'nonsense' as never });
  const transaction = await begin();
  const error = (await errorOf(() => transaction.execute(insert, [1]))) as Error & { code: string };
  assert.is(error.code, '42601');
  const next = await errorOf(() => transaction.execute(insert, [2]));
  assert.equal([(next as unknown as { code: string }).code, next.cause], ['DF-502', error]);
  const end = await errorOf(() => transaction.commit());
  assert.equal([(end as unknown as { code: string }).code, end.cause], ['DF-502', error]);
  assert.is(await rows(), 0);
  // Whatever state it is in, the connection is not used again.
  assert.is(driver.stats().open, 0);
  const unawaited = await begin();
  const [, late] = await Promise.all([errorOf(() => unawaited.execute(insert, [1])), errorOf(() => unawaited.commit())]);
  assert.is((late as unknown as { code: string }).code, 'DF-502');
  assert.not(isOutcomeUnknown(late));
  const undone = await begin();
  await Promise.all([1, 2].map((id) => errorOf(() => undone.execute(insert, [id]))));
  await undone.rollback();
  assert.is(await rows(), 0);
  await driver.execute(insert, [3]);
  await driver.close();
});

test('the error of the first statement is its own, and the transaction can be rolled back to a savepoint before it', async () => {
  const driver = open({ url: wire.url, max: 1 });
  await driver.execute(insert, [1]);
  const [[session]] = (await driver.execute(pid, [])).rows as [[string]];
  for (let i = 0; i < 2; i++) {
    const transaction = await driver.begin();
    await transaction.execute(savepoint, []);
    assert.is(((await errorOf(() => transaction.execute(insert, [1]))) as Error & { code: string }).code, '23505');
    await transaction.execute({ ...savepoint, text: 'ROLLBACK TO SAVEPOINT s', withNext: undefined as never }, []);
    await transaction.execute(insert, [2 + i]);
    await transaction.commit();
  }
  assert.is(await rows(), 3);
  assert.is((await driver.execute(pid, [])).rows[0]![0], session);
  await driver.close();
});

test('a statement whose signal came first leaves unsent what was to go with it', async () => {
  const driver = open({ url: wire.url, max: 1 });
  await driver.execute(pid, []);
  sentSince();
  const transaction = await driver.begin();
  const early = AbortSignal.abort(new Error('early'));
  assert.is(await errorOf(() => transaction.execute(insert, [1], early)), early.reason);
  await transaction.execute(insert, [2]);
  await transaction.execute(savepoint, []);
  assert.is(await errorOf(() => transaction.execute(insert, [3], early)), early.reason);
  await transaction.execute(insert, [4]);
  await transaction.commit();
  assert.equal(sentSince(), [`BEGIN; ${insert.text}`, `SAVEPOINT s; ${insert.text}`, 'COMMIT']);
  assert.is(await rows(), 2);
  await driver.close();
});

test('a transaction whose connection breaks with its first statement is begun once more on another; then it fails', async () => {
  const driver = open({ url: wire.url, max: 1 });
  await driver.execute(insert, [0]);
  sentSince();
  fates = ['lost after'];
  const transaction = await driver.begin();
  await transaction.execute(insert, [1]);
  await transaction.commit();
  assert.is(sentSince().filter((text) => text.startsWith('BEGIN')).length, 2);
  assert.is(await rows(), 2);

  fates = ['lost after', 'pass', 'lost after'];
  const broken = await driver.begin();
  await errorOf(() => broken.execute(insert, [2]));
  assert.is(((await errorOf(() => broken.execute(insert, [3]))) as Error & { code: string }).code, 'DF-502');
  await broken.rollback();
  assert.is(await rows(), 2);
  assert.is(driver.stats().used, 0);
  await driver.close();
});

test('a statement is prepared once, also when it was refused', async () => {
  const driver = open({ url: wire.url, max: 1 });
  const wrong: Statement = { text: `SELECT nothing FROM "${table}" WHERE id = $1`, kind: 'read', returns: true, fixed: true };
  for (let i = 0; i < 2; i++) {
    await driver.execute(insert, [i]);
    for (const id of [0, 'no number']) await errorOf(() => driver.execute(insert, [id]));
    await errorOf(() => driver.execute(wrong, [1]));
    assert.is((await driver.execute(read, [])).rows[0]![0], String(i + 1));
  }
  assert.equal((await rowsOf(driver, 'SELECT statement FROM pg_prepared_statements WHERE NOT statement LIKE ? ORDER BY statement', ['%pg_prepared%'])).flat(), [insert.text, read.text].sort());
  await driver.close();
});

if (server !== undefined) test.run();
