import type ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckContext } from '../../../transformer/src/checks/check-context.js';
import { BuilderFollower } from '../../../transformer/src/checks/look/follow.js';
import { look } from '../../../transformer/src/checks/look/index.js';
import type { Snapshot } from '../../../transformer/src/checks/look/trace.js';
import { Recogniser } from '../../../transformer/src/checks/recognise.js';
import { aliases, programOf } from './corpus.js';

const head = "import { DataFlow, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';\nimport { schema, SessionCreateNode, UserCreateNode } from '#dataflow';\n";

function fileOf({ program }: CheckContext, name: string): ts.SourceFile {
  return program.getSourceFiles().find(({ fileName }) => fileName.endsWith(`/${name}`))!;
}

function nodesOf<T extends ts.Node>({ ts }: CheckContext, file: ts.SourceFile, test: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (test(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

async function snapshotsOf(text: string): Promise<Snapshot[]> {
  const context = await programOf('typescript', { 'a.ts': head + text });
  const recogniser = new Recogniser(context);
  const creations = nodesOf(context, fileOf(context, 'a.ts'), context.ts.isNewExpression).filter((node) => recogniser.isCreation(node));
  return new BuilderFollower(recogniser).follow(creations, []);
}

const shapeOf = ({ nodes, connections, complete }: Snapshot) => ({ nodes: nodes.map(({ graph }) => graph.id), connections: connections.length, complete });

const test = suite('look');

for (const alias of aliases) {
  test(`${alias}: a call is recognised by where its method is declared`, async () => {
    const context = await programOf(alias, {
      'a.ts': `${head}
const db = new DataFlow({ url: ':memory:', schema });
const { User: users } = db.models;
const { create } = users;
await db.models.User.create({ id: '1', name: 'n', email: 'e' });
await users.count();
await create({ id: '1', name: 'n', email: 'e' });
await db.models['Session']['list']();
await db.execute(UserCreateNode, { id: '1', name: 'n', email: 'e' });
await db.transaction(async (tx) => tx.models.Article.count());
const wf = new WorkflowBuilder('x');
wf.addNode(UserCreateNode, 'a', { id: '1', name: 'n', email: 'e' }).build();
await new LocalRuntime(db).execute(wf.build());
await db.close();
[1].map(String).concat('x');
`,
    });
    const recogniser = new Recogniser(context);
    const calls = nodesOf(context, fileOf(context, 'a.ts'), context.ts.isCallExpression).flatMap((call) => recogniser.call(call) ?? []);
    const text = calls.map((call) => {
      if (call.kind === 'operation') return `${call.modelName}.${call.operation} on ${call.on?.getText() ?? 'nothing in sight'}`;
      return call.kind === 'builder' ? `${call.method}${call.strict ? ' strict' : ''}` : `${call.kind} on ${call.on?.getText()}`;
    });
    assert.equal(text.sort(), [
      'Article.count on tx', 'Session.list on db', 'User.count on nothing in sight', 'User.create on db', 'User.create on nothing in sight',
      'addNode', 'build', 'build strict', 'close on db', 'execute on db', 'run on new LocalRuntime(db)', 'transaction on db',
    ]);
  });
}

test('a file concerns DataFlow when its imports lead there', async () => {
  const context = await programOf('typescript', {
    'db.ts': "import { DataFlow } from 'dataflow-ts';\nexport const db = new DataFlow();\n",
    'through.ts': "export * from './db.js';\nimport './circle.js';\n",
    'circle.ts': "import './through.js';\nexport const x = 1;\n",
    'uses.ts': "import { db } from './through.js';\ndb.close();\n",
    'types.ts': "export type Db = import('./db.js').db;\n",
    'alone.ts': "import { y } from './other.js';\nexport const z = y;\n",
    'other.ts': "export const y = 1;\n",
  });
  const recogniser = new Recogniser(context);
  const concerned = ['alone.ts', 'uses.ts', 'through.ts', 'circle.ts', 'other.ts'].filter((name) => recogniser.concerns(fileOf(context, name)));
  assert.equal(concerned, ['uses.ts', 'through.ts', 'circle.ts']);
  assert.equal(look(recogniser, fileOf(context, 'uses.ts'), []).map(({ code }) => code), ['DF-555']);
});

test('what is sure of a builder, and what is not', async () => {
  const [straight, branch, escaped] = await snapshotsOf(`
const a = new WorkflowBuilder('straight');
a.addNode(UserCreateNode, 'user').addNode(SessionCreateNode, 'session');
a.addConnection('user', 'id', 'session', 'userId');
a.build();
const b = new WorkflowBuilder('branch');
b.addNode(UserCreateNode, 'user');
if (Math.random() > 0.5) b.addNode(SessionCreateNode, 'session');
b.addNode(UserCreateNode, 'other');
b.build();
const c = new WorkflowBuilder('escaped');
c.addNode(UserCreateNode, 'user');
globalThis.String(c);
c.build();
`);
  assert.equal(shapeOf(straight!), { nodes: ['user', 'session'], connections: 1, complete: true });
  assert.equal(shapeOf(branch!), { nodes: ['user', 'other'], connections: 0, complete: false });
  assert.equal(shapeOf(escaped!), { nodes: ['user'], connections: 0, complete: false });
});

test('helpers are followed with their parameters, each call for itself', async () => {
  const [first] = await snapshotsOf(`
const add = (wf: WorkflowBuilder, name: string, suffix = 'node') => wf.addNode(UserCreateNode, \`\${name}_\${suffix}\`);
function pair(wf: WorkflowBuilder, name: string) {
  add(wf, name);
  add(wf, name, 'again');
}
const wf = new WorkflowBuilder('helpers');
pair(wf, 'a');
pair(wf, 'b');
wf.build();
`);
  assert.equal(shapeOf(first!), { nodes: ['a_node', 'a_again', 'b_node', 'b_again'], connections: 0, complete: true });
});

test('a helper that calls helpers many times ends', async () => {
  const calls = Array.from({ length: 9 }, (_, i) => `function f${i}(wf: WorkflowBuilder) {\n${`  ${i === 0 ? "wf.addNode(UserCreateNode, 'x')" : `f${i - 1}(wf)`};\n`.repeat(9)}}\n`).join('');
  const [snapshot] = await snapshotsOf(`${calls}const wf = new WorkflowBuilder('many');\nf8(wf);\nwf.build();\n`);
  assert.is(snapshot!.complete, false);
});

test.run();
