import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { fails, later, places, type Place } from '../database/places.js';
import { node, schema } from './models.js';

const CreateUser = node('UserCreateNode');
const CreateSession = node('SessionCreateNode');
const ReadUser = node('UserReadNode');
const UpdateUser = node('UserUpdateNode');
const CountUsers = node('UserCountNode');

let counter = 0;
/** An id of its own for each test: they share tables. */
const fresh = (name: string): string => `${name}-${++counter}`;
const builder = (name = 'w') => new WorkflowBuilder(name);
const user = (id: string) => ({ id, name: 'Alice', email: `${id}@x.io` });

function define(place: Place): void {
  const test = suite(place.name);
  let db: DataFlow;
  let runtime: LocalRuntime;

  test.before(() => {
    db = place.open({ schema: schema as never }) as unknown as DataFlow;
    runtime = new LocalRuntime(db);
  });
  test.after(async () => {
    await db.close();
    await place.remove();
  });
  const read = (id: string) => db.execute(ReadUser, { id, raiseOnNotFound: false });

  test("an error without a code, of a database object of the user's own, is named and kept as the cause", async () => {
    const cause = new Error('no connection');
    const own = new LocalRuntime({ execute: () => Promise.reject(cause) });
    const wf = builder().addNode(CreateUser as never, 'create', user(fresh('own')) as never);
    const error = await fails('DF-551', () => own.execute((wf as unknown as WorkflowBuilder).build()));
    assert.is(error.cause, cause);
    assert.is(error.context.node, 'create');
  });

  test('the first example', async () => {
    const [u, s] = [fresh('u'), fresh('s')];
    const wf = builder('sign_up');
    wf.withInput<{ name: string; email: string }>();
    wf.addNode(CreateUser, 'create_user', { id: u });
    wf.addNode(CreateSession, 'create_session', { id: s, token: 't' });
    wf.addConnection('input', 'name', 'create_user', 'name');
    wf.addConnection('input', 'email', 'create_user', 'email');
    wf.addConnection('create_user', 'id', 'create_session', 'userId');
    const signUp = wf.build();
    const inputs = { name: 'Alice', email: `${u}@x.io` };
    const { results, runId } = await runtime.execute(signUp, { inputs });
    assert.equal(results.create_user, { id: u, name: 'Alice', email: `${u}@x.io`, age: null, active: true, score: null });
    assert.equal(results.create_session, { id: s, userId: u, token: 't' });
    assert.match(runId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

    const error = await fails('DF-530', () => runtime.execute(signUp, { inputs }));
    const { node: id, model, operation, workflow } = error.context;
    assert.equal([id, model, operation, workflow], ['create_user', 'User', 'create', 'sign_up']);
    assert.ok(error.cause instanceof Error);
    assert.not.match(JSON.stringify(error), `${u}@x.io`);
  });

  test('inputs are checked before anything runs', async () => {
    const u = fresh('u');
    const wf = builder();
    wf.addNode(CreateUser, 'first', user(u));
    wf.addNode(CreateUser, 'second', { id: fresh('u'), name: 'n' });
    wf.addConnection('input', 'email', 'second', 'email');
    wf.addConnection('input', 'age', 'second', 'age');
    const workflow = wf.build();
    await fails('DF-140', () => runtime.execute(workflow, { inputs: {} }));
    await fails('DF-140', () => runtime.execute(workflow, { inputs: { email: undefined } }));
    await fails('DF-141', () => runtime.execute(workflow, { inputs: { email: 'e', nme: 'n' } }));
    await fails('DF-144', () => runtime.execute(workflow, { inputs: ['e'] }));
    assert.is(await read(u), null);
    const { results } = await runtime.execute(workflow, { inputs: { email: fresh('e') } });
    assert.is(results.second.age, null);
  });

  test('dot paths, function nodes and overrides', async () => {
    const u = fresh('u');
    const wf = builder();
    wf.addNode(CreateUser, 'create', user(u));
    wf.addFunction('prepare', async (input: { id: string }) => ({ user: { id: input.id, names: ['Bob', 'Carl'] } }));
    wf.addNode(UpdateUser, 'rename', { filter: { active: true }, fields: { age: 3 } });
    wf.addConnection('create', 'id', 'prepare', 'id');
    wf.addConnection('prepare', 'user.id', 'rename', 'filter.id');
    wf.addConnection('prepare', 'user.names.1', 'rename', 'fields.name');
    const workflow = wf.build();
    const { results } = await runtime.execute(workflow);
    assert.equal(results.rename, { ...user(u), name: 'Carl', age: 3, active: true, score: null });

    const v = fresh('u');
    const again = await runtime.execute(workflow, { params: { create: { id: v, email: `${v}@x.io` } } });
    assert.is(again.results.create.id, v);
    await fails('DF-530', () => runtime.execute(workflow));
    await fails('DF-142', () => runtime.execute(workflow, { params: { crate: {} } }));
    await fails('DF-143', () => runtime.execute(workflow, { params: { prepare: {} } }));
    await fails('DF-207', () => runtime.execute(workflow, { params: { rename: { filter: { id: v } } } }));
    await fails('DF-105', () => runtime.execute(workflow, { params: { create: { nme: 'x' } } }));
  });

  test('nodes by name are looked up in the schema, and checked with it', async () => {
    const u = fresh('u');
    const workflow = builder().addNode('UserCreateNode' as never, 'create', user(u) as never).build as unknown as () => never;
    const wf = builder();
    wf.addNode('UserCreateNode' as never, 'create', user(u) as never);
    wf.addNode('UserCountNode' as never, 'count');
    assert.type(workflow, 'function');
    assert.is((await runtime.execute(wf.build())).results.create.id, u);
    wf.addNode('NobodyCreateNode' as never, 'other');
    await fails('DF-804', () => runtime.execute(wf.build()));
    const wrong = builder();
    wrong.addNode('UserCreateNode' as never, 'create', { id: 'x' } as never);
    await fails('DF-204', () => runtime.execute(wrong.build()));
  });

  test('a failing node ends the run: siblings are awaited, nothing later starts', async () => {
    const [u, v] = [fresh('u'), fresh('u')];
    const trace: string[] = [];
    const wf = builder('failing');
    wf.addFunction('bad', async () => {
      await later(5);
      throw new TypeError('secret');
    });
    wf.addFunction('slow', async () => {
      await later(30);
      trace.push('slow');
      return { id: u };
    });
    wf.addNode(CreateUser, 'sibling', user(v));
    wf.addNode(CreateUser, 'after', { name: 'n', email: u });
    wf.addConnection('slow', 'id', 'after', 'id');
    const error = await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal(trace, ['slow']);
    assert.ok(error.cause instanceof TypeError);
    assert.equal([error.context.node, error.context.workflow], ['bad', 'failing']);
    await later(10);
    assert.is(await read(u), null);
    assert.not.equal(await read(v), null);
  });

  test('a DataFlowError from a function keeps its code', async () => {
    const wf = builder();
    wf.addFunction('inner', () => db.execute(ReadUser, { id: 'nobody' }));
    const error = await fails('DF-504', () => runtime.execute(wf.build()));
    assert.is(error.context.node, 'inner');
  });

  test('a workflow as a transaction', async () => {
    const [u, v] = [fresh('u'), fresh('u')];
    const wf = builder();
    wf.addNode(CreateUser, 'first', user(u));
    wf.addNode(CreateUser, 'second', user(v));
    wf.addFunction('fail', () => Promise.reject(new Error('no')));
    wf.addFunction('after', (input: { id: string }) => input);
    wf.addConnection('first', 'id', 'after', 'id');
    wf.transaction({ isolation: 'serializable' });
    await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal([await read(u), await read(v)], [null, null]);

    const good = builder();
    good.addNode(CreateUser, 'first', user(u));
    good.addNode(CreateUser, 'second', user(v));
    good.transaction();
    await runtime.execute(good.build());
    assert.is((await read(v))?.id, v);
    await fails('DF-530', () => runtime.execute(good.build()));
    const bare = new LocalRuntime({ execute: (type, params) => db.execute(type, params) });
    await fails('DF-805', () => bare.execute(good.build()));
  });

  test('a runtime on tx takes part in the transaction', async () => {
    const u = fresh('u');
    const wf = builder();
    wf.addNode(CreateUser, 'create', user(u));
    wf.addNode(CountUsers, 'count', {});
    const undo = new Error('undo');
    const outcome = await db
      .transaction(async (tx) => {
        await new LocalRuntime(tx).execute(wf.build());
        throw undo;
      })
      .catch((error: unknown) => error);
    assert.is(outcome, undo);
    assert.is(await read(u), null);
  });

  test('another attempt within a transaction starts from a savepoint', async () => {
    const [u, v] = [fresh('u'), fresh('u')];
    await db.execute(CreateUser, user(u));
    const wf = builder();
    wf.addNode(CreateUser, 'before', user(v));
    wf.addNode(CreateUser, 'again', { id: u, name: 'n' }, { retry: { max: 1 } });
    wf.addConnection('before', 'email', 'again', 'email');
    wf.transaction();
    await fails('DF-530', () => runtime.execute(wf.build()));
    assert.is(await read(v), null);
  });

  test('conditions: find or create', async () => {
    const u = fresh('u');
    const wf = builder();
    wf.addNode(ReadUser, 'find', { id: u, raiseOnNotFound: false });
    wf.addNode(CreateUser, 'create', user(u), { when: { find: null } });
    wf.addNode(UpdateUser, 'touch', { fields: { age: 1 } }, { when: { find: { score: { $null: true } } } });
    wf.addConnection('find', 'id', 'touch', 'filter.id');
    wf.addFunction('join', (input: { found?: string; created?: string }) => input);
    wf.addConnection('find', 'id', 'join', 'found');
    wf.addConnection('create', 'id', 'join', 'created');
    wf.addFunction('greet', (input: { id: string }) => input, { when: { create: {} } });
    wf.addConnection('create', 'id', 'greet', 'id');
    const workflow = wf.build();
    const first = (await runtime.execute(workflow)).results;
    assert.equal([first.find, first.create.id, first.touch, first.join, first.greet], [null, u, undefined, { created: u }, { id: u }]);
    const second = (await runtime.execute(workflow)).results;
    assert.equal([second.find.id, second.create, second.touch.age, second.join, second.greet], [u, undefined, 1, { found: u }, undefined]);
    assert.equal(Object.keys(second), ['find', 'create', 'touch', 'join', 'greet']);
  });

  test('decimals of a row compare as numbers in conditions', async () => {
    const wf = builder();
    wf.addNode(CreateUser, 'create', { ...user(fresh('u')), score: '10.5' });
    wf.addFunction('more', () => true, { when: { create: { score: { $gt: '9' } } } });
    assert.is((await runtime.execute(wf.build())).results.more, true);
  });

  test('many runs of one workflow at once', async () => {
    const wf = builder();
    wf.addNode(CreateUser, 'create', { name: 'n' });
    wf.addNode(CountUsers, 'count', {});
    wf.addConnection('input', 'id', 'create', 'id');
    wf.addConnection('input', 'id', 'create', 'email');
    const workflow = wf.build();
    const ids = Array.from({ length: 20 }, () => fresh('u'));
    const runs = await Promise.all(ids.map((id) => runtime.execute(workflow, { inputs: { id } })));
    assert.equal(runs.map((run) => run.results.create.id), ids);
    assert.is(new Set(runs.map((run) => run.runId)).size, 20);
  });

  test.run();
}

for (const place of await places('execution')) define(place);
