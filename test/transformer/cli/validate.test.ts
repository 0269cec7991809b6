import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from '../plugin/project-folder.js';
import { runHere } from './run-here.js';

const misuse = `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

const db = new DataFlow({ schema });
await db.models.User.create({ id: 'u', nme: 'Ann' });
export const text: string = 1;
`;
const fine = misuse.replace('nme', 'name').replace('= 1', "= ''");

interface SarifLog {
  version: string;
  runs: {
    tool: { driver: { rules: { id: string; shortDescription: { text: string } }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number> } }[];
      fixes?: object[];
    }[];
  }[];
}

const test = suite<{ project: ProjectFolder }>('dataflow validate', { project: undefined as unknown as ProjectFolder });
test.before.each((context) => {
  context.project = new ProjectFolder({ files: { 'src/main.ts': misuse } });
});
test.after.each((context) => context.project.close());

const configure = (project: ProjectFolder, options: object) => {
  const config = JSON.parse(project.read('tsconfig.json')) as { compilerOptions: { plugins: object[] } };
  Object.assign(config.compilerOptions.plugins[0]!, options);
  project.write('tsconfig.json', JSON.stringify(config));
};

test('text: findings with frames and fixes, TypeScript\'s own errors, a summary; nothing is written', async ({ project }) => {
  const { status, out, err } = await runHere(project, 'validate');
  assert.is(status, 1);
  assert.is(err, '');
  assert.match(out, "src/main.ts:5:40 - error TS90105: DF-105: User has no field 'nme'; did you mean 'name'?\n\n5 await db.models");
  assert.match(out, "fix: Rename 'nme' to 'name'");
  assert.match(out, "src/main.ts:6:14 - error TS2322: Type 'number' is not assignable to type 'string'.");
  assert.match(out, /\n2 errors; `dataflow fix` puts 1 right; `dataflow explain DF-105` says more\n$/);
  assert.not(project.exists('.dataflow'), 'checked against what would be generated');
});

test('a valid project, exit code 0', async ({ project }) => {
  project.write('src/main.ts', fine);
  const { status, out } = await runHere(project, 'validate');
  assert.match(out, /^dataflow 1 model, nothing found \(\d+ ms\)\n$/);
  assert.is(status, 0);
  assert.not(project.exists('.dataflow'));
});

test('against the models as they are, not as they were when they were last generated', async ({ project }) => {
  project.write('src/main.ts', fine);
  assert.is((await runHere(project, 'generate')).status, 0);
  project.write('src/models.ts', userModel.replace('name!', 'title!'));
  const times = project.times('.dataflow');
  const { status, out } = await runHere(project, 'validate');
  assert.is(status, 1);
  assert.match(out, "DF-105: User has no field 'name'");
  assert.equal(project.times('.dataflow'), times);
});

test('--format json', async ({ project }) => {
  const { status, out } = await runHere(project, 'validate', '--format', 'json');
  assert.is(status, 1);
  const report = JSON.parse(out) as { projects: { tsconfig: string; findings: { code: string; at: object; fixes: { edits: object[] }[] }[]; typescript: { code: string }[] }[]; errors: number; warnings: number };
  assert.equal([report.errors, report.warnings, report.projects.length], [2, 0, 1]);
  const [{ tsconfig, findings, typescript }] = report.projects as [(typeof report.projects)[number]];
  assert.is(tsconfig, 'tsconfig.json');
  assert.equal(findings.map(({ code }) => code), ['DF-105']);
  const start = misuse.indexOf('nme');
  assert.equal(findings[0]!.at, { file: 'src/main.ts', line: 5, column: 40, start, end: start + 3 });
  assert.equal(findings[0]!.fixes[0]!.edits, [{ file: 'src/main.ts', start, end: start + 3, text: 'name' }]);
  assert.equal(typescript.map(({ code }) => code), ['TS2322']);
});

