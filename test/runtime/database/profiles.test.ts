import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { optionTable, type OptionName } from '../../../runtime/src/database/options/option-table.js';
import { problemWith } from '../../../runtime/src/database/options/value-type.js';
import { profiles } from '../../../runtime/src/database/profiles.js';
import { readOptions } from '../../../runtime/src/database/options/read-options.js';
import { modelsOf } from './models.js';

const url = 'postgres://localhost/app';

test('a profile is an ordinary options object', () => {
  const { schema } = modelsOf('x');
  assert.equal(DataFlow.production(url), { url, profile: 'production' });
  assert.equal(DataFlow.enterprise(url, { pool: { max: 3 } }), { url, profile: 'enterprise', pool: { max: 3 } });
  assert.equal(DataFlow.development(), { profile: 'development' });
  const db = new DataFlow({ ...DataFlow.production(url), schema });
  // The type of the models comes from the schema.
  assert.type(db.models.Person.create, 'function');
  const same = new DataFlow(DataFlow.production(url, { schema }));
  assert.type(same.models.Person.create, 'function');
});

test('testing does not touch the database of DATABASE_URL', () => {
  assert.is(readOptions(DataFlow.testing(), { DATABASE_URL: url }).location.dialect, 'sqlite');
  assert.is(readOptions(DataFlow.testing({ url }), {}).location.dialect, 'postgres');
  assert.is(readOptions(DataFlow.development(), { DATABASE_URL: url }).location.dialect, 'postgres');
});

test('an option given in a group leaves the others of the group to the profile', () => {
  const { pool } = readOptions({ ...DataFlow.production(url), pool: { max: 3 } }, {});
  assert.equal(pool, { max: 3, acquireTimeoutMs: 10_000, idleTimeoutMs: 30_000, maxLifetimeMs: 1_800_000 });
});

test('production creates nothing, looks at tables, limits everything', () => {
  const { createTables, schemaCache, errors, timeouts, tls, debug } = readOptions(DataFlow.production(url), {});
  assert.equal([createTables, schemaCache.validate, errors.mode, tls, debug], [false, true, 'minimal', undefined, false]);
  assert.ok(Object.values(timeouts).every((ms) => ms > 0));
});

test('enterprise is nowhere laxer than production', () => {
  const { timeouts, pool, schemaCache, tls, createTables } = readOptions(DataFlow.enterprise(url), {});
  const lax = readOptions(DataFlow.production(url), {});
  for (const name of Object.keys(timeouts) as (keyof typeof timeouts)[]) assert.ok(timeouts[name] <= lax.timeouts[name], name);
  assert.ok(pool.acquireTimeoutMs < lax.pool.acquireTimeoutMs);
  assert.equal([tls, schemaCache.validate, schemaCache.ttlMs, createTables], [{ mode: 'verify-full' }, true, 300_000, false]);
});

test('on SQLite a profile leaves out what is for PostgreSQL', () => {
  const { timeouts, tls, createTables } = readOptions(DataFlow.enterprise('sqlite:///app.db'), {});
  assert.equal([timeouts.statementMs, tls, createTables], [0, undefined, false]);
});

test('every value of a profile is one that its option can have, and fits the others', () => {
  for (const [profile, values] of Object.entries(profiles)) {
    for (const [name, value] of Object.entries(values)) {
      assert.is(problemWith(optionTable[name as OptionName].type, value), undefined, `${profile}: ${name}`);
      assert.is.not(value, optionTable[name as OptionName].default, `${profile}: ${name} is the default`);
    }
    const { timeouts, pool } = readOptions({ url, profile: profile as 'production' }, {});
    if (timeouts.statementMs > 0) assert.ok(timeouts.lockMs < timeouts.statementMs);
    if (pool.maxLifetimeMs > 0) assert.ok(pool.idleTimeoutMs < pool.maxLifetimeMs);
  }
});

test.run();
