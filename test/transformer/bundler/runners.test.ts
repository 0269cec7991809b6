import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, nodeThatStripsTypes, printed } from './app.js';

/** What runs TypeScript without a plugin of ours, on files that the command line has generated. */
const test = suite<{ app: App }>('runners of TypeScript', undefined as never);
test.before((context) => {
  context.app = new App();
  assert.is(context.app.dataflow('generate').status, 0);
});
test.after((context) => context.app.close());

test('tsx runs the program, and model classes as they are: their decorators do nothing', ({ app }) => {
  assert.equal(app.node('--import', import.meta.resolve('tsx'), 'src/main.ts'), { status: 0, out: printed });
});

test("Node's own type stripping runs a program that does not import model files", ({ app }) => {
  app.write('src/without-models.ts', "import { run } from './sign-up.ts';\n\nconsole.log(await run());\n");
  assert.equal(strippingTypes(app, 'src/without-models.ts'), { status: 0, stdout: printed.replace(/true\n$/, ''), stderr: '' });
});

test('importing a model file there is what does not work, and only that: Node cannot run decorators', ({ app }) => {
  app.write('src/model-at-run-time.ts', "import { User } from './models.ts';\n\nconsole.log(new User().active);\n");
  const { status, stderr } = strippingTypes(app, 'src/model-at-run-time.ts');
  assert.is(status, 1);
  assert.match(stderr, /src\/models\.ts:3\n@model\n[\s\S]*SyntaxError: Invalid or unexpected token/);
});

function strippingTypes(app: App, path: string) {
  const { status, stdout, stderr } = spawnSync(nodeThatStripsTypes, ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', path], { cwd: app.folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.run();
