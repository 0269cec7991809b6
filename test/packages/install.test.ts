import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/**
 * Both packages as a user gets them: packed, installed into an empty project outside the repository, and then the
 * two-minute example of the README followed to the letter.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'dataflow-installed-'));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const packages = [
  { name: 'dataflow-ts', folder: join(root, 'runtime') },
  { name: 'dataflow-ts-compiler', folder: join(root, 'transformer') },
];
const versionOf = (name: string) => (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
const tarball = (name: string) => join(project, `${name}-${versionOf(name)}.tgz`);

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
  if (error) throw error;
  return { status, stdout, stderr, all: `${stdout}${stderr}` };
}
function succeeds(command: string, ...args: string[]): string {
  const { status, stdout, all } = run(command, ...args);
  assert.is(status, 0, `${command} ${args.join(' ')}\n${all}`);
  return stdout;
}
const bin = (name: string) => join(project, 'node_modules/.bin', name);
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
};

/** The README's code blocks that begin with `// path`, by path. */
const blocks = new Map(
  [...readme.matchAll(/```\w+\n(\/\/ (\S+)[^\n]*\n[\s\S]*?)\n```/g)].map((hit) => [hit[2]!, `${hit[1]!}\n`]),
);
const block = (file: string) => {
  const text = blocks.get(file);
  assert.ok(text, `the README has a block that begins with // ${file}`);
  return text;
};

/** What the README shows as the output of a command. */
const output = (command: string) => {
  const text = [...readme.matchAll(/```console\n\$ ([^\n]*)\n([\s\S]*?)```/g)].find((hit) => hit[1] === command)?.[2];
  assert.ok(text, `the README shows what ${command} prints`);
  return text;
};

test.before(() => {
  for (const { folder } of packages) succeeds('npm', 'pack', folder, '--silent', '--ignore-scripts');
  write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module', imports: { '#dataflow': './.dataflow/index.js' } }));
  const tools = ['typescript', 'ts-patch'].map((name) => `${name}@${versionOf(name)}`);
  succeeds('npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages.map(({ name }) => tarball(name)), ...tools);
  // Not to be fetched or compiled a second time.
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  for (const name of ['sqlite3', '@types/node']) symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');
});
test.after(() => rmSync(project, { recursive: true, force: true }));

for (const { name, folder } of packages) {
  test(`${name}: publint finds nothing`, async () => {
    const { messages, pkg } = await publint({ pkgDir: folder, level: 'suggestion', strict: true });
    assert.equal(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
  });

  test(`${name}: are-the-types-wrong finds nothing`, () => {
    // `node16` leaves out node10 resolution, which knows no package exports. cjs-resolves-to-esm is meant: the packages
    // are ES modules, and require() of an ES module works in every Node that is supported (20.19 and later).
    const { status, all } = run(process.execPath, join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'), tarball(name), '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii', '--no-emoji');
    assert.is(status, 0, all);
  });
}

test('nothing else is installed with the runtime alone', () => {
  const { dependencies } = JSON.parse(readFileSync(join(project, 'node_modules/dataflow-ts/package.json'), 'utf8')) as { dependencies?: object };
  assert.is(dependencies, undefined);
});

test('the runtime takes less than a megabyte, and brings the licences of what it bundles', () => {
  const folder = join(project, 'node_modules/dataflow-ts');
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0));
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  assert.ok(kilobytes < 1000, `${Math.round(kilobytes)} KB`);
  const licenses = readFileSync(join(folder, 'dist/licenses.txt'), 'utf8');
  for (const name of ['lru-cache', 'postgres-array', 'uuid']) assert.match(licenses, new RegExp(`^${name}$`, 'm'));
});

test('an error of the installed runtime names the place in the program, and no file of the runtime', () => {
  write('mistake.mjs', "import { DataFlow } from 'dataflow-ts';\nconst open = () =>\n  new DataFlow({ url: 'nonsense' });\ntry { open(); } catch ({ code, callSite }) { console.log(code, callSite.file, callSite.line); }\n");
  assert.is(succeeds(process.execPath, 'mistake.mjs'), 'DF-401 mistake.mjs 3\n');
});

test('an ES module imports the runtime', () => {
  write('esm.mjs', "import { DataFlow, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';\nconsole.log(typeof DataFlow, typeof LocalRuntime, typeof WorkflowBuilder);\n");
  assert.is(succeeds(process.execPath, 'esm.mjs'), 'function function function\n');
});

test('a CommonJS module requires the runtime, the tsserver plugin and the transformer', () => {
  write('commonjs.cjs', "console.log(typeof require('dataflow-ts').DataFlow, typeof require('dataflow-ts-compiler'), typeof (require('dataflow-ts-compiler/transformer').default ?? require('dataflow-ts-compiler/transformer')));\n");
  assert.is(succeeds(process.execPath, '--disable-warning=ExperimentalWarning', 'commonjs.cjs'), 'function function function\n');
});

test('the example of the README: generate, compile and run', () => {
  for (const file of ['tsconfig.json', 'src/models.ts', 'src/sign-up.ts']) write(file, block(file));
  succeeds(bin('dataflow'), 'generate');
  succeeds(bin('dataflow'), 'generate', '--check');
  succeeds(bin('tspc'), '-p', '.');
  assert.is(succeeds(process.execPath, '--disable-warning=ExperimentalWarning', 'dist/sign-up.js'), output('npx tspc && node dist/sign-up.js'));
});

test('the example of the README: one run of tspc from nothing does the same', () => {
  rmSync(join(project, '.dataflow'), { recursive: true });
  rmSync(join(project, 'dist'), { recursive: true });
  succeeds(bin('tspc'), '-p', '.');
  assert.ok(readFileSync(join(project, 'dist/sign-up.js'), 'utf8').includes('sign_up'));
});

for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
  test(`types resolve under ${moduleResolution}, libraries checked too`, () => {
    write(`tsconfig.${moduleResolution}.json`, JSON.stringify({
      compilerOptions: { target: 'es2022', module, moduleResolution, types: ['node'], strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, noEmit: true },
      include: ['src'],
    }));
    succeeds(bin('tsc'), '-p', `tsconfig.${moduleResolution}.json`);
  });
}

test('types resolve from a CommonJS file under nodenext', () => {
  write('commonjs.cts', "import { DataFlow } from 'dataflow-ts';\nimport { schema } from '#dataflow';\nexport const open = () => new DataFlow({ url: ':memory:', schema });\n");
  write('tsconfig.commonjs.json', JSON.stringify({
    compilerOptions: { target: 'es2022', module: 'nodenext', types: ['node'], strict: true, skipLibCheck: false, noEmit: true },
    files: ['commonjs.cts'],
  }));
  succeeds(bin('tsc'), '-p', 'tsconfig.commonjs.json');
});

test('the mistake in the README gets the message in the README', () => {
  write('src/wrong.ts', block('src/wrong.ts'));
  const { status, stdout } = run(bin('tspc'), '-p', '.', '--noEmit', '--pretty', 'false');
  rmSync(join(project, 'src/wrong.ts'));
  assert.is(status, 2);
  assert.is(stdout, output('npx tspc'));
});

test.run();
