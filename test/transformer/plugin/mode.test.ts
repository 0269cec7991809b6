import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from './project-folder.js';

const main = `import { UserCreateNode } from '#dataflow';

console.log(UserCreateNode.type);
// dataflow-ignore DF-105: nothing is wrong here
export const one = 1;
`;

const test = suite<{ project: ProjectFolder }>('modes in tsconfig', { project: undefined as unknown as ProjectFolder });
test.before((context) => {
  context.project = new ProjectFolder({ files: { 'src/main.ts': main } });
});
test.after((context) => context.project.close());

const expected: [mode: string | undefined, status: number, out: RegExp | string][] = [
  [undefined, 2, /^src\/main\.ts\(4,1\): error TS90701: DF-701: /],
  ['strict', 2, /^src\/main\.ts\(4,1\): error TS90701: DF-701: /],
  ['warn', 0, /^src\/main\.ts\(4,1\): warning TS90701: DF-701: /],
  ['off', 0, /^$/],
  ['loose', 2, `DF-444: the plugin option 'mode' cannot be "loose"`],
];
for (const [mode, status, out] of expected) {
  test(`mode ${mode ?? 'not given'}`, ({ project }) => {
    const config = JSON.parse(project.read('tsconfig.json')) as { compilerOptions: { plugins: [{ mode?: string }] } };
    const [entry] = config.compilerOptions.plugins;
    if (mode === undefined) delete entry.mode;
    else entry.mode = mode;
    project.write('tsconfig.json', JSON.stringify(config));
    const ran = project.tspc('--noEmit');
    assert.match(ran.out, out);
    assert.is(ran.status, status);
  });
}

test('models that cannot be read are errors in every mode', ({ project }) => {
  project.write('tsconfig.json', project.read('tsconfig.json').replace('"mode":"loose"', '"mode":"off"'));
  project.write('src/models.ts', userModel.replace('name!: string', 'name!: any'));
  const { status, out } = project.tspc('--noEmit');
  assert.match(out, 'src/models.ts(6,3): error TS90617: DF-617: ');
  assert.is(status, 2);
});

test.run();
