import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OptionName } from '../../../runtime/src/database/options/option-table.js';
import { readOptions } from '../../../runtime/src/database/options/read-options.js';
import type { DataFlowOptions } from '../../../runtime/src/database/options.js';
import type { Settings } from '../../../runtime/src/database/settings.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { modelsOf } from './models.js';

const postgres = 'postgres://localhost/x';
const certificate = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n';

function read(options: unknown, environment: NodeJS.ProcessEnv = {}): Settings {
  return readOptions(options as never, environment);
}

function errorOf(options: unknown, environment?: NodeJS.ProcessEnv): DataFlowError {
  try {
    read(options, environment);
  } catch (error) {
    if (error instanceof DataFlowError) {
      assert.ok(error.message.length <= 120, error.message);
      return error;
    }
    throw error;
  }
  return assert.unreachable(JSON.stringify(options)) as never;
}

const refused = (options: unknown, environment?: NodeJS.ProcessEnv): string => errorOf(options, environment).message;

test('defaults', () => {
  const { config, ...settings } = read(undefined);
  assert.equal(settings, {
    location: { dialect: 'sqlite', inMemory: true, file: ':memory:' },
    readLocation: undefined,
    directLocation: undefined,
    pooling: 'session',
    batchReads: true,
    schema: undefined,
    driver: undefined,
    pool: { max: 10, acquireTimeoutMs: 30_000, idleTimeoutMs: 10_000, maxLifetimeMs: 0 },
    timeouts: { connectMs: 10_000, statementMs: 0, lockMs: 0, idleInTransactionMs: 0 },
    tls: undefined,
    createTables: true,
    schemaCache: { enabled: true, ttlMs: 0, maxSize: 10_000, validate: false },
    errors: { mode: 'full' },
    debug: false,
    logger: undefined,
    slowQueryMs: undefined,
    metrics: false,
    telemetry: undefined,
  });
});

test('what is given is taken', () => {
  const { schema } = modelsOf('x');
  const options = {
    url: postgres, readUrl: 'postgres://replica/x', directUrl: 'postgres://server/x', pooling: 'transaction', batchReads: false, schema, driver: 'pg',
    pool: { max: 3, acquireTimeoutMs: 10, idleTimeoutMs: 0, maxLifetimeMs: 5 },
    timeouts: { connectMs: 1, statementMs: 4, lockMs: 3, idleInTransactionMs: 2 },
    tls: { mode: 'verify-ca', ca: certificate }, migrations: 'off',
    schemaCache: { enabled: true, ttlMs: 7, maxSize: 8, validate: true }, errors: { mode: 'minimal' },
    debug: true, logger: console, slowQueryMs: 9, metrics: true, telemetry: false,
  };
  const { location, readLocation, directLocation, createTables, config, ...settings } = read(options);
  const { url, readUrl, directUrl, migrations, ...others } = options;
  assert.equal(settings, others as never);
  assert.is(settings.schema, schema);
  assert.is(settings.logger, console);
  assert.equal([location, readLocation, directLocation], [url, readUrl, directUrl].map((one) => ({ dialect: 'postgres', url: one })));
  assert.is(createTables, migrations === 'auto');
});

type Groups = 'pool' | 'timeouts' | 'tls' | 'schemaCache' | 'errors';
type Paths<Name extends keyof DataFlowOptions> = Name extends Groups ? `${Name}.${keyof NonNullable<DataFlowOptions[Name]> & string}` : Name;

test('every option of the type is one that is read, and the reverse', () => {
  // The compiler checks this.
  const same: [OptionName, Paths<keyof DataFlowOptions>] extends [Paths<keyof DataFlowOptions>, OptionName] ? true : false = true;
  assert.ok(same);
});

test('an option that is undefined is not given', () => {
  const { config: _, ...given } = read({ url: undefined, pool: { max: undefined }, tls: undefined, debug: undefined });
  const { config: __, ...none } = read({});
  assert.equal(given, none);
});

