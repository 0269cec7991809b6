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
const CreateSession = node('SessionCreateNode');

const builder = () => new WorkflowBuilder('w');
/** A user and a session that still wants its user. */
function start(): WorkflowBuilder {
  const wf = builder();
  wf.addNode(CreateUser, 'user', { id: 'u', name: 'n', email: 'e' });
  wf.addNode(CreateSession, 'session', { id: 's', token: 't' });
  return wf;
}
const fed = () => start().addConnection('user', 'id', 'session', 'userId');

async function refused(code: Code, wf: WorkflowBuilder, text: string): Promise<void> {
  const error = await fails(code, () => wf.build());
  assert.match(error.message, text);
  assert.is(error.context.workflow, 'w');
}

test('names that do not exist', async () => {
  await refused('DF-201', start().addConnection('usr', 'id', 'session', 'userId'), "no node 'usr'; there are user, session");
  await refused('DF-201', start().addConnection('user', 'ident', 'session', 'userId'), "'user' has no output 'ident'; it has id, name");
  await refused('DF-201', start().addConnection('user', 'name.length', 'session', 'userId'), 'no output');
  await refused('DF-201', fed().addConnection('user', 'id', 'session', 'usrId'), "no input 'usrId'");
  await refused('DF-201', fed().addConnection('user', 'id', 'input', 'x'), "'input' gives values");
  await fails('DF-201', () => builder().addConnection('a', 'b..c', 'd', 'e'));
  await fails('DF-201', () => builder().addConnection('a', undefined as never, 'd', 'e'));
  const wf = fed();
  wf.addNode(UpdateUser, 'rename', { filter: { name: 'x' } });
  wf.addConnection('user', 'email', 'rename', 'fields.mail');
  await refused('DF-201', wf, "no input 'fields.mail'");
});

test('types and identities', async () => {
  await refused('DF-202', start().addConnection('user', 'active', 'session', 'userId'), 'user.active -> session.userId');
  const wf = fed();
  wf.addNode(CreateSession, 'second', { id: 's2', token: 't' });
  wf.addConnection('session', 'id', 'second', 'userId');
  await refused('DF-205', wf, 'an id of Session where an id of User is wanted');
  const good = fed();
  good.addNode(UpdateUser, 'rename', { filter: { active: true }, fields: { active: false } });
  good.addConnection('session', 'userId', 'rename', 'filter.id');
  good.addConnection('user', 'age', 'rename', 'filter.age.$gte');
  good.build();
});

test('cycles are printed', async () => {
  const wf = builder();
  for (const id of ['a', 'b', 'c', 'd']) wf.addFunction(id, (input: object) => input);
  wf.addConnection('a', 'x', 'b', 'x').addConnection('b', 'x', 'c', 'x').addConnection('c', 'x', 'a', 'x').addConnection('c', 'x', 'd', 'x');
  await refused('DF-203', wf, /: (a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c)$/.exec((await fails('DF-203', () => wf.build())).message)![0]);
  const self = builder();
  self.addFunction('a', () => 1, { when: { a: {} } });
  await refused('DF-203', self, 'a -> a');
});

test('a long chain is no problem', () => {
  const wf = builder();
  for (let i = 0; i < 5000; i++) {
    wf.addFunction(`n${i}`, (input: { n?: number }) => input);
    if (i > 0) wf.addConnection(`n${i - 1}`, 'n', `n${i}`, 'n');
  }
  assert.is(wf.build().plan.nodes.length, 5000);
});

test('inputs: missing, given and connected, fed twice, shaping', async () => {
  await refused('DF-204', start(), "'session' (SessionCreateNode) needs 'userId'");
  const none = builder();
  none.addNode(ReadUser, 'find', {});
  await refused('DF-204', none, "'id' or 'filter'");
  await refused('DF-207', fed().addConnection('session', 'token', 'user', 'name'), "'name' of node 'user'");
  await refused('DF-210', fed().addConnection('user', 'id', 'session', 'userId'), 'fed by user.id and by user.id');
  const wf = fed();
  wf.addNode(ReadUser, 'find', { id: 'u' });
  wf.addConnection('user', 'active', 'find', 'raiseOnNotFound');
  await refused('DF-216', wf, "'raiseOnNotFound'");
});

test('conditional nodes', async () => {
  const wf = start();
  wf.addNode(ReadUser, 'find', { id: 'u', raiseOnNotFound: false });
  wf.addConnection('find', 'id', 'session', 'userId');
  await refused('DF-206', wf, "'find.id' may be absent");
  const skipped = start();
  skipped.addNode(ReadUser, 'find', { id: 'u' }, { when: { user: { active: true } } });
  skipped.addConnection('find', 'id', 'session', 'userId');
  await refused('DF-206', skipped, "'find' may be skipped");
  const never = builder();
  never.addNode(ReadUser, 'find', { id: 'u', raiseOnNotFound: false });
  never.addNode(CreateSession, 'open', { id: 's', token: 't' }, { when: { find: null } });
  never.addConnection('find', 'id', 'open', 'userId');
  await refused('DF-212', never, "'open' can never run");
  const unknown = builder();
  unknown.addFunction('a', () => 1, { when: { $or: [{ b: {} }] } });
  await refused('DF-211', unknown, "looks at 'b'");
});

