import pg from 'pg';
import { startPostgres } from '../../../test/support/postgres.mjs';
import { seed, tables, userOf } from '../data.js';
import type { Admin, Databases } from './database.js';

const columns = ['id', 'name', 'email', 'age', 'active', 'joinedAt', 'changedAt'] as const;
const checksum = `select count(*), sum(age), sum(active::int), sum((extract(epoch from joined_at) * 1000)::bigint), sum((extract(epoch from changed_at) * 1000)::bigint),
  sum(length(name)), (select count(*) || ' ' || sum(length(status)) from orders) from users`;

/** A server of its own with databases copied from one template. It need not survive a crash: what clients cost is the subject. */
export async function postgresDatabases(): Promise<Databases> {
  const flags = ['max_connections=300', 'autovacuum=off', 'shared_buffers=256MB', 'jit=off', 'max_wal_size=4GB', 'checkpoint_timeout=1h'];
  const server = await startPostgres({ flags: flags.flatMap((flag) => ['-c', flag]) });
  const { hostname: host, port, username: user, password } = new URL(server.url);
  const on = (database: string) => ({ host, port: Number(port), user, password, database });
  const boot = await connected(on('postgres'));
  await boot.query('create database template');
  await fill(await connected(on('template')));
  let count = 0;
  return {
    version: `PostgreSQL ${(await boot.query('show server_version')).rows[0].server_version}`,
    make: async () => {
      const database = `contender_${count++}`;
      await boot.query(`create database ${database} template template`);
      return { place: { kind: 'postgres', connection: on(database) }, admin: adminOf(await connected(on(database))) };
    },
    close: async () => {
      await boot.end();
      await server.stop();
    },
  };
}

async function connected(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  await client.connect();
  return client;
}

async function fill(client: pg.Client): Promise<void> {
  await client.query(tables.postgres);
  const users = Array.from({ length: seed.users }, (_, i) => userOf(i));
  await client.query(
    'insert into users select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[], $6::timestamptz[], $7::timestamptz[])',
    columns.map((column) => users.map((row) => row[column])),
  );
  await client.query(`insert into orders select 'seed-' || i, 'u-' || i, 20, 'paid', now() - i * interval '1 second' from generate_series(0, ${seed.orders - 1}) i`);
  await client.query('vacuum analyze');
  await client.end();
}

function adminOf(client: pg.Client): Admin {
  return {
    execute: async (sql) => void (await client.query(sql)),
    literal: (date) => `'${date.toISOString()}'`,
    checksum: async () => JSON.stringify((await client.query({ text: checksum, rowMode: 'array' })).rows),
    tidy: async () => void (await client.query('vacuum analyze')),
    close: () => client.end(),
  };
}
