import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Driver } from '../../../runtime/src/drivers/driver.js';
import { InvalidRegex } from '../../../runtime/src/drivers/sqlite/regex.js';
import { errorOf, places, sql, type Place } from './places.js';

function define(place: Place): void {
  const test = suite(`${place.name}: $regex`);
  let driver: Driver;
  const rows = [[1, 'Alice'], [2, 'Bob'], [3, null], [4, 'a" REGEXP ?'], [5, '\u{1F600}x']] as const;

  test.before(async () => {
    driver = place.open();
    await driver.execute(sql('sqlite', 'CREATE TABLE "t" ("id" INTEGER PRIMARY KEY, "the "" REGEXP ?" TEXT)', 'write', false), []);
    await driver.executeMany(sql('sqlite', 'INSERT INTO "t" VALUES (?, ?)', 'write', false), rows);
  });
  test.after(async () => {
    await driver.close();
    place.remove();
  });

  const column = '"the "" REGEXP ?"';
  const ids = async (where: string, ...values: (string | number | { regex: string })[]): Promise<unknown[]> => {
    const statement = sql('sqlite', `SELECT "id", ${column} FROM "t" WHERE ${where} ORDER BY "id" LIMIT ?`, 'read', true);
    return (await driver.execute(statement, [...values, 10])).rows.map(([id]) => id);
  };

  test('matches, with other placeholders around', async () => {
    assert.equal(await ids(`"id" < ? AND ${column} REGEXP ?`, 5, { regex: '^A' }), [1]);
    assert.equal(await ids(`(${column} REGEXP ? OR ${column} REGEXP ?) AND "id" > ?`, { regex: 'b$' }, { regex: 'ice' }, 1), [2]);
    assert.equal(await ids(`${column} REGEXP ?`, { regex: '^.x$' }), [5], 'a whole character');
    assert.equal(await ids(`"t".${column} REGEXP ?`, { regex: 'REGEXP \\?$' }), [4]);
  });

  test('null is neither matched nor not matched', async () => {
    assert.equal(await ids(`NOT (${column} REGEXP ?)`, { regex: 'nothing like it' }), [1, 2, 4, 5]);
    assert.equal(await ids(`${column} REGEXP ?`, { regex: '' }), [1, 2, 4, 5]);
  });

  test('in updates and inside transactions', async () => {
    const update = sql('sqlite', `UPDATE "t" SET ${column} = ? WHERE ${column} REGEXP ? RETURNING "id"`, 'write', true);
    const transaction = await driver.begin();
    await transaction.execute(sql('sqlite', `UPDATE "t" SET ${column} = ? WHERE "id" = ?`, 'write', false), ['Robert', 2]);
    assert.equal((await transaction.execute(update, ['changed', { regex: '^Rob' }])).rows, [[2]]);
    await transaction.rollback();
    assert.equal((await driver.execute(update, ['Bob', { regex: '^Bob$' }])).rows, [[2]]);
  });

  test('a pattern that is none', async () => {
    const error = await errorOf(() => ids(`${column} REGEXP ?`, { regex: '(secret' }));
    assert.instance(error, InvalidRegex);
    assert.not.match(error.message, 'secret');
  });

  test.run();
}

for (const place of places()) if (place.dialect === 'sqlite') define(place);
