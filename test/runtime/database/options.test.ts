import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOptions, readTransactionOptions } from '../../../runtime/src/database/options.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { modelsOf } from './models.js';

function refused(options: unknown): string {
  try {
    readOptions(options as never);
  } catch (error) {
    if (error instanceof DataFlowError) return error.message;
    throw error;
  }
  return assert.unreachable(JSON.stringify(options)) as never;
}

test.before.each(() => {
  delete process.env['DATABASE_URL'];
});

test('defaults', () => {
  const { location, pool, createTables, driver, schema } = readOptions(undefined);
  assert.equal(location, { dialect: 'sqlite', inMemory: true, file: ':memory:' });
  assert.equal(pool, { max: 10, acquireTimeoutMs: 30_000, idleTimeoutMs: 10_000 });
  assert.equal([createTables, driver, schema], [true, undefined, undefined]);
});

test('DATABASE_URL stands in for a missing URL', () => {
  process.env['DATABASE_URL'] = 'postgres://localhost/app';
  assert.is(readOptions({}).location.dialect, 'postgres');
  assert.is(readOptions(':memory:').location.dialect, 'sqlite');
  process.env['DATABASE_URL'] = '';
  assert.match(refused(undefined), 'DF-401');
  delete process.env['DATABASE_URL'];
});

test('what is given is taken', () => {
  const { schema } = modelsOf('x');
  const settings = readOptions({ url: ':memory:', schema, driver: 'sqlite3', migrations: 'off', pool: { max: 3, acquireTimeoutMs: 10 } });
  assert.is(settings.schema, schema);
  assert.equal([settings.driver, settings.createTables, settings.pool.max, settings.pool.acquireTimeoutMs], ['sqlite3', false, 3, 10]);
});

test('unknown options are refused, with the one that was meant', () => {
  assert.match(refused({ Url: ':memory:' }), "DF-403: option 'Url': there is no such option; did you mean 'url'?");
  assert.match(refused({ pool: { maxx: 1 } }), "'pool.maxx': there is no such option; did you mean 'max'?");
  assert.match(refused({ tenancy: {} }), "'tenancy': there is no such option; there are url, schema");
});

test('bad values are refused', () => {
  for (const options of [
    { url: 5 }, { url: null }, { schema: {} }, { schema: 'x' }, { driver: 'sqlite' }, { driver: 'mysql' }, { migrations: true }, { migrations: 'On' }, { pool: 5 }, { pool: [] },
    { pool: { max: 0 } }, { pool: { max: 1.5 } }, { pool: { max: '5' } }, { pool: { acquireTimeoutMs: 0 } }, { pool: { acquireTimeoutMs: Infinity } }, { pool: { idleTimeoutMs: -1 } },
    5, [], true,
  ]) {
    assert.match(refused(options), 'DF-403', JSON.stringify(options));
  }
});

test('the driver must fit the URL', () => {
  assert.match(refused({ url: ':memory:', driver: 'pg' }), "DF-403: option 'driver': 'pg' is for PostgreSQL");
  assert.match(refused({ url: 'postgres://localhost/x', driver: 'sqlite3' }), "'sqlite3' is for SQLite");
});

test('what SQLite would not do is refused', () => {
  assert.match(refused({ url: ':memory:', pool: { idleTimeoutMs: 1000 } }), "DF-403: option 'pool.idleTimeoutMs': it is for PostgreSQL");
  assert.is(readOptions({ url: 'postgres://localhost/x', pool: { idleTimeoutMs: 1000 } }).pool.idleTimeoutMs, 1000);
});

test('options of a transaction', () => {
  assert.equal(readTransactionOptions({}), { retries: 3 });
  assert.equal(readTransactionOptions({ isolation: 'serializable', retries: 0 }), { isolation: 'serializable', retries: 0 });
  for (const options of [{ isolation: 'SERIALIZABLE' }, { retries: -1 }, { retry: 1 }]) {
    assert.throws(() => readTransactionOptions(options as never), /DF-403/);
  }
});

test.run();
