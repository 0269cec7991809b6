/** Correct programs: every compiler must be silent about this file. */
import { WorkflowBuilder } from '../../runtime/src/workflow/builder.js';
import type { LocalRuntime } from '../../runtime/src/execution/local-runtime.js';
import { SessionCreateNode, UserCreateNode, UserDeleteNode, UserListNode, UserReadNode, UserUpdateNode, type UserRow } from './models.js';

declare const runtime: LocalRuntime;
declare const maybe: boolean;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._: Equal<A, B> extends true ? [] : ['different', A, B]): void {}

export const signUp = new WorkflowBuilder('sign_up')
  .withInput<{ name: string; email: string }>()
  .addNode(UserCreateNode, 'create_user', { id: 'u-1' })
  .addNode(SessionCreateNode, 'create_session', { id: 's-1', token: 't-1' })
  .addConnection('input', 'name', 'create_user', 'name')
  .addConnection('input', 'email', 'create_user', 'email')
  .addConnection('create_user', 'id', 'create_session', 'userId')
  .build();

export async function run(): Promise<void> {
  const { results, runId } = await runtime.execute(signUp, { inputs: { name: 'Alice', email: 'a@x.io' } });
  same<typeof results.create_user, UserRow>();
  const email: string = results.create_user.email;
  const id: string = runId;
  await runtime.execute(signUp, { inputs: { name: 'A', email: 'e' }, params: { create_user: { age: 3 } } });
  void [email, id];
}

// By name, and with parameters through a variable.
const session = { id: 's-1', token: 't-1' };
export const named = new WorkflowBuilder('named')
  .addNode('UserCreateNode', 'u', { id: 'u', name: 'n', email: 'e', ...(maybe ? { age: 3 } : {}) })
  .addNode('SessionCreateNode', 's', session)
  .addConnection('u', 'id', 's', 'userId')
  .build();

// Function nodes, dot paths on both sides, plain strings as ids.
export const rename = new WorkflowBuilder('rename')
  .withInput<{ user: { id: string; name: string } }>()
  .addFunction('prepare', async (input: { user: { id: string; name: string }; suffix?: string }) => ({ user: { id: input.user.id, name: input.user.name.trim() } }))
  .addNode(UserUpdateNode, 'rename', { fields: { active: true } })
  .addConnection('input', 'user', 'prepare', 'user')
  .addConnection('prepare', 'user.id', 'rename', 'filter.id')
  .addConnection('prepare', 'user.name', 'rename', 'fields.name')
  .build();

// Conditions: a branch, its follower with a condition of its own, and a join over optional inputs.
export const branches = new WorkflowBuilder('branches')
  .withInput<{ email: string }>()
  .addNode(UserReadNode, 'find', { raiseOnNotFound: false })
  .addConnection('input', 'email', 'find', 'filter.email')
  .addNode(UserCreateNode, 'create', { id: 'u', name: 'n' }, { when: { find: null }, retry: { max: 2, backoffMs: 5 }, timeoutMs: 100 })
  .addConnection('input', 'email', 'create', 'email')
  .addNode(SessionCreateNode, 'session', { id: 's', token: 't' }, { when: { create: { active: true, name: { $like: 'n%' }, age: null } } })
  .addConnection('create', 'id', 'session', 'userId')
  .addFunction('join', (input: { found?: string; created?: string | undefined }) => ({ id: input.found ?? input.created ?? null }))
  .addConnection('find', 'id', 'join', 'found')
  .addConnection('create', 'id', 'join', 'created')
  .addNode(UserDeleteNode, 'drop', {}, { when: { $or: [{ join: { id: { $ne: 'u' } } }, { session: {} }] } })
  .addConnection('find', 'id', 'drop', 'id')
  .build();

export async function runBranches(): Promise<void> {
  const { results } = await runtime.execute(branches, { inputs: { email: 'e' } });
  same<typeof results.find, UserRow | null>();
  same<typeof results.create, UserRow | undefined>();
  same<typeof results.join, { id: string | null }>();
}

