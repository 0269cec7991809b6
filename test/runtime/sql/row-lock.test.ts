import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listCall, selectCall } from '../../../runtime/src/sql/index.js';
import { lockClause } from '../../../runtime/src/sql/row-lock.js';
import { User } from './models.js';

test('clauses of PostgreSQL, none on SQLite', () => {
  assert.is(lockClause('postgres', {}), '');
  assert.is(lockClause('postgres', { lock: 'update' }), ' FOR UPDATE');
  assert.is(lockClause('postgres', { lock: 'share', skipLocked: true }), ' FOR SHARE SKIP LOCKED');
  assert.is(lockClause('postgres', { lock: 'update', noWait: true }), ' FOR UPDATE NOWAIT');
  assert.is(lockClause('sqlite', { lock: 'update', noWait: true }), '');
});

test('each kind of lock has a statement of its own, which is kept', () => {
  const texts = ([{}, { lock: 'update' }, { lock: 'share' }, { lock: 'update', skipLocked: true }] as const).map((lock) => {
    const [one, two] = [0, 1].map(() => selectCall(User, 'postgres', { id: 'x' }, lock).statement);
    assert.is(one, two);
    const [first, second] = [0, 1].map(() => listCall(User, 'postgres', { limit: 5, lock }));
    assert.is(first!.statement, second!.statement);
    assert.equal(first!.values, ['lock' in lock ? 5 : 6]);
    return [one!.text, first!.statement.text];
  }).flat();
  assert.is(new Set(texts).size, 8);
  assert.ok(texts.filter((text) => / FOR (UPDATE|SHARE)( SKIP LOCKED)?$/.test(text)).length === 6);
  assert.equal(listCall(User, 'sqlite', { limit: 5, lock: { lock: 'update' } }).values, [6]);
});

test.run();
