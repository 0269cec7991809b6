/** What only a PostgreSQL server says, each provoked on a real one. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, postgresSql, type Place } from './places.js';

const person = (id: string, more: object = {}): object => ({ id, name: id, email: id, ...more });

function onPostgres(place: Place, server: string): void {
  const test = suite('postgres: errors of the server');
  const url = (change: (url: URL) => void): string => {
    const changed = new URL(place.url!);
    change(changed);
    return changed.href;
  };
  const opened: DataFlow<Models>[] = [];
  const open = (at: string, prefix = 'pg', options: object = {}): DataFlow<Models> => {
    const db = new DataFlow<Models>({ ...options, url: at, schema: modelsOf(prefix).schema });
    opened.push(db);
    return db;
  };
  const name = new URL(place.url!).pathname.slice(1);
  const set = (what: string): Promise<unknown> => postgresSql(server, `ALTER DATABASE ${name} ${what}`);
  const touch = (id: string) => ({ filter: { id }, fields: { name: 'x' } });

  test.before(async () => {
    await open(place.url!).models.Person.bulkCreate({ data: [person('a'), person('b')] });
  });
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
    await postgresSql(server, `DROP DATABASE IF EXISTS ${name}_damaged WITH (FORCE)`);
    for (const role of ['reader', 'single']) await postgresSql(server, `DROP ROLE IF EXISTS ${name}_${role}`);
  });

  test('DF-406: login refused, without the secret', async () => {
    const error = await fails('DF-406', () => open(url((it) => (it.password = 's3cret'))).models.Person.count({}));
    assert.not.match(JSON.stringify(error) + error.enhancedMessage() + error.stack, 's3cret');
    assert.match(error.message, 'user name or password is wrong');
    await fails('DF-406', () => open(url((it) => (it.password = ''))).models.Person.count({}));
  });

  test('DF-309: no such database', async () => {
    await fails('DF-309', () => open(url((it) => (it.pathname = '/nowhere'))).models.Person.count({}));
    await fails('DF-309', () => open(url((it) => (it.pathname = '/nowhere'))).transaction(async () => undefined));
  });

  test('DF-503: nobody there', async () => {
    assert.match((await fails('DF-503', () => open(url((it) => (it.port = '1'))).models.Person.count({}))).message, 'nothing answers');
    await fails('DF-503', () => open(url((it) => (it.port = '1'))).transaction(async () => undefined));
    assert.match((await fails('DF-503', () => open(url((it) => (it.hostname = 'no-such-host.invalid'))).models.Person.count({}))).message, 'host name is unknown');
  });

  test('DF-503: somebody who is no server', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const port = String((silent.address() as AddressInfo).port);
    const db = open(url((it) => ([it.hostname, it.port] = ['127.0.0.1', port])), 'pg', { timeouts: { connectMs: 200 } });
    try {
      await fails('DF-503', () => db.models.Person.count({}));
    } finally {
      silent.close();
    }
  });

  test('DF-503: the session is ended; the next call gets a new one', async () => {
    const db = open(place.url!);
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`;
    const error = await fails('DF-503', () => db.transaction(async (tx) => {
      await tx.models.Person.count({});
      await postgresSql(server, end);
      await later(30);
      await tx.models.Person.count({});
    }));
    assert.is(error.context.operation, 'count');
    assert.is((await db.models.Person.count({})).count, 2);
    await postgresSql(server, end);
    await later(30);
    assert.is((await db.models.Person.count({})).count, 2, 'idle connections that broke are replaced');
  });

  test('DF-503: the server has limits for open transactions', async () => {
    for (const limit of ['idle_in_transaction_session_timeout', 'transaction_timeout']) {
      await set(`SET ${limit} = '60ms'`);
      const db = open(place.url!);
      const error = await fails('DF-503', () => db.transaction(async (tx) => {
        await tx.models.Person.count({});
        await later(400);
        await tx.models.Person.count({});
      }));
      assert.ok(error.cause instanceof Error);
      await set(`RESET ${limit}`);
      assert.is((await open(place.url!).models.Person.count({})).count, 2);
    }
  });

  test('DF-548: too many connections', async () => {
    await postgresSql(place.url!, `CREATE ROLE ${name}_single LOGIN PASSWORD 'r' CONNECTION LIMIT 1; GRANT SELECT ON pg_people TO ${name}_single`);
    const at = url((it) => ([it.username, it.password] = [`${name}_single`, 'r']));
    const [first, second] = [open(at, 'pg', { migrations: 'off' }), open(at, 'pg', { migrations: 'off' })];
    await first.transaction(async (tx) => {
      await tx.models.Person.count({});
      const error = await fails('DF-548', () => second.models.Person.count({}));
      assert.match(error.message, 'Person.count');
      await fails('DF-548', () => second.transaction(async () => undefined));
    });
    await first.close();
    await postgresSql(place.url!, `DROP OWNED BY ${name}_single`);
  });

  test('DF-546: a deadlock, and running it again', async () => {
    const db = open(place.url!);
    const cross = (retries: number): Promise<PromiseSettledResult<unknown>[]> => {
      let there = 0;
      return Promise.allSettled([['a', 'b'], ['b', 'a']].map(([first, second]) => db.transaction(async (tx) => {
        await tx.models.Person.update(touch(first!));
        there++;
        for (let wait = 0; there < 2 && wait < 200; wait++) await later(5);
        await tx.models.Person.update(touch(second!));
      }, { retries })));
    };
    const outcomes = await cross(0);
    const [failed] = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    await fails('DF-546', () => Promise.reject(failed));
    assert.match(failed.message, "Person.update: a deadlock on table 'pg_people'");
    assert.is(failed.context.table, 'pg_people');
    assert.ok((await cross(5)).every(({ status }) => status === 'fulfilled'));
  });

  test('DF-536: what a serializable transaction has read is changed', async () => {
    const db = open(place.url!);
    const collide = async (retries: number): Promise<void> => {
      let round = 0;
      await db.transaction(async (tx) => {
        await tx.models.Person.read({ id: 'a' });
        if (round++ === 0) await db.models.Person.update(touch('a'));
        await tx.models.Person.update(touch('a'));
      }, { isolation: 'repeatable read', retries });
    };
    assert.match((await fails('DF-536', () => collide(0))).message, 'Person.update');
    await collide(1);
  });

  test('DF-535, DF-543 and DF-547: limits of the server, and a cancelled statement', async () => {
    const blocked = async (): Promise<never> => open(place.url!).models.Person.update(touch('a')) as Promise<never>;
    await open(place.url!).transaction(async (tx) => {
      await tx.models.Person.update(touch('a'));
      await set("SET lock_timeout = '40ms'");
      await fails('DF-535', blocked);
      await set('RESET lock_timeout');
      await set("SET statement_timeout = '40ms'");
      await fails('DF-543', blocked);
      await set('RESET statement_timeout');
      const limited = open(place.url!, 'pg', { timeouts: { statementMs: 40 } });
      assert.match((await fails('DF-547', () => limited.models.Person.update(touch('a')))).message, 'Person.update: the statement took longer than 40 ms');
      await fails('DF-547', () => limited.transaction((inner) => inner.models.Person.update(touch('a'))));
      const cancelled = blocked().catch((error: unknown) => error);
      const waits = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
      for (let tries = 0; tries < 200 && (await postgresSql(server, waits)).length === 0; tries++) await later(10);
      await fails('DF-543', async () => Promise.reject(await cancelled));
    });
  });

  test('DF-549: read-only', async () => {
    await set('SET default_transaction_read_only = on');
    const db = open(place.url!);
    assert.is((await db.models.Person.count({})).count, 2);
    await fails('DF-549', () => db.models.Person.create(person('c')));
    await fails('DF-549', () => db.transaction((tx) => tx.models.Person.create(person('c'))));
    await set('RESET default_transaction_read_only');
  });

  test('DF-537: the disk is full', async () => {
    // A device that is always full: the server itself fails to write there, in the middle of an insert.
    await postgresSql(place.url!, `CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE $copy$COPY (SELECT repeat('x', 1000000)) TO '/dev/full'$copy$; RETURN NEW; END $$;
      CREATE TRIGGER fill BEFORE INSERT ON pg_people FOR EACH ROW EXECUTE FUNCTION fill()`);
    const error = await fails('DF-537', () => open(place.url!).models.Person.create(person('c')));
    assert.is((error.cause as { code?: string }).code, '53100');
    await postgresSql(place.url!, 'DROP TRIGGER fill ON pg_people');
  });

  test('DF-544, DF-545, DF-542: columns that hold less', async () => {
    const columns = (types: readonly string[]): string => ['id', 'name', '"e-mail ""x"""', 'age', 'team_id'].map((column, i) => `${column} ${types[i]}`).join(', ');
    await postgresSql(place.url!, `CREATE TABLE short_people (${columns(['text PRIMARY KEY', 'varchar(3)', 'text', 'smallint', 'text'])})`);
    const short = open(place.url!, 'short');
    assert.is((await fails('DF-544', () => short.models.Person.create(person('p', { name: 's3cret' })))).context.field, 'name');
    const error = await fails('DF-545', () => short.models.Person.create(person('p', { age: 70_000 })));
    assert.match(error.message, "'age', which is smallint in the database");
    await postgresSql(place.url!, `CREATE TABLE typed_people (${columns(['text PRIMARY KEY', 'uuid', 'text', 'integer', 'text'])})`);
    assert.is((await fails('DF-542', () => open(place.url!, 'typed').models.Person.create(person('p', { name: 's3cret' })))).context.field, 'name');
  });

  test('DF-541 and DF-302: rights', async () => {
    await postgresSql(place.url!, `CREATE ROLE ${name}_reader LOGIN PASSWORD 'r'; GRANT SELECT ON pg_people TO ${name}_reader`);
    const reader = url((it) => ([it.username, it.password] = [`${name}_reader`, 'r']));
    const db = open(reader);
    assert.is((await db.models.Person.count({})).count, 2);
    await fails('DF-541', () => db.models.Person.create(person('c')));
    const error = await fails('DF-302', () => open(reader, 'forbidden').models.Team.count({}));
    assert.is((error.cause as { code?: string }).code, '42501');
    await postgresSql(place.url!, `DROP OWNED BY ${name}_reader`);
  });

  test('DF-538: a damaged file of the server', async () => {
    const db = open(place.url!, 'damaged');
    await db.models.Person.bulkCreate({ data: Array.from({ length: 50 }, (_, i) => person(`p${i}`)) });
    for (const one of opened.splice(0)) await one.close();
    // The copy is made file by file, so that nothing of it is in the server's memory yet.
    await postgresSql(server, `CREATE DATABASE ${name}_damaged TEMPLATE ${name} STRATEGY FILE_COPY`);
    const copy = url((it) => (it.pathname = `/${name}_damaged`));
    const [{ file }] = (await postgresSql(copy, `SELECT current_setting('data_directory') || '/' || pg_relation_filepath('damaged_people') AS file`)) as [{ file: string }];
    const handle = openSync(join(file), 'r+');
    writeSync(handle, Buffer.alloc(4000, 0xab), 0, 4000, 2000);
    closeSync(handle);
    await fails('DF-538', () => open(copy, 'damaged').models.Person.list({}));
  });

  test.run();
}

const server = process.env['DATAFLOW_TEST_POSTGRES'];
for (const place of await places('server')) {
  if (server !== undefined && place.url !== undefined) onPostgres(place, server);
  else void place.remove();
}
