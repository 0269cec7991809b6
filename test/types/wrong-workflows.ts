/** Wrong programs: each line after an `@expect` comment must be reported with a text that holds what the comment says, and nothing else. */
import { WorkflowBuilder } from '../../runtime/src/workflow/builder.js';
import type { LocalRuntime } from '../../runtime/src/execution/local-runtime.js';
import { SessionCreateNode, UserCreateNode, UserDeleteNode, UserListNode, UserReadNode, UserUpdateNode } from './models.js';

declare const runtime: LocalRuntime;
declare const maybe: string | undefined;
declare const flag: boolean;

const start = () =>
  new WorkflowBuilder('start')
    .withInput<{ name: string; age: number; nick?: string; user: { id: string; tags: string[] } }>()
    .addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' })
    .addNode(SessionCreateNode, 'session', { id: 's', token: 't' });

// ---- names in connections
// @expect DF-201
start().addConnection('usr', 'id', 'session', 'userId');
// @expect | "user" | "session" || | "session" | "user"
start().addConnection('usr', 'id', 'session', 'userId');
// @expect DF-201
start().addConnection('user', 'ident', 'session', 'userId');
// @expect DF-201
start().addConnection('user', 'id', 'sesion', 'userId');
// @expect DF-201
start().addConnection('user', 'id', 'session', 'user_id');
// @expect DF-201
start().addConnection('input', 'user.ident', 'session', 'userId');
// @expect DF-201
start().addConnection('user', 'name.length', 'session', 'userId');
// @expect DF-201
start().addConnection('user', 'createdAt.getTime', 'session', 'userId');
// @expect DF-201
start().addConnection('input', 'user.tags.first', 'session', 'userId');
// @expect DF-201
start().addNode(UserUpdateNode, 'rename', {}).addConnection('user', 'id', 'rename', 'filter.ident');

// ---- types across a connection
// @expect DF-202
start().addConnection('user', 'active', 'session', 'userId');
// @expect DF-202
start().addConnection('input', 'age', 'session', 'userId');
// @expect DF-202
start().addNode(UserUpdateNode, 'rename', {}).addConnection('user', 'active', 'rename', 'fields.name');
// @expect DF-202
start().addFunction('f', (input: { n: number }) => input).addConnection('user', 'age', 'f', 'n');
// @expect DF-205
start().addConnection('session', 'id', 'session', 'userId');
// @expect DF-205
start().addNode(UserUpdateNode, 'rename', {}).addConnection('session', 'id', 'rename', 'filter.id');
// @expect DF-104
start().addNode(UserCreateNode, 'second', { id: 'u', name: 'n' }).addConnection('user', 'createdAt', 'second', 'createdAt');

// ---- absent results
// @expect DF-206
start().addConnection('input', 'nick', 'session', 'userId');
// @expect DF-206
start().addNode(UserReadNode, 'find', { id: 'u', raiseOnNotFound: false }).addConnection('find', 'id', 'session', 'userId');
// @expect DF-206
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { user: { active: true } } }).addConnection('find', 'id', 'session', 'userId');
// @expect DF-206
start().addNode(UserListNode, 'all', {}).addConnection('all', 'records.0.id', 'session', 'userId');
// @expect DF-206
start().addFunction('maybe', () => (flag ? { id: 'x' } : undefined)).addConnection('maybe', 'id', 'session', 'userId');

// ---- given and connected, shaping parameters, ids
// @expect DF-207
start().addConnection('input', 'name', 'user', 'name');
// @expect DF-207
start().addNode(UserUpdateNode, 'rename', { filter: { id: 'u' }, fields: { name: 'x' } }).addConnection('input', 'name', 'rename', 'fields.name');
// @expect DF-216
start().addNode(UserReadNode, 'find', { id: 'u' }).addConnection('user', 'active', 'find', 'raiseOnNotFound');
// @expect DF-209
start().addNode(UserReadNode, 'user', { id: 'u' });
// @expect DF-209
start().addFunction('session', () => 1);
// @expect DF-208
start().addNode('UserCreatNode', 'third', {});

// ---- parameters
// @expect DF-105
start().addNode(UserCreateNode, 'third', { id: 'u', nme: 'n' });
const misspelled = { id: 'u', nme: 'n' };
// @expect DF-105: UserCreateNode has no parameter 'nme'
start().addNode(UserCreateNode, 'third', misspelled);
// @expect DF-105
start().addNode('UserCreateNode', 'third', misspelled);
// @expect DF-104
start().addNode(UserCreateNode, 'third', { id: 'u', createdAt: new Date() });
const managed = { id: 'u', createdAt: new Date() };
// @expect DF-104
start().addNode(UserCreateNode, 'third', managed);
// @expect DF-106
start().addNode(UserUpdateNode, 'third', { filter: { id: 'u' }, name: 'x' });
// @expect undefined
start().addNode(UserCreateNode, 'third', { id: maybe });
const unset = { id: maybe, name: 'n' };
// @expect undefined
start().addNode(UserCreateNode, 'third', unset);
// @expect is not assignable to type
start().addNode(UserCreateNode, 'third', { id: 5 });
// @expect 'nme' does not exist
start().addNode(UserUpdateNode, 'third', { filter: { nme: 'x' }, fields: {} });
// @expect 'User' || "User"
start().addNode(UserReadNode, 'third', { id: {} as import('./models.js').Id<'Session'> });

