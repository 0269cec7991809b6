import { getEventListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import type { FunctionContext } from '../../../runtime/src/workflow/builder-types.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { fails, later, places, type Place } from '../database/places.js';
import { node, schema } from './models.js';

const CreateUser = node('UserCreateNode');
const ReadUser = node('UserReadNode');
const UpdateUser = node('UserUpdateNode');
const DeleteUser = node('UserDeleteNode');

let counter = 0;
/** An id of its own for each test: they share tables. */
const fresh = (name: string): string => `${name}-${++counter}`;
const user = (id: string) => ({ id, name: 'Alice', email: `${id}@x.io` });

/** Unlike `AbortSignal.timeout`, keeps the process awake. */
function abortedIn(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

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
  const nameOf = async (id: string): Promise<string | undefined> => (await db.execute(ReadUser, { id, raiseOnNotFound: false }))?.name;

  /** A row that somebody else has locked (SQLite: the whole database), so that whoever wants to change it waits. */
  async function locked(id: string): Promise<() => Promise<void>> {
    await db.execute(CreateUser, user(id));
    let release!: () => void;
    let ready!: () => void;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const holding = db.transaction(async (tx) => {
      await tx.execute(UpdateUser, { filter: { id }, fields: { age: 1 } });
      ready();
      await isReleased;
    });
    await isReady;
    return () => {
      release();
      return holding;
    };
  }
  const rename = (id: string, name: string, options: object = {}): WorkflowBuilder => {
    const wf = new WorkflowBuilder('rename');
    wf.addNode(UpdateUser, 'rename', { filter: { id }, fields: { name } }, options);
    return wf;
  };
  /** The failed run has taken its connections back, and nothing of it takes effect later. */
  async function leavesNothing(id: string, release: () => Promise<void>): Promise<void> {
    await release();
    await later(20);
    assert.is(await nameOf(id), 'Alice');
    assert.is(db.stats().used, 0);
    await runtime.execute(rename(id, 'Bob').build());
    assert.is(await nameOf(id), 'Bob');
  }

  test('an abort cancels the statement under way', async () => {
    const u = fresh('u');
    const release = await locked(u);
    const controller = new AbortController();
    const run = fails('DF-553', () => runtime.execute(rename(u, 'late').build(), { signal: controller.signal }));
    await later(30);
    controller.abort(new Error('enough'));
    const error = await run;
    assert.equal([(error.cause as Error).message, error.context.workflow], ['enough', 'rename']);
    await leavesNothing(u, release);
  });

  test("a node's timeoutMs cancels the statement, and another attempt may find the way free", async () => {
    const u = fresh('u');
    const release = await locked(u);
    const error = await fails('DF-552', () => runtime.execute(rename(u, 'late', { timeoutMs: 30 }).build()));
    assert.equal([error.context.node, error.context['limit'], error.context.workflow], ['rename', 30, 'rename']);
    await fails('DF-552', () => runtime.execute(rename(u, 'late', { timeoutMs: 20, retry: { max: 1 } }).build()));
    const patient = runtime.execute(rename(u, 'again', { timeoutMs: 30, retry: { max: 1000 } }).build());
    await later(50);
    await release();
    await patient;
    assert.is(await nameOf(u), 'again');
  });

  test('timeoutMs of a run does the same', async () => {
    const u = fresh('u');
    const release = await locked(u);
    const error = await fails('DF-557', () => runtime.execute(rename(u, 'late').build(), { timeoutMs: 30 }));
    assert.equal([error.context.workflow, error.context['limit']], ['rename', 30]);
    await leavesNothing(u, release);
  });

  test('a transaction workflow that is ended is rolled back', async () => {
    for (const [code, options] of [['DF-553', () => ({ signal: abortedIn(40) })], ['DF-557', () => ({ timeoutMs: 40 })]] as const) {
      const [u, v] = [fresh('u'), fresh('u')];
      const wf = new WorkflowBuilder('w');
      wf.addNode(CreateUser, 'create', user(v));
      wf.addFunction('wait', (_: object, { signal }: FunctionContext) => new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason as Error))), { when: { create: {} } });
      await fails(code, () => runtime.execute(wf.transaction().build(), options()));
      assert.is(await nameOf(v), undefined);

      const release = await locked(u);
      const blocked = rename(u, 'late').transaction();
      await fails(code, () => runtime.execute(blocked.build(), options()));
      await leavesNothing(u, release);
    }
  });

  test('settings of a transaction workflow reach the database', async () => {
    const settings = { isolation: 'serializable', readOnly: true, deferrable: true, retries: 0 } as const;
    const seen: unknown[] = [];
    const listening = new LocalRuntime({
      execute: (type, params, options) => db.execute(type, params, options),
      transaction: (work, options) => {
        seen.push(options);
        return db.transaction(work as never, options);
      },
    });
    const wf = new WorkflowBuilder('w');
    wf.addNode(ReadUser, 'find', { id: 'nobody', raiseOnNotFound: false });
    const { results } = await listening.execute(wf.transaction(settings).build());
    assert.equal([results.find, seen], [null, [settings]]);
    const writing = new WorkflowBuilder('w');
    writing.addNode('UserCreateNode' as never, 'create', user(fresh('u')) as never);
    await fails('DF-224', () => runtime.execute(writing.transaction({ readOnly: true }).build()));
  });

  if (place.url !== undefined) {
    test('within a transaction, a node that ran out of time may try again', async () => {
      const [u, v] = [fresh('u'), fresh('u')];
      const release = await locked(u);
      const wf = rename(u, 'again', { timeoutMs: 30, retry: { max: 1000 }, when: { create: {} } });
      wf.addNode(CreateUser, 'create', user(v));
      const run = runtime.execute(wf.transaction().build());
      await later(60);
      await release();
      await run;
      assert.equal([await nameOf(u), await nameOf(v)], ['again', 'Alice']);
    });
  }

  test('a saga that is ended while a statement waits is undone', async () => {
    const u = fresh('u');
    const release = await locked(u);
    const wf = rename(u, 'late', { when: { first: {} } });
    wf.addFunction('first', () => 'x');
    const undone: string[] = [];
    wf.compensate('first', (result: string) => undone.push(result));
    wf.compensate('rename', DeleteUser, { from: { id: 'id' } });
    const error = await fails('DF-557', () => runtime.execute(wf.build(), { timeoutMs: 40 }));
    assert.equal([error.context['compensated'], undone], [['first'], ['x']]);
    await leavesNothing(u, release);
  });

  test('a function that ignores its signal: awaited when the run is ended, not when its own time is over', async () => {
    const log: string[] = [];
    const slow = (ms: number) => async (_: object, { signal }: FunctionContext) => {
      await later(ms);
      log.push(`ended, aborted: ${String(signal.aborted)}`);
      return 'x';
    };
    const wf = new WorkflowBuilder('w');
    wf.addFunction('slow', slow(60));
    wf.addFunction('next', () => log.push('next'), { when: { slow: {} } });
    wf.compensate('slow', () => log.push('undone'));
    await fails('DF-557', () => runtime.execute(wf.build(), { timeoutMs: 10 }));
    assert.equal(log.splice(0), ['ended, aborted: true', 'undone']);

    const limited = new WorkflowBuilder('w');
    limited.addFunction('slow', slow(60), { timeoutMs: 10 });
    limited.compensate('slow', () => log.push('undone'));
    await fails('DF-552', () => runtime.execute(limited.build()));
    assert.equal(log, []);
  });

  test('what has finished when the time is over has finished', async () => {
    const controller = new AbortController();
    const wf = new WorkflowBuilder('w');
    wf.addFunction('last', () => {
      controller.abort();
      return 'done';
    });
    assert.is((await runtime.execute(wf.build(), { signal: controller.signal })).results.last, 'done');
  });

  test('a signal that is aborted already lets nothing begin', async () => {
    const u = fresh('u');
    const wf = new WorkflowBuilder('w');
    wf.addNode(CreateUser, 'create', user(u));
    await fails('DF-553', () => runtime.execute(wf.build(), { signal: AbortSignal.abort() }));
    await fails('DF-553', () => runtime.execute(wf.transaction().build(), { signal: AbortSignal.abort() }));
    assert.is(await nameOf(u), undefined);
  });

  test('a long-lived signal keeps nothing of the runs', async () => {
    const { signal } = new AbortController();
    const wf = new WorkflowBuilder('w');
    wf.addNode(ReadUser, 'find', { id: 'nobody', raiseOnNotFound: false }, { timeoutMs: 10_000 });
    wf.addFunction('fails', () => Promise.reject(new Error('no')), { timeoutMs: 10_000, when: { find: null } });
    const workflow = wf.build();
    const run = () => fails('DF-550', () => runtime.execute(workflow, { signal, timeoutMs: 10_000 }));
    await Promise.all(Array.from({ length: 20 }, run));
    assert.is(getEventListeners(signal, 'abort').length, 0);
  });

  test('options of a run', async () => {
    const wf = new WorkflowBuilder('w');
    wf.addFunction('one', () => 1);
    const workflow = wf.build();
    for (const wrong of [{ timeoutMs: 0 }, { timeoutMs: 1.5 }, { timeoutMs: 2 ** 31 }, { timeout: 5 }, { signal: {} }, 5, null]) {
      await fails('DF-215', () => runtime.execute(workflow, wrong as never));
    }
    await runtime.execute(workflow, { signal: undefined, timeoutMs: undefined } as never);
  });

  test.run();
}

for (const place of await places('cancellation')) define(place);
