import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optionNames, optionTable } from '../../../runtime/src/database/options/option-table.js';
import { readOptions } from '../../../runtime/src/database/options/read-options.js';
import type { DataFlowOptions } from '../../../runtime/src/database/options.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';

const postgres = 'postgres://app:s3cret@localhost/app';

function refused(environment: NodeJS.ProcessEnv, options?: DataFlowOptions): DataFlowError {
  try {
    readOptions(options, environment);
  } catch (error) {
    if (error instanceof DataFlowError) {
      assert.ok(error.message.length <= 120, error.message);
      return error;
    }
    throw error;
  }
  return assert.unreachable(JSON.stringify(environment)) as never;
}

test('DATABASE_URL stands in for a missing URL', () => {
  assert.is(readOptions({}, { DATABASE_URL: postgres }).location.dialect, 'postgres');
  assert.is(readOptions(undefined, { DATABASE_URL: postgres }).location.dialect, 'postgres');
  assert.is(readOptions(':memory:', { DATABASE_URL: postgres }).location.dialect, 'sqlite');
});

test('a wrong DATABASE_URL is DF-401 with its name', () => {
  assert.is(refused({ DATABASE_URL: 'app.db' }).message, "DF-401: DATABASE_URL: 'app.db' is no database URL; write sqlite:///app.db");
  assert.is(refused({ DATABASE_URL: '' }).code, 'DF-401');
  assert.is(refused({ DATABASE_URL: postgres, DATAFLOW_READ_URL: 'replica' }).message, "DF-401: DATAFLOW_READ_URL: 'replica' is no database URL; write sqlite:///replica");
});

test('every variable is read', () => {
  const other = (name: (typeof optionNames)[number]): string => {
    const { type, default: usual } = optionTable[name];
    if (type.kind === 'integer') return '7';
    if (type.kind === 'boolean') return usual === true ? 'false' : '1';
    if (type.kind === 'choice') return type.of.find((one) => one !== usual)!;
    return 'postgres://other/x';
  };
  const named = optionNames.filter((name) => optionTable[name].variable !== undefined && name !== 'profile');
  assert.ok(named.length > 20);
  const environment = Object.fromEntries(named.map((name) => [optionTable[name].variable!, other(name)]));
  const { config, ...settings } = readOptions({}, environment);
  for (const name of named) {
    assert.is(config[name]?.origin, `environment ${optionTable[name].variable}`, name);
    assert.not.equal(config[name]?.value, optionTable[name].default, name);
  }
  assert.equal(settings, {
    location: { dialect: 'postgres', url: 'postgres://other/x' }, readLocation: { dialect: 'postgres', url: 'postgres://other/x' }, directLocation: { dialect: 'postgres', url: 'postgres://other/x' },
    pooling: 'transaction', batchReads: false, schema: undefined, driver: undefined,
    pool: { max: 7, acquireTimeoutMs: 7, idleTimeoutMs: 7, maxLifetimeMs: 7 }, timeouts: { connectMs: 7, statementMs: 7, lockMs: 7, idleInTransactionMs: 7 },
    tls: undefined, createTables: false, schemaCache: { enabled: false, ttlMs: 7, maxSize: 7, validate: true }, errors: { mode: 'minimal' },
    debug: true, logger: undefined, slowQueryMs: 7, metrics: true, telemetry: true,
  });
});

test('code comes before the environment, the environment before the profile', () => {
  const environment = { DATAFLOW_PROFILE: 'production', DATAFLOW_POOL_ACQUIRE_TIMEOUT_MS: '11', DATAFLOW_SLOW_QUERY_MS: '12' };
  const { pool, slowQueryMs, createTables, config } = readOptions({ url: postgres, slowQueryMs: 13 }, environment);
  assert.equal([slowQueryMs, pool.acquireTimeoutMs, createTables, pool.max], [13, 11, false, 10]);
  assert.equal(
    [config.slowQueryMs, config['pool.acquireTimeoutMs'], config.migrations, config['pool.max']].map((one) => one?.origin),
    ['option', 'environment DATAFLOW_POOL_ACQUIRE_TIMEOUT_MS', 'profile production', 'default'],
  );
  assert.is(readOptions({ slowQueryMs: 0 }, environment).slowQueryMs, undefined);
});

