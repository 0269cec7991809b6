/** A database on the test server for examples whose URL names PostgreSQL. */
import pg from 'pg';

const server = process.env['DATAFLOW_TEST_POSTGRES'];
const database = `catalog_${process.pid}`;
const password = 'secret';
/** The roles that examples log in as. Only `reader` may not create tables. */
const roles = ['app', 'reader', 'writer', 'owner'] as const;
const roleOf = (role: string): string => `${database}_${role}`;

export const hasPostgres = server !== undefined;

/** Whether the example can only be run with a server. */
export function needsPostgres(text: string): boolean {
  return /postgres(ql)?:\/\//.test(text);
}

let created: Promise<void> | undefined;

/** An empty database when the example names one: the example with the test server's URL, and the URL of an administrator. */
export async function preparePostgres(text: string): Promise<{ text: string; admin?: string; close(): Promise<void> }> {
  if (!needsPostgres(text) || server === undefined) return { text, close: async () => undefined };
  created ??= create(server);
  await created;
  const admin = new URL(server);
  admin.pathname = `/${database}`;
  await postgresSql(admin.href, `DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;
    ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO app, writer, owner; GRANT CREATE ON SCHEMA public TO app, writer, owner;
    ALTER ROLE app RESET ALL; ALTER ROLE app CONNECTION LIMIT -1`);
  const before = process.env['PASSWORD'];
  process.env['PASSWORD'] = password;
  return {
    text: text.replaceAll(/(postgresql:\/\/)(\w+)(:[^@\n]*)@localhost(:5432)?\/app/g, (_, scheme: string, role: string, secret: string) =>
      `${scheme}${roleOf(role)}${secret}@${admin.host}/${database}`),
    admin: admin.href,
    close: async () => {
      if (before === undefined) delete process.env['PASSWORD'];
      else process.env['PASSWORD'] = before;
    },
  };
}

/** Takes the database away again. */
export async function removePostgres(): Promise<void> {
  if (created === undefined || server === undefined) return;
  await created;
  await postgresSql(server, `DROP DATABASE ${database} WITH (FORCE)`);
  for (const role of roles) await postgresSql(server, `DROP ROLE ${roleOf(role)}`);
}

/** Runs SQL in which the roles have the names of the examples. */
export async function postgresSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql.replaceAll(/(?<=\b(?:TO|ROLE|,)\s)(?:app|reader|writer|owner)\b/g, roleOf));
  } finally {
    await client.end();
  }
}

async function create(url: string): Promise<void> {
  await postgresSql(url, `CREATE DATABASE ${database}`);
  for (const role of roles) await postgresSql(url, `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
}
