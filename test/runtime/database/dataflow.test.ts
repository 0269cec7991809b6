import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

let counter = 0;
const person = (more: object = {}): { id: string; name: string; email: string } => ({ id: `p-${++counter}`, name: `name ${counter}`, email: `e${counter}@x.io`, ...more });

function define(place: Place): void {
  const test = suite(place.name);
  const { schema, nodes } = modelsOf('main');
  let db: DataFlow<Models>;

  test.before(() => {
    db = place.open({ schema, pool: { acquireTimeoutMs: 3000 } });
  });
  test.after(async () => {
    await db.close();
    await place.remove();
  });

  test('errors of the database get their code and the names of the model', async () => {
    const one = person({ age: 5 });
    await db.models.Person.create(one);
    const unique = await fails('DF-530', () => db.models.Person.create(person({ email: one.email })));
    assert.equal([unique.context.model, unique.context.field, unique.context.operation], ['Person', 'email', 'create']);
    assert.not.match(JSON.stringify(unique) + unique.enhancedMessage(), one.email);
    assert.is((await fails('DF-530', () => db.models.Person.create(person({ name: one.name, age: 5 })))).context.field, 'name, age');
    assert.is((await fails('DF-530', () => db.models.Person.create(person({ id: one.id })))).context.field, 'id');
    assert.is((await fails('DF-533', () => db.models.Person.create(person({ age: -1 })))).context.field, 'age');
    assert.match((await fails('DF-531', () => db.models.Person.create(person({ teamId: 'nowhere' })))).message, "'teamId' refers to a Team that does not exist");
    await db.models.Team.create({ id: 't-1' });
    await db.models.Person.create(person({ teamId: 't-1' }));
    assert.match((await fails('DF-531', () => db.models.Team.delete({ id: 't-1' }))).message, 'other rows still refer to the row');
    const regex = await fails('DF-103', () => db.models.Person.list({ filter: { name: { $regex: '(s3cret' } } }));
    assert.not.match(JSON.stringify(regex) + regex.message, 's3cret');
  });

  test('nodes run without a schema', async () => {
    const bare = new DataFlow(':memory:');
    assert.equal(Object.keys(bare.models), []);
    const one = person();
    assert.equal(await bare.execute(nodes['PersonCreateNode']!, one), { ...one, age: null, teamId: null });
    assert.equal(await bare.execute(nodes['PersonCountNode']!, {}), { count: 1 });
    await bare.close();
  });

  test('a transaction whose failed statement was swallowed is rolled back', async () => {
    const [one, two] = [person(), person()];
    await db.models.Person.create(one);
    const error = await fails('DF-502', () => db.transaction(async (tx) => {
      await tx.models.Person.create(two);
      await fails('DF-530', () => tx.models.Person.create(person({ id: one.id })));
      await fails('DF-502', () => tx.models.Person.count({}));
    }));
    assert.ok(error.cause instanceof Error);
    assert.is(await db.models.Person.read({ id: two.id, raiseOnNotFound: false }), null);
    const three = person();
    await db.transaction(async (tx) => {
      await fails('DF-530', () => tx.transaction(async (inner) => {
        await inner.models.Person.create(person({ id: two.id }));
        await inner.models.Person.create(person({ id: one.id }));
      }));
      await tx.models.Person.create(three);
    });
    assert.is((await db.models.Person.count({ filter: { id: { $in: [two.id, three.id] } } })).count, 1);
  });

  test('parallel nested transactions and all-or-nothing work', async () => {
    const good = Array.from({ length: 6 }, () => person());
    const bad = person();
    await db.transaction(async (tx) => {
      await Promise.allSettled([
        ...good.map((one, i) => tx.transaction(async (inner) => {
          await later(i % 2);
          await inner.models.Person.create(one);
        })),
        tx.transaction(async (inner) => {
          await inner.models.Person.create(bad);
          throw new Error('undo');
        }),
        tx.models.Person.bulkCreate({ data: [person({ id: 'bulk-1' }), person({ id: 'bulk-1' })] }),
        tx.models.Person.create(person({ id: 'beside' })),
      ]);
    });
    assert.is((await db.models.Person.count({ filter: { id: { $in: good.map(({ id }) => id) } } })).count, good.length);
    assert.is((await db.models.Person.count({ filter: { id: { $in: [bad.id, 'bulk-1'] } } })).count, 0);
    assert.is((await db.models.Person.count({ filter: { id: 'beside' } })).count, 1);
  });

  test('a transaction cannot be used after its end', async () => {
    let kept: Parameters<Parameters<typeof db.transaction>[0]>[0] | undefined;
    let inner: typeof kept;
    await db.transaction(async (tx) => {
      kept = tx;
      await tx.transaction(async (nested) => void (inner = nested));
    });
    for (const tx of [kept!, inner!]) {
      await fails('DF-540', () => tx.models.Person.create(person()));
      await fails('DF-540', () => tx.models.Person.bulkCreate({ data: [person()] }));
      await fails('DF-540', () => tx.transaction(async () => undefined));
    }
    await fails('DF-403', () => db.transaction((tx) => tx.transaction(async () => undefined, { isolation: 'serializable' })));
  });

  test('what was not awaited inside is waited for', async () => {
    const one = person();
    await db.transaction(async (tx) => void tx.models.Person.create(one).catch(() => undefined));
    assert.ok((await db.models.Person.count({ filter: { id: one.id } })).count <= 1);
    await db.models.Person.count({});
  });

  test('waiting for the transaction that waits for it ends', async () => {
    const impatient = place.open({ schema, pool: { max: 1, acquireTimeoutMs: 100 } });
    await impatient.models.Person.count({});
    await fails('DF-534', () => impatient.transaction(async (tx) => {
      await tx.models.Person.count({});
      await impatient.models.Person.create(person());
    }));
    await impatient.close();
  });

  test('isolation levels are accepted everywhere', async () => {
    for (const isolation of ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const) {
      assert.is(await db.transaction(async (tx) => (await tx.models.Person.count({})).count >= 0, { isolation }), true);
    }
  });

  test('a conflict is tried again, as often as wanted', async () => {
    const { DataFlowError } = await import('../../../runtime/src/errors/dataflow-error.js');
    let runs = 0;
    const conflict = async (): Promise<void> => {
      runs++;
      throw new DataFlowError('DF-536', { place: 'x' });
    };
    await fails('DF-536', () => db.transaction(conflict, { retries: 2 }));
    assert.is(runs, 3);
    await fails('DF-536', () => db.transaction(conflict, { retries: 0 }));
    assert.is(runs, 4);
  });

  test('after close', async () => {
    const closing = place.open({ schema });
    const one = person();
    const under = closing.transaction(async (tx) => {
      await tx.models.Person.create(one);
      await later(20);
      await tx.models.Person.count({});
    });
    while ((await closing.models.Team.count({})).count < 0);
    const [a, b] = [closing.close(), closing.close()];
    await Promise.all([under, a, b]);
    await fails('DF-501', () => closing.models.Person.create(person()));
    await fails('DF-501', () => closing.models.Team.count({}));
    await fails('DF-501', () => closing.models.Person.bulkCreate({ data: [person()] }));
    await fails('DF-501', () => closing.transaction(async () => undefined));
    await closing[Symbol.asyncDispose]();
    const never = place.open({ schema });
    await never.close();
    await fails('DF-501', () => never.models.Team.count({}));
  });

  test.run();
}

for (const place of await places()) define(place);
