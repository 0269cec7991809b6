import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { listCall, type ListSpec, type OrderBy } from '../../../runtime/src/sql/index.js';
import { Thing, User } from './models.js';

const raw = ['a', 'n', 'e', 5, 1, Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1)];
const text = (spec: Partial<ListSpec>, dialect: 'sqlite' | 'postgres' = 'sqlite') => {
  const { statement, values } = listCall(User, dialect, { limit: 10, ...spec });
  return [statement.text.replace(/^SELECT .* FROM "users" ?/, ''), values];
};
const cursor = (orderBy: OrderBy | undefined, row = raw) => listCall(User, 'sqlite', { orderBy, limit: 1 }).shape.cursorOf(row);
const code = (expected: string) => (error: unknown) => error instanceof DataFlowError && error.code === expected;

test('order, limit and offset', () => {
  assert.equal(text({}), ['ORDER BY "id" LIMIT ?', [11]]);
  assert.equal(text({ offset: 0 }), ['ORDER BY "id" LIMIT ?', [11]]);
  assert.equal(text({ orderBy: { age: 'desc' }, offset: 5 }), ['ORDER BY "age" DESC NULLS LAST, "id" DESC LIMIT ? OFFSET ?', [11, 5]]);
  assert.equal(text({ orderBy: [{ name: 'asc' }, { id: 'desc' }, { age: 'asc' }, { name: 'desc' }], filter: { age: 3 } }, 'postgres'), ['WHERE "age" = $1 ORDER BY "name", "id" DESC LIMIT $2', [3, 11]]);
  assert.match(listCall(Thing, 'sqlite', { limit: 1, orderBy: { decimal: 'asc' } }).statement.text, /ORDER BY CASE WHEN substr\("decimal"/);
});

test('pages go on after a cursor', () => {
  assert.equal(text({ after: cursor(undefined) }), ['WHERE "id" > ? ORDER BY "id" LIMIT ?', ['a', 11]]);
  assert.equal(text({ orderBy: { name: 'asc' }, after: cursor({ name: 'asc' }) }, 'postgres'), ['WHERE ("name", "id") > ($1, $2) ORDER BY "name", "id" LIMIT $3', ['n', 'a', 11]]);
  const backwards = text({ orderBy: { name: 'desc' }, after: cursor({ name: 'desc' }), filter: { active: true } });
  assert.equal(backwards, ['WHERE "active" = ? AND ("name", "id") < (?, ?) ORDER BY "name" DESC, "id" DESC LIMIT ?', [1, 'n', 'a', 11]]);
  const mixedOrder = [{ name: 'desc' }, { id: 'asc' }] as const;
  const mixed = text({ orderBy: mixedOrder, after: cursor(mixedOrder), filter: { active: true } });
  assert.equal(mixed, ['WHERE "active" = ? AND ("name" <= ? AND (("name" < ?) OR ("name" = ? AND "id" > ?))) ORDER BY "name" DESC, "id" LIMIT ?', [1, 'n', 'n', 'n', 'a', 11]]);
  const nulls = text({ orderBy: { age: 'asc' }, after: cursor({ age: 'asc' }, ['a', 'n', 'e', null as never, 1, 0, 0]) });
  assert.equal(nulls, ['WHERE (("age" IS NULL AND "id" > ?)) ORDER BY "age" NULLS LAST, "id" LIMIT ?', ['a', 11]]);
});

test('select narrows the row, and keeps what the cursor needs', () => {
  const call = listCall(User, 'postgres', { limit: 1, select: ['name', 'active', 'name'], orderBy: { createdAt: 'asc' } });
  assert.match(call.statement.text, 'SELECT "name", "active", "created_at", "id" FROM');
  const page = ['n', 't', '2024-01-01 00:00:00.5+00', 'i'];
  assert.equal(call.shape.decode(page), { name: 'n', active: true });
  const next = listCall(User, 'sqlite', { limit: 1, orderBy: { createdAt: 'asc' }, after: call.shape.cursorOf(page) });
  assert.equal(next.values, [Date.UTC(2024, 0, 1, 0, 0, 0, 500), 'i', 2]);
  const same = listCall(User, 'sqlite', { limit: 1, select: ['name'], orderBy: { createdAt: 'asc' } });
  assert.is(same.shape.cursorOf(['n', Date.UTC(2024, 0, 1, 0, 0, 0, 500), 'i']), call.shape.cursorOf(page), 'a cursor of one database goes on in the other');
});

test('one shape is one statement', () => {
  const one = (after: string) => listCall(User, 'sqlite', { orderBy: { name: 'asc' }, limit: 5, after }).statement;
  assert.is(one(cursor({ name: 'asc' })), one(cursor({ name: 'asc' }, ['b', 'm', 'e', 5, 1, 0, 0])));
});

test('what a list refuses', () => {
  const refused: [string, Partial<Record<keyof ListSpec, unknown>>][] = [
    ['DF-105', { orderBy: { nmae: 'asc' } }], ['DF-105', { select: ['nmae'] }], ['DF-103', { orderBy: { name: 'up' } }], ['DF-102', { orderBy: { name: 1 } }],
    ['DF-102', { orderBy: ['name'] }], ['DF-110', { orderBy: { name: undefined } }],
  ];
  for (const [expected, spec] of refused) assert.throws(() => listCall(User, 'sqlite', { limit: 1, ...spec } as ListSpec), code(expected), JSON.stringify(spec));
  for (const name of ['jsonN', 'tags', 'bytes']) assert.throws(() => listCall(Thing, 'sqlite', { limit: 1, orderBy: { [name]: 'asc' } }), code('DF-112'));
});

test('a cursor fits its own list only', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bad = ['', 'x', '!!', encode(null), encode([]), encode({ m: 'User', o: 'id:asc' }), encode({ m: 'User', o: 'id:asc', v: [] }), encode({ m: 'User', o: 'id:asc', v: [null] }),
    encode({ m: 'User', o: 'id:asc', v: [1] }), encode({ m: 'User', o: 'id:asc', v: [{}] }), encode({ m: 'Post', o: 'id:asc', v: ['a'] }), cursor({ name: 'asc' }), cursor(undefined).slice(0, -4), 5];
  for (const after of bad) assert.throws(() => listCall(User, 'sqlite', { limit: 1, after: after as string }), code('DF-114'), String(after));
  assert.throws(() => listCall(User, 'sqlite', { limit: 1, orderBy: { name: 'desc' }, after: cursor({ name: 'asc' }) }), /DF-114: .* it belongs to another order/);
});

test.run();
