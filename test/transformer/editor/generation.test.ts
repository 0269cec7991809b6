/** New models are generated when they are saved, and not before, by a real tsserver. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EditorProject, models, versions } from './editor-project.js';
import { until } from './tsserver-client.js';

const main = `import { TeamCreateNode } from '#dataflow';

export const type: 'TeamCreateNode' = TeamCreateNode.type;
`;
const withTeam = `${models}
@model
export class Team {
  id!: string;
  title!: string;
}
`;

/** Longer than the plugin waits after a change. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 1000));

for (const version of versions) {
  let project: EditorProject;
  let file: string;
  let modelsFile: string;

  const team = () => existsSync(project.path('.dataflow/team.js'));

  test(`${version}: a file that is open and not saved generates nothing`, async () => {
    project = new EditorProject(version, { 'src/models.ts': models, 'src/main.ts': main });
    file = project.path('src/main.ts');
    modelsFile = project.path('src/models.ts');
    project.server.open(file, main);
    project.server.open(modelsFile, models);
    await project.server.diagnostics(file);
    await until('the models that are on disk are generated', () => existsSync(project.path('.dataflow/user.js')));
    await until('tsserver sees it', async () => (await project.server.diagnostics(file)).every(({ code }) => code !== 2307));
    project.server.type(modelsFile, withTeam);
    assert.equal((await project.server.diagnostics(modelsFile)).length, 0);
    await aWhile();
    assert.not(team());
    assert.equal((await project.server.diagnostics(file)).length, 1);
  });

  test(`${version}: saving it generates, and tsserver sees the new files`, async () => {
    project.write('src/models.ts', withTeam);
    await until('the new model is generated', team);
    await until('the import is found', async () => (await project.server.diagnostics(file)).length === 0);
    await until('the editor is told to ask again', () => project.server.events.includes('projectsUpdatedInBackground'));
  });

  test(`${version}: nothing is written while there are findings`, async () => {
    const wrong = withTeam.replace('title!: string', 'title!: Date[]');

    const before = readFileSync(project.path('.dataflow/team.js'), 'utf8');
    project.server.type(modelsFile, wrong);
    project.write('src/models.ts', wrong);
    assert.equal((await project.server.diagnostics(modelsFile)).map(({ code }) => code), [90622]);
    await aWhile();
    assert.is(readFileSync(project.path('.dataflow/team.js'), 'utf8'), before);
  });

  test(`${version}: models that were removed in the editor stay until it saves`, async () => {
    project.server.type(modelsFile, 'export {};\n');
    await project.server.diagnostics(modelsFile);
    await aWhile();
    assert.ok(team());
  });

  test(`${version}: an editor that saves by renaming is seen, too`, async () => {
    const right = withTeam.replace('title!: string', 'heading!: string');
    project.server.type(modelsFile, right);
    await project.server.diagnostics(modelsFile);
    await aWhile();
    project.write('src/.models.ts.tmp', right);
    renameSync(project.path('src/.models.ts.tmp'), modelsFile);
    await until('the change is generated', () => readFileSync(project.path('.dataflow/team.js'), 'utf8').includes('heading'));
  });

  test(`${version}: a file that is not open is generated when it changes on disk`, async () => {
    project.server.close(modelsFile);
    project.write('src/models.ts', models);
    await until('the removed model is gone', () => !team());
    await until('its import is an error', async () => (await project.server.diagnostics(file)).length === 1);
  });

  test(`${version}: the server goes`, () => project.close());

  test(`${version}: a project that refers to one with models leaves them to it`, async () => {
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, types: [], skipLibCheck: true, composite: true, rootDir: 'src', outDir: 'dist', plugins: [{ name: 'dataflow-ts-compiler' }] };
    const app = "import { UserCreateNode } from '../../db/.dataflow/index.js';\nimport type { User } from '../../db/src/models.js';\n\nexport const node: [typeof UserCreateNode, User?] = [UserCreateNode];\n";
    const both = new EditorProject(version, {
      'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'db' }, { path: 'app' }] }),
      'db/tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      'app/tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'], references: [{ path: '../db' }] }),
      'db/src/models.ts': models,
      'app/src/main.ts': app,
    });
    const opened = both.path('app/src/main.ts');
    both.server.open(opened, app);
    await both.server.diagnostics(opened);
    both.server.open(both.path('db/src/models.ts'), models);
    assert.equal(await both.server.diagnostics(both.path('db/src/models.ts')), []);
    await until('the models are generated where they are', () => existsSync(both.path('db/.dataflow/index.js')));
    await until('the other project sees it', async () => (await both.server.diagnostics(opened)).length === 0);
    assert.not(existsSync(both.path('app/.dataflow')));
    assert.is((await both.server.definition(opened, 'User|CreateNode }'))[0]?.file, both.path('db/src/models.ts'));
    await both.close();
  });
}

test.run();
