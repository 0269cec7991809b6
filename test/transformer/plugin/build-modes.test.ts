import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from './project-folder.js';

const withTeam = `${userModel}
@model
export class Team {
  id!: string;
}
`;
const usesTeam = "import { TeamCreateNode } from '#dataflow';\n\nexport const node = TeamCreateNode;\n";
const broken = userModel.replace('name!: string', 'name!: any');
const fine = { status: 0, out: '' };

test('--incremental: a changed model is seen, a finding comes and goes', async () => {
  const project = new ProjectFolder({ compilerOptions: { incremental: true } });
  assert.equal(project.tspc(), fine);
  project.write('src/models.ts', withTeam);
  project.write('src/main.ts', usesTeam);
  assert.equal(project.tspc(), fine);
  project.write('src/models.ts', userModel);
  const gone = project.tspc();
  assert.is(gone.status, 2);
  assert.match(gone.out, "src/main.ts(1,10): error TS90704: DF-704: '#dataflow' has no 'TeamCreateNode'");
  project.write('src/main.ts', 'export {};\n');
  project.write('src/models.ts', broken);
  for (let run = 0; run < 2; run++) assert.match(project.tspc().out, 'error TS90617: DF-617: ');
  project.write('src/models.ts', userModel);
  assert.equal(project.tspc(), fine);
  await project.close();
});

test('--incremental: a finding that another file causes comes and goes although its own file did not change', async () => {
  const models = `import { model } from 'dataflow-ts';
import type { Age } from './age.js';

@model
export class User {
  id!: string;
  age!: Age;
}
`;
  const good = 'export type Age = number;\n';
  const bad = 'export type Age = any;\n';
  for (const args of [['-p', '.'], ['-b']]) {
    const project = new ProjectFolder({ compilerOptions: { incremental: true, composite: args[0] === '-b' }, files: { 'src/models.ts': models, 'src/age.ts': good } });
    assert.is(project.tspc(...args).status, 0);
    project.write('src/age.ts', bad);
    for (let run = 0; run < 2; run++) assert.match(project.tspc(...args).out, 'src/models.ts(7,3): error TS90617: DF-617: ');
    project.write('src/age.ts', good);
    assert.equal(project.tspc(...args), fine);
    await project.close();
  }
});

test('-b with composite: fresh, unchanged, changed, broken twice, corrected', async () => {
  const project = new ProjectFolder({ compilerOptions: { composite: true } });
  assert.equal(project.tspc('-b'), fine);
  assert.match(project.tspc('-b', '--verbose').out, "Project 'tsconfig.json' is up to date");
  project.write('src/models.ts', withTeam);
  project.write('src/main.ts', usesTeam);
  assert.equal(project.tspc('-b'), fine);
  project.write('src/models.ts', withTeam.replace('name!: string', 'name!: any'));
  for (let run = 0; run < 2; run++) {
    const ran = project.tspc('-b');
    assert.is(ran.status, 1);
    assert.match(ran.out, 'src/models.ts(6,3): error TS90617: DF-617: ');
  }
  project.write('src/models.ts', withTeam);
  assert.equal(project.tspc('-b'), fine);
  await project.close();
});

for (const plugins of ['without', 'with']) {
  test(`-b of two projects, fresh: the second, ${plugins} the plugin, sees what the first generated`, async () => {
    const plugin = { transform: 'dataflow-ts-compiler/transformer', transformProgram: true, outDir: '../.dataflow' };
    const project = new ProjectFolder({
      compilerOptions: { composite: true },
      files: {
        'src/main.ts': "import { UserCreateNode } from '#dataflow';\n\nexport const node = UserCreateNode;\n",
        'app/main.ts': "import { UserCreateNode } from '#dataflow';\nimport { node } from '../src/main.js';\n\nexport const type: 'UserCreateNode' = node.type;\nexport const wrong: 1 = UserCreateNode.type;\n",
        'app/tsconfig.json': JSON.stringify({
          extends: '../tsconfig.json',
          compilerOptions: { rootDir: '.', outDir: '../dist-app', plugins: plugins === 'with' ? [plugin] : [] },
          include: ['.'],
          references: [{ path: '..' }],
        }),
      },
    });
    const { status, out } = project.tspc('-b', 'app');
    assert.is(out.replace(/\n$/, ''), `app/main.ts(5,14): error TS2322: Type '"UserCreateNode"' is not assignable to type '1'.`);
    assert.ok(status);
    assert.ok(project.exists('.dataflow/user.js'), 'a program without the models does not delete their files');
    await project.close();
  });
}

test.run();
