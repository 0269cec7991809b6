import { EntitySchema, MikroORM } from '@mikro-orm/core';
import { BetterSqliteDriver } from '@mikro-orm/better-sqlite';
import { PostgreSqlDriver, type EntityManager } from '@mikro-orm/postgresql';
import type { Contender, Operations, Place, User } from '../contender.js';

const rowsAtOnce = 1000;

interface Order {
  id: string;
  userId: string;
  total: string;
  status: string;
  placedAt: Date;
}

/** A fork per operation, as its documentation asks for one per request. Writes go through the unit of work where that is the usual way. */
async function open(place: Place): Promise<Operations> {
  const sqlite = place.kind === 'sqlite';
  const date = (fieldName: string) => (sqlite ? { type: 'datetime', fieldName } : { type: 'Date', columnType: 'timestamptz', fieldName });
  const User = new EntitySchema<User>({
    name: 'User', tableName: 'users',
    properties: {
      id: { type: 'text', primary: true }, name: { type: 'text' }, email: { type: 'text', unique: true }, age: { type: 'integer' },
      active: { type: 'boolean' }, joinedAt: date('joined_at'), changedAt: date('changed_at'),
    },
  });
  const Order = new EntitySchema<Order>({
    name: 'Order', tableName: 'orders',
    properties: { id: { type: 'text', primary: true }, userId: { type: 'text', fieldName: 'user_id' }, total: { type: 'decimal' }, status: { type: 'text' }, placedAt: date('placed_at') },
  });
  const common = { entities: [User, Order], implicitTransactions: false, discovery: { disableDynamicFileAccess: true } };
  const orm = await (place.kind === 'sqlite'
    ? MikroORM.init({ ...common, driver: BetterSqliteDriver, dbName: place.file })
    : MikroORM.init({ ...common, driver: PostgreSqlDriver, ...place.connection, dbName: place.connection.database, pool: { min: 0, max: 10 } }));
  if (sqlite) for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL']) await orm.em.getConnection().execute(`pragma ${pragma}`);
  const fork = () => orm.em.fork() as unknown as EntityManager;

  return {
    create: async (row) => {
      const em = fork();
      const entity = em.create(User, row);
      await em.persistAndFlush(entity);
      return entity;
    },
    read: (id) => fork().findOne(User, id),
    update: async (id, change) => {
      const em = fork();
      const entity = await em.findOneOrFail(User, id);
      em.assign(entity, change);
      await em.flush();
      return entity;
    },
    list: (minAge) => fork().find(User, { active: true, age: { $gte: minAge } }, { orderBy: { joinedAt: 'desc' }, limit: 20 }),
    count: (age) => fork().count(User, { active: true, age }),
    upsert: (row) => fork().upsert(User, row, { onConflictFields: ['email'], onConflictMergeFields: ['name', 'age', 'changedAt'] }),
    remove: (id) => fork().nativeDelete(User, { id }),
    bulkCreate: async (rows) => {
      await fork().transactional(async (em) => {
        for (let i = 0; i < rows.length; i += rowsAtOnce) await em.insertMany(User, rows.slice(i, i + rowsAtOnce));
      });
      return rows.length;
    },
    checkout: ({ userId, orderIds, now }) =>
      fork().transactional(async (em) => {
        const buyer = await em.findOneOrFail(User, userId);
        const created: Order[] = [];
        for (const [i, id] of orderIds.entries()) {
          const order = em.create(Order, { id, userId, total: String(10.5 + i), status: 'new', placedAt: now });
          await em.persistAndFlush(order);
          created.push(order);
        }
        for (const order of created.slice(0, 2)) {
          order.status = 'paid';
          await em.flush();
        }
        const listed = await em.find(Order, { userId }, { orderBy: { placedAt: 'desc' }, limit: 20 });
        const paid = await em.count(Order, { userId, status: 'paid' });
        buyer.changedAt = now;
        await em.flush();
        await em.nativeDelete(Order, { id: orderIds[2] });
        return { user: buyer.id, created: created.length, listed: listed.length, paid };
      }),
    close: () => orm.close(true),
  };
}

export const contender: Contender = { name: 'MikroORM', role: 'peer', open };
