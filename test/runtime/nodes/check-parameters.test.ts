import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Code } from '../../../runtime/src/errors/catalog.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { checkParameters } from '../../../runtime/src/nodes/check-parameters.js';
import type { CompiledModel } from '../../../runtime/src/nodes/compiled-model.js';
import { operations, type Operation } from '../../../runtime/src/nodes/node.js';
import { parameterSpecs } from '../../../runtime/src/nodes/parameter-specs.js';

// The checks read names only.
const names = ['id', 'name', 'email'];
const model = { name: 'User', byName: new Map(names.map((name) => [name, { name }])), schema: { uniques: [['email']] } } as unknown as CompiledModel;

function check(operation: Exclude<Operation, 'create'>, params: unknown): string {
  try {
    checkParameters(model, operation, params);
    return 'fine';
  } catch (error) {
    assert.instance(error, DataFlowError);
    assert.is((error as DataFlowError).context.operation, operation);
    return (error as DataFlowError).message;
  }
}

function refused(code: Code, operation: Exclude<Operation, 'create'>, params: unknown, words = ''): void {
  const message = check(operation, params);
  assert.ok(message.startsWith(`${code}: `) && message.includes(words), message);
}

test('every operation but create has its parameters', () => {
  assert.equal(Object.keys(parameterSpecs).sort(), operations.filter((operation) => operation !== 'create').sort());
});

test('parameters in order', () => {
  assert.is(check('read', { id: 'x' }), 'fine');
  assert.is(check('read', Object.assign(Object.create(null), { id: 'x', raiseOnNotFound: false })), 'fine');
  assert.is(check('list', {}), 'fine');
  assert.is(check('list', { filter: {}, orderBy: [{ id: 'asc' }], limit: 0, offset: 5, after: 'x', select: ['id'], total: true }), 'fine');
  assert.is(check('bulkCreate', { data: [{}, {}], batchSize: 1, onConflict: 'skip', conflictOn: ['id'], atomic: 'batch', records: true }), 'fine');
});

test('unknown names, with near ones', () => {
  refused('DF-105', 'list', { limt: 5 }, "UserListNode has no parameter 'limt'; did you mean 'limit'?");
  refused('DF-105', 'delete', { id: 'x', hard: true }, "'hard'");
  refused('DF-105', 'list', { includeDeleted: true }, "'includeDeleted'");
  refused('DF-105', 'count', JSON.parse('{"__proto__": {"filter": {}}}'), "'__proto__'");
  refused('DF-105', 'count', { constructor: 'x' }, "'constructor'");
  refused('DF-105', 'read', { id: 'x', toString: 'x' });
});

test('names from other libraries and other nodes', () => {
  refused('DF-105', 'update', { where: { id: 'x' } }, "did you mean 'filter'?");
  refused('DF-105', 'update', { filter: { id: 'x' }, data: {} }, "did you mean 'fields'?");
  refused('DF-105', 'list', { take: 5 }, "did you mean 'limit'?");
  refused('DF-105', 'upsert', { filter: {} }, "did you mean 'where'?");
  refused('DF-105', 'bulkCreate', { rows: [] }, "did you mean 'data'?");
});

test('fields in the wrong place', () => {
  refused('DF-106', 'update', { filter: { id: 'x' }, name: 'x' }, 'put the field inside `fields`');
  refused('DF-106', 'update', { id: 'x', fields: {} }, 'put the key inside `filter`');
  refused('DF-106', 'read', { email: 'x' }, 'put the condition inside `filter`');
  refused('DF-106', 'bulkCreate', { name: 'x' }, 'rows of `data`');
  refused('DF-106', 'upsert', { name: 'x' }, '`where`');
});

test('undefined, missing, of the wrong kind', () => {
  refused('DF-110', 'list', { limit: undefined }, "'limit'");
  refused('DF-110', 'bulkDelete', { ids: ['a', undefined] }, "'ids[1]'");
  refused('DF-101', 'update', { filter: {} }, "'fields'");
  refused('DF-101', 'bulkCreate', {}, "'data'");
  refused('DF-102', 'list', { limit: '5' }, 'an integer from 0');
  refused('DF-103', 'list', { limit: -1 }, 'an integer from 0');
  refused('DF-103', 'list', { limit: Infinity });
  refused('DF-103', 'bulkCreate', { data: [], batchSize: 0 }, 'an integer from 1');
  refused('DF-102', 'bulkCreate', { data: [{}, null] }, "'data[1]'");
  refused('DF-102', 'bulkCreate', { data: new Array(1) }, "'data[0]'");
  refused('DF-103', 'bulkCreate', { data: [], atomic: 'none' }, "'all' | 'batch'");
  refused('DF-102', 'bulkCreate', { data: [], atomic: 5 });
  refused('DF-103', 'list', { select: [] });
  refused('DF-102', 'list', { select: ['id', 5] });
  refused('DF-102', 'list', { total: false });
  refused('DF-102', 'count', { filter: Promise.resolve({ id: 'x' }) }, 'is an await missing?');
  for (const params of [undefined, null, 'x', 5, [], new Date(), new Uint8Array(1), () => 1]) refused('DF-102', 'list', params, 'an object');
  for (const filter of [null, 'x', [], new Date(), new Map(), Promise.resolve({}), new URLSearchParams('id=x')]) refused('DF-102', 'list', { filter }, 'an object');
});

test.run();
