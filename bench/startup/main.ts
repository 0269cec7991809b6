/**
 * What a cold process pays: importing the library, and getting to the first row of a SQLite file. Each figure is of processes
 * of their own. Options: `--repeat 15`, `--no-report`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { contender as raw } from '../run/contenders/raw-better-sqlite3.js';
import { sqliteDatabases } from '../run/databases/sqlite.js';
import { median } from '../run/ratios.js';
import { programs, type Program } from './programs.js';

export interface StartupCost {
  readonly name: string;
  /** Import of the library without a driver. Milliseconds, median. */
  readonly importMs: number | undefined;
  /** From the start of the process to its end, one row read. */
  readonly firstRowMs: number;
  /** Of the library's packages, without drivers. */
  readonly installedKb: number;
}

const { values: options } = parseArgs({ options: { repeat: { type: 'string', default: '15' }, 'no-report': { type: 'boolean', default: false } } });
const bench = join(import.meta.dirname, '..');

/** Node 20 runs no TypeScript, and a cold start through a loader would measure the loader. */
function prismaAsJavaScript(): void {
  const [from, to] = [join(bench, 'generated/prisma-sqlite'), join(bench, 'generated/prisma-sqlite-js')];
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  for (const file of readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(to, file), 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
    writeFileSync(join(to, file.replace(/\.ts$/, '.js')), outputText);
    rmSync(join(to, file));
  }
}

function run(program: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

function sizeOf(name: string): number {
  const folder = join(bench, 'node_modules', name);
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.parentPath.slice(folder.length).includes('node_modules')) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes / 1024;
}

function importProgram({ imports }: Program): string {
  return `const start = performance.now();\n${imports.map((name) => `await import('${name}');`).join('\n')}\nconsole.log(performance.now() - start);\nprocess.exit();\n`;
}

const data = mkdtempSync(join(tmpdir(), 'dataflow-startup-'));
const work = join(bench, '.startup');
mkdirSync(work, { recursive: true });
prismaAsJavaScript();
const databases = await sqliteDatabases(data);
const { file } = (await databases.make(raw)).place as { file: string };
const figures = new Map(programs.map((program): [Program, { imports: number[]; rows: number[] }] => [program, { imports: [], rows: [] }]));
for (let i = 0; i < Number(options.repeat); i++) {
  for (const [program, { imports, rows }] of figures) {
    const at = join(work, `${program.name.replace(/\W/g, '-')}.mjs`);
    if (program.imports.length) {
      writeFileSync(at, importProgram(program));
      imports.push(Number(run(at)));
    }
    writeFileSync(at, `const file = ${JSON.stringify(file)};\n${program.firstRow}\nif (row?.id !== 'u-7') throw new Error('wrong row');\nprocess.exit();\n`);
    const start = performance.now();
    run(at);
    rows.push(performance.now() - start);
  }
}
const costs = [...figures].map(
  ([{ name, packages }, { imports, rows }]): StartupCost => ({
    name,
    importMs: imports.length ? median(imports) : undefined,
    firstRowMs: median(rows),
    installedKb: Math.round(packages.reduce((sum, one) => sum + sizeOf(one), 0)),
  }),
);
console.table(costs);
for (const folder of [data, work]) rmSync(folder, { recursive: true });
if (!options['no-report']) {
  const results = join(bench, 'results');
  mkdirSync(results, { recursive: true });
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  writeFileSync(join(results, 'startup.json'), `${JSON.stringify({ machine, date: new Date().toISOString().slice(0, 10), costs }, null, 1)}\n`);
  await (await import('../report/report.js')).writeReport();
}
process.exit();
