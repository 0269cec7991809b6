import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export function hasPgBouncer(): boolean {
  return spawnSync('pgbouncer', ['--version']).status === 0;
}

export interface PgBouncer {
  /** Leads to the same database as the server's URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a PgBouncer in transaction mode before a server: it lends its few connections for one transaction at a time.
 * @param poolSize connections to the server
 */
export async function startPgBouncer(serverUrl: string, poolSize: number): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-pgbouncer-'));
  const ownPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`);
  const root = process.getuid?.() === 0;
  if (root) {
    // It refuses to run as root.
    const postgres = Number(spawnSync('id', ['-u', 'postgres']).stdout);
    chmodSync(folder, 0o755);
    chownSync(file, postgres, -1);
  }
  const log: string[] = [];
  const bouncer = spawn('pgbouncer', [...(root ? ['-u', 'postgres'] : []), file], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [bouncer.stdout, bouncer.stderr]) stream.on('data', (data) => log.push(String(data)));
  const url = `postgres://${username}:${password}@127.0.0.1:${ownPort}${pathname}`;
  await answering(url, bouncer, log);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => bouncer.once('exit', resolve));
      bouncer.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(url: string, { exitCode }: ChildProcess, log: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (exitCode !== null || tries > 200) throw new Error(`PgBouncer does not answer:\n${log.join('')}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
