import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Db, type Target } from '../harness.js';

/** Three-valued logic, combination, empty sets, text operators and injection. */
export function filters(target: Target): void {
  const test = suiteOn(target, 'filters');
  const rows = [
    { id: 'a', name: 'Ann', email: 'ann@x.io', age: 10, active: true },
    { id: 'b', name: 'bob', email: 'bob@x.io', age: 20, active: false },
    { id: 'c', name: 'C%_\\', email: 'c@x.io', age: null, active: true },
    { id: 'd', name: 'ännö', email: 'd@x.io', age: 0, active: false },
    { id: 'e', name: '', email: 'e@x.io', age: -5, active: true },
    { id: 'f', name: 'a*b?c[d]', email: 'f@x.io', age: 2147483647, active: true },
    { id: 'g', name: "O'Neil; DROP", email: 'g@x.io', age: null, active: false },
  ];
  test.before(async ({ db }) => {
    await db.models.User.bulkCreate({ data: rows });
  });

  type Filter = NonNullable<NonNullable<Parameters<Db['models']['User']['list']>[0]>['filter']>;
  const check = (title: string, cases: readonly (readonly [filter: object, ids: string])[]) =>
    test(title, async ({ db }) => {
      for (const [filter, ids] of cases) {
        const given = filter as Filter;
        const { records } = await db.models.User.list({ filter: given, orderBy: { id: 'asc' } });
        const label = JSON.stringify(filter);
        assert.is(records.map(({ id }) => id).join(''), ids, label);
        assert.is((await db.models.User.count({ filter: given })).count, ids.length, label);
      }
    });

  check('comparison', [
    [{ age: 10 }, 'a'], [{ age: 0 }, 'd'], [{ active: false }, 'bdg'], [{ name: '' }, 'e'],
    [{ age: { $eq: 20 } }, 'b'], [{ age: { $gt: 0 } }, 'abf'], [{ age: { $gte: 0 } }, 'abdf'], [{ age: { $lt: 0 } }, 'e'], [{ age: { $lte: 0 } }, 'de'],
    [{ age: { $gt: 0, $lt: 20 } }, 'a'], [{ age: { $between: [0, 20] } }, 'abd'], [{ age: { $between: [20, 0] } }, ''],
    [{ name: { $gt: 'a' } }, 'bdf'], [{ name: { $lt: 'a' } }, 'aceg'], [{ email: { $between: ['b', 'd@x.io'] } }, 'bcd'],
    [{}, 'abcdefg'],
  ]);

  check('three-valued logic', [
    [{ age: { $ne: 10 } }, 'bdef'], [{ age: null }, 'cg'], [{ age: { $eq: null } }, 'cg'], [{ age: { $ne: null } }, 'abdef'],
    [{ age: { $null: true } }, 'cg'], [{ age: { $null: false } }, 'abdef'],
    [{ $not: { age: 10 } }, 'bdef'], [{ $not: { age: { $gt: 0 } } }, 'de'], [{ $not: { age: null } }, 'abdef'],
    [{ $not: { $or: [{ age: 10 }, { age: 20 }] } }, 'def'], [{ $not: { $not: { age: 10 } } }, 'a'],
    [{ age: { $nin: [10, 20] } }, 'def'], [{ $or: [{ age: null }, { age: { $lt: 0 } }] }, 'ceg'],
    [{ age: { $in: [10, 10, 20] } }, 'ab'], [{ $not: { age: { $in: [10] } } }, 'bdef'],
  ]);

  check('empty sets', [
    [{ age: { $in: [] } }, ''], [{ age: { $nin: [] } }, 'abcdefg'], [{ $and: [] }, 'abcdefg'], [{ $or: [] }, ''],
    [{ $not: { $or: [] } }, 'abcdefg'], [{ $not: { $and: [] } }, ''], [{ $not: {} }, ''], [{ $or: [{}] }, 'abcdefg'],
    [{ $not: { age: { $in: [] } } }, 'abcdefg'],
  ]);

  check('combination', [
    [{ age: { $gte: 0 }, active: true }, 'af'], [{ $and: [{ age: { $gte: 0 } }, { active: true }] }, 'af'],
    [{ $or: [{ id: 'a' }, { id: 'b', active: true }, { id: 'e' }] }, 'ae'],
    [{ active: true, $or: [{ age: null }, { age: 10 }], $not: { id: 'a' } }, 'c'],
    [{ $and: [{ $or: [{ id: 'a' }, { id: 'b' }] }, { $or: [{ id: 'b' }, { id: 'c' }] }] }, 'b'],
    [{ id: { $in: ['a', 'b', 'zz'] }, email: { $nin: ['bob@x.io'] } }, 'a'],
  ]);

  check('text', [
    [{ name: { $like: 'A%' } }, 'a'], [{ name: { $like: 'a%' } }, 'f'], [{ name: { $like: '_nn' } }, 'a'], [{ name: { $like: '%' } }, 'abcdefg'],
    [{ name: { $like: 'C\\%\\_\\\\' } }, 'c'], [{ name: { $like: 'C\\%%' } }, 'c'], [{ name: { $like: '_nn_' } }, 'd'], [{ name: { $like: '' } }, 'e'],
    [{ name: { $like: 'a*b?c[d]' } }, 'f'], [{ name: { $like: 'a%[d]' } }, 'f'], [{ name: { $like: '%*%' } }, 'f'], [{ name: { $like: '%]' } }, 'f'],
    [{ name: { $ilike: 'BOB' } }, 'b'], [{ name: { $ilike: 'A%' } }, 'af'], [{ name: { $ilike: 'ÄNNÖ' } }, ''], [{ name: { $ilike: 'äNNö' } }, 'd'],
    [{ name: { $ilike: 'c\\%%' } }, 'c'],
    [{ name: { $contains: '%' } }, 'c'], [{ name: { $contains: '_' } }, 'c'], [{ name: { $contains: '\\' } }, 'c'], [{ name: { $contains: '' } }, 'abcdefg'],
    [{ name: { $contains: 'n' } }, 'ad'], [{ name: { $contains: 'N' } }, 'g'], [{ name: { $contains: "'" } }, 'g'],
    [{ name: { $startsWith: 'C%' } }, 'c'], [{ name: { $startsWith: 'a*' } }, 'f'], [{ name: { $startsWith: 'ä' } }, 'd'], [{ name: { $startsWith: '' } }, 'abcdefg'],
    [{ name: { $endsWith: '_\\' } }, 'c'], [{ name: { $endsWith: ']' } }, 'f'], [{ name: { $endsWith: 'nö' } }, 'd'], [{ name: { $endsWith: 'ab' } }, ''], [{ name: { $endsWith: '' } }, 'abcdefg'],
    [{ name: { $contains: 'n', $ne: 'Ann' } }, 'd'],
  ]);

  check('regular expressions', [
    [{ name: { $regex: '^A' } }, 'a'], [{ name: { $regex: 'n+' } }, 'ad'], [{ name: { $regex: '^$' } }, 'e'], [{ name: { $regex: '^[ab]' } }, 'bf'],
    [{ name: { $regex: "'" } }, 'g'], [{ name: { $regex: 'nobody' } }, ''], [{ $not: { name: { $regex: 'n' } } }, 'bcefg'],
    [{ name: { $regex: '^(bob|Ann)$' }, active: true }, 'a'],
  ]);

  check('text that looks like SQL', [
    [{ name: "O'Neil; DROP" }, 'g'], [{ name: "' OR 1=1 --" }, ''], [{ name: { $in: ["O'Neil; DROP", '"', '}{', ','] } }, 'g'],
    [{ name: { $like: "%'; %" } }, ''], [{ name: { $like: "%'Neil;%" } }, 'g'], [{ id: { $in: ['{a,b}', 'a","b'] } }, ''],
  ]);

  test('what a filter may not hold', async ({ db }) => {
    const { list, count, bulkDelete } = untyped(db.models.User);
    for (const call of [list!, count!, bulkDelete!]) {
      await fails('DF-105', () => call({ filter: { nme: 'x' } }));
      await fails('DF-105', () => call({ filter: { $or: [{ id: 'a' }, { nme: 'x' }] } }));
      await fails('DF-105', () => call({ filter: { $not: { nme: 'x' } } }));
      await fails('DF-110', () => call({ filter: { name: undefined } }));
      await fails('DF-110', () => call({ filter: { name: { $eq: undefined } } }));
      await fails('DF-110', () => call({ filter: { $and: [{ name: undefined }] } }));
      await fails('DF-110', () => call({ filter: { name: { $in: ['a', undefined] } } }));
      await fails('DF-111', () => call({ filter: { name: { $lik: 'x' } } }));
      await fails('DF-112', () => call({ filter: { age: { $like: 'x' } } }));
      await fails('DF-112', () => call({ filter: { active: { $gt: true } } }));
      await fails('DF-102', () => call({ filter: { age: 'x' } }));
      await fails('DF-102', () => call({ filter: { age: { $in: 5 } } }));
      await fails('DF-102', () => call({ filter: [] }));
    }
    const near = await fails('DF-105', () => list!({ filter: { nme: 'x' } }));
    assert.match(near.message, "'name'");
    assert.is((await db.models.User.count({})).count, rows.length);
  });

  test('keys that JavaScript objects inherit are not fields', async ({ db }) => {
    const { list, create, update } = untyped(db.models.User);
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const filter = JSON.parse(`{ ${JSON.stringify(key)}: "x" }`) as object;
      await fails('DF-105', () => list!({ filter }));
      await fails('DF-105', () => create!({ id: 'p', name: 'p', email: 'p', ...JSON.parse('{}'), ...Object.fromEntries([[key, 'x']]) }));
      await fails('DF-105', () => create!(JSON.parse(`{"id":"p","name":"p","email":"p",${JSON.stringify(key)}:{"age":1}}`)));
      await fails('DF-105', () => update!({ filter: { id: 'a' }, fields: filter }));
    }
    assert.is(({} as { age?: unknown }).age, undefined);
  });

  test.run();
}
