import type { BuildFailure, BuildOptions, BuildResult } from 'esbuild';
import dataflow, { type BundlerOptions } from 'dataflow-ts-compiler/unplugin';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, Events, loadEsbuild, mistake, models, printed, sourceMapOf } from './app.js';

const esbuild = await loadEsbuild();

const test = suite<{ app: App }>('the plugin in esbuild', { app: undefined as unknown as App });
test.before((context) => {
  context.app = new App();
});
test.after((context) => context.app.close());

const optionsOf = (app: App, options?: BundlerOptions): BuildOptions => ({
  absWorkingDir: app.folder, entryPoints: ['src/main.ts'], outdir: 'out', bundle: true, platform: 'node', format: 'esm', target: 'es2022', sourcemap: true,
  logLevel: 'silent', plugins: [dataflow.esbuild(options)],
});
const failureOf = async (app: App, options?: BundlerOptions): Promise<BuildFailure> => {
  try {
    await esbuild.build(optionsOf(app, options));
  } catch (error) {
    return error as BuildFailure;
  }
  throw new Error('The build succeeded.');
};

test('a fresh checkout: generates, bundles, and the bundle runs', async ({ app }) => {
  assert.not(app.exists('.dataflow'));
  const { errors, warnings } = await esbuild.build(optionsOf(app));
  assert.equal([errors, warnings], [[], []]);
  assert.ok(app.exists('.dataflow/user.d.ts'));
  assert.equal(app.node('out/main.js'), { status: 0, out: printed });
});

test('no decorator is left in the bundle; source maps lead to the sources', ({ app }) => {
  const text = app.read('out/main.js');
  assert.not.match(text, /__decorat/);
  assert.not.match(text, /function model\(/, 'what only the decorators needed is shaken off');
  const { sources, sourcesContent } = sourceMapOf(app.path('out/main.js'));
  assert.is(sourcesContent[sources.indexOf('../src/models.ts')], models);
});

test('a bundle in CommonJS runs, too: it finds the driver where it stands', async ({ app }) => {
  app.write('src/commonjs.ts', "import { run } from './sign-up.js';\n\nvoid run().then(console.log);\n");
  const { errors } = await esbuild.build({ ...optionsOf(app), entryPoints: ['src/commonjs.ts'], format: 'cjs', outExtension: { '.js': '.cjs' } });
  assert.equal(errors, []);
  assert.equal(app.node('out/commonjs.cjs'), { status: 0, out: printed.replace(/true\n$/, '') });
});

test('a second build rewrites nothing', async ({ app }) => {
  const times = app.times('.dataflow');
  await esbuild.build(optionsOf(app));
  assert.equal(app.times('.dataflow'), times);
});

test('a mistake fails the build, at its place, with what to do', async ({ app }) => {
  app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
  const { errors, message } = await failureOf(app);
  assert.is(errors.length, 1);
  assert.is(errors[0]!.text, mistake.message);
  assert.is(errors[0]!.pluginName, 'dataflow');
  assert.match(message, `${mistake.file}:${mistake.line}:${mistake.column - 1}: ERROR: [plugin: dataflow] ${mistake.message}`);
  assert.is(errors[0]!.location!.length, 'tokn'.length);
  assert.ok(errors[0]!.notes.some(({ text }) => text.startsWith('fix: ')));
});

test("mode 'warn' prints it and builds", async ({ app }) => {
  const { warnings } = await esbuild.build(optionsOf(app, { mode: 'warn' }));
  assert.equal(warnings.map(({ text }) => text), [mistake.message]);
});

test("mode 'off' says nothing about it, and all the same about a model", async ({ app }) => {
  assert.equal((await esbuild.build(optionsOf(app, { mode: 'off' }))).warnings, []);
  app.edit('src/models.ts', 'name!: string', 'name!: any');
  const { errors } = await failureOf(app, { mode: 'off' });
  assert.equal(errors.map(({ text, location }) => [text.slice(0, 6), location?.file]), [['DF-617', 'src/models.ts']]);
  app.write('src/models.ts', models);
  app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
});

test('a type error that is none of DataFlow is left to tsc', async ({ app }) => {
  app.edit('src/main.ts', 'console.log', "const n: number = 'x';\nconsole.log");
  assert.equal((await esbuild.build(optionsOf(app))).errors, []);
  app.edit('src/main.ts', "const n: number = 'x';\n", '');
});

test('without a usable tsconfig: DF-441 and DF-442', async ({ app }) => {
  assert.match((await failureOf(app, { tsconfig: 'no.json' })).errors[0]!.text, /^DF-441: .*no\.json/);
  app.write('bad.json', '{ "include": ["src"');
  assert.match((await failureOf(app, { tsconfig: 'bad.json' })).errors[0]!.text, /^DF-442: /);
});

test('unusable options: DF-450 and DF-444', () => {
  const wrong: [options: unknown, message: string][] = [
    [{ tsConfig: 'x' }, "DF-450: the bundler plugin of dataflow-ts-compiler has no option 'tsConfig'; did you mean 'tsconfig'?"],
    [{ mode: 'loud' }, `DF-444: the plugin option 'mode' cannot be "loud"`],
    [{ tsconfig: 1 }, "DF-444: the plugin option 'tsconfig' cannot be 1"],
  ];
  for (const [options, message] of wrong) assert.throws(() => dataflow.esbuild(options as BundlerOptions), new RegExp(message.replace(/[?.]/g, '\\$&')));
});

test('watching: builds again when a model changes, which no module of the bundle imports', async ({ app }) => {
  app.write('src/main.ts', "import { run } from './sign-up.js';\n\nconsole.log(await run());\n");
  const builds = new Events<BuildResult>();
  const options = optionsOf(app);
  const context = await esbuild.context({ ...options, plugins: [...options.plugins!, { name: 'end', setup: (build) => build.onEnd((result) => builds.push(result)) }] });
  try {
    await context.watch();
    await builds.next(({ errors }) => errors.length === 0);
    app.edit('src/models.ts', 'name!: string;', 'name!: string;\n  nickname?: string;');
    await builds.next(({ errors }) => errors.length === 0);
    assert.match(app.read('.dataflow/user.d.ts'), 'nickname');

    app.edit('src/models.ts', 'nickname?: string', 'nickname?: any');
    const failed = await builds.next(({ errors }) => errors.length > 0);
    assert.match(failed.errors[0]!.text, /^DF-617: /);
    app.edit('src/models.ts', '\n  nickname?: any;', '');
    await builds.next(({ errors }) => errors.length === 0);
    assert.not.match(app.read('.dataflow/user.d.ts'), 'nickname');

    app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
    assert.equal((await builds.next(({ errors }) => errors.length > 0)).errors.map(({ text }) => text), [mistake.message]);
    app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
    await builds.next(({ errors }) => errors.length === 0);
  } finally {
    await context.dispose();
  }
  await esbuild.stop();
});

test.run();
