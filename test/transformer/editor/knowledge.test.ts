/** Hover, completion and go-to-definition, from a real tsserver. */
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EditorProject, models, versions } from './editor-project.js';
import { positionAt, until } from './tsserver-client.js';

const main = `import { DataFlow, WorkflowBuilder } from 'dataflow-ts';
import { schema, SessionCreateNode, UserCreateNode, UserListNode } from '#dataflow';

const db = new DataFlow({ schema });
export const made = db.models.User.create({ id: 'u', name: 'n', email: 'e',  });
export const changed = db.models.User.update({ filter: { id: 'u' }, fields: { name: 'x' } });

export const strict = new WorkflowBuilder('strict')
  .withInput<{ name: string; user: { id: string; email: string } }>()
  .addNode(UserCreateNode, 'create_user', { id: 'u-1' })
  .addNode('SessionCreateNode', 'create_session', { id: 's-1' })
  .addNode(UserListNode, 'list')
  .addConnection('input', 'name', 'create_user', 'name')
  .addConnection('input', 'user.email', 'create_user', 'email')
  .addConnection('create_user', 'id', 'create_session', 'userId')
  .addConnection('list', 'records.0.name', 'create_session', '');

export const loose = new WorkflowBuilder('loose').withInput<{ token: string }>();
loose.addNode(SessionCreateNode, 'session', { id: 's' });
loose.addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' });
loose.addConnection('user', 'id', 'session', 'userId');
loose.addConnection('input', 'token', 'session', '');
`;

/** Has nothing to do with DataFlow. */
const plain = `export const greeting = 'hello';
export const length: string = greeting.length;
`;

