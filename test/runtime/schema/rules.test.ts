import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkModels } from '../../../runtime/src/schema/rules.js';
import { databaseNameProblem, fieldNameProblem, snakeCase } from '../../../runtime/src/schema/naming.js';
import type { FieldSchema, ModelSchema } from '../../../runtime/src/schema/model-schema.js';

/*
 * What the reader's fixtures (fixtures/reader) cannot make: schemas that came from somewhere else. Every rule is tested there.
 */
const id: FieldSchema = { name: 'id', column: 'id', type: { kind: 'string' }, nullable: false };
const model = (name: string, ...fields: FieldSchema[]): ModelSchema => ({ name, table: name, fields: [id, ...fields], uniques: [], indexes: [] });
const reference = (name: string, target: string, more: Partial<FieldSchema> = {}): FieldSchema => ({
  name,
  column: name,
  type: { kind: 'string' },
  nullable: false,
  references: { model: target, table: target, column: 'id', onDelete: 'noAction', onUpdate: 'noAction' },
  ...more,
});
const codes = (...models: ModelSchema[]) => checkModels(models).map(({ code }) => code);

test('good models have no findings', () => {
  assert.equal(checkModels([]), []);
  assert.equal(codes(model('a'), model('b', reference('aId', 'a'))), []);
});

test('a reference to a model that is not there', () => {
  assert.equal(codes(model('a', reference('xId', 'x'))), ['DF-615']);
});

test('models that were not read completely are known, but not judged', () => {
  const broken = { ...model('b'), fields: [] };
  assert.equal(checkModels([model('a', reference('bId', 'b')), broken], new Set(['b'])), []);
  assert.equal(codes(model('a'), broken), ['DF-631']);
});

test('circles of required references', () => {
  const circle = checkModels([model('a', reference('bId', 'b')), model('b', reference('cId', 'c')), model('c', reference('aId', 'a'))]);
  assert.equal(circle.map(({ data }) => data), [{ models: 'a, b and c', fields: 'a.bId, b.cId and c.aId' }]);
  assert.equal(codes(model('a', reference('bId', 'b', { nullable: true })), model('b', reference('aId', 'a'))), []);
  assert.equal(codes(model('a', reference('parentId', 'a'))), [], 'a row may refer to itself');
  assert.equal(codes(model('x', reference('aId', 'a')), model('a', reference('bId', 'b')), model('b', reference('aId', 'a'))), ['DF-645']);
});

test('names', () => {
  const cases = { createdAt: 'created_at', created_at: 'created_at', HTTPServer: 'http_server', userID: 'user_id', line2Text: 'line2_text', A: 'a', größterWert: 'größter_wert' };
  for (const [name, expected] of Object.entries(cases)) assert.is(snakeCase(name), expected);
  for (const name of ['name', 'order', 'größe', '_x', 'a$', 'toString', '名前']) assert.is(fieldNameProblem(name), undefined, name);
  for (const name of ['$or', '__proto__', 'constructor', 'a.b', 'a b', '1', '']) assert.type(fieldNameProblem(name), 'string', name);
  assert.is(databaseNameProblem('x'.repeat(63), 'column'), undefined);
  for (const name of ['', ' ', 'a\0', '\ud800', 'ä'.repeat(32)]) assert.type(databaseNameProblem(name, 'table'), 'string');
  assert.is(databaseNameProblem('xmin', 'table'), undefined);
  assert.type(databaseNameProblem('xmin', 'column'), 'string');
  // sqlite3 gives rows as objects: the one would be lost, the other would come before its neighbours.
  for (const name of ['__proto__', '0', '12']) {
    assert.is(databaseNameProblem(name, 'table'), undefined);
    assert.type(databaseNameProblem(name, 'column'), 'string');
  }
  assert.is(databaseNameProblem('1a', 'column'), undefined);
});

test.run();
