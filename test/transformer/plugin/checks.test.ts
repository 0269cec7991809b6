/** Mistakes in code that uses DataFlow, through the patched compiler: the same in every mode, and never out of date. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from './project-folder.js';

const fine = { status: 0, out: '' };
const usage = (call: string) => `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

const db = new DataFlow({ schema });
await db.models.User.${call};
`;
const right = usage("create({ id: 'u-1', name: 'Alice' })");
const wrong = usage("create({ id: 'u-1', nme: 'Alice' })");
const message = /^src\/main\.ts\(5,42\): error TS90105: DF-105: User has no field 'nme'; did you mean 'name'\?$/m;
const typescripts = /error TS[1-8]/;

const test = suite('checks');

for (const [args, status] of [[['-p', '.'], 2], [['--noEmit'], 2], [['--noEmitOnError'], 1], [['--incremental'], 2], [['-b'], 1]] as const) {
  test(`tspc ${args.join(' ')}: explained instead of TypeScript's words, again and again, and gone when corrected`, async () => {
    const project = new ProjectFolder({ files: { 'src/main.ts': wrong }, compilerOptions: { composite: args[0] === '-b' } });
    for (let run = 0; run < 2; run++) {
      const ran = project.tspc(...args);
      assert.match(ran.out, message);
      assert.not.match(ran.out, typescripts);
      assert.is(ran.status, status);
    }
    project.write('src/main.ts', right);
    assert.equal(project.tspc(...args), fine);
    await project.close();
  });
}

test('--incremental and -b: a rule of the model that is in no type comes and goes with the model', async () => {
  const limited = userModel.replace('name!', '@length(3) name!').replace('{ model }', '{ length, model }');
  for (const args of [['-p', '.'], ['-b']]) {
    const project = new ProjectFolder({ files: { 'src/main.ts': right }, compilerOptions: { incremental: true, composite: args[0] === '-b' } });
    assert.equal(project.tspc(...args), fine);
    project.write('src/models.ts', limited);
    for (let run = 0; run < 2; run++) assert.match(project.tspc(...args).out, "DF-103: User: 'name' must be a string of at most 3 characters");
    project.write('src/models.ts', userModel);
    assert.equal(project.tspc(...args), fine);
    await project.close();
  }
});

test('TypeScript 6 says the same', async () => {
  const project = new ProjectFolder({ files: { 'src/main.ts': wrong }, typescript: 'typescript-6' });
  const ran = project.tspc('--noEmit');
  assert.match(ran.out, message);
  assert.not.match(ran.out, typescripts);
  assert.is(ran.status, 2);
  await project.close();
});

test('-b: code that uses the models of another project is checked, too', async () => {
  const project = new ProjectFolder({
    compilerOptions: { composite: true },
    files: {
      'app/main.ts': wrong,
      'app/tsconfig.json': JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { rootDir: '.', outDir: '../dist-app' }, include: ['.'], references: [{ path: '..' }] }),
    },
  });
  for (let run = 0; run < 2; run++) {
    const { status, out } = project.tspc('-b', 'app');
    assert.match(out, /^app\/main\.ts\(5,42\): error TS90105: DF-105: User has no field 'nme'; did you mean 'name'\?$/m);
    assert.not.match(out, typescripts);
    assert.ok(status);
  }
  project.write('app/main.ts', right);
  assert.equal(project.tspc('-b', 'app'), fine);
  await project.close();
});

const unusedInput = `import { WorkflowBuilder } from 'dataflow-ts';
import { UserReadNode } from '#dataflow';

export const find = new WorkflowBuilder('find').withInput<{ id: string; name: string }>().addNode(UserReadNode, 'user').addConnection('input', 'id', 'user', 'id').build();
`;

test('a warning is printed and fails nothing; in mode strict it fails, and in mode off nothing is said', async () => {
  for (const [mode, status, printed] of [[undefined, 0, 'warning TS90806: DF-806: '], ['strict', 2, 'error TS90806: DF-806: '], ['off', 0, '']] as const) {
    const project = new ProjectFolder({ files: { 'src/main.ts': unusedInput }, ...(mode && { plugin: { mode } }) });
    const ran = project.tspc('--noEmit');
    assert.is(ran.status, status, ran.out);
    if (printed) assert.match(ran.out, printed);
    else assert.is(ran.out, '');
    await project.close();
  }
});

test('--pretty shows the place of the declaration', async () => {
  const project = new ProjectFolder({ files: { 'src/main.ts': wrong } });
  const { out } = project.tspc('--noEmit', '--pretty');
  assert.match(out, 'User is declared here');
  assert.match(out, "fix: Rename 'nme' to 'name'");
  await project.close();
});

test('--watch: a mistake is seen in the cycle of its edit, and so is its correction', async () => {
  const project = new ProjectFolder({ files: { 'src/main.ts': right } });
  const tspc = project.watchTspc('--watch', '--noEmit');
  try {
    await tspc.until(/Found 0 errors/);
    await quiet();
    project.write('src/main.ts', wrong);
    const seen = await tspc.until(/Found [1-9]\d* errors?/);
    assert.match(seen, "DF-105: User has no field 'nme'");
    assert.match(seen, 'Found 1 error');
    await quiet();
    project.write('src/main.ts', right);
    await tspc.until(/Found 0 errors/);
  } finally {
    await project.close();
  }
});

test('a comment suppresses one finding, in every run', async () => {
  const call = "list({ limit: -1 })";
  const project = new ProjectFolder({ files: { 'src/main.ts': usage(call).replace('await', '// dataflow-ignore DF-103: shown to be refused\nawait') }, compilerOptions: { incremental: true } });
  for (let run = 0; run < 2; run++) assert.equal(project.tspc(), fine);
  project.write('src/main.ts', usage(call));
  assert.match(project.tspc().out, 'DF-103');
  await project.close();
});

/** Watching starts after the result is printed, and writing generated files starts a cycle of the compiler's own. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

test.run();
