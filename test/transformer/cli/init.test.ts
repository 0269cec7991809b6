import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test as plain } from 'uvu';
import * as assert from 'uvu/assert';
import { commandsOf, packageManagerOf } from '../../../transformer/src/cli/init/detect.js';
import { JsonText } from '../../../transformer/src/cli/init/json-text.js';
import { ProjectFolder } from '../plugin/project-folder.js';
import { runHere } from './run-here.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** An empty folder for a project that is set up step by step. */
class Empty {
  readonly folder = mkdtempSync(join(tmpdir(), 'dataflow-init-'));

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  install(name: string, from = name): void {
    mkdirSync(join(this.folder, 'node_modules'), { recursive: true });
    symlinkSync(join(modules, from), join(this.folder, 'node_modules', name), 'dir');
  }

  init(...args: string[]) {
    return runHere(this, 'init', ...args);
  }
}

const test = suite<{ project: Empty }>('dataflow init', { project: undefined as unknown as Empty });
test.before.each((context) => {
  context.project = new Empty();
});
test.after.each(({ project }) => rmSync(project.folder, { recursive: true, force: true }));

const entry = { name: 'dataflow-ts-compiler', transform: 'dataflow-ts-compiler/transformer', transformProgram: true };
const json = (text: string) => JSON.parse(text) as Record<string, unknown> & { compilerOptions: Record<string, unknown>; scripts: Record<string, string>; imports: Record<string, string> };

test('a new package: tsconfig, imports, scripts and a model; what is to be installed', async ({ project }) => {
  project.write('package.json', '{\n  "name": "app",\n  "type": "module"\n}\n');
  const { status, out } = await project.init();
  assert.is(status, 0);
  assert.is(
    out,
    `dataflow npm, no TypeScript yet, ES modules: changed
  new  tsconfig.json  the plugin's entry
  add  package.json   "#dataflow" in imports, scripts build, generate, validate
  new  src/models.ts  a first model
next:
  npm install dataflow-ts
  npm install --save-dev dataflow-ts-compiler typescript@5.9 ts-patch@3
  npm run build
`,
  );
  assert.equal(json(project.read('tsconfig.json')).compilerOptions['plugins'], [entry]);
  assert.is(
    project.read('package.json'),
    `{
  "name": "app",
  "type": "module",
  "imports": {
    "#dataflow": "./.dataflow/index.js"
  },
  "scripts": {
    "build": "tspc",
    "generate": "dataflow generate",
    "validate": "dataflow validate"
  }
}
`,
  );
  assert.match(project.read('src/models.ts'), '@model\nexport class User {');
});

test('a second run has nothing to do', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }');
  await project.init();
  const texts = ['package.json', 'tsconfig.json', 'src/models.ts'].map((path) => project.read(path));
  const { status, out } = await project.init();
  assert.is(status, 0);
  assert.match(out, /: everything is set up\n/);
  assert.equal(['package.json', 'tsconfig.json', 'src/models.ts'].map((path) => project.read(path)), texts);
});

test('--dry-run shows the changes and writes nothing', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }\n');
  const { status, out } = await project.init('--dry-run');
  assert.is(status, 0);
  assert.match(out, '--- /dev/null\n+++ b/tsconfig.json\n');
  assert.match(out, '--- a/package.json\n+++ b/package.json\n');
  assert.match(out, '+export class User {\n');
  assert.match(out, ': would change\n');
  assert.not(project.exists('tsconfig.json'));
  assert.not(project.exists('src'));
  assert.is(project.read('package.json'), '{ "name": "app" }\n');
});

