import type { CheckoutResult, Operations, User } from '../contender.js';
import type { RawSqlite, SyncStatement } from './connection.js';

interface Row extends Omit<User, 'active' | 'joinedAt' | 'changedAt'> {
  active: number | boolean;
  joinedAt: number | Date;
  changedAt: number | Date;
}

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

export const bind = (row: User) => [row.id, row.name, row.email, row.age, row.active ? 1 : 0, row.joinedAt.getTime(), row.changedAt.getTime()] as const;

// Not get(): it leaves a statement after its first row, and SQLite then skips the checkpoint that is due; the log would grow without end.
const returned = (statement: SyncStatement, ...values: readonly unknown[]): unknown => statement.all(...values)[0];

/** The work by hand, with rows as the driver gives them: as objects. */
export function objectOperations({ statements: s, transaction, close }: RawSqlite): Operations {
  const insertAll = transaction((rows: readonly User[]) => {
    for (const row of rows) s.insert.run(...bind(row));
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
  const inTransaction = transaction(steps);

  return {
    create: async (row) => user(returned(s.create, ...bind(row))),
    read: async (id) => {
      const row = s.read.get(id);
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) => user(returned(s.update, name, age, changedAt.getTime(), id)),
    list: async (minAge) => s.list.all(1, minAge, 20).map(user),
    count: async (age) => (s.count.get(1, age) as { n: number }).n,
    upsert: async (row) => user(returned(s.upsert, ...bind(row))),
    remove: async (id) => Number(s.remove.run(id).changes),
    bulkCreate: async (rows) => {
      insertAll(rows);
      return rows.length;
    },
    checkout: async (checkout) => inTransaction(checkout),
    workflow: async (checkout) => steps(checkout),
    close: async () => void close(),
  };
}
