import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseOutput } from '../../../transformer/src/cli/tsc/output.js';
import { ProjectFolder, userModel, type ProjectOptions } from '../plugin/project-folder.js';
import { runHere } from './run-here.js';

const misuse = `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

const db = new DataFlow({ schema });
await db.models.User.create({ id: 'ü😀', nme: 'Ann' });
await db.models.User.update({ id: 'u', name: 'x' });
export const text: string = 1;
`;
const fine = misuse.replace('nme', 'name').replace("{ id: 'u', name: 'x' }", "{ filter: { id: 'u' }, fields: { name: 'x' } }").replace('= 1', "= ''");
const unusedSuppression = `${fine}// dataflow-ignore DF-105: nothing is wrong here\nexport const one = 1;\n`;
const compilers = ['typescript', 'typescript-6', 'typescript-7'] as const;

async function withProject(options: ProjectOptions, work: (project: ProjectFolder, tsc: (...args: string[]) => ReturnType<typeof runHere>) => Promise<void>): Promise<void> {
  const project = new ProjectFolder(options);
  try {
    await work(project, (...args) => runHere(project, 'tsc', ...args));
  } finally {
    await project.close();
  }
}

const outputs = new Map<string, string>();
for (const typescript of compilers) {
  test(`${typescript}: generates, compiles and reports in one run, DataFlow's words in the place of TypeScript's`, () =>
    withProject({ typescript, files: { 'src/main.ts': misuse } }, async (project, tsc) => {
      const { status, out } = await tsc();
      assert.is(status, 2, 'written, with errors');
      assert.ok(project.exists('.dataflow/user.js'));
      assert.ok(project.exists('dist/main.js'));
      assert.equal(
        out.split('\n').filter((line) => /^\S/.test(line)),
        [
          "src/main.ts(5,42): error TS90105: DF-105: User has no field 'nme'; did you mean 'name'?",
          "src/main.ts(6,40): error TS90106: DF-106: UserUpdateNode: 'name' stands in the wrong place; put the field inside `fields`",
          "src/main.ts(7,14): error TS2322: Type 'number' is not assignable to type 'string'.",
        ],
      );
      outputs.set(typescript, out);
      const pretty = await tsc('--pretty', '--noEmit');
      assert.match(pretty.out, "src/main.ts:5:42 - error TS90105: DF-105: User has no field 'nme'; did you mean 'name'?\n");
      assert.match(pretty.out, "5 await db.models.User.create({ id: 'ü😀', nme: 'Ann' });\n");
      assert.not.match(pretty.out, /TS(2353|2561|2322)[^]*TS(2353|2561)/);
      assert.match(pretty.out, 'Found 3 errors in the same file, starting at: src/main.ts:5\n');
      assert.ok(pretty.status > 0);
    }));

  test(`${typescript}: a valid project: silent, compiled, exit code 0; also with -b, -p and other options`, () =>
    withProject({ typescript, files: { 'src/main.ts': fine } }, async (project, tsc) => {
      for (const args of [['-p', 'tsconfig.json', '--noEmit'], ['-b'], ['--incremental', '--tsBuildInfoFile', 'dist/info']]) {
        assert.equal(await tsc(...args), { status: 0, out: '', err: '' }, args.join(' '));
      }
      assert.ok(project.exists('dist/main.js'));
    }));

  test(`${typescript}: what only DataFlow finds fails the run; noEmitOnError writes nothing`, () =>
    withProject({ typescript, files: { 'src/main.ts': unusedSuppression } }, async (project, tsc) => {
      const alone = await tsc('--noEmitOnError');
      assert.match(alone.out, /^src\/main\.ts\(8,1\): error TS90701: DF-701: /);
      assert.is(alone.status, 1);
      assert.not(project.exists('dist/main.js'));
      const emitted = await tsc();
      assert.match(emitted.out, /^src\/main\.ts\(8,1\): error TS90701: DF-701: /);
      assert.is(emitted.status, 2);
      assert.ok(project.exists('dist/main.js'));
      assert.is((await tsc('-b')).status, 1);
    }));

  test(`${typescript}: a suppressed error does not fail the run`, () =>
    withProject({ typescript, files: { 'src/main.ts': fine.replace("name: 'Ann' }", "nme: 'Ann' } /* a trial */") } }, async (project, tsc) => {
      project.write('src/main.ts', project.read('src/main.ts').replace('/* a trial */);', '); // dataflow-ignore DF-105: a trial'));
      assert.equal(await tsc('--noEmit'), { status: 0, out: '', err: '' });
    }));
}

test('the text is the same under every TypeScript', () => {
  assert.is(outputs.get('typescript-6'), outputs.get('typescript'));
  assert.is(outputs.get('typescript-7'), outputs.get('typescript'));
});

test('models with findings, and mode warn', () =>
  withProject({ typescript: 'typescript-7', plugin: { mode: 'warn' }, files: { 'src/main.ts': unusedSuppression } }, async (project, tsc) => {
    const warned = await tsc();
    assert.match(warned.out, /^src\/main\.ts\(8,1\): warning TS90701: DF-701: /);
    assert.is(warned.status, 0);
    project.write('src/models.ts', userModel.replace('name!: string', 'name!: any'));
    const { status, out } = await tsc('--noEmit');
    assert.match(out, 'src/models.ts(6,3): error TS90617: DF-617: ');
    assert.ok(status > 0);
  }));