test('comments, formatting, line ends and other plugins stay; rootDir is added where TypeScript needs it', async ({ project }) => {
  const old = `// of the whole team
{
\t/* strict, of course */
\t"compilerOptions": {
\t\t"strict": true,
\t\t"module": "nodenext", // ESM
\t\t"outDir": "lib",
\t\t"plugins": [
\t\t\t{ "name": "other" }, // stays
\t\t]
\t},
\t"include": ["source"],
}
`.replaceAll('\n', '\r\n');
  project.write('tsconfig.json', old);
  project.write('package.json', '{\n\t"name": "app",\n\t"scripts": { "build": "tsc -b", "test": "x" },\n\t"imports": { "#dataflow": "./elsewhere.js" }\n}');
  project.write('source/a.ts', 'export {};\n');
  project.write('pnpm-lock.yaml', '');
  const { out } = await project.init();
  assert.is(
    project.read('tsconfig.json'),
    old
      .replace('\t\t\t{ "name": "other" }', `\t\t\t{ "name": "dataflow-ts-compiler", "transform": "dataflow-ts-compiler/transformer", "transformProgram": true },\r\n\t\t\t{ "name": "other" }`)
      .replace('\t\t]\r\n', '\t\t],\r\n\t\t"rootDir": "source"\r\n'),
  );
  assert.match(out, `add  tsconfig.json     the plugin's entry, "rootDir": "source"\n`);
  assert.ok(project.exists('source/models.ts'));
  const { scripts, imports } = json(project.read('package.json'));
  assert.equal(imports, { '#dataflow': './elsewhere.js' });
  assert.equal(scripts, { build: 'tsc -b', test: 'x', generate: 'dataflow generate', validate: 'dataflow validate' });
  assert.match(out, 'note "#dataflow" in the imports of package.json stays as it is; the generated index is ./.dataflow/index.js\n');
  assert.match(out, 'note the script build runs `tsc -b`, which knows nothing of DataFlow: put `tspc` in the place of `tsc`\n');
  assert.match(out, 'next:\n  pnpm add dataflow-ts\n  pnpm add -D dataflow-ts-compiler typescript@5.9 ts-patch@3\n  pnpm run build\n');
});

test('TypeScript 7: dataflow tsc instead of tspc, no transform; packages that are there are not asked for', async ({ project }) => {
  project.install('typescript', 'typescript-7');
  project.write('package.json', JSON.stringify({ name: 'app', dependencies: { 'dataflow-ts': '*' }, devDependencies: { typescript: '7', 'dataflow-ts-compiler': '*' }, packageManager: 'yarn@4.1.0' }));
  const { out } = await project.init();
  assert.match(out, /^dataflow yarn, TypeScript 7\.\d+\.\d+, CommonJS: changed\n/);
  assert.match(out, /\nnext:\n {2}yarn run build\n$/);
  assert.equal(json(project.read('tsconfig.json')).compilerOptions['plugins'], [{ name: 'dataflow-ts-compiler' }]);
  assert.is(json(project.read('package.json')).scripts['build'], 'dataflow tsc');
});

test('what is missing of an entry is added; its outDir is kept to; models that are there are enough', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }');
  project.write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', plugins: [{ name: 'dataflow-ts-compiler', outDir: 'gen' }] } }, undefined, 2));
  project.write('tables.ts', "import { model } from 'dataflow-ts';\n@model export class User { id!: string; }\n");
  const { out } = await project.init();
  assert.equal(json(project.read('tsconfig.json')).compilerOptions['plugins'], [{ name: 'dataflow-ts-compiler', outDir: 'gen', transform: 'dataflow-ts-compiler/transformer', transformProgram: true }]);
  assert.equal(json(project.read('package.json')).imports, { '#dataflow': './gen/index.js' });
  assert.not.match(out, 'a first model');
});

test('plugins of a tsconfig that is extended are not lost', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }');
  project.write('base.json', '{ "compilerOptions": { "strict": true, "module": "nodenext", "plugins": [{ "name": "other" }] } }');
  project.write('tsconfig.json', '{ "extends": "./base.json" }');
  await project.init();
  assert.equal(json(project.read('tsconfig.json')).compilerOptions['plugins'], [{ name: 'other' }, entry]);
  project.write('base.json', JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', plugins: [entry] } }));
  project.write('tsconfig.json', '{ "extends": "./base.json" }');
  await project.init();
  assert.is(project.read('tsconfig.json'), '{ "extends": "./base.json" }');
});

test('options that will not do are told of', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }');
  project.write('tsconfig.json', '{ "compilerOptions": { "module": "commonjs", "moduleResolution": "node10", "strict": false } }');
  const { out } = await project.init();
  assert.match(out, 'note this moduleResolution does not know "#dataflow": set "module": "nodenext", or import from \'.dataflow/index.js\' by relative path\n');
  assert.match(out, 'note DataFlow tells null from a value: set "strict": true');
});

test('another tsconfig with -p: scripts name it', async ({ project }) => {
  project.write('package.json', '{ "name": "app" }');
  project.write('tsconfig.json', '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }');
  project.write('tsconfig.app.json', '{ "compilerOptions": { "strict": true, "module": "nodenext" }, "include": ["src"] }');
  const refused = await project.init();
  assert.is(refused.status, 2);
  assert.match(refused.err, "error DF-750: 'tsconfig.json' cannot be extended: it has no source files of its own");
  assert.is(project.read('package.json'), '{ "name": "app" }');
  assert.is((await project.init('-p', 'tsconfig.app.json')).status, 0);
  assert.is(json(project.read('package.json')).scripts['build'], 'tspc -p tsconfig.app.json');
});

