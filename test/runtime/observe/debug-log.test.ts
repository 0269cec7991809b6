import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelsOf } from '../database/models.js';
import { fails, places, type Place } from '../database/places.js';
import { recordingLogger } from './recording-logger.js';

/** Stands in every value; nothing that is logged may hold it. */
const secret = 'S3CRET';
const person = (n: number): object => ({ id: `${secret}-${n}`, name: `${secret} ${n}`, email: `${secret}${n}@x.io`, age: 987_654 });

function define(place: Place): void {
  const test = suite(`${place.name}: debug log`);
  test.after(() => place.remove());

  test('a call has its lines: where from, the table, its SQL with types, and what came', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('lines').schema, debug: true, logger });
    await db.models.Person.create(person(1));
    await db.models.Person.read({ id: `${secret}-1` });
    await db.close();

    assert.ok(logger.lines.every(({ level }) => level === 'debug'));
    const [init] = logger.of('init');
    assert.is(init!.fields['dialect'], place.url === undefined ? 'sqlite' : 'postgres');
    assert.ok(init!.fields['max'] >= 1);
    assert.equal(logger.of('model').map(({ fields }) => [fields['model'], fields['table'], fields['fields']]), [['Person', 'lines_people', 5]]);
    const [create, read] = logger.of('exec');
    assert.equal([create!.fields['model'], create!.fields['operation'], create!.fields['call']], ['Person', 'create', 1]);
    assert.match(create!.fields['at'], /^test\/runtime\/observe\/debug-log\.test\.ts:\d+:\d+$/);
    assert.equal([read!.fields['operation'], read!.fields['call']], ['read', 2]);

    const ofCreate = logger.lines.filter(({ fields }) => fields['call'] === 1).map(({ fields }) => fields['event']);
    assert.equal(ofCreate, ['exec', 'cache', 'sql', 'rows', 'result']);
    assert.equal(logger.lines.filter(({ fields }) => fields['call'] === 2).map(({ fields }) => fields['event']), ['exec', 'sql', 'rows', 'result']);
    assert.ok(logger.of('sql').some(({ fields }) => /^CREATE TABLE/.test(fields['sql'])), 'the creation of the table is there, too');

    const insert = logger.of('sql').find(({ fields }) => fields['call'] === 1)!;
    assert.match(insert.fields['sql'], /^INSERT INTO "lines_people"/);
    assert.equal(insert.fields['parameters'].slice(0, 3), ['string', 'string', 'string']);
    assert.is(insert.fields['parameters'].length, 5);
    assert.match(insert.message, /^DataFlow: #1 INSERT INTO/);
    const rows = logger.of('rows').find(({ fields }) => fields['call'] === 2)!;
    assert.is(rows.fields['rows'], 1);
    const result = logger.of('result')[1]!;
    assert.type(result.fields['ms'], 'number');
    assert.is(result.fields['code'], undefined);
    assert.is(logger.lines.at(-1)!.fields['event'], 'close');
  });

  test('a failure is told by its code', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('failures').schema, debug: true, logger });
    await db.models.Person.create(person(1));
    await fails('DF-530', () => db.models.Person.create(person(1)));
    await fails('DF-102', () => db.models.Person.create({ ...person(2), age: secret }));
    const results = logger.of('result').map(({ fields }) => fields['code']);
    assert.equal(results, [undefined, 'DF-530', 'DF-102']);
    const sql = logger.of('rows').filter(({ fields }) => fields['call'] === 2);
    assert.match(sql[0]!.fields['code'], place.url === undefined ? /^(SQLITE_CONSTRAINT|1555|2067|19)/ : /^23505$/);
    await db.close();
  });

  test('a transaction shows its beginning, its savepoints and its end', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('steps').schema, debug: true, logger });
    await db.models.Person.count({});
    logger.lines.length = 0;
    await db.transaction(async (tx) => {
      await tx.transaction(async (inner) => void (await inner.models.Person.create(person(1))));
    });
    await db.transaction(async () => Promise.reject(new Error(secret))).catch(() => undefined);
    const states = logger.of('transaction').map(({ fields }) => fields['state']);
    assert.equal(states, ['start', 'begin', 'commit', 'end', 'start', 'begin', 'rollback', 'end']);
    assert.match(logger.of('transaction')[0]!.fields['at'], /debug-log\.test\.ts/);
    const sql = logger.of('sql').map(({ fields }) => fields['sql'].split(' ')[0]);
    assert.equal(sql, ['SAVEPOINT', 'INSERT', 'RELEASE'], 'each statement once');
    await db.close();
  });

  test('bulk statements say how many rows they have', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('bulk').schema, debug: true, logger });
    await db.models.Person.bulkCreate({ data: [1, 2, 3].map(person) });
    const sql = logger.of('sql').filter(({ fields }) => fields['operation'] === 'bulkCreate' && /^INSERT/.test(fields['sql']));
    assert.is(sql.length, 1);
    if (place.url === undefined) assert.is(sql[0]!.fields['size'], 3);
    else assert.is(sql[0]!.fields['parameters'][0], 'array of 3');
    await db.close();
  });

  test('nothing that is logged holds a value', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('secrets').schema, debug: true, slowQueryMs: 1, logger });
    const { Person } = db.models;
    await Person.create(person(1));
    await Person.bulkCreate({ data: [person(2), person(3)], records: true });
    await Person.list({ filter: { $or: [{ name: { $contains: secret } }, { email: { $in: [secret, `${secret}2`] } }, { age: { $gt: 987_650 } }] }, limit: 7 });
    await Person.list({ filter: { name: { $regex: `^${secret}` } } });
    await Person.upsert({ where: { id: `${secret}-1` }, create: person(1), update: { name: `${secret} one` } });
    await Person.bulkUpdate({ data: [{ id: `${secret}-2`, name: `${secret} two` }] });
    await Person.update({ filter: { id: `${secret}-3` }, fields: { name: `${secret} three` } });
    await fails('DF-530', () => Person.bulkCreate({ data: [person(9), person(1)] }));
    await fails('DF-533', () => Person.create({ ...person(5), age: -987_654 }));
    await fails('DF-531', () => Person.create({ ...person(6), teamId: secret }));
    await fails('DF-103', () => Person.list({ filter: { name: { $regex: `(${secret}` } } }));
    await Person.bulkDelete({ ids: [`${secret}-2`] });
    await Person.delete({ id: `${secret}-3` });
    await db.close();
    assert.ok(logger.lines.length > 60);
    const told = logger.lines.map(({ message, fields }) => message + JSON.stringify(fields)).join('\n');
    assert.not.match(told, new RegExp(`${secret}|98765\\d`));
  });

  test('a logger that fails hinders nobody', async () => {
    let calls = 0;
    const broken = (): never => {
      calls++;
      throw new Error('no space left for logs');
    };
    const late = (): Promise<never> => {
      calls++;
      return Promise.reject(new Error('no space left for logs'));
    };
    for (const method of [broken, late]) {
      calls = 0;
      const logger = { debug: method, info: method, warn: method, error: method };
      const db = place.open({ schema: modelsOf(`broken_${method.name}`).schema, debug: true, slowQueryMs: 1, logger });
      await db.transaction(async (tx) => void (await tx.models.Person.create(person(1))));
      assert.equal(await db.models.Person.count({}), { count: 1 });
      await fails('DF-530', () => db.models.Person.create(person(1)));
      await db.close();
      assert.ok(calls > 10);
    }
  });

  test.run();
}

for (const place of await places('debug')) define(place);
