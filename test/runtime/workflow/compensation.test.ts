import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Code } from '../../../runtime/src/errors/catalog.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { parsePlan, serializePlan } from '../../../runtime/src/workflow/plan.js';
import { node } from '../execution/models.js';
import { fails } from '../database/places.js';

const CreateUser = node('UserCreateNode');
const ReadUser = node('UserReadNode');
const UpdateUser = node('UserUpdateNode');
const DeleteUser = node('UserDeleteNode');
const CreateSession = node('SessionCreateNode');

/** A user and its session, filled by statements as in JavaScript. */
function start(): WorkflowBuilder {
  const wf = new WorkflowBuilder('w');
  wf.addNode(CreateUser, 'user', { id: 'u', name: 'n', email: 'e' });
  wf.addNode(CreateSession, 'session', { id: 's', token: 't' });
  wf.addFunction('charge', () => ({ id: 'c', amount: 3 }));
  return wf.addConnection('user', 'id', 'session', 'userId');
}

async function refused(code: Code, wf: WorkflowBuilder, text: string): Promise<void> {
  const error = await fails(code, () => wf.build());
  assert.match(error.message, text);
  assert.is(error.context.workflow, 'w');
}

test('what is undone, and by what', async () => {
  await refused('DF-220', start().compensate('usr', DeleteUser, { from: { id: 'id' } }), "no node 'usr' that could be undone; did you mean 'user'?");
  await refused('DF-220', start().compensate('input', () => 1), "no node 'input'");
  await fails('DF-220', () => start().compensate('', () => 1));
  await fails('DF-220', () => start().compensate(5 as never, () => 1));
  await refused('DF-221', start().compensate('user', DeleteUser, { from: { id: 'id' } }).compensate('user', () => 1), "says twice how 'user' is undone");
  for (const wrong of [undefined, null, {}, 5, '']) await fails('DF-208', () => start().compensate('user', wrong as never));
});

test('a transaction takes no compensation: its rollback undoes everything', async () => {
  await refused('DF-222', start().compensate('charge', () => 1).transaction(), "whose rollback undoes 'charge'");
  await refused('DF-222', start().transaction().compensate('charge', () => 1).compensate('user', () => 1), "whose rollback undoes 'charge'");
});

test('inputs of the undoing node keep the rules of connections', async () => {
  const undo = (options: object, by = DeleteUser, of = 'user') => start().compensate(of, by, options as never);
  await refused('DF-201', undo({ from: { id: 'idd' } }), "user.idd -> undo(user).id: 'user' has no output 'idd'");
  await refused('DF-201', undo({ from: { idd: 'id' } }), "'undo(user)' has no input 'idd'");
  await refused('DF-201', undo({ from: { 'filter.idd': 'id' } }), "no input 'filter.idd'");
  await refused('DF-202', undo({ from: { id: 'active' } }), 'user.active -> undo(user).id');
  await refused('DF-205', undo({ from: { id: 'id' } }, DeleteUser, 'session'), 'an id of Session where an id of User is wanted');
  await refused('DF-204', undo({}), "'undo(user)' (UserDeleteNode) needs 'id' or 'filter'");
  await refused('DF-204', undo({ from: { 'filter.id': 'id' } }, UpdateUser), "needs 'fields'");
  await refused('DF-207', undo({ from: { id: 'id' }, params: { id: 'x' } }), "'id' of node 'undo(user)'");
  await refused('DF-210', undo({ from: { filter: 'id', 'filter.id': 'id' } }), 'undo(user)');
  await refused('DF-214', undo({ params: { id: '${user.id}' } }), 'user.id');
  undo({ from: { id: 'userId' } }, DeleteUser, 'session').build();
  undo({ from: { 'filter.id': 'id' }, params: { filter: { active: true }, fields: { name: 'gone' } } }, UpdateUser).build();
  // A function's result is not known.
  undo({ from: { id: 'anything.at.all' } }, DeleteUser, 'charge').build();
});

test('what may be absent is no problem: then there is nothing to undo', () => {
  const wf = start();
  wf.addNode(ReadUser, 'find', { id: 'x', raiseOnNotFound: false }, { when: { user: { active: true } } });
  wf.addNode(DeleteUser, 'drop', { id: 'y' });
  wf.compensate('find', DeleteUser, { from: { id: 'id' } });
  wf.compensate('drop', CreateUser, { from: { id: 'record.id', name: 'record.name', email: 'record.email' } });
  wf.build();
});