test('a package of a workspace, from above: its folder with -p; a file that is not there is refused', async ({ project }) => {
  project.write('package.json', '{ "name": "workspace" }');
  project.write('packages/app/package.json', '{ "name": "app" }');
  const wrong = await project.init('-p', 'packages/app/tsconfg.json');
  assert.is(wrong.status, 2);
  assert.match(wrong.err, 'error DF-441: ');
  assert.is((await project.init('-p', 'packages/app')).status, 0);
  assert.ok(project.exists('packages/app/tsconfig.json'));
  assert.ok(project.exists('packages/app/src/models.ts'));
  assert.equal(json(project.read('packages/app/package.json')).imports, { '#dataflow': './.dataflow/index.js' });
  assert.is(json(project.read('packages/app/package.json')).scripts['build'], 'tspc');
  assert.is(project.read('package.json'), '{ "name": "workspace" }');
});

test('files that cannot be extended: DF-750, exit code 2, nothing written', async ({ project }) => {
  const cases: [path: string, text: string, reason: string][] = [
    ['package.json', '{ "name": "app", }}', 'it has a syntax error in line 1'],
    ['package.json', '[]', 'it is not a JSON object'],
    ['package.json', '{ "scripts": [] }', "'scripts' is not an object"],
    ['tsconfig.json', '{\n  "compilerOptions": {,\n}', 'it has a syntax error in line 2'],
    ['tsconfig.json', '{ "compilerOptions": [] }', "'compilerOptions' is not an object"],
    ['tsconfig.json', '{ "compilerOptions": { "plugins": {} } }', "'compilerOptions.plugins' is not a list"],
  ];
  for (const [path, text, reason] of cases) {
    project.write('package.json', '{ "name": "app" }');
    project.write('tsconfig.json', '{}');
    project.write(path, text);
    const { status, err } = await project.init();
    assert.is(status, 2, text);
    assert.match(err, `error DF-750: '${path}' cannot be extended: ${reason}`);
    assert.is(project.read(path), text);
    assert.not(project.exists('src'));
  }
});

test('no package.json: DF-447, exit code 2', async ({ project }) => {
  const { status, err } = await project.init();
  assert.is(status, 2);
  assert.match(err, 'error DF-447: there is no package.json in ');
});

test.run();

plain('what init sets up compiles and runs, with dataflow tsc', async () => {
  const project = new ProjectFolder({ typescript: 'typescript-7', files: { 'src/main.ts': "import { UserCreateNode } from '#dataflow';\n\nconsole.log(UserCreateNode.type);\n" } });
  for (const path of ['tsconfig.json', 'src/models.ts']) project.remove(path);
  project.write('package.json', '{ "name": "app", "type": "module" }\n');
  assert.is((await runHere(project, 'init')).status, 0);
  const ran = await runHere(project, 'tsc');
  assert.is(ran.out, '');
  assert.is(ran.status, 0);
  assert.equal(project.node('dist/main.js'), { status: 0, out: 'UserCreateNode\n' });
  await project.close();
});

plain('package managers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-manager-'));
  const inner = join(folder, 'packages/app');
  mkdirSync(inner, { recursive: true });
  assert.is(packageManagerOf(inner), 'npm');
  writeFileSync(join(folder, 'bun.lock'), '');
  assert.is(packageManagerOf(inner), 'bun', 'the lock file of the workspace');
  writeFileSync(join(inner, 'yarn.lock'), '');
  assert.is(packageManagerOf(inner), 'yarn', 'the nearest one');
  writeFileSync(join(inner, 'package.json'), '{ "packageManager": "pnpm@9.0.0" }');
  assert.is(packageManagerOf(inner), 'pnpm', 'what package.json says');
  assert.is(commandsOf('bun').addDev, 'bun add --dev');
  rmSync(folder, { recursive: true });
});

plain('JSON with comments: entries are added, never replaced', () => {
  const text = new JsonText('{\n    // first\n    "a": { "b": 1 }, // behind\n    "list": []\n}\n');
  assert.is(text.problem, undefined);
  assert.not(text.add(['a', 'b'], 2));
  assert.ok(text.add(['a', 'c'], 2));
  text.prepend(['list'], { x: 'one, two' });
  assert.equal(text.get(['list']), [{ x: 'one, two' }]);
  assert.match(text.text, '// first');
  assert.match(text.text, '// behind');
  assert.match(text.text, '"list": [{ "x": "one, two" }]');
  assert.is(new JsonText('"text"').problem, 'it is not a JSON object');
});

plain.run();
