/** Findings while typing, and their quick fixes, from a real tsserver. */
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { server } from 'typescript';
import { EditorProject, models, versions } from './editor-project.js';
import { until, withChanges } from './tsserver-client.js';

const good = `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

const db = new DataFlow({ schema });
export const one = db.models.User.create({ id: 'u', name: 'n', email: 'e' });
export const two = db.models.User.create({ id: 'v', name: 'n', email: 'f' });
export const three = db.models.User.update({ filter: { id: 'u' }, fields: { name: 'x' } });
`;
const misspelled = good.replaceAll("name: 'n'", "nme: 'n'");
const flat = good.replace("{ filter: { id: 'u' }, fields: { name: 'x' } }", "{ id: 'u', name: 'x' }");

for (const version of versions) {
  let project: EditorProject;
  let file: string;

  const codes = async (path = file): Promise<(number | undefined)[]> => (await project.server.diagnostics(path)).map(({ code }) => code);

  test(`${version}: a correct file has no findings`, async () => {
    project = new EditorProject(version, { 'src/models.ts': models, 'src/main.ts': good });
    file = project.path('src/main.ts');
    project.server.open(file, good);
    await project.server.diagnostics(file);
    await until('the generated files are there', () => existsSync(project.path('.dataflow/index.js')));
    await until('nothing is wrong', async () => (await codes()).length === 0);
  });

  test(`${version}: findings come and go while somebody types, in place of TypeScript's errors`, async () => {
    project.server.type(file, misspelled);
    const found = await project.server.diagnostics(file);
    assert.equal(found.map(({ code, source, category }) => [code, source, category]), [[90105, 'dataflow', 'error'], [90105, 'dataflow', 'error']]);
    assert.match(found[0]!.text, /^DF-105: User has no field 'nme'/);
    assert.equal([found[0]!.start, found[0]!.end], [{ line: 5, offset: 53 }, { line: 5, offset: 56 }]);
    project.server.type(file, good);
    assert.equal(await codes(), []);
  });

  test(`${version}: the events that editors wait for bring the same`, async () => {
    project.server.type(file, misspelled);
    const found = await project.server.checked(file);
    assert.equal(found.map(({ code }) => code), [90105, 90105]);
  });

  test(`${version}: a quick fix makes the program right`, async () => {
    project.server.type(file, flat);
    const [found] = await project.server.diagnostics(file);
    assert.is(found?.code, 90106);
    const [action] = await project.server.fixes(file, found!);
    assert.ok(action, 'there is a fix');
    project.server.type(file, withChanges(flat, action.changes[0]!.textChanges));
    assert.equal(await codes(), []);
    assert.match(project.server.text(file), "db.models.User.update({ filter: { id: 'u' }, fields: { name: 'x' } })");
  });

  test(`${version}: all findings of one code are fixed at once`, async () => {
    project.server.type(file, misspelled);
    const [found] = await project.server.diagnostics(file);
    const [action] = await project.server.fixes(file, found!);
    assert.is(action?.description, "Rename 'nme' to 'name'");
    const { changes } = await project.server.request<server.protocol.CombinedCodeActions>('getCombinedCodeFix', { scope: { type: 'file', args: { file } }, fixId: action?.fixId });
    assert.is(withChanges(misspelled, changes[0]!.textChanges), good);
  });

  test(`${version}: what types cannot see is found, too, and can be fixed`, async () => {
    const workflow = `import { WorkflowBuilder } from 'dataflow-ts';
import { SessionCreateNode, UserCreateNode } from '#dataflow';

export const flow = new WorkflowBuilder('flow');
flow.addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' });
flow.addNode(SessionCreateNode, 'session', { id: 's', token: 't' });
flow.addConnection('user', 'id', 'session', 'usrId');
flow.addConnection('user', 'id', 'session', 'userId');
`;
    project.server.type(file, workflow);
    const [found, ...others] = await project.server.diagnostics(file);
    assert.equal([found?.code, others.length], [90201, 0]);
    assert.equal(found?.start, { line: 7, offset: 45 });
    const line = "flow.addConnection('user', 'id', 'session', 'usrId');\n";
    project.server.type(file, workflow.replace(line, ''));
    assert.equal(await codes(), []);
  });

  test(`${version}: the editor hears which codes have fixes`, async () => {
    const supported = await project.server.request<string[]>('getSupportedCodeFixes', { file });
    assert.ok(supported.includes('90105') && supported.includes('2322'));
  });

  test(`${version}: what is wrong with a model is said in its file`, async () => {
    const path = project.path('src/models.ts');
    project.server.open(path, models);
    assert.equal(await codes(path), []);
    project.server.type(path, models.replace('token!: string', 'token!: Date[]'));
    const [found] = await project.server.diagnostics(path);
    assert.is(found?.code, 90622);
    assert.match(found?.text ?? '', 'Session.token');
    project.server.type(path, models);
    assert.equal(await codes(path), []);
    project.server.close(path);
  });

  test(`${version}: a code in a comment suppresses a finding`, async () => {
    project.server.type(file, good.replace("export const one = db.models.User.create({ id: 'u', name:", "// dataflow-ignore DF-105: as told\nexport const one = db.models.User.create({ id: 'u', name: 'n', nme:"));
    assert.equal((await codes()).filter((code) => code === 90105), []);
  });

  test(`${version}: the server goes`, () => project.close());
}

test.run();
