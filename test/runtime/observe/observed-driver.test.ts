import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Driver, Statement } from '../../../runtime/src/drivers/driver.js';
import { Activities } from '../../../runtime/src/observe/activities.js';
import type { Activity } from '../../../runtime/src/observe/activity.js';
import { ObservedDriver } from '../../../runtime/src/observe/observed-driver.js';
import { errorOf, places, type Place } from '../drivers/places.js';

const statement = (text: string, returns = false): Statement => ({ text, kind: returns ? 'read' : 'write', returns, fixed: false });

function define(place: Place): void {
  const test = suite(`${place.name}: observed driver`);
  const ended: string[] = [];
  let closed = false;
  const activities = new Activities([
    {
      statements: true,
      ended: (activity: Activity, ms, error) => {
        if (activity.kind !== 'statement') return;
        assert.ok(ms >= 0);
        ended.push([activity.step ?? activity.statement.text.split(' ')[0], activity.rows, activity.changes, ...(error === undefined ? [] : ['failed'])].join(' '));
      },
      closed: () => new Promise((resolve) => setTimeout(() => resolve((closed = true, undefined)), 20)),
    },
  ]);
  let plain: Driver;
  let driver: Driver;
  const table = `observed_${process.pid}`;
  const [first, second] = place.dialect === 'postgres' ? ['$1', '$2'] : ['?', '?'];

  test.before(async () => {
    plain = place.open();
    driver = new ObservedDriver(plain, activities);
    await driver.execute(statement(`CREATE TABLE ${table} (id TEXT PRIMARY KEY, name TEXT)`), []);
  });
  test.before.each(() => void (ended.length = 0));
  test.after(async () => {
    await plain.close();
    place.remove();
  });

  test('what comes at once comes at once', async () => {
    const read = statement(`SELECT count(*) AS "n" FROM ${table}`, true);
    await plain.execute(read, []);
    const pending = [plain.execute(read, []), driver.execute(read, [])].map((result) => result instanceof Promise);
    assert.is(pending[1], pending[0]);
    if (place.name.startsWith('node:sqlite')) assert.is(pending[1], false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(ended, ['SELECT 1 0']);
  });

  test('statements and the steps of transactions are told once, with their counts', async () => {
    const insert = statement(`INSERT INTO ${table} VALUES (${first}, ${second})`);
    const transaction = await driver.begin();
    await transaction.executeMany(insert, [['a', 'x'], ['b', 'y']]);
    await transaction.commit();
    const other = await driver.begin();
    await other.execute(insert, ['c', 'z']);
    await other.rollback();
    assert.equal(ended, ['begin 0 0', 'INSERT 0 2', 'commit 0 0', 'begin 0 0', 'INSERT 0 1', 'rollback 0 0']);
  });

  test('what an operation has told already is not told again', async () => {
    const claimed = statement(`SELECT id FROM ${table} WHERE id = 'a'`, true);
    activities.claim(claimed);
    assert.is((await driver.execute(claimed, [])).rows.length, 1);
    assert.equal(ended, []);
  });

  test('an error is passed on as it is', async () => {
    const wrong = statement('SELECT nothing FROM nowhere', true);
    const [plainError, error] = [await errorOf(() => plain.execute(wrong, [])), await errorOf(() => driver.execute(wrong, []))];
    assert.equal([error.constructor, error.message], [plainError.constructor, plainError.message]);
    const transaction = await driver.begin();
    await errorOf(() => transaction.execute(wrong, []));
    await transaction.rollback();
    assert.equal(ended, ['SELECT 0 0 failed', 'begin 0 0', 'SELECT 0 0 failed', 'rollback 0 0']);
  });

  test('closing waits for what is still to be reported', async () => {
    await driver.execute(statement(`DROP TABLE ${table}`), []);
    assert.equal([driver.adapter, driver.stats()], [plain.adapter, plain.stats()]);
    await driver.close();
    assert.is(closed, true);
  });

  test.run();
}

for (const place of places()) define(place);