test('unknown options are refused, with the one that was meant', () => {
  assert.match(refused({ Url: ':memory:' }), "DF-403: option 'Url': there is no such option; did you mean 'url'?");
  assert.match(refused({ pool: { maxx: 1 } }), "'pool.maxx': there is no such option; did you mean 'max'?");
  assert.match(refused({ pool: { size: 1 } }), "'pool.size': there is no such option; there are max, acquireTimeoutMs, idleTimeoutMs, maxLifetimeMs");
  assert.match(refused({ tenancy: {} }), "'tenancy': there is no such option");
  refused({ ['y'.repeat(1000)]: 1 });
});

test('bad values are refused', () => {
  for (const options of [
    { url: 5 }, { url: null }, { readUrl: 1 }, { directUrl: {} }, { pooling: 'statement' }, { schema: {} }, { schema: 'x' }, { profile: 'staging' }, { driver: 'sqlite' }, { driver: 'mysql' },
    { migrations: true }, { migrations: 'On' }, { pool: 5 }, { pool: [] }, { pool: null }, { timeouts: 'long' }, { tls: true }, { schemaCache: false }, { errors: 'full' },
    { pool: { max: 0 } }, { pool: { max: 1.5 } }, { pool: { max: '5' } }, { pool: { max: NaN } }, { pool: { max: 10_001 } }, { pool: { acquireTimeoutMs: 0 } }, { pool: { acquireTimeoutMs: Infinity } }, { pool: { idleTimeoutMs: -1 } },
    { pool: { maxLifetimeMs: 2 ** 31 } }, { timeouts: { connectMs: -1 } }, { timeouts: { statementMs: '5s' } }, { timeouts: { lockMs: 1.5 } }, { timeouts: { idleInTransactionMs: null } },
    { tls: { mode: 'disable' } }, { tls: { ca: '/etc/ca.pem' } }, { tls: { cert: key, key } }, { tls: { cert: certificate, key: certificate } }, { tls: { serverName: '' } },
    { schemaCache: { enabled: 1 } }, { schemaCache: { ttlMs: -5 } }, { schemaCache: { maxSize: 0 } }, { schemaCache: { validate: 'yes' } }, { errors: { mode: 'short' } },
    { debug: 1 }, { logger: {} }, { logger: { debug() {}, info() {}, warn() {} } }, { slowQueryMs: -1 }, { slowQueryMs: true }, { metrics: 'on' }, { telemetry: 1 },
    5, [], true,
  ]) {
    assert.match(refused(typeof options === 'object' && !Array.isArray(options) ? { url: postgres, ...options } : options), 'DF-403', JSON.stringify(options));
  }
});

test('all problems are said at once', () => {
  const error = errorOf({ pool: { maxx: 5, max: 0 }, debug: 'yes', driver: 'pg', migrations: 'of', slowQueryMs: -1 });
  assert.is(error.message, "DF-403: option 'pool.maxx': there is no such option; did you mean 'max'?; also wrong: 'pool.max', 'debug' and 3 more");
  const { problems } = error.context as unknown as { problems: { option: string; problem: string }[] };
  assert.equal(problems.map(({ option }) => option), ['pool.maxx', 'pool.max', 'debug', 'migrations', 'slowQueryMs', 'driver']);
  assert.is(problems[1]!.problem, 'a whole number from 1 to 10000 is expected');
  assert.match(JSON.stringify(error), 'true or false is expected');
  const url = errorOf({ url: 'app.db', debug: 1 });
  assert.equal([url.code, (url.context as unknown as { problems: object[] }).problems.length], ['DF-403', 2]);
});

test('the driver must fit the URL', () => {
  assert.match(refused({ url: ':memory:', driver: 'pg' }), "DF-403: option 'driver': 'pg' is for PostgreSQL");
  assert.match(refused({ url: postgres, driver: 'sqlite3' }), "'sqlite3' is for SQLite");
});

