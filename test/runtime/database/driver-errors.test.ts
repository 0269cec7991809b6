import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, postgresSql, type Place } from './places.js';

const person = (id: string, more: object = {}): object => ({ id, name: id, email: id, ...more });
const columns = 'id text PRIMARY KEY, name text, "e-mail ""x""" text, age integer, team_id text';

test('DF-404: no driver', async () => {
  const absent = sqliteAdapters.find((name) => 'error' in loadPackage(name));
  if (absent === undefined) return;
  const db = new DataFlow({ url: ':memory:', driver: absent, schema: modelsOf('x').schema });
  const error = await fails('DF-404', () => db.models.Team.count({}));
  assert.match(error.message, absent);
  await db.close();
});

function onAnyFile(place: Place): void {
  const test = suite(`${place.name}: errors`);
  const opened: DataFlow<Models>[] = [];
  const open = (prefix: string, options: Parameters<Place['open']>[0] = {}): DataFlow<Models> => {
    const db = place.open({ ...options, schema: modelsOf(prefix).schema });
    opened.push(db);
    return db;
  };
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
  });

  test('DF-532: the table is stricter than the model', async () => {
    await place.sql(`CREATE TABLE strict_people (${columns.replace('age integer', 'age integer NOT NULL')})`);
    assert.is((await fails('DF-532', () => open('strict').models.Person.create(person('p')))).context.field, 'age');
  });

  test('DF-539: a trigger of the user refuses', async () => {
    await place.sql(`CREATE TABLE refusing_people (${columns})`);
    if (place.name === 'postgres') {
      await place.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no: %', NEW.name; END $$`);
      await place.sql('CREATE TRIGGER refuse BEFORE INSERT ON refusing_people FOR EACH ROW EXECUTE FUNCTION refuse()');
    } else {
      await place.sql(`CREATE TRIGGER refuse BEFORE INSERT ON refusing_people BEGIN SELECT RAISE(ABORT, 'no'); END`);
    }
    const error = await fails('DF-539', () => open('refusing').models.Person.create(person('s3cret')));
    assert.not.match(JSON.stringify(error) + error.enhancedMessage(), 's3cret');
  });

  test('DF-542: the column holds less than the model', async () => {
    await place.sql(`CREATE TABLE narrow_people (${columns.replace('id text', place.name === 'postgres' ? 'id varchar(3)' : 'id integer')})`);
    await fails('DF-542', () => open('narrow').models.Person.create(person('long id')));
  });

  test('DF-303 and DF-535: somebody else holds the lock', async () => {
    const [holder, waiter] = [open('locked'), open('locked', { pool: { acquireTimeoutMs: 80 } })];
    await holder.transaction(async (tx) => {
      await tx.models.Team.create({ id: 't' });
      await fails('DF-303', () => waiter.models.Team.create({ id: 'u' }));
    });
    assert.is((await waiter.models.Team.count({})).count, 1);
    if (place.name !== 'postgres') {
      await holder.transaction(async () => {
        await fails('DF-535', () => waiter.models.Team.create({ id: 'u' }));
        await fails('DF-535', () => waiter.transaction(async () => undefined));
      });
    }
    await waiter.models.Team.create({ id: 'u' });
  });

  test.run();
}

function onSqlite(driver: (typeof sqliteAdapters)[number]): void {
  const test = suite(`${driver}: errors of files`);
  const { schema } = modelsOf('x');
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-errors-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));

  test('DF-405: no folder, no database', async () => {
    const nowhere = new DataFlow({ url: `sqlite:///${folder}/no/such/x.db`, driver, schema });
    await fails('DF-405', () => nowhere.models.Team.count({}));
    await fails('DF-405', () => nowhere.transaction(async () => undefined));
    await nowhere.close();
    writeFileSync(join(folder, 'text.db'), 'just a text, and one that is long enough to be looked at '.repeat(50));
    const text = new DataFlow({ url: `sqlite:///${folder}/text.db`, driver, schema });
    assert.match((await fails('DF-405', () => text.models.Team.count({}))).message, 'no SQLite database');
    await text.close();
  });

  test('DF-538: a damaged file', async () => {
    const url = `sqlite:///${folder}/damaged.db`;
    const before = new DataFlow({ url, driver, schema });
    await before.models.Person.bulkCreate({ data: Array.from({ length: 500 }, (_, i) => person(`p${i}`, { name: 'x'.repeat(200) })) });
    await before.close();
    const file = openSync(join(folder, 'damaged.db'), 'r+');
    for (let page = 1; page < 10; page++) writeSync(file, Buffer.alloc(4000, 0xab), 0, 4000, page * 4096);
    const after = new DataFlow({ url, driver, schema });
    await fails('DF-538', () => after.models.Person.list({}));
    await after.close();
  });

  test.run();
}

