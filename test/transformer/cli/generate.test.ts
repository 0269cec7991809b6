import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from '../plugin/project-folder.js';

const test = suite<{ project: ProjectFolder }>('dataflow generate', { project: undefined as unknown as ProjectFolder });
test.before((context) => {
  context.project = new ProjectFolder({ typescript: 'typescript-7', plugin: { outDir: 'generated' }, packageJson: { imports: { '#dataflow': './generated/index.js' } } });
});
test.after((context) => context.project.close());

test('--check on a fresh checkout: DF-722 with the files, exit code 1, nothing written', ({ project }) => {
  const { status, out } = project.dataflow('generate', '--check');
  assert.is(status, 1);
  assert.match(out, /error TS90722: DF-722: 7 generated file\(s\) are out of date: .*generated\/user\.js/);
  assert.not(project.exists('generated'));
});

test('generates into the outDir of the plugin, for a project with TypeScript 7, whose tsc then checks and emits', ({ project }) => {
  const { status, out } = project.dataflow('generate');
  assert.match(out, /^dataflow 1 model, 7 files written, 0 removed in generated \(\d+ ms\)\n$/);
  assert.is(status, 0);
  assert.match(project.tsc('--version').out, 'Version 7.');
  assert.equal(project.tsc(), { status: 0, out: '' });
  assert.equal(project.node('dist/main.js'), { status: 0, out: 'UserCreateNode User\n' });
});

test('a second run changes no file; --check is content', ({ project }) => {
  const times = project.times('generated');
  assert.match(project.dataflow('generate', '-p', 'tsconfig.json').out, /1 model, generated is up to date/);
  assert.equal(project.times('generated'), times);
  assert.equal(project.dataflow('generate', '--check').status, 0);
});

test('--check lists what a changed and a deleted model make out of date', ({ project }) => {
  project.write('src/models.ts', userModel.replace('User', 'Team'));
  const { status, out } = project.dataflow('generate', '--check', '--project', '.');
  assert.is(status, 1);
  assert.match(out, 'generated/team.js');
  assert.match(out, 'generated/user.js');
  assert.ok(project.exists('generated/user.js'));
  assert.match(project.dataflow('generate').out, /5|6 files written, 3 removed in generated/);
  assert.not(project.exists('generated/user.js'));
  project.write('src/models.ts', userModel);
  project.dataflow('generate');
});

test('a finding: place, code frame, fix, exit code 1, files untouched', ({ project }) => {
  const times = project.times('generated');
  project.write('src/models.ts', userModel.replace('name!: string', 'name!: any'));
  const { status, out } = project.dataflow('generate');
  assert.is(status, 1);
  assert.match(out, /^src\/models\.ts:6:3 - error TS90617: DF-617: /);
  assert.match(out, '6   name!: any;\n    ~~~~\n');
  assert.match(out, /\n {2}fix: /);
  assert.equal(project.times('generated'), times);
});

test('a syntax error: DF-721, exit code 1, files untouched', ({ project }) => {
  const times = project.times('generated');
  project.write('src/models.ts', userModel.replace('name!: string', 'name! string'));
  const { status, out } = project.dataflow('generate');
  assert.is(status, 1);
  assert.match(out, "src/models.ts:6:3 - error TS90721: DF-721: 'src/models.ts' has a syntax error: ");
  assert.equal(project.times('generated'), times);
  project.write('src/models.ts', userModel);
});

test('an unknown plugin option: DF-443, exit code 1', ({ project }) => {
  const config = project.read('tsconfig.json');
  project.write('tsconfig.json', config.replace('"outDir":"generated"', '"outDir":"generated","outFolder":"x"'));
  const { status, out } = project.dataflow('generate');
  assert.is(status, 1);
  assert.match(out, /^tsconfig\.json:1:\d+ - error TS90443: DF-443: .* no option 'outFolder'/);
  project.write('tsconfig.json', config);
});

const misuses: [args: string[], message: string][] = [
  [['generate', '--chek'], "DF-440: dataflow: unknown option '--chek' (Did you mean --check?)"],
  [['generat'], "DF-440: dataflow: unknown command 'generat' (Did you mean generate?)"],
  [[], 'DF-440: dataflow: a command is missing'],
  [['generate', 'x'], 'DF-440: dataflow: too many arguments'],
  [['generate', '-p'], "DF-440: dataflow: option '-p, --project <tsconfig>' argument missing"],
  [['generate', '--check', '--watch'], "DF-440: dataflow: '--check' writes nothing and '--watch' writes"],
  [['generate', '-p', 'tsconfg.json'], "DF-441: there is no 'tsconfg.json'"],
];
for (const [args, message] of misuses) {
  test(`wrong use, exit code 2: dataflow ${args.join(' ')}`, ({ project }) => {
    const { status, out } = project.dataflow(...args);
    assert.match(out, `error ${message}`);
    assert.match(out, /\n {2}fix: /);
    assert.is(status, 2);
  });
}

test('a tsconfig that TypeScript cannot read: DF-442, exit code 2; options that only tsc knows do not matter', ({ project }) => {
  const unreadable: [text: string, reason: RegExp][] = [
    ['{ "include": ["src"', /DF-442: bad\.json cannot be read: '.*' expected\./],
    ['{ "extends": "./base.json", "include": ["src"] }', /DF-442: bad\.json cannot be read: .*base\.json/],
    ['{ "include": ["nothing"] }', /DF-442: bad\.json cannot be read: No inputs were found/],
  ];
  for (const [text, reason] of unreadable) {
    project.write('bad.json', text);
    const { status, out } = project.dataflow('generate', '-p', 'bad.json');
    assert.match(out, reason);
    assert.is(status, 2);
  }
  project.write('bad.json', project.read('tsconfig.json').replace('"strict":true', '"strict":true,"fromTheFuture":true'));
  assert.is(project.dataflow('generate', '-p', 'bad.json', '--check').status, 0);
});

test('--help and --version', ({ project }) => {
  const help = project.dataflow('--help');
  assert.is(help.status, 0);
  assert.match(help.out, /generate \[options\]/);
  assert.match(project.dataflow('--version').out, /^\d+\.\d+\.\d+\n$/);
});

test('a solution file stands for the projects that it refers to', ({ project }) => {
  project.write('solution.json', JSON.stringify({ files: [], references: [{ path: './tsconfig.json' }] }));
  assert.match(project.dataflow('generate', '-p', 'solution.json').out, '1 model, generated is up to date');
});

test('no TypeScript in the project at all', ({ project }) => {
  project.remove('node_modules/typescript');
  project.remove('generated');
  assert.is(project.dataflow('generate').status, 0);
  assert.ok(project.exists('generated/user.js'));
});

test.run();