test('what SQLite would not do is refused, and why', () => {
  for (const [options, why] of [
    [{ pool: { idleTimeoutMs: 1000 } }, 'keeps its few connections open'], [{ pool: { maxLifetimeMs: 0 } }, 'keeps its few'], [{ timeouts: { connectMs: 1 } }, 'opens a file'],
    [{ timeouts: { statementMs: 1 } }, 'cannot end'], [{ timeouts: { lockMs: 1 } }, 'pool.acquireTimeoutMs'], [{ timeouts: { idleInTransactionMs: 1 } }, 'no server'],
    [{ readUrl: 'postgres://localhost/x' }, 'no replicas'], [{ directUrl: 'postgres://localhost/x' }, 'no server'], [{ pooling: 'session' }, 'no server'], [{ tls: {} }, 'no server'],
    [{ tls: { mode: 'require' } }, 'no server'],
  ] as const) {
    const message = refused({ url: 'sqlite:///x.db', ...options });
    assert.match(message, /DF-403: option '[\w.]+': it is for PostgreSQL; SQLite /);
    assert.match(message, why);
    read({ url: postgres, ...options });
  }
});

test('options that contradict each other', () => {
  for (const options of [
    { readUrl: 'sqlite:///replica.db' }, { directUrl: ':memory:' }, { pool: { idleTimeoutMs: 10, maxLifetimeMs: 5 } }, { timeouts: { lockMs: 10, statementMs: 5 } },
    { tls: { cert: certificate } }, { tls: { key } }, { tls: { mode: 'require', ca: certificate } }, { tls: { mode: 'verify-ca', serverName: 'db' } }, { tls: { cert: certificate, key } },
    { url: `${postgres}?sslmode=require`, tls: {} }, { url: `${postgres}?ssl=true`, tls: { mode: 'require' } }, { tls: {}, readUrl: `${postgres}?application_name=x&sslmode=disable` },
    { url: `${postgres}?sslmode=disable`, profile: 'enterprise' },
    { schemaCache: { enabled: false, ttlMs: 5 } }, { schemaCache: { enabled: false, maxSize: 5 } }, { migrations: 'off', schemaCache: { ttlMs: 5 } },
  ]) {
    assert.match(refused({ url: postgres, ...options }), 'DF-413', JSON.stringify(options));
  }
  for (const options of [
    { pool: { idleTimeoutMs: 10, maxLifetimeMs: 0 } }, { timeouts: { lockMs: 10, statementMs: 0 } }, { timeouts: { lockMs: 20_000 }, profile: 'testing' }, { tls: { mode: 'verify-ca', ca: certificate } },
    { url: `${postgres}?application_name=sslmode`, tls: {} }, { migrations: 'off', schemaCache: { ttlMs: 5, validate: true } }, { schemaCache: { enabled: false, validate: true } },
  ]) {
    read({ url: postgres, ...options });
  }
  assert.is(read({ url: postgres, tls: {} }).tls?.mode, 'verify-full');
});

test("a client's certificate must belong to its key", () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-options-'));
  try {
    const pair = (name: string): { cert: string; key: string } => {
      const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=x', '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
      return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    };
    const [one, two] = [pair('one'), pair('two')];
    assert.equal(read({ url: postgres, tls: one }).tls, { mode: 'verify-full', ...one });
    assert.match(refused({ url: postgres, tls: { cert: one.cert, key: two.key } }), 'not a pair');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('secrets never get into the message', () => {
  for (const options of [
    { url: 'postgres://u:s3cret@h/x', tls: { key } }, { url: 'postgres://u:s3cret@h/x?sslmode=require&password=s3cret', tls: {} }, { url: 'postgres://u:s3cret@h:x' }, { url: ['s3cret'] },
    { url: 'postgres://u:s3cret@h/x', pool: { max: 's3cret' }, driver: 's3cret', logger: 's3cret' }, { url: postgres, readUrl: 'pg://u:s3cret@h', directUrl: 'sqlite:///s3cret@' },
    { url: postgres, tls: { cert: certificate, key } },
  ]) {
    const error = errorOf(options);
    assert.not.match(error.enhancedMessage() + JSON.stringify(error) + error.stack, 's3cret', JSON.stringify(options));
  }
});

test.run();
