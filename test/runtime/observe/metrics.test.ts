import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelsOf } from '../database/models.js';
import { fails, places, type Place } from '../database/places.js';

const person = (id: string): object => ({ id, name: id, email: `${id}@x.io` });

function define(place: Place): void {
  const test = suite(`${place.name}: metrics`);
  test.after(() => place.remove());

  test('operations are counted with their errors and times', async () => {
    const db = place.open({ schema: modelsOf('counts').schema, metrics: true });
    for (const id of ['a', 'b', 'c']) await db.models.Person.create(person(id));
    await fails('DF-530', () => db.models.Person.create(person('a')));
    await fails('DF-102', () => db.models.Person.create({ ...person('d'), age: 'old' }));
    await Promise.all([1, 2, 3, 4].map(() => db.models.Person.read({ id: 'a' })));
    await db.transaction(async (tx) => void (await tx.models.Person.read({ id: 'b' })));

    const { operations } = db.metrics();
    assert.equal(Object.keys(operations!).sort(), ['Person.create', 'Person.read']);
    const create = operations!['Person.create']!;
    assert.equal([create.calls, create.errors], [5, { 'DF-530': 1, 'DF-102': 1 }]);
    assert.is(operations!['Person.read']!.calls, 5, 'those in transactions count');
    const { ms } = create;
    assert.ok(ms.sum > 0 && ms.max <= ms.sum && ms.p50 <= ms.p95 && ms.p95 <= ms.p99 && ms.p99 <= ms.max, JSON.stringify(ms));
    assert.equal(JSON.parse(JSON.stringify(db.metrics())), db.metrics());
    await db.close();
  });

  test('transactions are counted by how they end', async () => {
    const db = place.open({ schema: modelsOf('ends').schema, metrics: true });
    await db.models.Person.count({});
    const before = db.metrics().transactions!;
    await db.transaction(async (tx) => void (await tx.models.Person.create(person('a'))));
    await db.transaction(async () => Promise.reject(new Error('no'))).catch(() => undefined);
    await db.models.Person.bulkCreate({ data: [person('b'), person('c')] });
    const after = db.metrics().transactions!;
    assert.is(after.started - before.started, 3);
    assert.is(after.committed - before.committed, 2);
    assert.is(after.rolledBack - before.rolledBack, 1);
    assert.is(after.retried, 0);
    await db.close();
  });

  test('without the option there are the connections only', async () => {
    const db = place.open({ schema: modelsOf('none').schema, pool: { max: 3 } });
    await db.models.Person.count({});
    const { pool, schemaCache, ...rest } = db.metrics();
    assert.equal(rest, {});
    assert.is(schemaCache.misses, 1);
    assert.ok(pool.max >= 1 && pool.open >= 1 && pool.waiting === 0, JSON.stringify(pool));
    await db.close();
  });

  test.run();
}

for (const place of await places('metrics')) define(place);
