import Database from 'better-sqlite3';
import { and, count, desc, eq, gte } from 'drizzle-orm';
import { drizzle as onSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres';
import { boolean, integer as int, numeric as decimal, pgTable, text as string, timestamp } from 'drizzle-orm/pg-core';
import { integer, numeric, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import pg from 'pg';
import type { Checkout, Contender, Operations, Place } from '../contender.js';

const rowsAtOnce = 1000;

const time = (name: string) => integer(name, { mode: 'timestamp_ms' }).notNull();
export const sqlite = {
  users: sqliteTable('users', {
    id: text().primaryKey(), name: text().notNull(), email: text().notNull().unique(), age: integer().notNull(),
    active: integer({ mode: 'boolean' }).notNull(), joinedAt: time('joined_at'), changedAt: time('changed_at'),
  }),
  orders: sqliteTable('orders', { id: text().primaryKey(), userId: text('user_id').notNull(), total: numeric().notNull(), status: text().notNull(), placedAt: time('placed_at') }),
};

const timestamptz = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' }).notNull();
export const postgres = {
  users: pgTable('users', {
    id: string().primaryKey(), name: string().notNull(), email: string().notNull().unique(), age: int().notNull(),
    active: boolean().notNull(), joinedAt: timestamptz('joined_at'), changedAt: timestamptz('changed_at'),
  }),
  orders: pgTable('orders', { id: string().primaryKey(), userId: string('user_id').notNull(), total: decimal().notNull(), status: string().notNull(), placedAt: timestamptz('placed_at') }),
};

export function connectSqlite(file: string) {
  const client = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) client.pragma(pragma);
  return { db: onSqlite(client), close: async () => void client.close() };
}

export function connectPostgres(place: Place & { kind: 'postgres' }) {
  const pool = new pg.Pool({ ...place.connection, max: 10 });
  return { db: onPostgres(pool), close: () => pool.end() };
}

export const newOrder = ({ userId, now }: Checkout, id: string, i: number) => ({ id, userId, total: String(10.5 + i), status: 'new', placedAt: now });

export function sqliteOperations({ db, close }: ReturnType<typeof connectSqlite>): Operations {
  const { users, orders } = sqlite;
  return {
    create: async (row) => (await db.insert(users).values(row).returning())[0]!,
    read: async (id) => (await db.select().from(users).where(eq(users.id, id)))[0] ?? null,
    update: async (id, change) => (await db.update(users).set(change).where(eq(users.id, id)).returning())[0]!,
    list: async (minAge) => db.select().from(users).where(and(eq(users.active, true), gte(users.age, minAge))).orderBy(desc(users.joinedAt)).limit(20),
    count: async (age) => (await db.select({ n: count() }).from(users).where(and(eq(users.active, true), eq(users.age, age))))[0]!.n,
    upsert: async (row) => {
      const set = { name: row.name, age: row.age, changedAt: row.changedAt };
      return (await db.insert(users).values(row).onConflictDoUpdate({ target: users.email, set }).returning())[0]!;
    },
    remove: async (id) => (await db.delete(users).where(eq(users.id, id))).changes,
    bulkCreate: async (rows) => {
      db.transaction((tx) => {
        for (let i = 0; i < rows.length; i += rowsAtOnce) tx.insert(users).values(rows.slice(i, i + rowsAtOnce)).run();
      });
      return rows.length;
    },
    checkout: async (order) =>
      db.transaction((tx) => {
        const { userId, orderIds, now } = order;
        const user = tx.select().from(users).where(eq(users.id, userId)).get()!;
        const created = orderIds.map((id, i) => tx.insert(orders).values(newOrder(order, id, i)).returning().get());
        for (const id of orderIds.slice(0, 2)) tx.update(orders).set({ status: 'paid' }).where(eq(orders.id, id)).returning().get();
        const listed = tx.select().from(orders).where(eq(orders.userId, userId)).orderBy(desc(orders.placedAt)).limit(20).all();
        const paid = tx.select({ n: count() }).from(orders).where(and(eq(orders.userId, userId), eq(orders.status, 'paid'))).get()!.n;
        tx.update(users).set({ changedAt: now }).where(eq(users.id, userId)).returning().get();
        tx.delete(orders).where(eq(orders.id, orderIds[2])).run();
        return { user: user.id, created: created.length, listed: listed.length, paid };
      }),
    close,
  };
}

export function postgresOperations({ db, close }: ReturnType<typeof connectPostgres>): Operations {
  const { users, orders } = postgres;
  return {
    create: async (row) => (await db.insert(users).values(row).returning())[0]!,
    read: async (id) => (await db.select().from(users).where(eq(users.id, id)))[0] ?? null,
    update: async (id, change) => (await db.update(users).set(change).where(eq(users.id, id)).returning())[0]!,
    list: async (minAge) => db.select().from(users).where(and(eq(users.active, true), gte(users.age, minAge))).orderBy(desc(users.joinedAt)).limit(20),
    count: async (age) => (await db.select({ n: count() }).from(users).where(and(eq(users.active, true), eq(users.age, age))))[0]!.n,
    upsert: async (row) => {
      const set = { name: row.name, age: row.age, changedAt: row.changedAt };
      return (await db.insert(users).values(row).onConflictDoUpdate({ target: users.email, set }).returning())[0]!;
    },
    remove: async (id) => (await db.delete(users).where(eq(users.id, id))).rowCount!,
    bulkCreate: async (rows) => {
      await db.transaction(async (tx) => {
        for (let i = 0; i < rows.length; i += rowsAtOnce) await tx.insert(users).values(rows.slice(i, i + rowsAtOnce));
      });
      return rows.length;
    },
    checkout: (order) =>
      db.transaction(async (tx) => {
        const { userId, orderIds, now } = order;
        const [user] = await tx.select().from(users).where(eq(users.id, userId));
        for (const [i, id] of orderIds.entries()) await tx.insert(orders).values(newOrder(order, id, i)).returning();
        for (const id of orderIds.slice(0, 2)) await tx.update(orders).set({ status: 'paid' }).where(eq(orders.id, id)).returning();
        const listed = await tx.select().from(orders).where(eq(orders.userId, userId)).orderBy(desc(orders.placedAt)).limit(20);
        const [paid] = await tx.select({ n: count() }).from(orders).where(and(eq(orders.userId, userId), eq(orders.status, 'paid')));
        await tx.update(users).set({ changedAt: now }).where(eq(users.id, userId)).returning();
        await tx.delete(orders).where(eq(orders.id, orderIds[2]));
        return { user: user!.id, created: orderIds.length, listed: listed.length, paid: paid!.n };
      }),
    close,
  };
}

export const contender: Contender = {
  name: 'Drizzle',
  role: 'peer',
  open: async (place) => (place.kind === 'sqlite' ? sqliteOperations(connectSqlite(place.file)) : postgresOperations(connectPostgres(place))),
};