test('an empty variable is not there', () => {
  const { debug, pool } = readOptions({}, { DATAFLOW_DEBUG: '', DATAFLOW_POOL_MAX: '' });
  assert.equal([debug, pool.max], [false, 10]);
});

test('1 and true, 0 and false', () => {
  for (const [text, value] of [['1', true], ['true', true], ['TRUE', true], ['0', false], ['false', false]] as const) {
    assert.is(readOptions({}, { DATAFLOW_DEBUG: text }).debug, value, text);
  }
});

test('a wrong value names the variable', () => {
  for (const [variable, text] of [
    ['DATAFLOW_POOL_MAX', '0'], ['DATAFLOW_POOL_MAX', '1e3'], ['DATAFLOW_POOL_MAX', ' 5'], ['DATAFLOW_POOL_MAX', '-5'], ['DATAFLOW_DEBUG', 'yes'], ['DATAFLOW_MIGRATIONS', 'on'],
    ['DATAFLOW_SLOW_QUERY_MS', '5s'], ['DATAFLOW_PROFILE', 'prod'], ['DATAFLOW_ERRORS_MODE', 'FULL'],
  ] as const) {
    const error = refused({ [variable]: text });
    assert.is(error.code, 'DF-412', text);
    assert.ok(error.message.startsWith(`DF-412: environment variable ${variable}: `), error.message);
  }
  assert.match(refused({ DATAFLOW_PROFILE: 'prod' }).message, "did you mean 'production'?");
  assert.match(refused({ DATAFLOW_DEBUG: 'yes' }).message, '1 or 0 is expected');
});

test('also when code gives the option, and beside all other problems', () => {
  assert.is(refused({ DATAFLOW_POOL_MAX: 'x' }, { pool: { max: 5 } }).code, 'DF-412');
  const error = refused({ DATAFLOW_POOL_MAX: 'x', DATAFLOW_DEBUG: 'y' }, { slowQueryMs: -1 });
  assert.match(error.message, "DF-403: option 'slowQueryMs': a whole number from 0 to 2147483647 is expected; and 2 more");
});

test('a misspelt variable is refused with the right one; what is like none is somebody else’s', () => {
  assert.match(refused({ DATAFLOW_POOL_MAXX: '5' }).message, "DF-412: environment variable DATAFLOW_POOL_MAXX: there is no such variable; did you mean 'DATAFLOW_POOL_MAX'?");
  readOptions({}, { DATAFLOW_TEST_POSTGRES: postgres, DATAFLOW_CI: '1', DATAFLOW_DEBUG_PORT: '9229' });
});

test('variables for PostgreSQL are left out on SQLite, those about the URL when code gives another', () => {
  const environment = { DATABASE_URL: postgres, DATAFLOW_READ_URL: 'postgres://replica/app', DATAFLOW_POOLING: 'transaction', DATAFLOW_TIMEOUTS_STATEMENT_MS: '5' };
  const sqlite = readOptions({ url: ':memory:' }, environment);
  assert.equal([sqlite.readLocation, sqlite.pooling, sqlite.timeouts.statementMs], [undefined, 'session', 0]);
  const other = readOptions({ url: 'postgres://other/app' }, environment);
  assert.equal([other.readLocation, other.pooling, other.timeouts.statementMs], [undefined, 'session', 5]);
  const same = readOptions({}, environment);
  assert.equal([same.readLocation?.dialect, same.pooling], ['postgres', 'transaction']);
});

test('values are not repeated in messages', () => {
  for (const environment of [{ DATABASE_URL: 'postgres://u:s3cret@h:x' }, { DATAFLOW_POOL_MAX: 's3cret' }, { DATABASE_URL: postgres, DATAFLOW_READ_URL: 'mysql://u:s3cret@h' }]) {
    const error = refused(environment);
    assert.not.match(error.enhancedMessage() + JSON.stringify(error) + error.stack, 's3cret');
  }
});

test.run();
