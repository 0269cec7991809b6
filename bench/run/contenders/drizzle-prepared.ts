import { and, count, desc, eq, gte, sql } from 'drizzle-orm';
import type { Contender, Operations, Place } from '../contender.js';
import { connectPostgres, connectSqlite, newOrder, postgres, postgresOperations, sqlite, sqliteOperations } from './drizzle.js';

const slot = (name: string) => sql.placeholder(name);
/** Where a column does not encode the value, which is the case in `set`: it is given as the driver takes it. */
const raw = (name: string) => sql`${slot(name)}`;
const row = { id: slot('id'), name: slot('name'), email: slot('email'), age: slot('age'), active: slot('active'), joinedAt: slot('joinedAt'), changedAt: slot('changedAt') };
const excluded = { name: sql`excluded.name`, age: sql`excluded.age`, changedAt: sql`excluded.changed_at` };

/** Drizzle's `.prepare()` for every operation of one statement, and on SQLite in the transaction as well. */
function openSqlite(place: Place & { kind: 'sqlite' }): Operations {
  const connection = connectSqlite(place.file);
  const { db } = connection;
  const { users, orders } = sqlite;
  const create = db.insert(users).values(row).returning().prepare();
  const read = db.select().from(users).where(eq(users.id, slot('id'))).prepare();
  const update = db.update(users).set({ name: raw('name'), age: raw('age'), changedAt: raw('changedAt') }).where(eq(users.id, slot('id'))).returning().prepare();
  const list = db.select().from(users).where(and(eq(users.active, true), gte(users.age, slot('minAge')))).orderBy(desc(users.joinedAt)).limit(20).prepare();
  const counted = db.select({ n: count() }).from(users).where(and(eq(users.active, true), eq(users.age, slot('age')))).prepare();
  const upsert = db.insert(users).values(row).onConflictDoUpdate({ target: users.email, set: excluded }).returning().prepare();
  const remove = db.delete(users).where(eq(users.id, slot('id'))).prepare();
  const createOrder = db.insert(orders).values({ id: slot('id'), userId: slot('userId'), total: slot('total'), status: slot('status'), placedAt: slot('placedAt') }).returning().prepare();
  const updateOrder = db.update(orders).set({ status: raw('status') }).where(eq(orders.id, slot('id'))).returning().prepare();
  const listOrders = db.select().from(orders).where(eq(orders.userId, slot('userId'))).orderBy(desc(orders.placedAt)).limit(20).prepare();
  const countOrders = db.select({ n: count() }).from(orders).where(and(eq(orders.userId, slot('userId')), eq(orders.status, 'paid'))).prepare();
  const touchUser = db.update(users).set({ changedAt: raw('now') }).where(eq(users.id, slot('id'))).returning().prepare();
  const removeOrder = db.delete(orders).where(eq(orders.id, slot('id'))).prepare();
  return {
    ...sqliteOperations(connection),
    create: async (user) => create.all({ ...user })[0]!,
    read: async (id) => read.get({ id }) ?? null,
    update: async (id, { name, age, changedAt }) => update.all({ id, name, age, changedAt: changedAt.getTime() })[0]!,
    list: async (minAge) => list.all({ minAge }),
    count: async (age) => counted.get({ age })!.n,
    upsert: async (user) => upsert.all({ ...user })[0]!,
    remove: async (id) => remove.run({ id }).changes,
    checkout: async (order) =>
      db.transaction(() => {
        const { userId, orderIds, now } = order;
        const user = read.get({ id: userId })!;
        const created = orderIds.map((id, i) => createOrder.get({ ...newOrder(order, id, i) }));
        for (const id of orderIds.slice(0, 2)) updateOrder.get({ id, status: 'paid' });
        const listed = listOrders.all({ userId });
        const paid = countOrders.get({ userId })!.n;
        touchUser.get({ now: now.getTime(), id: userId });
        removeOrder.run({ id: orderIds[2] });
        return { user: user.id, created: created.length, listed: listed.length, paid };
      }),
  };
}

/** A prepared query is bound to the pool here, so that the transaction keeps the ordinary builder. */
function openPostgres(place: Place & { kind: 'postgres' }): Operations {
  const connection = connectPostgres(place);
  const { db } = connection;
  const { users } = postgres;
  const create = db.insert(users).values(row).returning().prepare('create');
  const read = db.select().from(users).where(eq(users.id, slot('id'))).prepare('read');
  const update = db.update(users).set({ name: raw('name'), age: raw('age'), changedAt: raw('changedAt') }).where(eq(users.id, slot('id'))).returning().prepare('update');
  const list = db.select().from(users).where(and(eq(users.active, true), gte(users.age, slot('minAge')))).orderBy(desc(users.joinedAt)).limit(20).prepare('list');
  const counted = db.select({ n: count() }).from(users).where(and(eq(users.active, true), eq(users.age, slot('age')))).prepare('count');
  const upsert = db.insert(users).values(row).onConflictDoUpdate({ target: users.email, set: excluded }).returning().prepare('upsert');
  const remove = db.delete(users).where(eq(users.id, slot('id'))).prepare('remove');
  return {
    ...postgresOperations(connection),
    create: async (user) => (await create.execute({ ...user }))[0]!,
    read: async (id) => (await read.execute({ id }))[0] ?? null,
    update: async (id, change) => (await update.execute({ id, ...change }))[0]!,
    list: (minAge) => list.execute({ minAge }),
    count: async (age) => (await counted.execute({ age }))[0]!.n,
    upsert: async (user) => (await upsert.execute({ ...user }))[0]!,
    remove: async (id) => (await remove.execute({ id })).rowCount!,
  };
}

export const contender: Contender = {
  name: 'Drizzle .prepare()',
  role: 'peer',
  open: async (place) => (place.kind === 'sqlite' ? openSqlite(place) : openPostgres(place)),
};
