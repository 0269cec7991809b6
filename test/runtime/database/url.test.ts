import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseUrl } from '../../../runtime/src/database/url.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';

const memory = { dialect: 'sqlite', inMemory: true, file: ':memory:' };
const file = (path: string): object => ({ dialect: 'sqlite', inMemory: false, file: path });

test('SQLite', () => {
  assert.equal(parseUrl(':memory:'), memory);
  assert.equal(parseUrl('sqlite::memory:'), memory);
  assert.equal(parseUrl('sqlite:///app.db'), file(resolve('app.db')));
  assert.equal(parseUrl('sqlite:///data/app.db'), file(join(resolve('data'), 'app.db')));
  assert.equal(parseUrl('sqlite:////var/lib/app.db'), file('/var/lib/app.db'));
  assert.equal(parseUrl('sqlite:////tmp/a%20b%3F%23%25.db'), file('/tmp/a b?#%.db'));
});

test('PostgreSQL', () => {
  for (const url of [
    'postgres://localhost/app', 'postgresql://user:p%40ss@host:5433/app?sslmode=require', 'postgresql:///app?host=/var/run/postgresql',
    'postgres://user@/app?host=/tmp', 'postgres://[::1]:5432/app', 'postgres://localhost',
  ]) {
    assert.equal(parseUrl(url), { dialect: 'postgres', url });
  }
});

const wrong: readonly (readonly [url: string, right: string])[] = [
  ['app.db', 'sqlite:///app.db'],
  ['./app.db', 'sqlite:///app.db'],
  ['../app.db', 'sqlite:///../app.db'],
  ['/var/app.db', 'sqlite:////var/app.db'],
  ['C:\\data\\app.db', 'sqlite:///C:/data/app.db'],
  ['sqlite://app.db', 'sqlite:///app.db'],
  ['sqlite:app.db', 'sqlite:///app.db'],
  ['sqlite:/var/app.db', 'sqlite:////var/app.db'],
  ['sqlite3:///app.db', 'sqlite:///app.db'],
  ['SQLite:///app.db', 'sqlite:///app.db'],
  ['file:app.db', 'sqlite:///app.db'],
  ['file:///var/app.db', 'sqlite:////var/app.db'],
  ['sqlite:///app.db?mode=ro', 'sqlite:///app.db'],
  ['sqlite:///a#b.db', 'sqlite:///a%23b.db'],
  ['sqlite:///100%.db', 'sqlite:///100%25.db'],
  ['sqlite:///data/', 'sqlite:///data/app.db'],
  ['sqlite:///', ':memory:'],
  ['sqlite://', ':memory:'],
  ['sqlite:///:memory:', ':memory:'],
  ['sqlite://:memory:', ':memory:'],
  [':MEMORY:', ':memory:'],
  ['memory', ':memory:'],
  [' sqlite:///app.db', 'sqlite:///app.db'],
  ['', 'sqlite:///app.db'],
  ['postgres:localhost/app', 'postgres://'],
  ['POSTGRES://localhost/app', 'postgres://'],
  ['pg://localhost/app', 'postgresql://'],
  ['mysql://localhost/app', 'postgresql://'],
  ['postgres://localhost/app#x', 'postgresql://'],
  ['postgres://localhost:99999/app', 'postgresql://'],
  ['postgres://localhost/a/b', 'postgresql://'],
];

for (const [url, right] of wrong) {
  test(`'${url}' is DF-401 with the right spelling`, () => {
    const error = errorOf(url);
    assert.is(error.code, 'DF-401');
    assert.ok(error.message.includes(right), error.message);
  });
}

test('what is suggested is accepted', () => {
  for (const [url] of wrong) {
    const [first] = String(errorOf(url).context['right']).split(', or ');
    parseUrl(first!);
  }
});

test('secrets never get into the message', () => {
  for (const url of [
    'postgres://user:s3cret#x@host/db', 'postgres://us/er:s3cret@host/db', 'postgres:user:s3cret@host/db', 'mysql://root:s3cret@host/db', 'user:s3cret@host/db',
    'POSTGRES://user:s3cret@host/db', ' postgres://user:s3cret@host/db', 'postgres://user:s3cret@host:port/db', 'pg://x?password=s3cret', 'host=x password=s3cret?',
    'user:s3cret', 'file:s3cret@host', 'sqlite:///s3cret@x%', 'sqlite:///s3cret@x#', 'sqlite:///s3cret@x/', 'sqlite:///s3cret@x?y', 'sqlite://user:s3cret@host/x.db', 'postgres://h/a/b?password=s3cret', 'x?password=s3cret', 'sqlite:///x?key=s3cret',
  ]) {
    const error = errorOf(url);
    assert.not.match(error.enhancedMessage() + JSON.stringify(error) + error.stack, 's3cret', url);
  }
});

function errorOf(url: string): DataFlowError {
  try {
    parseUrl(url);
  } catch (error) {
    if (error instanceof DataFlowError) return error;
    throw error;
  }
  return assert.unreachable(`'${url}' was accepted`) as never;
}

test.run();
