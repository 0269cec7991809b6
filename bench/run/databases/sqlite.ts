import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OrderModel, UserModel } from '../../generated/dataflow/index.js';
import type { Contender } from '../contender.js';
import { epoch, seed, tables, userOf } from '../data.js';
import type { Admin, Databases } from './database.js';

type Dates = NonNullable<Contender['sqliteDates']>;

/** Files in a folder, copied from a template per way to keep dates. */
export async function sqliteDatabases(folder: string): Promise<Databases> {
  const templates: Partial<Record<Dates, string>> = {};
  let count = 0;
  return {
    version: `SQLite ${new Database(':memory:').prepare('select sqlite_version()').pluck().get()}`,
    make: async ({ sqliteDates: dates = 'integer' }) => {
      templates[dates] ??= makeTemplate(join(folder, `template-${dates}.db`), dates);
      const file = join(folder, `${count++}.db`);
      copyFileSync(templates[dates], file);
      return { place: { kind: 'sqlite', file }, admin: adminOf(file, dates) };
    },
    close: async () => undefined,
  };
}

function makeTemplate(file: string, dates: Dates): string {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  if (dates === 'integer') db.exec(tables.sqlite);
  else for (const { sqlite } of [UserModel, OrderModel]) for (const text of [sqlite.sql.createTable, ...sqlite.sql.createIndexes]) db.exec(text);
  const stored = (date: Date): number | string => (dates === 'integer' ? date.getTime() : date.toISOString());
  const insertUser = db.prepare('insert into users(id, name, email, age, active, joined_at, changed_at) values(?, ?, ?, ?, ?, ?, ?)');
  const insertOrder = db.prepare('insert into orders(id, user_id, total, status, placed_at) values(?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < seed.users; i++) {
      const { id, name, email, age, active, joinedAt, changedAt } = userOf(i);
      insertUser.run(id, name, email, age, active ? 1 : 0, stored(joinedAt), stored(changedAt));
    }
    for (let i = 0; i < seed.orders; i++) insertOrder.run(`seed-${i}`, `u-${i}`, dates === 'integer' ? 20 : '20', 'paid', stored(new Date(epoch + i)));
  })();
  db.exec('analyze');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return file;
}

function adminOf(file: string, dates: Dates): Admin {
  const db = new Database(file, { timeout: 30_000 });
  const time = (column: string): string => (dates === 'integer' ? column : `cast(round(unixepoch(${column}, 'subsec') * 1000) as integer)`);
  const checksum = db.prepare(
    `select count(*), sum(age), sum(active), sum(${time('joined_at')}), sum(${time('changed_at')}), sum(length(name)), min(typeof(age) || typeof(active)),
      max(typeof(age) || typeof(active)), (select count(*) || ' ' || sum(length(status)) from orders) from users`,
  );
  return {
    execute: async (sql) => void db.exec(sql),
    checksum: async () => JSON.stringify(checksum.raw().all()),
    tidy: async () => void db.pragma('wal_checkpoint(TRUNCATE)'),
    close: async () => void db.close(),
  };
}
