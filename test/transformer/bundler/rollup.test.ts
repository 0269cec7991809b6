import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import dataflow, { type BundlerOptions } from 'dataflow-ts-compiler/unplugin';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, Events, loadRollup, mistake, printed, sourceMapOf } from './app.js';

const { rollup, watch } = await loadRollup();

const test = suite<{ app: App }>('the plugin in Rollup', undefined as never);
test.before((context) => {
  context.app = new App();
});
test.after((context) => context.app.close());

const output = (app: App) => ({ dir: app.path('out'), format: 'es', sourcemap: true });

/** Rollup reads JavaScript only; this stands for one of its plugins for TypeScript. */
const typescript = (app: App) => ({
  name: 'typescript',
  resolveId(id: string, importer: string | undefined) {
    if (id === '#dataflow') return app.path('.dataflow/index.js');
    const path = resolve(importer ? dirname(importer) : app.folder, id);
    return id.startsWith('.') && !existsSync(path) ? path.replace(/\.js$/, '.ts') : null;
  },
  transform(code: string, id: string) {
    if (!id.endsWith('.ts')) return null;
    const { outputText, sourceMapText } = ts.transpileModule(code, { fileName: id, compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, sourceMap: true } });
    return { code: outputText, map: sourceMapText };
  },
});
const inputOf = (app: App, warned: string[] = [], options?: BundlerOptions) => ({
  input: app.path('src/main.ts'), external: /^dataflow-ts/,
  onwarn: ({ message }: { message: string }) => void warned.push(message),
  plugins: [dataflow.rollup({ tsconfig: app.path('tsconfig.json'), ...options }), typescript(app)],
});

async function build(app: App, options?: BundlerOptions): Promise<string[]> {
  const warned: string[] = [];
  const bundle = await rollup(inputOf(app, warned, options));
  await bundle.write(output(app));
  await bundle.close();
  return warned;
}

test('a fresh checkout: generates, bundles, and the bundle runs', async ({ app }) => {
  assert.equal(await build(app), []);
  assert.not.match(app.read('out/main.js'), /@model|__decorat/);
  assert.ok(sourceMapOf(app.path('out/main.js')).sources.includes('../src/models.ts'));
  assert.equal(app.node('out/main.js'), { status: 0, out: printed });
});

test('a mistake fails the build, at its place, with what to do', async ({ app }) => {
  app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
  try {
    await build(app);
    assert.unreachable();
  } catch (error) {
    const { message, plugin, loc } = error as Error & { plugin: string; loc: object };
    assert.match(message, `error TS90105: ${mistake.message}\n`);
    assert.is(plugin, 'dataflow');
    assert.equal(loc, { file: app.path(mistake.file), line: mistake.line, column: mistake.column - 1 });
  }
});

test("mode 'warn' prints it and builds", async ({ app }) => {
  const warnings = await build(app, { mode: 'warn' });
  assert.equal(warnings.map((text) => text.includes(`warning TS90105: ${mistake.message}\n`)), [true]);
});

test('watching: a failed build is tried again when the mistake is gone, and when a model changes', async ({ app }) => {
  const events = new Events<string>();
  const watcher = watch({ ...inputOf(app), output: output(app), watch: { clearScreen: false } });
  watcher.on('event', ({ code, error, result }) => {
    if (code === 'END' || code === 'ERROR') events.push(error ? error.message : code);
    void result?.close();
  });
  try {
    await events.next((text) => text.includes(mistake.message));
    await quiet();
    app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
    await events.next((text) => text === 'END');
    await quiet();
    app.edit('src/models.ts', 'name!: string;', 'name!: string;\n  nickname?: string;');
    await events.next((text) => text === 'END' && app.read('.dataflow/user.d.ts').includes('nickname'));
  } finally {
    await watcher.close();
  }
});

/** Watching starts some time after the event. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

test.run();
