import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineModel, type CompiledModel } from '../../../runtime/src/nodes/compiled-model.js';
import { countCall, deleteCall, listCall, updateCall } from '../../../runtime/src/sql/index.js';
import { Shape, shapeOf } from '../../../runtime/src/sql/shape-cache.js';
import { filter } from './filters.js';
import { Thing, User } from './models.js';

/** The same model as one that no call was made on. */
const fresh = (model: CompiledModel): CompiledModel => defineModel(model);

test('no two shapes share a statement: whatever was called before, the SQL is that of a first call', () => {
  fc.assert(
    fc.property(filter, fc.constantFrom('sqlite', 'postgres'), (given, dialect) => {
      const texts = (model: CompiledModel): string[] => [
        countCall(model, dialect, given).statement.text,
        deleteCall(model, dialect, given, { returning: true }).statement.text,
        updateCall(model, dialect, given, {}, null, { returning: false }).statement.text,
        listCall(model, dialect, { filter: given, limit: 1, orderBy: { id: 'desc' } }).statement.text,
        listCall(model, dialect, { filter: given, limit: 1, offset: 2, select: ['id'] }).statement.text,
      ];
      assert.equal(texts(Thing), texts(fresh(Thing)));
    }),
    { numRuns: 500 },
  );
});

test('the fields of an update are part of its shape', () => {
  const update = (fields: Record<string, unknown>, id: unknown = 'a') => updateCall(User, 'sqlite', { id }, fields, null, { returning: true });
  assert.is(update({ name: 'n' }).statement, update({ name: 'm' }, 'b').statement);
  assert.is.not(update({ name: 'n' }).statement, update({ email: 'e' }).statement);
  assert.equal(update({ email: 'e', name: 'n' }).values, ['e', 'n', ...User.touched.map(() => null), 'a']);
  assert.match(update({ email: 'e', name: 'n' }).statement.text, /SET "email" = \?, "name" = \?/);
});

test('a filter says whether it fixes a unique key, the second time too', () => {
  for (let i = 0; i < 2; i++) {
    assert.equal(updateCall(User, 'sqlite', { id: 'a', name: 'n' }, { name: 'n' }, null, { returning: true }).key, ['id']);
    assert.is(updateCall(User, 'sqlite', { name: 'n' }, { name: 'n' }, null, { returning: true }).key, undefined);
    assert.is(updateCall(User, 'sqlite', { id: { $gt: 'a' } }, { name: 'n' }, null, { returning: true }).key, undefined);
  }
});

test('what is remembered has a bound', () => {
  const model = fresh(User);
  const list = (conditions: object[]): unknown => listCall(model, 'sqlite', { limit: 1, filter: { $or: conditions } }).statement;
  const usual = [{ name: 'n' }, { email: 'e' }];
  assert.is(list(usual), list(usual));
  let most = 0;
  for (let i = 0; i < 3000; i++) {
    list(Array.from({ length: 30 }, (_, bit) => ((i * 7919) >> (bit % 24) & 1 ? { name: 'n' } : { email: 'e' })));
    most = Math.max(most, shapeOf(model, 'sqlite', 'list').size);
  }
  assert.ok(most > 15_000 && most < 20_100, String(most));
  assert.ok(shapeOf(model, 'sqlite', 'list').size < most, 'forgotten at some time');
  assert.is(list(usual), list(usual), 'and built again');
  const endless = Array.from({ length: 2000 }, () => ({ name: 'n' }));
  assert.is.not(list(endless), list(endless), 'what hardly comes again is not remembered');
});

test('a shape is found again by its steps', () => {
  const root = new Shape();
  assert.is(root.step('a').step(1), root.step('a').step(1));
  assert.is.not(root.step('a').step(1), root.step('a').step('1'));
  assert.is.not(root.step('a'), root.step('b'));
  assert.is.not(root.step('x'.repeat(5000)), root.step('x'.repeat(5000)), 'a long text is not kept');
  root.clear();
  assert.is(root.size, 0);
});

test.run();
