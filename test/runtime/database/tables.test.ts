import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelsOf as allOf, type Models } from './models.js';
import type { DataFlowSchema } from '../../../runtime/src/nodes/node.js';
import { fails, later, places, type Place } from './places.js';

const modelsOf = (prefix: string): { schema: DataFlowSchema<Models> } => ({ schema: allOf(prefix).schema });
const person = (id: string): object => ({ id, name: id, email: id });

function define(place: Place): void {
  const test = suite(`${place.name}: tables`);
  test.after(() => place.remove());

  test('are made on first use, with those they refer to, and constraints hold', async () => {
    const db = place.open(modelsOf('first'));
    await db.models.Team.create({ id: 't' });
    await db.models.Person.create({ ...person('p'), teamId: 't' });
    await db.models.Team.update({ filter: { id: 't' }, fields: { leaderId: 'p' } });
    await fails('DF-531', () => db.models.Team.create({ id: 'u', leaderId: 'nobody' }));
    await db.close();
  });

  test('many first uses at once make them once', async () => {
    const db = place.open(modelsOf('parallel'));
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? db.models.Team.create({ id: `t${i}` }) : db.models.Person.create(person(`p${i}`)))));
    assert.is((await db.models.Team.count({})).count, 10);
    await db.close();
  });

  test('first use inside a transaction: gone with its rollback, kept by its commit', async () => {
    const db = place.open(modelsOf('inside'));
    const undo = new Error('undo');
    await db.transaction(async (tx) => {
      await Promise.all([tx.models.Person.create(person('p')), tx.models.Team.create({ id: 't' })]);
      throw undo;
    }).catch((error: unknown) => assert.is(error, undo));
    assert.is((await db.models.Person.count({})).count, 0);
    const other = place.open(modelsOf('nested'));
    await other.transaction(async (tx) => {
      await tx.transaction(async (inner) => {
        await inner.models.Person.create(person('p'));
        throw undo;
      }).catch((error: unknown) => assert.is(error, undo));
      await tx.models.Person.create(person('q'));
    });
    assert.is((await other.models.Person.count({})).count, 1);
    await Promise.all([db.close(), other.close()]);
  });

  test('many transactions at once, each the first', async () => {
    const db = place.open({ ...modelsOf('storm'), pool: { max: 4 } });
    await Promise.all(Array.from({ length: 8 }, (_, i) => db.transaction(async (tx) => {
      await tx.models.Team.create({ id: `t${i}` });
      await later(i % 3);
    })));
    assert.is((await db.models.Team.count({})).count, 8);
    await db.close();
  });

  test("migrations: 'off' makes nothing, and says what is missing", async () => {
    const db = place.open({ ...modelsOf('off'), migrations: 'off' });
    const error = await fails('DF-308', () => db.models.Person.create(person('p')));
    assert.match(error.message, 'off_people');
    await fails('DF-308', () => db.transaction((tx) => tx.models.Person.create(person('p'))));
    await db.close();
  });

  if (place.shared) {
    test('two at once on one database', async () => {
      const [one, two] = [place.open(modelsOf('race')), place.open(modelsOf('race'))];
      await Promise.all([one, two].flatMap((db, at) => Array.from({ length: 5 }, (_, i) => db.models.Person.create(person(`p${at}-${i}`)))));
      assert.is((await one.models.Person.count({})).count, 10);
      await Promise.all([one.close(), two.close()]);
    });

    test('an existing table is left alone', async () => {
      await place.sql('CREATE TABLE mine_people (id text PRIMARY KEY)');
      const db = place.open(modelsOf('mine'));
      await db.models.Team.create({ id: 't' });
      await fails('DF-301', () => db.models.Person.create(person('p')));
      await db.close();
    });

    test('a table that cannot be made is DF-302, and nothing is made', async () => {
      const models = modelsOf('broken');
      await place.sql('CREATE TABLE other (id text)');
      // The name of the index to come is taken by a table.
      await place.sql('CREATE TABLE broken_people_name_idx (id text)');
      const db = place.open(models);
      const error = place.name === 'postgres' ? undefined : await fails('DF-302', () => db.models.Person.create(person('p')));
      if (error) {
        assert.ok(error.cause instanceof Error);
        assert.equal(await place.sql("SELECT name FROM sqlite_master WHERE name IN ('broken_people', 'broken_teams')"), []);
      }
      await db.close();
    });
  }

  test.run();
}

for (const place of await places()) define(place);