function onPostgres(place: Place, server: string): void {
  const test = suite('postgres: errors of the server');
  const url = (change: (url: URL) => void): string => {
    const changed = new URL(place.url!);
    change(changed);
    return changed.href;
  };
  const opened: DataFlow<Models>[] = [];
  const open = (at: string, prefix = 'pg'): DataFlow<Models> => {
    const db = new DataFlow({ url: at, schema: modelsOf(prefix).schema });
    opened.push(db);
    return db;
  };
  const name = new URL(place.url!).pathname.slice(1);
  test.before(async () => {
    const db = open(place.url!);
    await db.models.Person.bulkCreate({ data: [person('a'), person('b')] });
  });
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
    await postgresSql(server, `DROP ROLE IF EXISTS ${name}_reader`);
  });

  test('DF-406: login refused, without the secret', async () => {
    const wrong = url((it) => (it.password = 's3cret'));
    const error = await fails('DF-406', () => open(wrong).models.Person.count({}));
    assert.not.match(JSON.stringify(error) + error.enhancedMessage() + error.stack, 's3cret');
    await fails('DF-406', () => open(url((it) => (it.password = ''))).models.Person.count({}));
    assert.match((await fails('DF-406', () => open(url((it) => (it.pathname = '/nowhere'))).models.Person.count({}))).message, 'no database of that name');
  });

  test('DF-503: nobody there', async () => {
    assert.match((await fails('DF-503', () => open(url((it) => (it.port = '1'))).models.Person.count({}))).message, 'nothing answers');
    await fails('DF-503', () => open(url((it) => (it.port = '1'))).transaction(async () => undefined));
  });

  test('DF-503: the session is ended; the next call gets a new one', async () => {
    const db = open(place.url!);
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`;
    await fails('DF-503', () => db.transaction(async (tx) => {
      await tx.models.Person.count({});
      await postgresSql(server, end);
      await later(30);
      await tx.models.Person.count({});
    }));
    assert.is((await db.models.Person.count({})).count, 2);
    await postgresSql(server, end);
    await later(30);
    assert.is((await db.models.Person.count({})).count, 2, 'idle connections that broke are replaced');
  });

  test('DF-536: a deadlock, and running it again', async () => {
    const db = open(place.url!);
    const step = (tx: { models: Models }, id: string): Promise<unknown> => tx.models.Person.update({ filter: { id }, fields: { name: 'x' } });
    const cross = (retries: number): Promise<PromiseSettledResult<unknown>[]> => {
      let there = 0;
      return Promise.allSettled([['a', 'b'], ['b', 'a']].map(([first, second]) => db.transaction(async (tx) => {
        await step(tx, first!);
        there++;
        for (let wait = 0; there < 2 && wait < 200; wait++) await later(5);
        await step(tx, second!);
      }, { retries })));
    };
    const codes = (await cross(0)).map((one) => (one.status === 'rejected' ? one.reason.code : 'done')).sort();
    assert.equal(codes, ['DF-536', 'done']);
    assert.ok((await cross(5)).every(({ status }) => status === 'fulfilled'));
  });

  test('DF-535 and DF-543: limits of the server', async () => {
    const set = (what: string): Promise<unknown> => postgresSql(server, `ALTER DATABASE ${name} ${what}`);
    const holder = open(place.url!);
    const blocked = async (): Promise<never> => {
      const db = open(place.url!);
      return db.models.Person.update({ filter: { id: 'a' }, fields: { name: 'y' } }) as Promise<never>;
    };
    await holder.transaction(async (tx) => {
      await tx.models.Person.update({ filter: { id: 'a' }, fields: { name: 'x' } });
      await set("SET lock_timeout = '40ms'");
      await fails('DF-535', blocked);
      await set('RESET lock_timeout');
      await set("SET statement_timeout = '40ms'");
      await fails('DF-543', blocked);
      await set('RESET statement_timeout');
    });
  });

  test('DF-537: read-only', async () => {
    await postgresSql(server, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await fails('DF-537', () => open(place.url!).models.Person.create(person('c')));
    await postgresSql(server, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
  });

  test('DF-541 and DF-302: rights', async () => {
    await postgresSql(place.url!, `CREATE ROLE ${name}_reader LOGIN PASSWORD 'r'; GRANT SELECT ON pg_people TO ${name}_reader`);
    const reader = url((it) => {
      it.username = `${name}_reader`;
      it.password = 'r';
    });
    const db = open(reader);
    assert.is((await db.models.Person.count({})).count, 2);
    await fails('DF-541', () => db.models.Person.create(person('c')));
    const error = await fails('DF-302', () => open(reader, 'forbidden').models.Team.count({}));
    assert.is((error.cause as { code?: string }).code, '42501');
    await postgresSql(place.url!, `DROP OWNED BY ${name}_reader`);
  });

  test.run();
}

const server = process.env['DATAFLOW_TEST_POSTGRES'];
// All waiting comes first: uvu begins as soon as it can.
const [files, servers] = [await places('errors'), await places('server')];
for (const place of files) if (place.shared) onAnyFile(place);
for (const driver of sqliteAdapters) if (!('error' in loadPackage(driver))) onSqlite(driver);
for (const place of servers) {
  if (server !== undefined && place.url !== undefined) onPostgres(place, server);
  else void place.remove();
}

test.run();