for (const version of versions) {
  let project: EditorProject;
  let file: string;

  const names = async (marked: string): Promise<string[]> => (await project.server.completions(file, marked)).sort((a, b) => (a.sortText < b.sortText ? -1 : 1)).map(({ name }) => name);

  test(`${version}: a project that was never generated is generated when it is opened`, async () => {
    project = new EditorProject(version, { 'src/models.ts': models, 'src/main.ts': main, 'src/plain.ts': plain });
    file = project.path('src/main.ts');
    project.server.open(file, main);
    assert.ok((await project.server.diagnostics(file)).some(({ code }) => code === 2307), 'before, #dataflow is not there');
    await until('the generated files are there', () => existsSync(project.path('.dataflow/index.js')));
    await until('tsserver sees them', async () => (await project.server.diagnostics(file)).every(({ code }) => code !== 2307));
  });

  test(`${version}: hovering a node class shows its contract and SQL`, async () => {
    const info = await project.server.hover(file, '.addNode(User|CreateNode');
    assert.is(info?.displayString, `UserCreateNode(params: {
  id: Id<'User'>;
  name: string;
  email: string;
  age?: Int | null;
  active?: boolean;  // default true
}): UserRow {
  id: Id<'User'>;
  name: string;
  email: string;
  age: Int | null;
  active: boolean;
  createdAt: Date;
  updatedAt: Date;
}`);
    assert.match(info?.documentation as string, 'PostgreSQL:\n```sql\nINSERT INTO "users" ("id", "name", "email", "age", "active", "created_at", "updated_at") VALUES ($1,');
    assert.match(info?.documentation as string, 'SQLite:\n```sql\nINSERT INTO "users" ("id", "name", "email", "age", "active", "created_at", "updated_at") VALUES (?,');
  });

  test(`${version}: hovering a node's name in quotes, and an operation of db.models`, async () => {
    const session = await project.server.hover(file, "'Session|CreateNode'");
    assert.match(session?.displayString as string, /^SessionCreateNode\(params: \{\n {2}id: Id<'Session'>;\n {2}userId: Id<'User'>;\n {2}token: string;\n\}\): SessionRow \{/);
    const update = await project.server.hover(file, 'User.upd|ate');
    assert.match(update?.displayString as string, `db.models.User.update(params: {
  filter: UserFilter;  // with a unique key: id, email
  fields: { name?: string; email?: string; age?: Int | null; active?: boolean };
  raiseOnNotFound?: boolean;
}): UserRow {`);
    assert.match(update?.documentation as string, 'Changes one row');
    const list = await project.server.hover(file, '.addNode(UserList|Node');
    assert.match(list?.displayString as string, /^UserListNode\(params\?: \{\n {2}filter\?: UserFilter;/);
    assert.not.match(list?.displayString as string, 'DF-');
  });

  test(`${version}: hovering a name in a connection`, async () => {
    const shown = async (marked: string) => (await project.server.hover(file, marked))?.displayString;
    assert.is(await shown("'input', 'user.em|ail'"), '(output) input.user.email: string');
    assert.is(await shown("'id', 'create_session', 'user|Id'"), "(input) create_session.userId: Id<'User'>, required");
    assert.is(await shown("'id', 'create_|session', 'userId'"), '(node) create_session: needs userId, token');
  });

  test(`${version}: what DataFlow does not know is as TypeScript has it`, async () => {
    const info = await project.server.hover(file, 'export const ma|de');
    assert.match(info?.displayString as string, /^const made: Promise<UserRow>/);
  });

  test(`${version}: completion in a chain`, async () => {
    assert.equal((await names("addConnection('|input', 'name'")).sort(), ['create_session', 'create_user', 'input', 'list']);
    assert.equal(await names("addConnection('input', '|name'"), ['name', 'user']);
    assert.equal(await names("addConnection('input', 'user.|email'"), ['user.id', 'user.email']);
    assert.equal(await names("addConnection('list', 'records.0.|name'"), ['id', 'name', 'email', 'age', 'active', 'createdAt', 'updatedAt'].map((name) => `records.0.${name}`));
    assert.equal(await names("'records.0.name', '|create_session'"), ['create_session', 'create_user']);
    const inputs = await project.server.completions(file, "'create_session', '|')");
    assert.equal(inputs.map(({ name, labelDetails }) => [name, labelDetails?.description]), [['token', 'string, required']], 'id is given and userId is connected');
    const [entry] = await project.server.request<{ displayParts: { text: string }[] }[]>('completionEntryDetails', { ...project.server.at(file, "'create_session', '|')"), entryNames: ['token'] });
    assert.is(entry?.displayParts.map(({ text }) => text).join(''), '(input) create_session.token: string, required');
  });

  test(`${version}: completion on a variable that is filled by statements, and in a string that is not closed`, async () => {
    assert.equal(await names("loose.addConnection('input', 'token', 'session', '|'"), ['token']);
    project.server.type(file, main.replaceAll('loose.', 'holder.flow.').replace(/export const loose = (.*);/, 'class Holder { readonly flow = $1 }\nconst holder = new Holder();'));
    assert.equal((await names("holder.flow.addConnection('|input'")).sort(), ['input', 'session', 'user']);
    project.server.type(file, `${main}loose.addConnection('\n`);
    assert.equal((await names("loose.addConnection('|\n")).sort(), ['input', 'session', 'user']);
    project.server.type(file, main);
  });

  test(`${version}: completion of a node's parameters, and of node ids in its condition`, async () => {
    assert.equal(await names("'create_user', { |id: 'u-1' }"), ['id', 'name', 'email', 'age', 'active']);
    project.server.type(file, main.replace(".addNode(UserListNode, 'list')", ".addNode('UserUpdateNode', 'list', {  }, { when: { cr } })"));
    assert.equal(await names("'list', { | }"), ['filter', 'fields', 'raiseOnNotFound']);
    assert.equal((await names('when: { cr| }')).sort(), ['create_session', 'create_user']);
    project.server.type(file, main);
  });

  test(`${version}: messages of the contract types are no completions`, async () => {
    assert.equal((await names("email: 'e', | }")).sort(), ['active', 'age']);
    const nodes = await names("addNode('|SessionCreateNode'");
    assert.ok(nodes.includes('SessionCreateNode') && nodes.includes('UserBulkUpsertNode'));
    assert.equal(nodes.filter((name) => name.includes('DF-')), []);
  });

  test(`${version}: definitions of nodes, models and operations are the model's class, those of inputs its fields`, async () => {
    const user = { file: project.path('src/models.ts'), start: positionAt(models, models.indexOf('User {')), end: positionAt(models, models.indexOf('User {') + 4) };
    for (const marked of ['.addNode(User|CreateNode', 'models.Us|er.create', 'User.upd|ate', 'schema, SessionCreateNode, User|CreateNode']) {
      const [first, ...others] = await project.server.definition(file, marked);
      assert.equal([first?.file, first?.start, first?.end, others.length], [user.file, user.start, user.end, 0], marked);
    }
    const [session] = await project.server.definition(file, "addNode('Session|CreateNode'");
    assert.equal([session?.file, session?.start], [user.file, positionAt(models, models.indexOf('Session {'))]);
    const [node] = await project.server.definition(file, "addConnection('create_|user'");
    assert.equal([node?.file, node?.start], [file, positionAt(main, main.indexOf("create_user', {"))]);
    const [input] = await project.server.definition(file, "'create_session', 'user|Id'");
    assert.equal([input?.file, input?.start], [user.file, positionAt(models, models.indexOf('userId!'))]);
    const [output] = await project.server.definition(file, "'input', 'user.em|ail'");
    assert.equal([output?.file, output?.start], [file, positionAt(main, main.indexOf('email: string } }>'))]);
  });

  test(`${version}: a file without DataFlow is left to TypeScript`, async () => {
    const path = project.path('src/plain.ts');
    project.server.open(path, plain);
    assert.equal((await project.server.diagnostics(path)).map(({ code }) => code), [2322]);
    assert.is((await project.server.hover(path, 'gree|ting'))?.displayString, 'const greeting: "hello"');
    assert.ok((await project.server.completions(path, 'greeting.|length')).some(({ name }) => name === 'toUpperCase'));
  });

  test(`${version}: the server goes`, () => project.close());
}

test.run();
