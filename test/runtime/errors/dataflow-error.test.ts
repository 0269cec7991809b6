import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalog, type Code } from '../../../runtime/src/errors/catalog.js';
import { DataFlowError, dfError } from '../../../runtime/src/errors/dataflow-error.js';

test('texts are filled in when they are asked for', () => {
  const error = dfError('DF-530', { place: 'User.create', fields: "'email'" });
  assert.is(error.message, "DF-530: User.create: another row has this value of 'email' already");
  assert.equal(error.causes, ["A row with the same 'email' exists."]);
  assert.is(error.solutions.length, catalog['DF-530'].solutions.length);
  assert.is(error.title, catalog['DF-530'].title);
  assert.is(error.docsUrl, 'docs/errors/DF-530.md');
  // What is printed of an error that nobody caught: no pages of text.
  assert.not.match(inspect(error), 'upsert');
});

test('JSON holds everything but the cause and the stack', () => {
  const error = dfError('DF-530', { place: 'User.create', fields: "'email'" }, { cause: new Error('s3cret'), context: { model: 'User', row: 3 } });
  const json = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
  assert.equal(Object.keys(json), ['code', 'title', 'message', 'context', 'callSite', 'causes', 'solutions', 'example', 'fix', 'docsUrl']);
  assert.equal(json['context'], { place: 'User.create', fields: "'email'", model: 'User', row: 3 });
  assert.not.match(JSON.stringify(json), 's3cret');
});

test('names that only the caller knows are added; what is there stays', () => {
  const error = dfError('DF-530', { place: 'x', fields: 'y' }, { context: { model: 'Inner' } }).within({ model: 'Outer', operation: 'create' }, 'minimal');
  assert.is(error.context.model, 'Inner');
  assert.is(error.context.operation, 'create');
  assert.is(error.mode, 'minimal');
  assert.is(error.within({ row: 1 }).mode, 'minimal', 'the mode stays when nothing is said of it');
});

test('a name of untyped data does not make a text endless', () => {
  const name = 'x'.repeat(5000);
  const error = dfError('DF-105', { place: 'User', kind: 'field', name, hint: '', known: name });
  assert.ok(error.message.length < 300);
  assert.ok(error.enhancedMessage().length < 3000, String(error.enhancedMessage().length));
  assert.is(error.context['name'], name);
});

test('every code can be made, in every form', () => {
  for (const code of Object.keys(catalog) as Code[]) {
    const error = new DataFlowError(code, {});
    assert.ok(error.enhancedMessage().startsWith(`${code}: `));
    JSON.stringify(error);
  }
});

test.run();