test('--format github: workflow commands, escaped', async ({ project }) => {
  const { status, out } = await runHere(project, 'validate', '--format', 'github');
  assert.is(status, 1);
  const lines = out.trimEnd().split('\n');
  assert.is(lines.length, 2);
  assert.match(lines[0]!, /^::error file=src\/main\.ts,line=5,col=40,endLine=5,endColumn=43,title=DF-105%3A [^:,]+::DF-105: User has no field 'nme'; did you mean 'name'\?%0Aexpected: /);
});

test('--format sarif: SARIF 2.1.0 with rules, regions and fixes', async ({ project }) => {
  project.write('src/main file.ts', project.read('src/main.ts'));
  project.remove('src/main.ts');
  configure(project, { outdir: 'x' });
  const { status, out } = await runHere(project, 'validate', '--format', 'sarif');
  assert.is(status, 1);
  const log = JSON.parse(out) as SarifLog;
  assert.is(log.version, '2.1.0');
  assert.equal(Object.keys(log).sort(), ['$schema', 'runs', 'version']);
  const [run] = log.runs as [SarifLog['runs'][number]];
  const { rules } = run.tool.driver;
  assert.equal(rules.map(({ id }) => id), ['DF-105', 'DF-443', 'TS2322']);
  for (const { shortDescription } of rules) assert.ok(shortDescription.text);
  assert.equal(run.results.map(({ ruleId }) => ruleId).sort(), ['DF-105', 'DF-443', 'TS2322']);
  for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
    assert.is(rules[ruleIndex]!.id, ruleId);
    assert.is(level, 'error');
    assert.ok(message.text);
    const { artifactLocation, region } = locations[0]!.physicalLocation;
    assert.match(artifactLocation.uri, /^(src\/main%20file\.ts|tsconfig\.json)$/);
    assert.ok(region.startLine >= 1 && region.startColumn >= 1 && region.endLine >= region.startLine && region.endColumn > region.startColumn);
  }
  const start = misuse.indexOf('nme');
  const result = run.results.find(({ ruleId }) => ruleId === 'DF-105')!;
  assert.equal(result.locations[0]!.physicalLocation.region, { startLine: 5, startColumn: 40, endLine: 5, endColumn: 43, charOffset: start, charLength: 3 });
  assert.equal(result.fixes, [
    {
      description: { text: "Rename 'nme' to 'name'" },
      artifactChanges: [
        {
          artifactLocation: { uri: 'src/main%20file.ts', uriBaseId: '%SRCROOT%' },
          replacements: [{ deletedRegion: { charOffset: start, charLength: 3 }, insertedContent: { text: 'name' } }],
        },
      ],
    },
  ]);
});

test('nothing found: every format says so', async ({ project }) => {
  project.write('src/main.ts', fine);
  assert.is((await runHere(project, 'validate', '--format', 'github')).out, '');
  const json = JSON.parse((await runHere(project, 'validate', '--format', 'json')).out) as { errors: number };
  assert.is(json.errors, 0);
  const sarif = JSON.parse((await runHere(project, 'validate', '--format', 'sarif')).out) as { runs: { results: unknown[] }[] };
  assert.equal(sarif.runs[0]!.results, []);
});

test('warnings fail under --strict only; modes of tsconfig', async ({ project }) => {
  project.write('src/main.ts', `${fine}// dataflow-ignore DF-105: nothing is wrong here\nexport const one = 1;\n`);
  assert.match((await runHere(project, 'validate')).out, 'error TS90701: DF-701: ');

  configure(project, { mode: 'warn' });
  const warned = await runHere(project, 'validate');
  assert.match(warned.out, 'warning TS90701: DF-701: ');
  assert.match(warned.out, /\n1 warning; /);
  assert.is(warned.status, 0);
  assert.match((await runHere(project, 'validate', '--format', 'github')).out, /^::warning /);

  const strict = await runHere(project, 'validate', '--strict');
  assert.match(strict.out, 'error TS90701: DF-701: ');
  assert.is(strict.status, 1);

  configure(project, { mode: 'off' });
  assert.equal((await runHere(project, 'validate')).status, 0);

  configure(project, { mode: 'loose' });
  const wrong = await runHere(project, 'validate');
  assert.match(wrong.out, `DF-444: the plugin option 'mode' cannot be "loose"`);
  assert.is(wrong.status, 1);
});

