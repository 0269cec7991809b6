import { chmodSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameDriverError } from '../../../runtime/src/database/driver-errors.js';
import type { Driver, Statement } from '../../../runtime/src/drivers/driver.js';
import { poolTimeout } from '../../../runtime/src/drivers/pool-timeout.js';
import { openPostgres } from '../../../runtime/src/drivers/postgres/open.js';
import type { Tls } from '../../../runtime/src/drivers/postgres/tls.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { hasOpenssl, makeCertificates, type Certificates } from '../../support/certificates.js';
import { startPostgres } from '../../support/postgres.mjs';
import { errorOf, rowsOf } from './places.js';

const test = suite('encrypted connections to PostgreSQL');
let files: Certificates;
let server: Awaited<ReturnType<typeof startPostgres>>;
let expired: Awaited<ReturnType<typeof startPostgres>>;

const open = (url: string, tls?: Tls): Driver => openPostgres({ url, tls, max: 2, acquireTimeoutMs: 5000, idleTimeoutMs: 10_000, onTimeout: poolTimeout });

/** Version of TLS in use; null for none. */
async function versionOf(url: string, tls?: Tls): Promise<unknown> {
  const driver = open(url, tls);
  try {
    return (await rowsOf(driver, 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()'))[0]![0];
  } finally {
    await driver.close();
  }
}

/** Code and message of the error that connecting gives. */
async function failure(url: string, tls?: Tls): Promise<string> {
  const error = nameDriverError(await errorOf(() => versionOf(url, tls)), { operation: 'test' });
  assert.instance(error, DataFlowError);
  return (error as DataFlowError).message;
}

test.before(async () => {
  files = makeCertificates();
  // The server's socket lies there, too.
  chmodSync(files.folder, 0o777);
  // The user `certified` logs in with a certificate and nothing else.
  writeFileSync(files.path('hba.conf'), 'hostssl all certified 127.0.0.1/32 cert\nhostnossl all plain 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 password\n');
  const flags = (name: string): string[] =>
    Object.entries({ ssl: 'on', ssl_cert_file: files.path(`${name}.pem`), ssl_key_file: files.path(`${name}.key`), ssl_ca_file: files.path('ca.pem'), hba_file: files.path('hba.conf') })
      .flatMap(([setting, value]) => ['-c', `${setting}=${value}`]);
  [server, expired] = await Promise.all([startPostgres({ flags: flags('server') }), startPostgres({ flags: flags('expired') })]);
  const admin = open(server.url);
  await rowsOf(admin, 'CREATE ROLE certified LOGIN');
  await admin.close();
});
test.after(async () => {
  await Promise.all([server.stop(), expired.stop()]);
  files.remove();
});

test('without tls nothing is encrypted, with it everything is', async () => {
  assert.is(await versionOf(server.url), null);
  const ca = files.text('ca.pem');
  assert.match(String(await versionOf(server.url, { mode: 'require' })), /^TLSv1\.[23]$/);
  assert.match(String(await versionOf(server.url, { mode: 'verify-ca', ca })), /^TLSv1/);
  assert.match(String(await versionOf(server.url, { ca, serverName: 'db.example.com' })), /^TLSv1/);
});

test('the URL may say it', async () => {
  assert.match(String(await versionOf(`${server.url}?sslmode=no-verify`)), /^TLSv1/);
  assert.match(String(await versionOf(`${server.url}?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=${files.path('ca.pem')}`)), /^TLSv1/);
  assert.match(await failure(`${server.url}?sslmode=verify-full&sslrootcert=${files.path('ca.pem')}`), /^DF-407: .*: it is for another host$/);
  assert.match(await failure(`${server.url}?sslmode=verify-full&sslrootcert=${files.path('none.pem')}`), /^DF-409: .* cannot be read$/);
});

test('a certificate that does not stand the check ends it', async () => {
  const ca = files.text('ca.pem');
  const message = 'DF-407: the certificate of the database server is not trusted';
  assert.is(await failure(server.url, {}), `${message}: no trusted authority has issued it`);
  assert.is(await failure(server.url, { mode: 'verify-ca' }), `${message}: no trusted authority has issued it`);
  assert.is(await failure(server.url, { ca: files.text('other.pem'), serverName: 'db.example.com' }), `${message}: no trusted authority has issued it`);
  assert.is(await failure(server.url, { ca }), `${message}: it is for another host`);
  assert.is(await failure(server.url, { ca, serverName: 'db.example.org' }), `${message}: it is for another host`);
  assert.is(await failure(expired.url, { ca, serverName: 'db.example.com' }), `${message}: it has expired`);
});

test('a client may have a certificate, too', async () => {
  const url = server.url.replace('postgres:test@', 'certified@');
  const [ca, cert, key] = [files.text('ca.pem'), files.text('client.pem'), files.text('client.key')];
  assert.match(String(await versionOf(url, { mode: 'verify-ca', ca, cert, key })), /^TLSv1/);
  assert.match(await failure(url, { mode: 'verify-ca', ca }), /^DF-406: /);
  assert.match(await failure(url, { mode: 'verify-ca', ca, cert: files.text('other.pem'), key: files.text('other.key') }), /^DF-409: .*: the server does not accept the client's certificate$/);
});

test('a server that does not encrypt is not talked to; one on the same machine may be reached by its socket', async () => {
  const plain = await startPostgres({ flags: ['-c', `unix_socket_directories=${files.folder}`] });
  assert.match(await failure(plain.url, { mode: 'require' }), /^DF-408: /);
  const driver = open(`postgres://postgres:test@/postgres?host=${encodeURIComponent(files.folder)}&port=${plain.port}`);
  assert.is((await rowsOf(driver, 'SELECT inet_server_addr() AS address'))[0]![0], null);
  await cancels(driver);
  await driver.close();
  await plain.stop();
});

test('a statement is cancelled over an encrypted connection, too', async () => {
  const driver = open(server.url, { mode: 'verify-ca', ca: files.text('ca.pem') });
  await cancels(driver);
  await driver.close();
});

async function cancels(driver: Driver): Promise<void> {
  const sleep: Statement = { text: 'SELECT pg_sleep($1)', kind: 'read', returns: true };
  await driver.execute(sleep, [0]);
  const controller = new AbortController();
  const running = errorOf(() => driver.execute(sleep, [60], controller.signal));
  controller.abort();
  assert.is(((await running) as { code?: string }).code, '57014');
}

if (hasOpenssl()) test.run();
else console.log('SKIPPED: openssl is not there to make certificates');
