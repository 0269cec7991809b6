import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CompiledModel } from '../../../runtime/src/nodes/compiled-model.js';
import { boundPlan, queryPlan } from '../../../runtime/src/observe/query-plan.js';
import { deleteCall, listCall, updateCall } from '../../../runtime/src/sql/index.js';
import { modelsOf } from '../database/models.js';
import { places, rowsOf } from '../drivers/places.js';
import { createTables, databases, type TestDatabase } from '../sql/executors.js';

const secret = 'S3CRET';
const person = modelsOf('plans').schema.models.Person as CompiledModel;
const team = modelsOf('plans').schema.models.Team as CompiledModel;

for (const { name, open } of databases()) {
  const test = suite(`${name}: plans`);
  let db: TestDatabase;
  test.before(async () => {
    db = await open();
    await createTables(db, team, person);
    // Sequential scans of tiny tables are no plans worth comparing.
    if (name === 'postgres') await db.run('SET enable_seqscan = off; SET plan_cache_mode = auto');
  });
  test.after(() => db.close());

  test('the steps, indented, with the index', async () => {
    const { statement, values } = listCall(person, name, { filter: { name: secret }, orderBy: { email: 'asc' }, limit: 5 });
    const plan = await queryPlan(db, statement, values);
    const text = plan.join('\n');
    if (name === 'sqlite') {
      assert.match(plan[0]!, /^SEARCH plans_people USING INDEX/);
      assert.match(text, 'USE TEMP B-TREE FOR ORDER BY');
    } else {
      assert.match(plan[0]!, /^Limit \(cost /);
      assert.match(text, /^ +(Index|Bitmap Heap) Scan on plans_people .*Cond: .*\$1/m);
    }
    assert.not.match(text, secret);
  });

  test('a write is planned and not done', async () => {
    const one = { id: secret, name: secret, email: secret };
    await db.run(`INSERT INTO plans_people VALUES ('${one.id}', '${one.name}', '${one.email}', NULL, NULL)`);
    const calls = [
      updateCall(person, name, { id: secret }, { name: 'other' }, null, { returning: true }),
      deleteCall(person, name, { id: secret }, { returning: false }),
    ];
    for (const { statement, values } of calls) assert.ok((await queryPlan(db, statement, values)).length > 0);
    const { rows } = await db.execute({ text: 'SELECT name AS name FROM plans_people', kind: 'read', returns: true }, []);
    assert.equal(rows.map(([value]) => value), [secret]);
  });

  if (name === 'postgres') {
    test('a server that has no generic plans gives one without conditions, which would hold the values', async () => {
      const { statement, values } = listCall(person, name, { filter: { email: secret, age: { $gt: 987_654 } }, limit: 5 });
      const text = (await boundPlan(db, statement, values)).join('\n');
      assert.match(text, /Scan on plans_people/);
      assert.not.match(text, new RegExp(`${secret}|987654|Cond|Filter`));
    });

    test('an older server is recognised by its answer', async () => {
      const { statement, values } = listCall(person, name, { filter: { email: secret }, limit: 5 });
      const asked: string[] = [];
      const older = {
        ...db,
        execute: (given: typeof statement, with_: typeof values) => {
          asked.push(given.text.split(' ').slice(0, 3).join(' '));
          // The option's name is one that this server does not know either.
          return db.execute({ ...given, text: given.text.replace('GENERIC_PLAN', 'GENERIC_PLAN_OF_A_LATER_SERVER') }, with_);
        },
      };
      assert.match((await queryPlan(older, statement, values)).join('\n'), /Scan on plans_people/);
      assert.equal(asked, ['EXPLAIN (GENERIC_PLAN, FORMAT', 'EXPLAIN (FORMAT JSON)']);
    });
  }

  test.run();
}

for (const place of places()) {
  const test = suite(`${place.name}: plans`);
  const driver = place.open();
  test.after(async () => {
    await driver.close();
    place.remove();
  });

  test('a plan leaves nothing behind that hinders a transaction', async () => {
    await driver.execute({ text: 'CREATE TABLE planned (id TEXT)', kind: 'write', returns: false, fixed: false }, []);
    const insert = { text: `INSERT INTO planned VALUES (${place.dialect === 'postgres' ? '$1' : '?'})`, kind: 'write', returns: false } as const;
    await queryPlan(driver, insert, ['a']);
    const transaction = await driver.begin();
    await transaction.execute(insert, ['a']);
    await transaction.commit();
    assert.equal(await rowsOf(driver, 'SELECT id FROM planned'), [['a']]);
    await driver.execute({ text: 'DROP TABLE planned', kind: 'write', returns: false, fixed: false }, []);
  });

  test.run();
}