test('ids, nodes, options and texts', async () => {
  const twice = builder();
  twice.addFunction('a', () => 1);
  twice.addFunction('a', () => 2);
  await refused('DF-209', twice, "two nodes called 'a'");
  for (const id of ['', 'a.b', 'input', '$a', '1a', 'a b']) await fails('DF-213', () => builder().addFunction(id, () => 1));
  await fails('DF-213', () => new WorkflowBuilder(' '));
  for (const wrong of [undefined, class User {}, {}, '']) await fails('DF-208', () => builder().addNode(wrong as never, 'a', {}));
  await fails('DF-208', () => builder().addFunction('a', 5 as never));
  for (const options of [{ retries: 1 }, { retry: 3 }, { retry: { max: -1 } }, { timeoutMs: 0 }, { when: [] }]) {
    await fails('DF-215', () => builder().addFunction('a', () => 1, options as never));
  }
  await fails('DF-215', () => builder().transaction({ isolation: 'none' as never }));
  await fails('DF-217', () => builder().addNode(CreateUser, 'a', { id: () => 1 }));
  await fails('DF-110', () => builder().addNode(CreateUser, 'a', { id: undefined }));
  for (const text of ['${user.id}', 'for {{ user.id }}']) {
    const wf = builder();
    wf.addNode(CreateUser, 'user', { id: 'u', name: 'n', email: 'e' });
    wf.addNode(CreateSession, 'session', { id: 's', token: 't', userId: text });
    await refused('DF-214', wf, 'a reference to user.id');
  }
  const plain = builder();
  plain.addNode(CreateUser, 'user', { id: 'u', name: '${nobody.id} {{x}} {user.id}', email: 'e' });
  plain.build();
});

test('several findings: the first is thrown, the others are in its context', async () => {
  const wf = start();
  wf.addFunction('user', () => 1);
  const error = await fails('DF-209', () => wf.build());
  assert.equal((error.context['findings'] as { code: string }[]).map(({ code }) => code), ['DF-204']);
});

test('the plan is frozen JSON that survives the way there and back', async () => {
  const wf = fed();
  wf.addNode(UpdateUser, 'rename', { filter: { id: 'u', name: { $in: ['a'] } }, fields: { name: 'n' } }, { when: { user: { id: { $ne: 'x' } } }, retry: { max: 1, backoffMs: 2 }, timeoutMs: 3 });
  wf.addNode(CreateUser, 'other', { id: 'o', name: 'n', email: 'x' });
  wf.addFunction('glue', function named() {});
  wf.transaction({ isolation: 'serializable' });
  const { plan } = wf.build();
  assert.equal(parsePlan(serializePlan(plan)), plan);
  assert.equal(plan.nodes.at(-1), { id: 'glue', kind: 'function', function: 'named' });
  assert.equal(plan.nodes[0], { id: 'user', kind: 'operation', type: 'UserCreateNode', version: 1, params: { id: 'u', name: 'n', email: 'e' } });
  assert.throws(() => ((plan.nodes[0] as { id: string }).id = 'x'));
  assert.throws(() => ((plan.nodes[2] as any).params.filter.name.$in[0] = 'x'));
  wf.addFunction('later', () => 1);
  assert.is(plan.nodes.length, 5);
  assert.is(wf.build().plan.nodes.length, 6);
});

test('parameters do not change with the objects they were given as', () => {
  const params = { id: 'u', name: 'n', email: 'e' };
  const wf = builder();
  wf.addNode(CreateUser, 'user', params);
  params.name = 'changed';
  const [first] = wf.build().plan.nodes;
  assert.is(first?.kind === 'operation' && first.params['name'], 'n');
});

test('what is no plan', async () => {
  const good = JSON.parse(serializePlan(fed().build().plan)) as Record<string, any>;
  const wrong: unknown[] = ['{', '{}', null, [], { ...good, format: 'x' }, { ...good, name: 1 }, { ...good, nodes: {} }, { ...good, transaction: { isolation: 'x' } }];
  for (const change of [{ id: 1 }, { kind: 'x' }, { params: [] }, { version: 'x' }, { retry: { max: -1 } }, { params: { d: { $date: 'x' } } }]) {
    wrong.push({ ...good, nodes: [{ ...good['nodes'][0], ...change }] });
  }
  wrong.push({ ...good, connections: [{ from: 'a' }] });
  for (const source of wrong) await fails('DF-801', () => parsePlan(source));
});

test.run();
