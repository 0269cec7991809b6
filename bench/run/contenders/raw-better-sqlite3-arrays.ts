import Database from 'better-sqlite3';
import type { Contender, Operations, Place, User } from '../contender.js';
import { sqliteStatements as sql } from '../sql.js';

type Raw = readonly [string, string, string, number, number, number, number];

const user = (row: unknown): User => {
  const [id, name, email, age, active, joinedAt, changedAt] = row as Raw;
  return { id, name, email, age, active: active === 1, joinedAt: new Date(joinedAt), changedAt: new Date(changedAt) };
};
const order = (row: unknown) => {
  const [id, userId, total, status, placedAt] = row as readonly [string, string, number, string, number];
  return { id, userId, total, status, placedAt: new Date(placedAt) };
};

/** As `raw better-sqlite3` (which says why `all` and not `get`), but rows are fetched as arrays and made into objects by a literal. */
async function open(place: Place): Promise<Operations> {
  if (place.kind !== 'sqlite') throw new Error('SQLite only');
  const db = new Database(place.file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) db.pragma(pragma);
  const prepare = (text: string): Database.Statement => {
    const statement = db.prepare(text);
    return statement.reader ? statement.raw() : statement;
  };
  const s = Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, prepare(text)])) as Record<keyof typeof sql, Database.Statement>;
  const bind = (row: User) => [row.id, row.name, row.email, row.age, row.active ? 1 : 0, row.joinedAt.getTime(), row.changedAt.getTime()];
  const insertAll = db.transaction((rows: readonly User[]) => {
    for (const row of rows) s.insert.run(bind(row));
  });
  const checkout = db.transaction(({ userId, orderIds, now }: Parameters<Operations['checkout']>[0]) => {
    const time = now.getTime();
    const buyer = user(s.read.get(userId));
    const created = orderIds.map((id, i) => order(s.createOrder.get(id, userId, 10.5 + i, 'new', time)));
    order(s.updateOrder.get('paid', orderIds[0]));
    order(s.updateOrder.get('paid', orderIds[1]));
    const listed = s.listOrders.all(userId).map(order);
    const [paid] = s.countOrders.get(userId, 'paid') as [number];
    user(s.touchUser.get(time, userId));
    s.removeOrder.run(orderIds[2]);
    return { user: buyer.id, created: created.length, listed: listed.length, paid };
  });

  return {
    create: async (row) => user(s.create.all(bind(row))[0]),
    read: async (id) => {
      const row = s.read.get(id);
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) => user(s.update.all(name, age, changedAt.getTime(), id)[0]),
    list: async (minAge) => s.list.all(1, minAge, 20).map(user),
    count: async (age) => (s.count.get(1, age) as [number])[0],
    upsert: async (row) => user(s.upsert.all(bind(row))[0]),
    remove: async (id) => s.remove.run(id).changes,
    bulkCreate: async (rows) => {
      insertAll(rows);
      return rows.length;
    },
    checkout: async (order) => checkout(order),
    close: async () => void db.close(),
  };
}

export const contender: Contender = { name: 'raw better-sqlite3, rows as arrays', databases: ['sqlite'], role: 'raw', open };
