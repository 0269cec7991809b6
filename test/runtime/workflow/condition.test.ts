import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { conditionHolds, matches } from '../../../runtime/src/workflow/condition.js';
import { fails } from '../database/places.js';

/** [condition, value, truth]: as SQL has it, undefined is neither true nor false. */
const cases: readonly (readonly [unknown, unknown, boolean | undefined])[] = [
  [1, 1, true], [1, 2, false], [0, 0, true], ['', '', true], [false, false, true], [1, null, undefined],
  [null, null, true], [null, undefined, true], [null, 0, false], [{ $eq: null }, null, true], [{ $ne: null }, 1, true], [{ $ne: null }, null, false],
  [{ $ne: 1 }, null, undefined], [{ $ne: 1 }, 2, true], [{ $null: true }, null, true], [{ $null: false }, null, false], [{ $null: true }, undefined, true],
  [{ $in: [1, 2] }, 2, true], [{ $in: [] }, 2, false], [{ $nin: [] }, 2, true], [{ $nin: [1] }, null, undefined], [{ $in: [1n] }, 1, true],
  [{ $gt: 1, $lt: 3 }, 2, true], [{ $gte: 2, $lte: 2 }, 2, true], [{ $between: [1, 3] }, 3, true], [{ $between: [1, 3] }, 4, false], [{ $gt: 1 }, null, undefined],
  [{ $gt: 'Z' }, 'a', true], [{ $gt: '\u{ffff}' }, '\u{10000}', true], [{ $lt: 'ä' }, 'z', true],
  [{ $like: 'A%' }, 'Alice', true], [{ $like: 'a%' }, 'Alice', false], [{ $ilike: 'a%' }, 'Alice', true], [{ $ilike: 'Ä' }, 'ä', false],
  [{ $like: '_b' }, '😀b', true], [{ $like: '50\\%' }, '50%', true], [{ $like: '50\\%' }, '500', false], [{ $like: 'a.c' }, 'abc', false], [{ $like: '%' }, 'a\nb', true],
  [{ $contains: '%' }, '5%', true], [{ $contains: '%' }, '5', false], [{ $startsWith: 'A' }, 'Ab', true], [{ $endsWith: 'b' }, 'Ab', true], [{ $regex: '^A.$' }, 'A😀', true],
  [new Date(5), new Date(5), true], ['1970-01-01T00:00:00.005Z', new Date(5), true], [{ $gt: '1970-01-01' }, new Date(5), true],
  [new Uint8Array([1]), new Uint8Array([1]), true], [{ $ne: new Uint8Array([1]) }, new Uint8Array([2]), true],
  [{ $has: 'a' }, ['a', 'b'], true], [{ $hasAny: ['x', 'b'] }, ['a', 'b'], true], [{ $hasAll: ['a', 'x'] }, ['a', 'b'], false], [{ $has: 'a' }, null, undefined],
  [['a'], ['a'], true], [{ $eq: ['a'] }, ['a', 'b'], false],
  [{ $not: { a: 1 } }, { a: null }, undefined], [{ $not: { a: 1 } }, { a: 2 }, true],
  [{ $or: [{ a: 1 }, { b: 1 }] }, { a: null, b: 1 }, true], [{ $or: [] }, {}, false], [{ $and: [] }, {}, true], [{ $or: [{ a: 1 }, { b: 1 }] }, { a: null, b: 2 }, undefined],
  [{ a: { b: { $gt: 1 } } }, { a: { b: 2 } }, true], [{ a: { b: 1 } }, { a: null }, false], [{}, {}, true], [{}, null, false], [{ constructor: null }, {}, true],
];

test('the filter language in memory', () => {
  for (const [condition, value, truth] of cases) assert.is(matches(condition, value), truth, JSON.stringify([String(value), condition], (_, v) => (typeof v === 'bigint' ? String(v) : v)));
});

test('decimals and uuids, where the column is known', () => {
  const column = (kind: 'decimal' | 'uuid') => ({ kind: 'column', model: 'M', field: { name: 'x', column: 'x', type: { kind }, nullable: false } }) as const;
  assert.is(matches({ $lt: '10' }, '9', column('decimal')), true);
  assert.is(matches({ $gt: '-10.5' }, '-9.75', column('decimal')), true);
  assert.is(matches('1.50', '1.5', column('decimal')), true);
  assert.is(matches({ $gt: '12345678901234567890.1' }, '12345678901234567890.2', column('decimal')), true);
  assert.is(matches('A0', 'a0', column('uuid')), true);
});

test('conditions over results', () => {
  const results = (id: string) => ({ find: null, create: { id: 'u' } })[id];
  assert.ok(conditionHolds({ find: null, create: {} }, results));
  assert.not(conditionHolds({ find: {} }, results));
  assert.ok(conditionHolds({ $or: [{ find: {} }, { create: { id: 'u' } }] }, results));
  assert.ok(conditionHolds({ $not: { find: {} } }, results));
  assert.not(conditionHolds({ $not: { create: { age: { $gt: 1 } } } }, results), 'unknown is not true, negated neither');
  assert.ok(conditionHolds({ skipped: null }, results));
});

test('operators that cannot be used are refused', async () => {
  for (const condition of [{ $lik: 'x' }, { $in: 'x' }, { $like: 1 }, { $between: [1] }, { $or: {} }, { $not: 1 }, { $regex: '(' }]) {
    await fails('DF-218', () => matches(condition, 'text'));
  }
});

test.run();