// Narrowed lists.
export const lists = new WorkflowBuilder('lists')
  .addNode(UserListNode, 'names', { select: ['id', 'name'], filter: { $or: [{ name: 'a' }, { email: { $like: 'x%' } }] } })
  .addNode(UserListNode, 'counted', { total: true })
  .addFunction('first', (input: { name: string; total: number }) => input)
  .addFunction('all', (input: { rows: readonly { id: string; name: string }[] }) => input.rows.length)
  .addConnection('names', 'records', 'all', 'rows')
  .addFunction('pick', (input: { name?: string; total?: number }) => input)
  .addConnection('names', 'records.0.name', 'pick', 'name')
  .addConnection('counted', 'total', 'pick', 'total')
  .addConnection('counted', 'total', 'first', 'total')
  .addFunction('constant', () => ({ name: 'x' }), { when: { all: { $gt: 3 } } })
  .addNode(UserReadNode, 'plain', { id: 'u' })
  .addConnection('plain', 'name', 'first', 'name')
  .transaction({ isolation: 'serializable' })
  .build();

export async function runLists(): Promise<void> {
  const { results } = await runtime.execute(lists);
  same<(typeof results.names.records)[number], Pick<UserRow, 'id' | 'name'>>();
  same<typeof results.counted.total, number>();
  same<typeof results.all, number>();
  same<typeof results.plain, UserRow>();
}

// Statements: loosely typed, no false alarms.
const wf = new WorkflowBuilder('statements');
wf.addNode(UserCreateNode, 'u', { id: 'u', name: 'n', email: 'e' });
wf.addNode(SessionCreateNode, 's', { id: 's', token: 't' }, { when: { u: { active: true } } });
wf.addConnection('u', 'id', 's', 'userId');
export const statements = wf.transaction().build();
export async function runStatements(): Promise<void> {
  const { results } = await runtime.execute(statements, { inputs: { anything: 1 } });
  results.u.email;
}

// One of two parameters: given, connected, or connected in part.
export const choices = new WorkflowBuilder('choices')
  .withInput<{ id: string; email: string }>()
  .addNode(UserReadNode, 'a', {})
  .addNode(UserReadNode, 'b', {})
  .addNode(UserDeleteNode, 'c', { filter: { email: 'e' } })
  .addConnection('input', 'id', 'a', 'id')
  .addConnection('input', 'email', 'b', 'filter.email')
  .build();

// Sagas: by nodes, by names, by functions, with and without options.
declare function refund(charge: { id: string }): Promise<void>;
const order = () =>
  new WorkflowBuilder('order')
    .withInput<{ email: string }>()
    .addNode(UserCreateNode, 'user', { id: 'u', name: 'n' })
    .addConnection('input', 'email', 'user', 'email')
    .addNode(SessionCreateNode, 'session', { id: 's', token: 't' }, { when: { user: { active: true } } })
    .addConnection('user', 'id', 'session', 'userId')
    .addNode(UserDeleteNode, 'drop', { id: 'x' })
    .addFunction('charge', async () => ({ id: 'c', amount: 3 }));
export const saga = order()
  .compensate('user', UserDeleteNode, { from: { id: 'id' } })
  .compensate('session', UserUpdateNode, { from: { 'filter.id': 'userId', 'fields.name': 'token' }, params: { fields: { active: false } }, retry: { max: 2, backoffMs: 5 }, timeoutMs: 100 })
  .compensate('drop', 'UserCreateNode', { from: { id: 'record.id', name: 'record.name', email: 'record.email', age: 'record.age' } })
  .compensate('charge', refund)
  .addFunction('ship', (input: { id: string }) => input.id)
  .addConnection('charge', 'id', 'ship', 'id')
  .build();
export const lambdas = order()
  .compensate('user', (user) => same<typeof user, UserRow>())
  .compensate('charge', async ({ id, amount }, { signal, runId }) => [id.length, amount + 1, signal.aborted, runId], { retry: { max: 1 } })
  .compensate('session', UserDeleteNode, { params: { id: 'u' } })
  .compensate('drop', () => undefined, { timeoutMs: 5 })
  .build();
export async function runSaga(): Promise<void> {
  const { results } = await runtime.execute(saga, { inputs: { email: 'e' }, signal: AbortSignal.timeout(5), timeoutMs: 100 });
  same<typeof results.ship, string>();
}
const filled = new WorkflowBuilder('filled');
filled.addNode(UserCreateNode, 'u', { id: 'u', name: 'n', email: 'e' });
filled.compensate('u', UserDeleteNode, { from: { id: 'id' } }).compensate('v', refund, { retry: { max: 1 } }).compensate('w', 'UserDeleteNode', { params: { id: 'x' } });
export const settled = filled.transaction({ isolation: 'serializable', readOnly: true, deferrable: true, retries: 2 }).build();