test("mode warn: a program that does not type-check fails all the same, with TypeScript's error beside the warning", async ({ project }) => {
  configure(project, { mode: 'warn' });
  const { status, out } = await runHere(project, 'validate');
  assert.is(status, 1);
  assert.match(out, 'warning TS90105: DF-105: ');
  assert.match(out, /src\/main\.ts:5:40 - error TS(2561|2322|2353): /);
});

test('models that cannot be read are errors in every mode', async ({ project }) => {
  project.write('src/main.ts', 'export {};\n');
  project.write('src/models.ts', userModel.replace('name!: string', 'name!: any'));
  for (const mode of ['strict', 'warn', 'off']) {
    configure(project, { mode });
    const { status, out } = await runHere(project, 'validate');
    assert.match(out, 'src/models.ts:6:3 - error TS90617: DF-617: ');
    assert.is(status, 1, mode);
  }
});

test('a syntax error in a file with models is said once, and hides what types would say', async ({ project }) => {
  project.write('src/models.ts', userModel.replace('name!: string', 'name! string'));
  const { status, out } = await runHere(project, 'validate');
  assert.is(status, 1);
  assert.is(out.match(/ - error /g)?.length, out.match(/src\/models\.ts:6:\d+ - error /g)?.length, out);
  assert.match(out, "DF-721: 'src/models.ts' has a syntax error");
});

test('--fix: edits, generates, reports the rest', async ({ project }) => {
  const { status, out } = await runHere(project, 'validate', '--fix');
  assert.match(out, /^dataflow 1 fix made in src\/main\.ts\n {2}src\/main\.ts: Rename 'nme' to 'name'\n/);
  assert.match(out, 'error TS2322');
  assert.not.match(out, 'DF-105');
  assert.is(status, 1);
  assert.is(project.read('src/main.ts'), misuse.replace('nme', 'name'));
  assert.ok(project.exists('.dataflow/user.js'));
  const again = await runHere(project, 'validate', '--fix', '--format', 'json');
  assert.is(again.err, 'dataflow nothing to fix\n');
  assert.is((JSON.parse(again.out) as { errors: number }).errors, 1);
});

test('wrong use: exit code 2', async ({ project }) => {
  for (const args of [['--format', 'xml'], ['--stict'], ['-p', 'tsconfg.json'], ['src/main.ts']]) {
    const { status, err } = await runHere(project, 'validate', ...args);
    assert.is(status, 2);
    assert.match(err, /^error DF-44[01]: /);
  }
});

test('a project with TypeScript 7, and a solution of two projects', async () => {
  const project = new ProjectFolder({ typescript: 'typescript-7', files: { 'src/main.ts': misuse, 'tools/more.ts': "export const more: number = '';\n" } });
  const base = JSON.parse(project.read('tsconfig.json')) as { compilerOptions: object };
  project.write('tsconfig.app.json', JSON.stringify({ ...base, compilerOptions: { ...base.compilerOptions, composite: true } }));
  project.write('tsconfig.tools.json', JSON.stringify({ compilerOptions: { composite: true, strict: true, types: [], outDir: 'dist-tools' }, include: ['tools'], references: [{ path: './tsconfig.app.json' }] }));
  project.write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: './tsconfig.app.json' }, { path: './tsconfig.tools.json' }] }));
  const { status, out } = await runHere(project, 'validate');
  assert.is(status, 1);
  assert.match(out, 'src/main.ts:5:40 - error TS90105: DF-105: ');
  assert.match(out, 'tools/more.ts:1:14 - error TS2322: ');
  assert.match(out, '\n3 errors; ');
  await project.close();
});

test.run();
