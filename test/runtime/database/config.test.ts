import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { maskedUrl } from '../../../runtime/src/database/config.js';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { optionNames } from '../../../runtime/src/database/options/option-table.js';
import { readOptions } from '../../../runtime/src/database/options/read-options.js';
import { modelsOf } from './models.js';

test('every option with its value and origin', () => {
  const { schema } = modelsOf('x');
  const { config } = new DataFlow({ ...DataFlow.production('postgres://app:s3cret@db.example.com:5433/app?sslmode=require'), schema, pool: { max: 4 }, logger: console });
  assert.equal(Object.keys(config), [...optionNames]);
  assert.equal(config.url, { value: 'postgres://app:***@db.example.com:5433/app?sslmode=require', origin: 'option' });
  assert.equal(config['pool.max'], { value: 4, origin: 'option' });
  assert.equal(config['pool.maxLifetimeMs'], { value: 1_800_000, origin: 'profile production' });
  assert.equal(config['timeouts.connectMs'], { value: 10_000, origin: 'default' });
  assert.equal(config.readUrl, { value: null, origin: 'default' });
  assert.equal(config.schema, { value: ['Team', 'Person'], origin: 'option' });
  assert.equal(config.logger, { value: 'given', origin: 'option' });
});

test('it is frozen, and JSON keeps it whole', () => {
  const { config } = new DataFlow({ url: ':memory:', schema: modelsOf('x').schema });
  assert.equal(JSON.parse(JSON.stringify(config)), config);
  assert.throws(() => Object.assign(config, { url: 1 }), TypeError);
  assert.throws(() => Object.assign(config['pool.max']!, { value: 1 }), TypeError);
  assert.throws(() => (config.schema!.value as string[]).push('x'), TypeError);
});

test('what is for PostgreSQL is not there on SQLite', () => {
  const { config } = new DataFlow(':memory:');
  assert.equal(['readUrl', 'tls.key', 'timeouts.lockMs', 'pool.idleTimeoutMs'].filter((name) => name in config), []);
  assert.is(config['pool.max']?.value, 10);
});

test('keys are masked', () => {
  const pem = (what: string): string => `-----BEGIN ${what}-----\ns3cret\n-----END ${what}-----\n`;
  const { config } = readOptions({ url: 'postgres://localhost/app', tls: { ca: pem('CERTIFICATE') } }, {});
  assert.equal(config['tls.ca'], { value: 'given', origin: 'option' });
  assert.equal(config['tls.mode'], { value: 'verify-full', origin: 'default' });
  assert.not.match(JSON.stringify(config), 's3cret');
});

test('passwords in URLs are masked, wherever they stand', () => {
  for (const [url, masked] of [
    ['postgres://localhost/app', 'postgres://localhost/app'],
    ['postgres://app@localhost/app', 'postgres://app@localhost/app'],
    ['postgresql://app:s3cret@[::1]:5432/app', 'postgresql://app:***@[::1]:5432/app'],
    ['postgres://app:s3:cret@/app?host=/run/postgres', 'postgres://app:***@/app?host=/run/postgres'],
    ['postgres://localhost/app?password=s3cret&sslmode=require', 'postgres://localhost/app?password=***&sslmode=require'],
    ['postgres://localhost?sslkey=s3cret&options=-c%20x=s3cret?s3cret', 'postgres://localhost?sslkey=***&options=***'],
    ['postgres://a:s3cret@b:s3cret@localhost/app', 'postgres://a:***@localhost/app'],
    ['sqlite:///data/app.db', 'sqlite:///data/app.db'],
    [':memory:', ':memory:'],
  ] as const) {
    assert.is(maskedUrl(url), masked);
  }
});

test.run();
