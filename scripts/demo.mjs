/**
 * The main job on real data: compiles examples/cities with the plugin from nothing, loads 171,000 cities, runs a
 * workflow over them, and shows what the compiler says about a mistake. Can be repeated; needs no database server.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { build } from './build.mjs';
import { Failure, main, seconds } from './lib/progress.mjs';
import { hasNodeSqlite, root, setUp } from './setup.mjs';

const project = join(root, 'examples/cities');
const compiler = join(root, 'node_modules/ts-patch/bin/tspc.js');

await main(async () => {
  heading('Set-up and build');
  await setUp({ need: hasNodeSqlite ? [] : ['sqlite3'] });
  build();

  heading('Compile examples/cities: three models in, typed nodes out');
  for (const name of ['.dataflow', 'dist', ...readdirSync(project).filter((file) => file.startsWith('cities.db'))]) {
    rmSync(join(project, name), { recursive: true, force: true });
  }
  const start = performance.now();
  show('src/models.ts');
  run(compiler, '-p', project);
  const modules = readdirSync(join(project, '.dataflow')).filter((file) => file.endsWith('.js'));
  console.log(`generated ${modules.join(', ')} with their types in examples/cities/.dataflow, and compiled, in ${seconds(start)}`);

  heading('Load the cities of the world into SQLite and run a workflow over them');
  run('--disable-warning=ExperimentalWarning', join(project, 'dist/main.js'));

  heading('A mistake, and what the compiler says');
  show('misuse/wrong.ts');
  const wrong = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.misuse.json', '--pretty', String(Boolean(process.stdout.isTTY))], { cwd: project, encoding: 'utf8' });
  if (wrong.status === 0) throw new Failure('The mistake compiled; it must not.');
  console.log(`${wrong.stdout}${wrong.stderr}`.trimEnd());
  console.log(`\nexit code ${wrong.status}. All done in ${seconds(0)}; the source is in examples/cities.`);
});

function heading(text) {
  console.log(`\n${process.stdout.isTTY ? styleText('bold', `── ${text}`) : `── ${text}`}\n`);
}

function show(file) {
  const lines = readFileSync(join(project, file), 'utf8').trimEnd().split('\n');
  console.log(`examples/cities/${file}\n${lines.map((line) => `    ${line}`.trimEnd()).join('\n')}\n`);
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: project, stdio: 'inherit' });
  if (status !== 0) throw new Failure('The demo could not go on.');
}