// ---- conditions
// @expect DF-211
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { usr: { active: true } } });
// @expect 'actve'
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { user: { actve: true } } });
// @expect boolean
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { user: { active: 'yes' } } });
// @expect '$lik'
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { user: { name: { $lik: 'A%' } } } });
// @expect null
start().addNode(UserReadNode, 'find', { id: 'u' }, { when: { user: null } });
// @expect 'retries'
start().addNode(UserReadNode, 'find', { id: 'u' }, { retries: 3 });

// ---- build
// @expect DF-204: required input 'session.userId' is neither given nor connected
start().build();
// @expect DF-204: required input 'user.email'
new WorkflowBuilder('x').addNode(UserCreateNode, 'user', { id: 'u', name: 'n' }).build();
// @expect DF-204
new WorkflowBuilder('x').addNode(UserCreateNode, 'user', { id: 'u', name: 'n', ...(flag ? { email: 'e' } : {}) }).build();
// @expect DF-204: required input 'f.n'
new WorkflowBuilder('x').addFunction('f', (input: { n: number; m?: number }) => input.n).build();
// @expect DF-204: required input 'find.id or filter'
new WorkflowBuilder('x').addNode(UserReadNode, 'find', { raiseOnNotFound: false }).build();

// ---- compensations
const sold = () => start().addFunction('charge', () => ({ id: 'c', amount: 3 }));
declare function refund(charge: { id: string; amount: number }): Promise<void>;
declare function cancel(charge: { chargeId: string }): Promise<void>;
// @expect DF-220
sold().compensate('usr', UserDeleteNode, { from: { id: 'id' } });
// @expect DF-220
sold().compensate('input', refund);
// @expect DF-201: this node has no output of this name
sold().compensate('user', UserDeleteNode, { from: { id: 'ident' } });
// @expect DF-201: UserDeleteNode has no input 'ident'
sold().compensate('user', UserDeleteNode, { from: { ident: 'id' } });
// @expect DF-201
sold().compensate('user', UserDeleteNode, { from: { 'filter.ident': 'id' } });
// @expect DF-202
sold().compensate('user', UserDeleteNode, { from: { id: 'active' } });
// @expect DF-202
sold().compensate('user', UserUpdateNode, { from: { 'filter.id': 'id', 'fields.name': 'age' } });
// @expect DF-205
sold().compensate('session', UserDeleteNode, { from: { id: 'id' } });
// @expect DF-207
sold().compensate('user', UserDeleteNode, { from: { id: 'id' }, params: { id: 'x' } });
// @expect DF-106
sold().compensate('user', UserUpdateNode, { from: { 'filter.id': 'id' }, params: { fields: {}, name: 'x' } });
// @expect DF-223
sold().compensate('charge', cancel);
// @expect DF-223
sold().compensate('charge', { id: 'c' });
// @expect 'chargeId'
sold().compensate('charge', (charge) => charge.chargeId);
// @expect 'from'
sold().compensate('charge', refund, { from: { id: 'id' } });
// @expect DF-208
sold().compensate('user', 'UserDeletNode', { from: { id: 'id' } });
// @expect 'retries'
sold().compensate('user', UserDeleteNode, { from: { id: 'id' }, retries: 3 });
// @expect DF-204: required input 'undo(user).id or filter' is neither given nor connected
new WorkflowBuilder('x').addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' }).compensate('user', UserDeleteNode).build();
// @expect DF-204: required input 'undo(user).fields'
new WorkflowBuilder('x').addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' }).compensate('user', UserUpdateNode, { from: { 'filter.id': 'id' } }).build();
// @expect 'level'
start().transaction({ level: 'serializable' });
// @expect string
new WorkflowBuilder('x').compensate('user', UserDeleteNode, { from: { id: 5 } });

// ---- runs
const workflow = start().addConnection('user', 'id', 'session', 'userId').build();
const inputs = { name: 'n', age: 3, user: { id: 'u', tags: [] } };
// @expect inputs || Expected
runtime.execute(workflow);
// @expect 'name'
runtime.execute(workflow, { inputs: { age: 3, user: { id: 'u', tags: [] } } });
// @expect 'nam'
runtime.execute(workflow, { inputs: { ...inputs, nam: 'x' } });
// @expect 'usr'
runtime.execute(workflow, { inputs, params: { usr: { name: 'x' } } });
// @expect 'nme'
runtime.execute(workflow, { inputs, params: { user: { nme: 'x' } } });
// @expect 'nothing'
void runtime.execute(workflow, { inputs }).then(({ results }) => results.nothing);
// @expect 'timeout'
runtime.execute(workflow, { inputs, timeout: 5 });
