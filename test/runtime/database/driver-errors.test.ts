/** What every database says, each refusal provoked for real. */
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

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

  test('DF-530, DF-531, DF-533: constraints of the model, with the names of its fields', async () => {
    const db = open('rules');
    await db.models.Person.create(person('a', { age: 1 }));
    assert.is((await fails('DF-530', () => db.models.Person.create(person('b', { email: 'a' })))).context.field, 'email');
    assert.is((await fails('DF-530', () => db.models.Person.create(person('b', { name: 'a', age: 1 })))).context.field, 'name, age');
    assert.is((await fails('DF-530', () => db.models.Person.create(person('a', { email: 'b' })))).context.field, 'id');
    assert.match((await fails('DF-531', () => db.models.Person.create(person('b', { teamId: 'nobody' })))).message, "'teamId' refers to a Team that does not exist");
    assert.is((await fails('DF-533', () => db.models.Person.create(person('b', { age: -1 })))).context.field, 'age');
  });

  test('DF-532: the table is stricter than the model', async () => {
    await place.sql(`CREATE TABLE strict_people (${columns.replace('age integer', 'age integer NOT NULL')})`);
    assert.is((await fails('DF-532', () => open('strict').models.Person.create(person('p')))).context.field, 'age');
  });

  test('DF-532: a column that the model does not have', async () => {
    await place.sql(`CREATE TABLE more_people (${columns}, legacy text NOT NULL)`);
    const error = await fails('DF-532', () => open('more').models.Person.create(person('p')));
    assert.match(error.message, "wants a value for column 'legacy', which the model does not have");
  });

  test("DF-532: a trigger meets another table's rule, in a column that is called like a field", async () => {
    await place.sql('CREATE TABLE audit (name text NOT NULL)');
    await place.sql(`CREATE TABLE audited_people (${columns})`);
    if (place.name === 'postgres') {
      await place.sql('CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (NULL); RETURN NEW; END $$');
      await place.sql('CREATE TRIGGER audit BEFORE INSERT ON audited_people FOR EACH ROW EXECUTE FUNCTION audit()');
    } else {
      await place.sql('CREATE TRIGGER audit BEFORE INSERT ON audited_people BEGIN INSERT INTO audit VALUES (NULL); END');
    }
    const error = await fails('DF-532', () => open('audited').models.Person.create(person('p')));
    assert.match(error.message, "wants a value for column 'name' of table 'audit'");
    assert.is(error.context.field, undefined);
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
    assert.match(error.message, /a trigger/);
    assert.not.match(JSON.stringify(error) + error.enhancedMessage(), 's3cret');
  });

  test('DF-542 or DF-544: the column holds less than the model', async () => {
    const [narrow, code, type] = place.name === 'postgres' ? ['id varchar(3)', 'DF-544', 'character varying(3)'] as const : ['id integer', 'DF-542', 'INTEGER'] as const;
    await place.sql(`CREATE TABLE narrow_people (${columns.replace('id text', narrow)})`);
    const error = await fails(code, () => open('narrow').models.Person.create(person('long id')));
    assert.match(error.message, `'id', which is ${type} in the database`);
    assert.is(error.context.field, 'id');
  });

  test('DF-303 and DF-535: somebody else holds the lock', async () => {
    const [holder, waiter] = [open('locked'), open('locked', { pool: { acquireTimeoutMs: 80 } })];
    await holder.transaction(async (tx) => {
      await tx.models.Team.create({ id: 't' });
      await fails('DF-303', () => waiter.models.Team.create({ id: 'u' }));
    });
    // After a failure the table is not looked for again at once.
    await later(150);
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

// All waiting comes first: uvu begins as soon as it can.
const files = await places('errors');
for (const place of files) if (place.shared) onAnyFile(place);

test.run();
