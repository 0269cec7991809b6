import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { countCall, isEverything, selectCall, uniqueKeyOf, type Filter } from '../../../runtime/src/sql/index.js';
import { sqliteDatabase, createTables } from './executors.js';
import { Thing, User } from './models.js';

function where(filter: Filter, dialect: 'sqlite' | 'postgres', model = User): [string, readonly unknown[]] {
  const { statement, values } = countCall(model, dialect, filter);
  return [statement.text.replace(/^SELECT count\(\*\) FROM ("([^"]|"")*")( WHERE )?/, ''), values];
}

test('every operator as text of both dialects', () => {
  const cases: [Filter, string, unknown[], string, unknown[]][] = [
    [{}, '', [], '', []],
    [{ $and: [] }, '1 = 1', [], '1 = 1', []],
    [{ $or: [] }, '1 = 0', [], '1 = 0', []],
    [{ age: null }, '"age" IS NULL', [], '"age" IS NULL', []],
    [{ age: { $eq: null } }, '"age" IS NULL', [], '"age" IS NULL', []],
    [{ age: { $ne: null } }, '"age" IS NOT NULL', [], '"age" IS NOT NULL', []],
    [{ age: { $null: false } }, '"age" IS NOT NULL', [], '"age" IS NOT NULL', []],
    [{ name: 'a', age: 1 }, '("name" = ? AND "age" = ?)', ['a', 1], '("name" = $1 AND "age" = $2)', ['a', 1]],
    [{ age: { $gt: 1, $lte: 5 } }, '("age" > ? AND "age" <= ?)', [1, 5], '("age" > $1 AND "age" <= $2)', [1, 5]],
    [{ age: { $between: [1, 5] } }, '("age" BETWEEN ? AND ?)', [1, 5], '("age" BETWEEN $1 AND $2)', [1, 5]],
    [{ age: { $in: [1, 2] } }, '"age" IN (SELECT value FROM json_each(?))', ['[1,2]'], '"age" = ANY($1::integer[])', [[1, 2]]],
    [{ name: { $nin: ['a'] } }, '"name" NOT IN (SELECT value FROM json_each(?))', ['["a"]'], '"name" <> ALL($1::text[])', [['a']]],
    [{ name: { $like: 'a\\%%_[*]?\\\\' } }, '"name" GLOB ?', ['a%*?[[][*]][?]\\'], '"name" LIKE $1', ['a\\%%_[*]?\\\\']],
    [{ name: { $ilike: 'a%' } }, '"name" LIKE ? ESCAPE \'\\\'', ['a%'], '"name" ILIKE $1', ['a%']],
    [{ name: { $contains: '5%_\\' } }, 'instr("name", ?) > 0', ['5%_\\'], '"name" LIKE $1', ['%5\\%\\_\\\\%']],
    [{ name: { $startsWith: 'a' } }, 'instr("name", ?) = 1', ['a'], '"name" LIKE $1', ['a%']],
    [{ name: { $endsWith: 'a' } }, 'substr("name", length("name") - length(?) + 1) = ?', ['a', 'a'], '"name" LIKE $1', ['%a']],
    [{ name: { $regex: '^a+$' } }, '"name" REGEXP ?', [{ regex: '^a+$' }], '"name" ~ $1', ['^a+$']],
    [{ $not: { $or: [{ age: 1 }, { age: null }] }, active: true }, '(NOT (("age" = ? OR "age" IS NULL)) AND "active" = ?)', [1, 1], '(NOT (("age" = $1 OR "age" IS NULL)) AND "active" = $2)', [1, true]],
  ];
  for (const [filter, sqlite, sqliteValues, postgres, postgresValues] of cases) {
    assert.equal(where(filter, 'sqlite'), [sqlite, sqliteValues]);
    assert.equal(where(filter, 'postgres'), [postgres, postgresValues]);
  }
  assert.equal(where({ tagsN: { $hasAll: ['a'] }, big: 5n }, 'postgres', Thing), ['("tags_n" @> $1::text[] AND "big" = $2)', [['a'], '5']]);
  assert.equal(where({ big: { $gt: 5n } }, 'sqlite', Thing), ['"big" > CAST(? AS INTEGER)', ['5']]);
  assert.equal(where({ number: { $in: [1, 2, 3] } }, 'sqlite', Thing), ['"number" IN (?, ?, ?, ?)', [1, 2, 3, 3]]);
});

test('one shape is one statement, and another shape another', () => {
  const statement = (filter: Filter) => countCall(User, 'sqlite', filter).statement;
  assert.is(statement({ name: 'a', age: { $in: [1] } }), statement({ name: 'b', age: { $in: [1, 2, 3] } }));
  const different = [{ age: 1 }, { age: null }, { age: { $ne: 1 } }, { $not: { age: 1 } }, { $or: [{ age: 1 }, { age: 2 }] }, { $or: [{ age: 1 }, { name: 'a' }] },
    { $or: [{ age: 1 }, { name: 'a', active: true }] }, { $or: [{ age: 1, name: 'a' }, { active: true }] }, { name: 'a', age: 1 }, { age: 1, name: 'a' }, {}, { $and: [] }, { $or: [] }];
  assert.is(new Set(different.map((filter) => statement(filter).text)).size, different.length);
  assert.is(selectCall(User, 'sqlite', { id: 'a' }).statement, User.statements.sqlite.read);
  assert.is.not(selectCall(User, 'sqlite', { id: { $eq: 'a' } }).statement, User.statements.sqlite.read);
});

test('what a filter refuses', () => {
  const own = JSON.parse('{ "__proto__": 1 }') as Filter;
  const circular: Record<string, unknown> = {};
  circular['$not'] = circular;
  const cases: [string, unknown, RegExp?][] = [
    ['DF-105', { nmae: 1 }, /User has no field 'nmae'; did you mean 'name'\?/],
    ['DF-105', { constructor: 1 }], ['DF-105', { toString: {} }], ['DF-105', own], ['DF-105', { created_at: null }, /'createdAt'/],
    ['DF-105', { $nor: [] }, /did you mean '\$not' or '\$or'/],
    ['DF-110', { name: undefined }], ['DF-110', { name: { $ne: undefined } }, /'name.\$ne' is undefined/], ['DF-110', { $or: undefined }],
    ['DF-110', { $or: [undefined] }], ['DF-110', { name: { $in: [undefined] } }],
    ['DF-111', { age: { $greater: 1 } }], ['DF-111', { age: { gt: 1 } }, /did you mean '\$gt'/], ['DF-111', { name: { constructor: 1 } }], ['DF-111', { name: { first: 'a' } }],
    ['DF-112', { active: { $like: 't%' } }, /'\$like' does not fit User.active, which is true or false/], ['DF-112', { age: { $contains: 'a' } }], ['DF-112', { name: { $has: 'a' } }],
    ['DF-102', null], ['DF-102', []], ['DF-102', 'id'], ['DF-102', { name: 5 }], ['DF-102', { name: {} }], ['DF-102', { name: ['a'] }], ['DF-102', { age: '1' }],
    ['DF-102', { age: { $gt: null } }], ['DF-102', { age: { $in: 1 } }], ['DF-102', { age: { $in: [null] } }], ['DF-102', { age: { $between: [1] } }],
    ['DF-102', { name: { $null: 1 } }], ['DF-102', { $and: {} }], ['DF-102', { $not: null }], ['DF-102', { name: { $contains: 1 } }],
    ['DF-102', { name: { $like: null } }], ['DF-102', { createdAt: 5 }],
    ['DF-103', { age: 1.5 }], ['DF-103', { createdAt: 'yesterday' }], ['DF-103', { name: 'a\0' }], ['DF-103', { name: { $like: 'a\\' } }], ['DF-103', { name: { $regex: '(' } }], ['DF-103', circular],
  ];
  for (const [code, filter, message] of cases) {
    for (const dialect of ['sqlite', 'postgres'] as const) {
      assert.throws(
        () => countCall(User, dialect, filter as Filter),
        (error: unknown) => error instanceof DataFlowError && error.code === code && (!message || message.test(error.message)),
        `${code} ${typeof filter === 'object' && filter !== circular ? JSON.stringify(filter) : ''}`,
      );
    }
  }
  assert.throws(() => selectCall(User, 'sqlite', undefined as never), (error: DataFlowError) => error.code === 'DF-110');
  assert.throws(() => countCall(Thing, 'sqlite', { jsonN: { a: 1 } }), (error: DataFlowError) => error.code === 'DF-111');
  assert.throws(() => countCall(Thing, 'sqlite', { jsonN: 1 }), (error: DataFlowError) => error.code === 'DF-112');
});

test('messages hold no values', () => {
  try {
    countCall(User, 'sqlite', { createdAt: 'my secret' });
    assert.unreachable();
  } catch (error) {
    assert.not.match(`${error as DataFlowError} ${JSON.stringify(error)}`, 'my secret');
    assert.match((error as Error).message, "User: 'createdAt' must be a Date or ISO 8601 text");
  }
});

test('filters that mean everything', () => {
  const all: Filter[] = [{}, { $and: [] }, { $and: [{}, {}] }, { id: { $nin: [] } }, { age: { $nin: [] } }, { $or: [{ id: 'a' }, {}] }, { $not: { $or: [] } }, { $not: { id: { $in: [] } } },
    { id: { $ne: null } }, { id: { $null: false } }, { $not: { name: null } }, { name: { $like: '%' } }, { name: { $ilike: '%%' } }, { name: { $contains: '' } }, { name: { $startsWith: '' } }];
  for (const filter of all) assert.is(isEverything(User, filter), true, JSON.stringify(filter));
  const some: Filter[] = [{ id: 'a' }, { $or: [] }, { id: { $in: [] } }, { age: { $ne: null } }, { $not: {} }, { $or: [{ id: 'a' }] }, { $and: [{}, { id: 'a' }] }, { name: { $like: '_%' } }];
  for (const filter of some) assert.is(isEverything(User, filter), false, JSON.stringify(filter));
  assert.is(isEverything(Thing, { tags: { $hasAll: [] } }), true);
  assert.is(isEverything(Thing, { tagsN: { $hasAll: [] } }), false);
});

test('unique keys that a filter fixes', () => {
  const keys: [Filter, readonly string[] | undefined][] = [
    [{ id: 'a' }, ['id']], [{ id: { $eq: 'a' }, age: 3 }, ['id']], [{ email: 'a' }, ['email']], [{ $and: [{ name: 'a' }, { age: 1 }] }, ['name', 'age']],
    [{ name: 'a' }, undefined], [{ name: 'a', age: null }, undefined], [{ id: { $in: ['a'] } }, undefined], [{ $or: [{ id: 'a' }] }, undefined], [{ $not: { id: 'a' } }, undefined], [{}, undefined], [{ id: undefined }, undefined],
  ];
  for (const [filter, key] of keys) assert.equal(uniqueKeyOf(User, filter), key, JSON.stringify(filter));
});

test('thousands of conditions and values are no problem for SQLite', async () => {
  const db = sqliteDatabase();
  try {
    await createTables(db, Thing);
    const wide = [
      { $or: Array.from({ length: 5000 }, (_, id) => ({ id })) },
      { id: { $in: Array.from({ length: 100_000 }, (_, id) => id) } },
      { number: { $in: Array.from({ length: 50_000 }, (_, id) => id + 0.5) } },
      { number: { $nin: Array.from({ length: 8000 }, (_, id) => id + 0.5) } },
    ];
    for (const filter of wide) {
      const { statement, values } = countCall(Thing, 'sqlite', filter);
      assert.equal((await db.execute(statement, values)).rows, [[0]]);
    }
  } finally {
    await db.close();
  }
});

test.run();
