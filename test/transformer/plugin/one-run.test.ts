import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { main, ProjectFolder, userModel, type ProjectOptions } from './project-folder.js';

/** Runs `use` with a project and removes the project afterwards. */
async function withProject(options: ProjectOptions, use: (project: ProjectFolder) => unknown): Promise<void> {
  const project = new ProjectFolder(options);
  try {
    await use(project);
  } finally {
    await project.close();
  }
}

const generated = ['index.d.ts', 'index.d.ts.map', 'index.js', 'package.json', 'user.d.ts', 'user.d.ts.map', 'user.js'];
const fine = { status: 0, out: '' };
const runs = { status: 0, out: 'UserCreateNode User\n' };

test('a fresh checkout: one run generates, checks and emits, without a warning; the next one changes no file', () =>
  withProject({ compilerOptions: { skipLibCheck: false } }, (project) => {
    assert.equal(project.tspc(), fine);
    assert.equal(project.names('.dataflow'), generated);
    assert.equal(project.node('dist/main.js'), runs);
    const times = project.times('.dataflow');
    assert.equal(project.tspc('--noEmit'), fine);
    assert.equal(project.times('.dataflow'), times);
  }));

test('generated files that were edited or deleted come back', () =>
  withProject({}, (project) => {
    project.tspc('--noEmit');
    const text = project.read('.dataflow/user.js');
    project.write('.dataflow/user.js', `${text}// edited\n`);
    project.remove('.dataflow/index.js');
    assert.equal(project.tspc('--noEmit'), fine);
    assert.is(project.read('.dataflow/user.js'), text);
    assert.equal(project.names('.dataflow'), generated);
  }));

test('--noEmit on a fresh checkout generates and checks', () =>
  withProject({ files: { 'src/main.ts': `${main}export const wrong: 'UserReadNode' = UserCreateNode.type;\n` } }, (project) => {
    const { status, out } = project.tspc('--noEmit');
    assert.is(status, 2);
    assert.match(out, `src/main.ts(5,14): error TS2322: Type '"UserCreateNode"' is not assignable to type '"UserReadNode"'.`);
    assert.equal(project.names('.dataflow'), generated);
    assert.not(project.exists('dist'));
  }));

test('files of deleted models go, also when none is left, and other files stay', () =>
  withProject({ files: { 'src/team.ts': userModel.replace('User', 'Team') } }, (project) => {
    project.tspc('--noEmit');
    project.write('.dataflow/notes.json', '{}');
    project.remove('src/team.ts');
    assert.equal(project.tspc('--noEmit'), fine);
    assert.equal(project.names('.dataflow'), [...generated, 'notes.json'].sort());
    project.remove('src/models.ts');
    project.write('src/main.ts', 'export {};\n');
    assert.equal(project.tspc('--noEmit'), fine);
    assert.equal(project.names('.dataflow'), ['index.d.ts', 'index.js', 'notes.json', 'package.json']);
  }));

test('a project without models gets no folder', () =>
  withProject({ files: { 'src/models.ts': 'export {};\n', 'src/main.ts': 'export {};\n' } }, (project) => {
    assert.equal(project.tspc('--noEmit'), fine);
    assert.not(project.exists('.dataflow'));
  }));

test('outDir inside the source folder, imported by relative path', () =>
  withProject({ plugin: { outDir: 'src/generated' }, files: { 'src/main.ts': main.replace('#dataflow', './generated/index.js') } }, (project) => {
    assert.equal(project.tspc('--noEmit'), fine);
    assert.equal(project.names('src/generated'), generated);
    assert.equal(project.tspc('--noEmit'), fine);
  }));

test('a CommonJS project under nodenext', () =>
  withProject({ packageJson: { type: 'commonjs' } }, (project) => {
    assert.equal(project.tspc(), fine);
    assert.equal(project.node('dist/main.js'), runs);
  }));

test('moduleResolution bundler', () =>
  withProject({ compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } }, (project) => {
    assert.equal(project.tspc(), fine);
    assert.equal(project.node('dist/main.js'), runs);
  }));

test('tsc after ts-patch install', () =>
  withProject({ ownTypescript: true }, (project) => {
    assert.is(project.installTsPatch().status, 0);
    assert.equal(project.tsc(), fine);
    assert.equal(project.node('dist/main.js'), runs);
  }));

test('TypeScript 6 with ts-patch 3.3', () =>
  withProject({ typescript: 'typescript-6' }, (project) => {
    assert.match(project.tspc('--version').out, 'Version 6.0.3');
    assert.equal(project.tspc(), fine);
    assert.equal(project.node('dist/main.js'), runs);
  }));

test.run();
