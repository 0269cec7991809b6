/**
 * Brings the benchmarks to the point where they run: the peers, their native parts, the generated clients, and this
 * repository's runtime as a package. Does only what is missing, but for DataFlow itself, which is built and copied each time.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.mjs';
import { Failure, runQuietly } from '../scripts/lib/progress.mjs';
import { npm, packagesAreThere, root, setUp } from '../scripts/setup.mjs';

export const bench = dirname(fileURLToPath(import.meta.url));
const modules = join(bench, 'node_modules');
const logs = join(root, '.cache/logs');

export async function setUpBench() {
  await setUp({ need: ['sqlite3', 'postgres', 'node24'] });
  if (!packagesAreThere(bench)) {
    await npm('Installing the peers', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: bench, logFile: join(logs, 'bench.log') });
  }
  takeSqlite3();
  await betterSqlite3();
  build();
  copyRuntime();
  generateNodes();
  await prismaClients();
}

/** The workspace has compiled it already. */
function takeSqlite3() {
  const binary = 'sqlite3/build/Release/node_sqlite3.node';
  if (!existsSync(join(modules, binary)) && existsSync(join(root, 'node_modules', binary))) copy(join(root, 'node_modules', binary), join(modules, binary));
}

async function betterSqlite3() {
  const binary = join(modules, 'better-sqlite3/build/Release/better_sqlite3.node');
  const { version } = JSON.parse(readFileSync(join(modules, 'better-sqlite3/package.json'), 'utf8'));
  const kept = join(root, '.cache/better-sqlite3', `${version}-${process.versions.modules}-${process.platform}-${process.arch}`, 'better_sqlite3.node');
  if (!existsSync(binary) && existsSync(kept)) copy(kept, binary);
  if (works('better-sqlite3')) return;
  await npm('Preparing better-sqlite3', ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
    cwd: bench,
    logFile: join(logs, 'better-sqlite3.log'),
    env: { JOBS: 'max', ...process.env },
    hint: 'Compiling it needs Python 3, make and a C++ compiler.',
  });
  if (existsSync(binary)) copy(binary, kept);
}

function works(name) {
  const script = `new (require(${JSON.stringify(createRequire(join(bench, 'package.json')).resolve(name))}))(':memory:')`;
  return spawnSync(process.execPath, ['-e', script], { stdio: 'ignore' }).status === 0;
}

/** As npm would install it, and not a link, so that it finds the same drivers as the peers. */
function copyRuntime() {
  const target = join(modules, 'dataflow-ts');
  rmSync(target, { recursive: true, force: true });
  const filter = (file) => !file.endsWith('.tsbuildinfo');
  for (const part of ['package.json', 'README.md', 'LICENSE', 'dist']) cpSync(join(root, 'runtime', part), join(target, part), { recursive: true, filter });
}

function generateNodes() {
  const { status } = spawnSync(process.execPath, [join(root, 'transformer/bin/dataflow.js'), 'generate', '-p', join(bench, 'models')], { cwd: bench, stdio: 'inherit' });
  if (status !== 0) throw new Failure('Generating the nodes of bench/models failed.');
}

async function prismaClients() {
  for (const name of ['sqlite', 'postgres']) {
    if (existsSync(join(bench, `generated/prisma-${name}/client.ts`))) continue;
    await runQuietly(`Generating Prisma's client for ${name}`, process.execPath, [join(modules, 'prisma/build/index.js'), 'generate', '--schema', `prisma/${name}.prisma`], {
      cwd: bench,
      logFile: join(logs, 'prisma.log'),
      // `generate` wants a schema engine to be there, which it never calls; named so, it downloads none.
      env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env },
    });
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
