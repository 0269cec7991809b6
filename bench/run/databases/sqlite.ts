import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrderModel, UserModel } from '../../generated/dataflow/index.js';
import { epoch, seed, tables, userOf } from '../data.js';
import type { SyncDatabase } from '../raw-sqlite/connection.js';
import type { Admin, Databases } from './database.js';

type Open = (file: string) => SyncDatabase;

/** Files in a folder, copied from two templates: with the tables of `data.ts`, and with DataFlow's own. */
export async function sqliteDatabases(folder: string, driver: 'better-sqlite3' | 'node:sqlite' = 'better-sqlite3'): Promise<Databases> {
  const Database = driver === 'better-sqlite3' ? (await import('better-sqlite3')).default : (await import('node:sqlite')).DatabaseSync;
  const open: Open = (file) => new Database(file);
  const templates = new Map<boolean, string>();
  let count = 0;
  return {
    version: `SQLite ${(open(':memory:').prepare('select sqlite_version() as version').get() as { version: string }).version}`,
    make: async ({ ownTables = false }) => {
      const template = templates.get(ownTables) ?? makeTemplate(open, join(folder, `template-${templates.size}.db`), ownTables);
      templates.set(ownTables, template);
      const file = join(folder, `${count++}.db`);
      copyFileSync(template, file);
      return { place: { kind: 'sqlite', file }, admin: adminOf(open(file)) };
    },
    close: async () => undefined,
  };
}

function makeTemplate(open: Open, file: string, ownTables: boolean): string {
  const db = open(file);
  db.exec('pragma journal_mode = WAL');
  if (ownTables) for (const { sqlite } of [UserModel, OrderModel]) for (const text of [sqlite.sql.createTable, ...sqlite.sql.createIndexes]) db.exec(text);
  else db.exec(tables.sqlite);
  const insertUser = db.prepare('insert into users(id, name, email, age, active, joined_at, changed_at) values(?, ?, ?, ?, ?, ?, ?)');
  const insertOrder = db.prepare('insert into orders(id, user_id, total, status, placed_at) values(?, ?, ?, ?, ?)');
  db.exec('begin');
  for (let i = 0; i < seed.users; i++) {
    const { id, name, email, age, active, joinedAt, changedAt } = userOf(i);
    insertUser.run(id, name, email, age, active ? 1 : 0, joinedAt.getTime(), changedAt.getTime());
  }
  for (let i = 0; i < seed.orders; i++) insertOrder.run(`seed-${i}`, `u-${i}`, ownTables ? '20' : 20, 'paid', epoch + i);
  db.exec('commit; analyze; pragma wal_checkpoint(truncate)');
  db.close();
  return file;
}

function adminOf(db: SyncDatabase): Admin {
  db.exec('pragma busy_timeout = 30000');
  // Text made by SQLite: sums of milliseconds are larger than the whole numbers that JavaScript's hold exactly.
  const checksum = db.prepare(
    `select json_array(count(*), sum(age), sum(active), sum(joined_at), sum(changed_at), sum(length(name)), min(typeof(age) || typeof(active)),
      max(typeof(age) || typeof(active)), (select count(*) || ' ' || sum(length(status)) from orders)) as text from users`,
  );
  return {
    execute: async (sql) => void db.exec(sql),
    literal: (date) => String(date.getTime()),
    checksum: async () => (checksum.get() as { text: string }).text,
    tidy: async () => void db.exec('pragma wal_checkpoint(truncate)'),
    close: async () => void db.close(),
  };
}
