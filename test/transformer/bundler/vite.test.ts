import dataflow, { type BundlerOptions } from 'dataflow-ts-compiler/unplugin';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, Events, loadVite, mistake, models, printed, sourceMapOf } from './app.js';

const vite = await loadVite();

const test = suite<{ app: App; logged: Events<string> }>('the plugin in Vite', undefined as never);
test.before((context) => {
  context.app = new App();
  context.logged = new Events();
});
test.after((context) => context.app.close());

/** Everything but Node's own modules goes into the bundle; the driver is loaded when the database is opened. */
function configOf(app: App, logged: Events<string>, options?: BundlerOptions, ...more: object[]): object {
  const log = (text: string): void => logged.push(text);
  return {
    root: app.folder, configFile: false, logLevel: 'silent', plugins: [dataflow.vite(options), ...more],
    customLogger: { ...vite.createLogger('silent'), warn: log, warnOnce: log, error: log },
    build: { ssr: 'src/main.ts', outDir: 'out', minify: false, target: 'es2022', sourcemap: true },
    ssr: { noExternal: ['dataflow-ts'] },
  };
}
const failureOf = async (app: App, logged: Events<string>, options?: BundlerOptions): Promise<Error> => {
  try {
    await vite.build(configOf(app, logged, options));
  } catch (error) {
    return error as Error;
  }
  throw new Error('The build succeeded.');
};

test('a fresh checkout: generates, bundles model classes too, and the bundle runs', async ({ app, logged }) => {
  assert.not(app.exists('.dataflow'));
  await vite.build(configOf(app, logged));
  assert.ok(app.exists('.dataflow/user.d.ts'));
  assert.equal(app.node('out/main.js'), { status: 0, out: printed });
});

test('no decorator is left in the bundle; source maps lead to the sources', ({ app }) => {
  assert.not.match(app.read('out/main.js'), /^@model|__decorat/m);
  const { sources, sourcesContent } = sourceMapOf(app.path('out/main.js'));
  assert.is(sourcesContent[sources.indexOf('../src/models.ts')], models);
});

test('a mistake fails the build, at its place, with what to do', async ({ app, logged }) => {
  app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
  const { errors = [], message } = (await failureOf(app, logged)) as Error & { errors?: { id?: string; loc?: { line: number; column: number } }[] };
  assert.match(message, `${mistake.file}:${mistake.line}:${mistake.column} - error TS90105: ${mistake.message}\n`);
  assert.match(message, '\n  fix: ');
  assert.is(errors[0]?.id, app.path(mistake.file));
  assert.equal([errors[0]?.loc?.line, errors[0]?.loc?.column], [mistake.line, mistake.column - 1]);
  assert.not.match(message, 'bundler/rollup');
});

test("mode 'warn' prints it and builds; the mode in tsconfig counts, too", async ({ app, logged }) => {
  await vite.build(configOf(app, logged, { mode: 'warn' }));
  await logged.next((text) => text.includes(`warning TS90105: ${mistake.message}`));
  const config = app.read('tsconfig.json');
  app.write('tsconfig.json', config.replace('"transformProgram":true', '"transformProgram":true,"mode":"off"'));
  await vite.build(configOf(app, logged));
  app.write('tsconfig.json', config);
  app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
});

test('a tsconfig that only refers to others, as in the templates of Vite', async ({ app, logged }) => {
  const config = app.read('tsconfig.json');
  app.write('tsconfig.app.json', config);
  app.write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: './tsconfig.app.json' }] }));
  app.remove('.dataflow');
  await vite.build(configOf(app, logged));
  assert.ok(app.exists('.dataflow/user.d.ts'));
  app.write('tsconfig.json', config);
});

test('the development server: generates before the first module, again when a model changes, and shows findings', async ({ app, logged }) => {
  app.remove('.dataflow');
  app.edit('src/sign-up.ts', mistake.right, mistake.wrong);
  const browser = new Events<{ type: string; err?: { message: string } }>();
  const spy = { name: 'spy', configureServer: ({ ws }: { ws: { send: unknown } }) => void (ws.send = (payload: { type: string }) => browser.push(payload)) };
  const server = await vite.createServer({ ...configOf(app, logged, {}, spy), server: { middlewareMode: true, ws: false }, appType: 'custom', optimizeDeps: { noDiscovery: true } });
  try {
    await logged.next((text) => text.includes(mistake.message));
    await browser.next(({ type, err }) => type === 'error' && err!.message.includes(mistake.message));
    await eventually(() => server.watcher.getWatched()[app.path('src')]?.includes('sign-up.ts') ?? false);
    app.edit('src/sign-up.ts', mistake.wrong, mistake.right);
    await browser.next(({ type }) => type === 'full-reload');
    const { run } = (await server.ssrLoadModule('/src/sign-up.ts')) as { run: () => Promise<string> };
    assert.is(`${await run()}\ntrue\n`, printed);
    const { User } = (await server.ssrLoadModule('/src/models.ts')) as { User: new () => { active: boolean } };
    assert.is(new User().active, true);

    app.edit('src/models.ts', 'name!: string;', 'name!: string;\n  nickname?: string;');
    await eventually(() => app.read('.dataflow/user.d.ts').includes('nickname'));
    app.write('src/team.ts', models.replaceAll('User', 'Team').replace(/@model\(\{[\s\S]*/, ''));
    await eventually(() => app.exists('.dataflow/team.js'));

    app.edit('src/models.ts', 'nickname?: string', 'nickname?: any');
    await logged.next((text) => text.includes('DF-617: '));
    await browser.next(({ type, err }) => type === 'error' && err!.message.includes('DF-617: '));
  } finally {
    await server.close();
  }
});

async function eventually(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error('It did not come true.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test.run();