test('options', async () => {
  const wrong = ['x', null, { frm: {} }, { from: [] }, { from: null }, { from: { id: 5 } }, { from: { id: '' } }, { from: { 'a..b': 'id' } }, { retry: 3 }, { retry: { max: 1.5 } }, { timeoutMs: 0 }, { timeoutMs: 2 ** 31 }];
  for (const options of wrong) {
    if (options === null) continue;
    await fails('DF-215', () => start().compensate('user', DeleteUser, options as never));
  }
  for (const options of [{ from: { id: 'id' } }, { params: {} }, { timeoutMs: -1 }]) await fails('DF-215', () => start().compensate('charge', () => 1, options as never));
  await fails('DF-217', () => start().compensate('user', DeleteUser, { params: { id: () => 1 } } as never));
  await fails('DF-217', () => start().compensate('user', DeleteUser, { params: [] } as never));
  assert.match((await fails('DF-215', () => start().compensate('user', DeleteUser, { frm: {} } as never))).message, "'frm' of the compensation of 'user' must be one of from, params");
});

test('compensations in the plan: frozen JSON that survives the way there and back; functions are kept by the workflow', () => {
  const refund = (charge: { id: string }) => charge.id;
  const wf = start();
  wf.compensate('user', DeleteUser, { from: { 'filter.id': 'id' }, params: { filter: { active: true } }, retry: { max: 2, backoffMs: 5 }, timeoutMs: 7 });
  wf.compensate('charge', refund, { retry: { max: 1 } });
  wf.compensate('session', 'SessionDeleteNode' as never, { from: { id: 'id' } } as never);
  const { plan, functions } = wf.build();
  assert.equal(plan.compensations, [
    { node: 'user', kind: 'operation', type: 'UserDeleteNode', version: 1, from: { 'filter.id': 'id' }, params: { filter: { active: true } }, retry: { max: 2, backoffMs: 5 }, timeoutMs: 7 },
    { node: 'charge', kind: 'function', function: 'refund', retry: { max: 1 } },
    { node: 'session', kind: 'operation', type: 'SessionDeleteNode', version: null, from: { id: 'id' }, params: {} },
  ]);
  assert.is(functions.get('undo(charge)'), refund);
  assert.equal(parsePlan(serializePlan(plan)), plan);
  assert.throws(() => ((plan.compensations![0] as { node: string }).node = 'x'));
  assert.not(serializePlan(start().build().plan).includes('compensations'));
});

test('what is no compensation in a plan', async () => {
  const good = JSON.parse(serializePlan(start().compensate('user', DeleteUser, { from: { id: 'id' } }).build().plan)) as Record<string, any>;
  for (const change of [{ node: 1 }, { kind: 'x' }, { type: 1 }, { from: [] }, { from: { id: 1 } }, { params: 1 }, { retry: {} }, { timeoutMs: 'x' }, { kind: 'function' }]) {
    await fails('DF-801', () => parsePlan({ ...good, compensations: [{ ...good['compensations'][0], ...change }] }));
  }
  await fails('DF-801', () => parsePlan({ ...good, compensations: {} }));
});

test('settings of a transaction', async () => {
  const settings = { isolation: 'serializable', readOnly: true, deferrable: true, retries: 5 } as const;
  const wf = new WorkflowBuilder('w');
  wf.addNode(ReadUser, 'find', { id: 'u' });
  const { plan } = wf.transaction(settings).build();
  assert.equal(plan.transaction, settings);
  assert.equal(parsePlan(serializePlan(plan)), plan);
  assert.equal(wf.transaction({ isolation: undefined as never }).build().plan.transaction, {});
  const wrong = [{ isolation: 'none' }, { readOnly: 1 }, { deferrable: 'yes' }, { retries: -1 }, { retries: 0.5 }, { deferrable: true }, { deferrable: true, readOnly: true }, { deferrable: true, isolation: 'serializable' }, { level: 'serializable' }, null];
  for (const one of wrong) await fails('DF-215', () => wf.transaction(one as never));
  for (const one of wrong.slice(0, -1)) await fails('DF-801', () => parsePlan({ ...plan, transaction: one }));
  wf.addNode(CreateUser, 'create', { id: 'u', name: 'n', email: 'e' });
  await refused('DF-224', wf.transaction({ readOnly: true }), "'create' (UserCreateNode) writes");
  wf.transaction({ readOnly: false }).build();
});

test.run();
