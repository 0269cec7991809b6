import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import type { FunctionContext } from '../../../runtime/src/workflow/builder-types.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { parsePlan, serializePlan } from '../../../runtime/src/workflow/plan.js';
import { fails, later, places, type Place } from '../database/places.js';
import { node, schema } from './models.js';

const CreateUser = node('UserCreateNode');
const ReadUser = node('UserReadNode');
const UpdateUser = node('UserUpdateNode');
const DeleteUser = node('UserDeleteNode');
const CreateSession = node('SessionCreateNode');
const DeleteSession = node('SessionDeleteNode');

let counter = 0;
/** An id of its own for each test: they share tables. */
const fresh = (name: string): string => `${name}-${++counter}`;
const user = (id: string) => ({ id, name: 'Alice', email: `${id}@x.io` });
const failing = () => {
  throw new Error('no courier');
};

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
  const has = async (id: string): Promise<boolean> => (await db.execute(ReadUser, { id, raiseOnNotFound: false })) !== null;

  /** User, session, charge, one after the other, each with what undoes it; then `last`. */
  function order(u: string, log: string[], last: (input: { id: string }) => unknown): WorkflowBuilder {
    const wf = new WorkflowBuilder('order');
    wf.addNode(CreateUser, 'user', user(u));
    wf.addNode(CreateSession, 'session', { id: u, token: 't' });
    wf.addFunction('charge', (input: { id: string }) => ({ id: `charge of ${input.id}`, amount: 3 }));
    wf.addFunction('ship', last);
    wf.addConnection('user', 'id', 'session', 'userId');
    wf.addConnection('session', 'userId', 'charge', 'id');
    wf.addConnection('charge', 'id', 'ship', 'id');
    // The session refers to the user: only in the reverse order can they go.
    wf.compensate('user', DeleteUser, { from: { 'filter.id': 'id', 'filter.email': 'email' } });
    wf.compensate('session', DeleteSession, { from: { id: 'id' } });
    wf.compensate('charge', function refund(charge: { id: string; amount: number }, { runId }: FunctionContext) {
      log.push(`refund ${charge.amount} of ${charge.id}${runId === '' ? '' : ', known by its run'}`);
    });
    return wf;
  }

  test('a failed run is undone in the reverse order; its error stays, and says what was undone', async () => {
    const u = fresh('u');
    const log: string[] = [];
    const error = await fails('DF-550', () => runtime.execute(order(u, log, failing).build()));
    assert.equal([error.context.node, error.context.workflow, error.context['compensated']], ['ship', 'order', ['charge', 'session', 'user']]);
    assert.is((error.cause as Error).message, 'no courier');
    assert.equal(log, [`refund 3 of charge of ${u}, known by its run`]);
    assert.not(await has(u));
    assert.is(db.stats().used, 0);
  });

  test('a run that goes through is not undone', async () => {
    const u = fresh('u');
    const log: string[] = [];
    const { results } = await runtime.execute(order(u, log, () => 'shipped').build());
    assert.equal([results.ship, log, await has(u)], ['shipped', [], true]);
  });

  test('a failing database operation keeps its code, and what came before it is undone', async () => {
    const [u, taken] = [fresh('u'), fresh('u')];
    await db.execute(CreateUser, user(taken));
    const wf = new WorkflowBuilder('w');
    wf.addNode(CreateUser, 'first', user(u));
    wf.addNode(CreateUser, 'second', { id: fresh('u'), name: 'n', email: `${taken}@x.io` }, { when: { first: {} } });
    wf.compensate('first', DeleteUser, { from: { id: 'id' } });
    wf.compensate('second', DeleteUser, { from: { id: 'id' } });
    const error = await fails('DF-530', () => runtime.execute(wf.build()));
    assert.equal([error.context.node, error.context.model, error.context['compensated']], ['second', 'User', ['first']]);
    assert.not(await has(u));
  });

  test('the order is that of completion; siblings of the failing node are awaited, and undone', async () => {
    const undone: string[] = [];
    const wf = new WorkflowBuilder('w');
    const step = (name: string, ms: number) => {
      wf.addFunction(name, () => later(ms).then(() => name));
      wf.compensate(name, (result: string) => void undone.push(result));
    };
    step('slow', 60);
    wf.addFunction('fails', () => later(5).then(failing));
    step('quick', 0);
    step('middle', 30);
    const error = await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal(undone, ['slow', 'middle', 'quick']);
    assert.equal(error.context['compensated'], undone);
  });

  test('nodes that were skipped, or have nothing that undoes them, are left alone', async () => {
    const undone: unknown[] = [];
    const [u, v] = [fresh('u'), fresh('u')];
    const wf = new WorkflowBuilder('w');
    wf.addNode(CreateUser, 'kept', user(u));
    wf.addFunction('skipped', () => 1, { when: { kept: { active: false } } });
    wf.addFunction('nothing', () => undefined, { when: { kept: {} } });
    wf.addNode(CreateUser, 'removed', user(v), { when: { kept: {} } });
    wf.addFunction('fails', failing, { when: { removed: {} } });
    wf.compensate('skipped', () => undone.push('skipped'));
    wf.compensate('nothing', (result) => undone.push(result));
    wf.compensate('removed', DeleteUser, { from: { id: 'id' } });
    wf.compensate('fails', () => undone.push('fails'));
    const error = await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal(undone, [undefined]);
    assert.equal([...(error.context['compensated'] as string[])].sort(), ['nothing', 'removed']);
    assert.equal([await has(u), await has(v)], [true, false]);
  });

  test('where nothing was done there is nothing to undo; what is optional may be absent', async () => {
    const [u, gone] = [fresh('u'), fresh('u')];
    await db.execute(CreateUser, { ...user(u), age: 7 });
    const wf = new WorkflowBuilder('w');
    const again = { id: 'record.id', name: 'record.name', email: 'record.email', age: 'record.age' };
    for (const [name, id] of [['drop', u], ['miss', gone]] as const) {
      wf.addNode(DeleteUser, name, { id });
      wf.compensate(name, CreateUser, { from: again });
    }
    wf.addNode(ReadUser, 'find', { id: gone, raiseOnNotFound: false });
    wf.compensate('find', DeleteUser, { from: { id: 'id' } });
    wf.addFunction('fails', failing, { when: { drop: { deleted: true } } });
    const error = await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal(error.context['compensated'], ['drop']);
    assert.equal([(await db.execute(ReadUser, { id: u })).age, await has(gone)], [7, false]);

    const rest = new WorkflowBuilder('w');
    rest.addNode(CreateUser, 'create', user(fresh('u')));
    rest.addFunction('made', () => ({ id: u, meta: null }));
    rest.addFunction('fails', failing, { when: { made: {}, create: {} } });
    rest.compensate('made', UpdateUser, { from: { 'filter.id': 'id', 'fields.age': 'meta.age' }, params: { fields: { name: 'Bob' } } });
    // Without its value a filter would find other rows.
    rest.addFunction('unsure', () => ({ id: null as string | null, meta: null }));
    rest.compensate('unsure', UpdateUser, { from: { 'filter.id': 'meta.id' }, params: { filter: { email: `${u}@x.io` }, fields: { name: 'Carl' } } });
    assert.equal((await fails('DF-550', () => runtime.execute(rest.build()))).context['compensated'], ['made']);
    const { name, age } = await db.execute(ReadUser, { id: u });
    assert.equal([name, age], ['Bob', 7]);
  });

  test('a compensation that fails does not keep the others from being done; the error says what stands and why', async () => {
    const u = fresh('u');
    const log: string[] = [];
    const wf = order(u, log, failing);
    wf.addFunction('also', () => 'x', { when: { charge: {} } });
    wf.compensate('also', () => Promise.reject(new TypeError('the bank is closed')));
    const error = await fails('DF-556', () => runtime.execute(wf.build()));
    const { compensated, failures, node: failedNode } = error.context as unknown as { compensated: string[]; failures: DataFlowError[]; node: string };
    assert.equal(compensated, ['charge', 'session', 'user']);
    assert.equal(failures.map(({ code, context }) => [code, context.node]), [['DF-550', 'undo(also)']]);
    assert.instance(failures[0]!.cause, TypeError);
    assert.is(failedNode, 'ship');
    const cause = error.cause as DataFlowError;
    assert.equal([cause.code, cause.context.node], ['DF-550', 'ship']);
    assert.match(error.message, "workflow 'order' failed, and could not undo 'also'");
    assert.equal([log.length, await has(u)], [1, false]);
    assert.not.match(JSON.stringify(error), `${u}@x.io`);
  });

  test('an operation that fails to undo is named with its model; a row that is gone is no failure', async () => {
    const [u, v] = [fresh('u'), fresh('u')];
    const wf = new WorkflowBuilder('w');
    wf.addNode(CreateUser, 'create', user(u));
    wf.addNode(CreateUser, 'other', user(v));
    wf.addFunction('disturb', () => db.execute(DeleteUser, { id: u }), { when: { create: {}, other: {} } });
    wf.addFunction('fails', failing, { when: { disturb: {} } });
    wf.compensate('create', UpdateUser, { from: { 'filter.id': 'id' }, params: { fields: { name: 'gone' } } });
    wf.compensate('other', DeleteUser, { from: { id: 'id' } });
    const error = await fails('DF-556', () => runtime.execute(wf.build()));
    const [failure] = error.context['failures'] as DataFlowError[];
    const { node: name, model, operation, workflow } = failure!.context;
    assert.equal([failure!.code, name, model, operation, workflow], ['DF-504', 'undo(create)', 'User', 'update', 'w']);
    assert.equal(error.context['compensated'], ['other']);
    assert.not(await has(v));

    const twice = new WorkflowBuilder('w');
    twice.addNode(CreateUser, 'create', user(v));
    twice.addFunction('disturb', () => db.execute(DeleteUser, { id: v }), { when: { create: {} } });
    twice.addFunction('fails', failing, { when: { disturb: {} } });
    twice.compensate('create', DeleteUser, { from: { id: 'id' } });
    assert.equal((await fails('DF-550', () => runtime.execute(twice.build()))).context['compensated'], ['create']);
  });

  test('retry and timeoutMs of a compensation', async () => {
    let attempts = 0;
    const signals: AbortSignal[] = [];
    const wf = new WorkflowBuilder('w');
    wf.addFunction('flaky', () => 'x');
    wf.addFunction('slow', () => 'y', { when: { flaky: {} } });
    wf.addFunction('fails', failing, { when: { slow: {} } });
    wf.compensate('flaky', () => {
      if (++attempts < 3) failing();
    }, { retry: { max: 2, backoffMs: 1 } });
    wf.compensate('slow', (_: string, { signal }: FunctionContext) => {
      signals.push(signal);
      return later(2000);
    }, { timeoutMs: 10, retry: { max: 1 } });
    const start = performance.now();
    const error = await fails('DF-556', () => runtime.execute(wf.build()));
    assert.ok(performance.now() - start < 1900);
    assert.equal([attempts, signals.map(({ aborted }) => aborted)], [3, [true, true]]);
    assert.equal(error.context['compensated'], ['flaky']);
    assert.is((error.context['failures'] as DataFlowError[])[0]!.code, 'DF-552');
  });

  test('a node that succeeds at a later attempt is undone once', async () => {
    let attempts = 0;
    let undone = 0;
    const wf = new WorkflowBuilder('w');
    wf.addFunction('flaky', () => (++attempts < 3 ? failing() : 'x'), { retry: { max: 5 } });
    wf.addFunction('fails', failing, { when: { flaky: {} } });
    wf.compensate('flaky', () => void undone++);
    await fails('DF-550', () => runtime.execute(wf.build()));
    assert.equal([attempts, undone], [3, 1]);
  });

  test('an abort and a timeout of the run undo it, too, and do not cut that short', async () => {
    for (const [code, how] of [['DF-553', 'signal'], ['DF-557', 'timeoutMs']] as const) {
      const u = fresh('u');
      const signals: boolean[] = [];
      const controller = new AbortController();
      const wf = new WorkflowBuilder('w');
      wf.addNode(CreateUser, 'user', user(u));
      wf.addFunction('charge', () => 'c', { when: { user: {} } });
      wf.addFunction('wait', (_: object, { signal }: FunctionContext) => new Promise((_done, failed) => {
        signal.addEventListener('abort', () => failed(signal.reason as Error));
        if (how === 'signal') controller.abort(new Error('enough'));
      }), { when: { charge: {} } });
      wf.compensate('user', DeleteUser, { from: { id: 'id' }, retry: { max: 1, backoffMs: 1 } });
      wf.compensate('charge', async (_: string, { signal }: FunctionContext) => {
        await later(5);
        signals.push(signal.aborted);
      }, { timeoutMs: 10_000 });
      const error = await fails(code, () => runtime.execute(wf.build(), how === 'signal' ? { signal: controller.signal } : { timeoutMs: 200 }));
      assert.equal(error.context['compensated'], ['charge', 'user']);
      assert.equal([signals, await has(u)], [[false], false]);
      if (how === 'signal') assert.is((error.cause as Error).message, 'enough');
    }
  });

  test('a plan from JSON, with nodes by name', async () => {
    const u = fresh('u');
    const undone: string[] = [];
    const wf = new WorkflowBuilder('w');
    wf.addNode('UserCreateNode' as never, 'create', user(u) as never);
    wf.addFunction('charge', () => 'c');
    wf.addFunction('fails', failing, { when: { create: {}, charge: {} } });
    wf.compensate('create', 'UserDeleteNode' as never, { from: { id: 'id' } } as never);
    wf.compensate('charge', (charge: string) => undone.push(charge));
    const built = wf.build();
    const plan = parsePlan(serializePlan(built.plan));
    const workflow = { ...built, plan };
    await fails('DF-550', () => runtime.execute(workflow as typeof built));
    assert.equal([undone, await has(u)], [['c'], false]);
    const { functions } = built;
    const missing = await fails('DF-803', () => runtime.execute({ ...built, plan, functions: new Map([...functions].filter(([name]) => name !== 'undo(charge)')) } as typeof built));
    assert.is(missing.context.node, 'undo(charge)');

    wf.addNode(CreateUser, 'other', user(fresh('u')));
    wf.compensate('other', 'NobodyDeleteNode' as never);
    await fails('DF-804', () => runtime.execute(wf.build()));
    const wrong = new WorkflowBuilder('w');
    wrong.addNode('UserCreateNode' as never, 'create', user(u) as never);
    wrong.compensate('create', 'UserDeleteNode' as never, { from: { id: 'idd' } } as never);
    await fails('DF-201', () => runtime.execute(wrong.build()));
  });

  test.run();
}

for (const place of await places('saga')) define(place);
