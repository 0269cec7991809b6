import Database from 'better-sqlite3';
import type { CheckoutResult, Contender, Operations, Place, User } from '../contender.js';
import { sqliteStatements as sql } from '../sql.js';

interface Row extends Omit<User, 'active' | 'joinedAt' | 'changedAt'> {
  active: number | boolean;
  joinedAt: number | Date;
  changedAt: number | Date;
}

export async function open(place: Place): Promise<Operations> {
  if (place.kind !== 'sqlite') throw new Error('SQLite only');
  const db = new Database(place.file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) db.pragma(pragma);
  const s = Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, db.prepare(text)])) as Record<keyof typeof sql, Database.Statement>;

  // Not get(): it leaves a statement after its first row, and SQLite then skips the checkpoint that is due; the log would grow without end.
  const returned = (statement: Database.Statement, ...values: unknown[]): unknown => statement.all(...values)[0];

  const user = (row: unknown): User => {
    const found = row as Row;
    found.active = found.active === 1;
    found.joinedAt = new Date(found.joinedAt);
    found.changedAt = new Date(found.changedAt);
    return found as User;
  };
  const order = (row: unknown): unknown => {
    const found = row as { placedAt: number | Date };
    found.placedAt = new Date(found.placedAt);
    return found;
  };
  const bind = (row: User) => [row.id, row.name, row.email, row.age, row.active ? 1 : 0, row.joinedAt.getTime(), row.changedAt.getTime()];
  const insertAll = db.transaction((rows: readonly User[]) => {
    for (const row of rows) s.insert.run(bind(row));
  });
  const steps = ({ userId, orderIds, now }: Parameters<Operations['checkout']>[0]): CheckoutResult => {
    const buyer = user(s.read.get(userId));
    const created = orderIds.map((id, i) => order(returned(s.createOrder, id, userId, 10.5 + i, 'new', now.getTime())));
    order(returned(s.updateOrder, 'paid', orderIds[0]));
    order(returned(s.updateOrder, 'paid', orderIds[1]));
    const listed = s.listOrders.all(userId).map(order);
    const { n } = s.countOrders.get(userId, 'paid') as { n: number };
    user(returned(s.touchUser, now.getTime(), userId));
    s.removeOrder.run(orderIds[2]);
    return { user: buyer.id, created: created.length, listed: listed.length, paid: n };
  };
  const inTransaction = db.transaction(steps);

  return {
    create: async (row) => user(returned(s.create, bind(row))),
    read: async (id) => {
      const row = s.read.get(id);
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) => user(returned(s.update, name, age, changedAt.getTime(), id)),
    list: async (minAge) => s.list.all(1, minAge, 20).map(user),
    count: async (age) => (s.count.get(1, age) as { n: number }).n,
    upsert: async (row) => user(returned(s.upsert, bind(row))),
    remove: async (id) => s.remove.run(id).changes,
    bulkCreate: async (rows) => {
      insertAll(rows);
      return rows.length;
    },
    checkout: async (checkout) => inTransaction(checkout),
    workflow: async (checkout) => steps(checkout),
    close: async () => void db.close(),
  };
}

export const contender: Contender = { name: 'raw better-sqlite3', databases: ['sqlite'], role: 'base', open };