test('-b of two projects that refer to each other, from nothing', () =>
  withProject(
    {
      typescript: 'typescript-7',
      compilerOptions: { composite: true },
      files: {
        'src/main.ts': "export { UserCreateNode } from '#dataflow';\n",
        'app/main.ts': misuse.replace('export const text: string = 1;', "export { UserCreateNode } from '../src/main.js';"),
        'app/tsconfig.json': JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { rootDir: '.', outDir: '../dist-app', plugins: [{ name: 'dataflow-ts-compiler', outDir: '../.dataflow' }] }, include: ['.'], references: [{ path: '..' }] }),
      },
    },
    async (project, tsc) => {
      const { status, out } = await tsc('-b', 'app');
      assert.match(out, "app/main.ts(5,42): error TS90105: DF-105: User has no field 'nme'");
      assert.is(out.match(/error TS/g)?.length, 2, out);
      assert.ok(status > 0);
      project.write('app/main.ts', "export { UserCreateNode } from '../src/main.js';\n");
      assert.equal(await tsc('-b', 'app'), { status: 0, out: '', err: '' });
      assert.ok(project.exists('dist-app/main.js'));
    },
  ));

test('a project generates its own models, not those of a project that it refers to', () =>
  withProject(
    {
      typescript: 'typescript-7',
      compilerOptions: { composite: true },
      files: {
        'src/main.ts': "export { UserCreateNode } from '#dataflow';\n",
        'app/models.ts': "import { model } from 'dataflow-ts';\nexport { User } from '../src/models.js';\n@model\nexport class Team {\n  id!: string;\n}\n",
        'app/main.ts': "export { TeamCreateNode } from './.dataflow/index.js';\n",
        'app/tsconfig.json': JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { rootDir: '.', outDir: '../dist-app', plugins: [{ name: 'dataflow-ts-compiler' }] }, include: ['.'], references: [{ path: '..' }] }),
      },
    },
    async (project, tsc) => {
      assert.equal(await tsc('-b', 'app'), { status: 0, out: '', err: '' });
      assert.ok(project.exists('app/.dataflow/team.js'));
      assert.not(project.exists('app/.dataflow/user.js'));
      assert.ok(project.exists('.dataflow/user.js'));
    },
  ));

test('questions and mistakes go to tsc as they are', () => {
  const project = new ProjectFolder({ typescript: 'typescript-7' });
  const version = project.dataflow('tsc', '--version');
  assert.equal(version, { status: 0, out: 'Version 7.0.2\n' });
  assert.match(project.dataflow('tsc', '--help').out, 'tsc: The TypeScript Compiler');
  const missing = project.dataflow('tsc', '-p', 'tsconfg.json');
  assert.match(missing.out, /error TS5058: The specified path does not exist: '.*tsconfg\.json'/);
  assert.is(missing.status, 1);
  const unknown = project.dataflow('tsc', '--nonsense');
  assert.match(unknown.out, /error TS5023: Unknown compiler option '--nonsense'/);
  assert.ok(unknown.status);
  assert.not(project.exists('dist/nonsense'));
  return project.close();
});

test('--watch: DF-448; no TypeScript: DF-449; both exit code 2', () =>
  withProject({ typescript: 'typescript-7' }, async (project, tsc) => {
    for (const args of [['--watch'], ['-w'], ['-b', '-w']]) {
      const { status, err } = await tsc(...args);
      assert.is(status, 2);
      assert.match(err, /^error DF-448: dataflow tsc cannot run with '(--watch|-w)'/);
    }
    project.remove('node_modules/typescript');
    const { status, err } = await tsc();
    assert.is(status, 2);
    assert.match(err, /^error DF-449: no TypeScript was found for /);
  }));

test('what tsc prints is taken apart', () => {
  const plain = parseOutput("TSFILE: /x\na b(c).ts(1,2): error TS1: One.\n  more\n    and more\nerror TS18003: No inputs.\n/x/y.ts\n", '/p');
  assert.equal(plain.blocks.map(({ text }) => text), ['TSFILE: /x', 'a b(c).ts(1,2): error TS1: One.\n  more\n    and more', 'error TS18003: No inputs.', '/x/y.ts']);
  assert.equal(plain.blocks[1]!.diagnostic, { path: '/p/a b(c).ts', line: 1, column: 2, isError: true, message: 'One.', code: 1 });
  assert.is(plain.blocks[2]!.diagnostic!.path, undefined);

  const esc = '\u001b[96m';
  const pretty = parseOutput(`${esc}src/a.ts\u001b[0m:1:7 - error TS2: Two.\n  more\n\n\u001b[7m1\u001b[0m const a = 1;\n  ~~~\n\n\nFound 1 error in src/a.ts:1\n\n`, '/p');
  assert.is(pretty.blocks.length, 1);
  assert.is(pretty.blocks[0]!.diagnostic!.path, '/p/src/a.ts');
  assert.match(pretty.blocks[0]!.text, '~~~');
  assert.equal(parseOutput('', '/p').blocks, []);
});

test.run();
