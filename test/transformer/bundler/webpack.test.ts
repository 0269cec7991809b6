import dataflow, { type BundlerOptions } from 'dataflow-ts-compiler/unplugin';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, Events, loadWebpack, mistake, printed, root, type WebpackStats } from './app.js';

const webpack = await loadWebpack();

const test = suite<{ app: App }>('the plugin in webpack', undefined as never);
test.before((context) => {
  context.app = new App();
  // What ts-loader with `transpileOnly` does.
  const loader = `const ts = require(${JSON.stringify(`${root}node_modules/typescript`)});
module.exports = (code) => ts.transpile(code, { target: 99, module: 99 });`;
  context.app.write('typescript-loader.cjs', loader);
});
test.after((context) => context.app.close());

const optionsOf = (app: App, options?: BundlerOptions) => ({
  context: app.folder, mode: 'production', target: 'node', entry: './src/main.ts',
  output: { path: app.path('out'), filename: 'main.mjs', module: true, chunkFormat: 'module' },
  experiments: { outputModule: true },
  optimization: { minimize: false },
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  module: { rules: [{ test: /\.ts$/, use: app.path('typescript-loader.cjs') }] },
  externals: [/^(dataflow-ts|sqlite3)/],
  externalsType: 'module',
  plugins: [dataflow.webpack(options)],
});

function build(app: App, options?: BundlerOptions): Promise<WebpackStats> {
  return new Promise((resolve, reject) => {
    const compiler = webpack(optionsOf(app, options));
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats!))));
  });
}

test('a fresh checkout: generates, bundles, and the bundle runs', async ({ app }) => {
  const stats = await build(app);
  assert.not(stats.hasErrors(), stats.toString());
  assert.not.match(app.read('out/main.mjs'), /__decorat|^@model/m);
  assert.equal(app.node('out/main.mjs'), { status: 0, out: printed });
});

test('a mistake fails the build, with what to do, and nothing is written', async ({ app }) => {
  app.remove('out');
  app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
  const { compilation } = await build(app);
  assert.is(compilation.errors.length, 1);
  assert.match(compilation.errors[0]!.message, `${mistake.file}:${mistake.line}:${mistake.column} - error TS90105: ${mistake.message}\n`);
  assert.match(compilation.errors[0]!.message, '\n  fix: ');
  assert.not(app.exists('out/main.mjs'));
});

test("mode 'warn' prints it and builds", async ({ app }) => {
  const stats = await build(app, { mode: 'warn' });
  assert.not(stats.hasErrors());
  assert.equal(stats.compilation.warnings.map(({ message }) => message.includes(`warning TS90105: ${mistake.message}`)), [true]);
  assert.ok(app.exists('out/main.mjs'));
});

test('watching: a failed build is tried again when the mistake is gone, and when a model changes', async ({ app }) => {
  const builds = new Events<WebpackStats>();
  const watching = webpack(optionsOf(app)).watch({ aggregateTimeout: 50 }, (error, stats) => {
    if (stats) builds.push(stats);
    else throw error;
  });
  try {
    assert.match((await builds.next((stats) => stats.hasErrors())).toString(), mistake.message);
    app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
    await builds.next((stats) => !stats.hasErrors());
    app.edit('src/models.ts', 'name!: string;', 'name!: string;\n  nickname?: string;');
    await builds.next((stats) => !stats.hasErrors() && app.read('.dataflow/user.d.ts').includes('nickname'));
  } finally {
    await new Promise<void>((done) => watching.close(done));
  }
});

test.run();
