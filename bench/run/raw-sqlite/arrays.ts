import type { Operations, User } from '../contender.js';
import type { RawSqlite } from './connection.js';
import { bind } from './objects.js';

type Raw = readonly [string, string, string, number, number, number, number];

const user = (row: unknown): User => {
  const [id, name, email, age, active, joinedAt, changedAt] = row as Raw;
  return { id, name, email, age, active: active === 1, joinedAt: new Date(joinedAt), changedAt: new Date(changedAt) };
};
const order = (row: unknown) => {
  const [id, userId, total, status, placedAt] = row as readonly [string, string, number, string, number];
  return { id, userId, total, status, placedAt: new Date(placedAt) };
};

/** As `objectOperations` (which says why `all` and not `get`), on statements that give rows as arrays; a literal makes them objects. */
export function arrayOperations({ statements: s, transaction, close }: RawSqlite): Operations {
  const insertAll = transaction((rows: readonly User[]) => {
    for (const row of rows) s.insert.run(...bind(row));
  });
  const checkout = transaction(({ userId, orderIds, now }: Parameters<Operations['checkout']>[0]) => {
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
    create: async (row) => user(s.create.all(...bind(row))[0]),
    read: async (id) => {
      const row = s.read.get(id);
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) => user(s.update.all(name, age, changedAt.getTime(), id)[0]),
    list: async (minAge) => s.list.all(1, minAge, 20).map(user),
    count: async (age) => (s.count.get(1, age) as [number])[0],
    upsert: async (row) => user(s.upsert.all(...bind(row))[0]),
    remove: async (id) => Number(s.remove.run(id).changes),
    bulkCreate: async (rows) => {
      insertAll(rows);
      return rows.length;
    },
    checkout: async (order) => checkout(order),
    close: async () => void close(),
  };
}
