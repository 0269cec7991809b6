import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from './project-folder.js';

const broken = userModel.replace('name!: string', 'name!: any');
const finding = /^src\/models\.ts\(6,3\): error TS90617: DF-617: .*name/m;

const test = suite<{ project: ProjectFolder }>('findings', { project: undefined as unknown as ProjectFolder });
test.before((context) => {
  context.project = new ProjectFolder();
  assert.is(context.project.tspc().status, 0);
  context.project.write('src/models.ts', broken);
});
test.after((context) => context.project.close());

for (const [args, status] of [[[], 2], [['--noEmit'], 2], [['--noEmitOnError'], 1], [['--incremental'], 2], [['--incremental'], 2]] as const) {
  test(`tspc ${args.join(' ')} reports a finding, alone, and ends with ${status}`, ({ project }) => {
    const ran = project.tspc(...args);
    assert.match(ran.out, finding);
    assert.is(ran.out.match(/error TS/g)?.length, 1, ran.out);
    assert.is(ran.status, status);
  });
}

test('--pretty shows the code frame and the fix', ({ project }) => {
  const { out } = project.tspc('--noEmit', '--pretty');
  assert.match(out, 'DF-617');
  assert.match(out, '  fix: ');
  assert.match(out, 'name!: any;');
});

test('the files of a broken model stay, those of the others are brought up to date', ({ project }) => {
  const before = project.read('.dataflow/user.js');
  project.write('src/team.ts', userModel.replace('User', 'Team'));
  project.write('src/other.ts', `import { TeamCreateNode, UserCreateNode } from '#dataflow';\nexport const nodes = [TeamCreateNode, UserCreateNode];\n`);
  const { out } = project.tspc('--noEmit');
  assert.is(out.match(/error TS/g)?.length, 1, out);
  assert.is(project.read('.dataflow/user.js'), before);
  assert.match(project.read('.dataflow/index.js'), 'UserModel');
  assert.match(project.read('.dataflow/index.js'), 'TeamModel');
});

test('a file with models that does not parse changes nothing', ({ project }) => {
  const before = project.times('.dataflow');
  project.write('src/models.ts', userModel.replace('export class User {', 'export clas User {'));
  const { status, out } = project.tspc('--noEmit');
  assert.is(status, 2);
  assert.match(out, 'src/models.ts(4,');
  assert.equal(project.times('.dataflow'), before);
});

test('an unknown plugin option: DF-443 at its place in tsconfig, in every mode', ({ project }) => {
  project.write('src/models.ts', userModel);
  const config = project.read('tsconfig.json');
  project.write('tsconfig.json', config.replace('"transformProgram":true', '"transformProgram":true,"outdir":"x"'));
  project.remove('dist');
  project.remove('tsconfig.tsbuildinfo');
  for (const [args, status] of [[['-b'], 1], [['-b'], 1], [['--noEmit'], 2], [['--incremental'], 2]] as const) {
    const ran = project.tspc(...args);
    assert.is(ran.status, status);
    assert.match(ran.out, /^tsconfig\.json\(1,\d+\): error TS90443: DF-443: .* 'outdir'; did you mean 'outDir'\?/m);
  }
  project.write('tsconfig.json', config);
});

test('an unusable outDir: DF-444', ({ project }) => {
  const config = project.read('tsconfig.json');
  project.write('tsconfig.json', config.replace('"transformProgram":true', '"transformProgram":true,"outDir":"."'));
  const { status, out } = project.tspc('--noEmit');
  assert.is(status, 2);
  assert.match(out, /error TS90444: DF-444: the plugin option 'outDir' cannot be "\."/);
  project.write('tsconfig.json', config);
});

test('transformProgram left out: DF-445', ({ project }) => {
  const config = project.read('tsconfig.json');
  project.write('tsconfig.json', config.replace(',"transformProgram":true', ''));
  const { status, out } = project.tspc();
  assert.is(status, 2);
  assert.match(out, 'error TS90445: DF-445: ');
  project.write('tsconfig.json', config);
});

test('a file of somebody else in the way: DF-720, and nothing is written', ({ project }) => {
  const text = 'export const schema = 1;\n';
  project.write('.dataflow/index.js', text);
  project.write('src/third.ts', userModel.replace('User', 'Third'));
  const { status, out } = project.tspc('--noEmit');
  assert.is(status, 2);
  assert.match(out, "error TS90720: DF-720: '.dataflow/index.js' was not written by DataFlow");
  assert.is(project.read('.dataflow/index.js'), text);
  assert.not(project.exists('.dataflow/third.js'));
});

test('a folder that cannot be written: DF-723, once', ({ project }) => {
  project.remove('.dataflow');
  project.write('.dataflow', 'a file where the folder has to be');
  const { status, out } = project.tspc('--noEmit');
  assert.is(status, 2);
  assert.is(out.match(/error TS90723: DF-723: '\.dataflow\//g)?.length, 1, out);
});

test.run();
