import { DataFlow, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import {
  OrderCountNode, OrderCreateNode, OrderDeleteNode, OrderListNode, OrderUpdateNode, schema, UserReadNode, UserUpdateNode,
} from '../../generated/dataflow/index.js';
import type { Contender, Operations, Place } from '../contender.js';

const checkout = new WorkflowBuilder('checkout')
  .withInput<{ userId: string; first: string; second: string; third: string; now: Date }>()
  .addNode(UserReadNode, 'buyer')
  .addNode(OrderCreateNode, 'first', { total: '10.5', status: 'new' })
  .addNode(OrderCreateNode, 'second', { total: '11.5', status: 'new' })
  .addNode(OrderCreateNode, 'third', { total: '12.5', status: 'new' })
  .addNode(OrderUpdateNode, 'payFirst', { fields: { status: 'paid' } })
  .addNode(OrderUpdateNode, 'paySecond', { fields: { status: 'paid' } })
  .addNode(OrderListNode, 'orders', { orderBy: { placedAt: 'desc' }, limit: 20 })
  .addNode(OrderCountNode, 'paid', { filter: { status: 'paid' } })
  .addNode(UserUpdateNode, 'touch')
  .addNode(OrderDeleteNode, 'remove', {}, { when: { orders: { hasMore: false } } })
  .addConnection('input', 'userId', 'buyer', 'id')
  .addConnection('input', 'first', 'first', 'id')
  .addConnection('input', 'second', 'second', 'id')
  .addConnection('input', 'third', 'third', 'id')
  .addConnection('buyer', 'id', 'first', 'userId')
  .addConnection('buyer', 'id', 'second', 'userId')
  .addConnection('buyer', 'id', 'third', 'userId')
  .addConnection('input', 'now', 'first', 'placedAt')
  .addConnection('input', 'now', 'second', 'placedAt')
  .addConnection('input', 'now', 'third', 'placedAt')
  .addConnection('first', 'id', 'payFirst', 'filter.id')
  .addConnection('second', 'id', 'paySecond', 'filter.id')
  .addConnection('payFirst', 'userId', 'orders', 'filter.userId')
  .addConnection('paySecond', 'userId', 'paid', 'filter.userId')
  .addConnection('buyer', 'id', 'touch', 'filter.id')
  .addConnection('input', 'now', 'touch', 'fields.changedAt')
  .addConnection('third', 'id', 'remove', 'id')
  .build();

export function openWith(driver: 'better-sqlite3' | 'node:sqlite' | 'sqlite3' | 'pg') {
  return async (place: Place): Promise<Operations> => {
    const url = place.kind === 'sqlite' ? `sqlite:///${place.file}` : urlOf(place.connection);
    const db = new DataFlow({ url, schema, driver, migrations: 'off' });
    const runtime = new LocalRuntime(db);
    const { User } = db.models;
    return {
      create: (user) => User.create(user),
      read: (id) => User.read({ id, raiseOnNotFound: false }),
      update: (id, change) => User.update({ filter: { id }, fields: change }),
      list: async (minAge) => (await User.list({ filter: { active: true, age: { $gte: minAge } }, orderBy: { joinedAt: 'desc' }, limit: 20 })).records,
      count: async (age) => (await User.count({ filter: { active: true, age } })).count,
      upsert: async (user) => {
        const { name, age, changedAt } = user;
        return (await User.upsert({ where: { email: user.email }, create: user, update: { name, age, changedAt } })).record;
      },
      remove: async (id) => ((await User.delete({ id })).deleted ? 1 : 0),
      bulkCreate: async (users) => (await User.bulkCreate({ data: users })).inserted,
      checkout: ({ userId, orderIds, now }) =>
        db.transaction(async (tx) => {
          const { User, Order } = tx.models;
          const buyer = await User.read({ id: userId });
          for (const [i, id] of orderIds.entries()) await Order.create({ id, userId, total: String(10.5 + i), status: 'new', placedAt: now });
          for (const id of orderIds.slice(0, 2)) await Order.update({ filter: { id }, fields: { status: 'paid' } });
          const { records } = await Order.list({ filter: { userId }, orderBy: { placedAt: 'desc' }, limit: 20 });
          const { count } = await Order.count({ filter: { userId, status: 'paid' } });
          await User.update({ filter: { id: userId }, fields: { changedAt: now } });
          await Order.delete({ id: orderIds[2] });
          return { user: buyer.id, created: orderIds.length, listed: records.length, paid: count };
        }),
      workflow: async ({ userId, orderIds: [first, second, third], now }) => {
        const { results } = await runtime.execute(checkout, { inputs: { userId, first, second, third, now } });
        return { user: results.buyer.id, created: 3, listed: results.orders.records.length, paid: results.paid.count };
      },
      close: () => db.close(),
    };
  };
}

function urlOf({ user, password, host, port, database }: (Place & { kind: 'postgres' })['connection']): string {
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}

export const contender: Contender = {
  name: 'DataFlow',
  role: 'ours',
  ownTables: true,
  open: (place) => openWith(place.kind === 'sqlite' ? 'better-sqlite3' : 'pg')(place),
};
