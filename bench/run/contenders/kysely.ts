import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import type { Contender, Operations, Place, User } from '../contender.js';

const rowsAtOnce = 1000;
const userColumns = ['id', 'name', 'email', 'age', 'active', 'joined_at as joinedAt', 'changed_at as changedAt'] as const;
const orderColumns = ['id', 'user_id as userId', 'total', 'status', 'placed_at as placedAt'] as const;

/** What columns hold depends on the database, and Kysely converts nothing: booleans and dates are the user's work. */
interface Tables {
  users: { id: string; name: string; email: string; age: number; active: unknown; joined_at: unknown; changed_at: unknown };
  orders: { id: string; user_id: string; total: number; status: string; placed_at: unknown };
}

async function open(place: Place): Promise<Operations> {
  const sqlite = place.kind === 'sqlite';
  const db = new Kysely<Tables>({ dialect: dialectOf(place) });
  const time = (date: Date) => (sqlite ? date.getTime() : date);
  const flag = (value: boolean) => (sqlite ? Number(value) : value);
  const user = (row: Record<string, unknown>): User => {
    if (sqlite) {
      row['active'] = row['active'] === 1;
      row['joinedAt'] = new Date(row['joinedAt'] as number);
      row['changedAt'] = new Date(row['changedAt'] as number);
    }
    return row as unknown as User;
  };
  const order = (row: Record<string, unknown>): unknown => {
    if (sqlite) row['placedAt'] = new Date(row['placedAt'] as number);
    return row;
  };
  const encode = (row: User): Tables['users'] => ({
    id: row.id, name: row.name, email: row.email, age: row.age, active: flag(row.active), joined_at: time(row.joinedAt), changed_at: time(row.changedAt),
  });

  return {
    create: async (row) => user(await db.insertInto('users').values(encode(row)).returning(userColumns).executeTakeFirstOrThrow()),
    read: async (id) => {
      const row = await db.selectFrom('users').select(userColumns).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) =>
      user(await db.updateTable('users').set({ name, age, changed_at: time(changedAt) }).where('id', '=', id).returning(userColumns).executeTakeFirstOrThrow()),
    list: async (minAge) =>
      (await db.selectFrom('users').select(userColumns).where('active', '=', flag(true)).where('age', '>=', minAge).orderBy('joined_at', 'desc').limit(20).execute()).map(user),
    count: async (age) =>
      Number((await db.selectFrom('users').select((e) => e.fn.countAll().as('n')).where('active', '=', flag(true)).where('age', '=', age).executeTakeFirstOrThrow()).n),
    upsert: async (row) => {
      const set = { name: row.name, age: row.age, changed_at: time(row.changedAt) };
      return user(await db.insertInto('users').values(encode(row)).onConflict((on) => on.column('email').doUpdateSet(set)).returning(userColumns).executeTakeFirstOrThrow());
    },
    remove: async (id) => Number((await db.deleteFrom('users').where('id', '=', id).executeTakeFirstOrThrow()).numDeletedRows),
    bulkCreate: (rows) =>
      db.transaction().execute(async (tx) => {
        for (let i = 0; i < rows.length; i += rowsAtOnce) await tx.insertInto('users').values(rows.slice(i, i + rowsAtOnce).map(encode)).execute();
        return rows.length;
      }),
    checkout: ({ userId, orderIds, now }) =>
      db.transaction().execute(async (tx) => {
        const buyer = user(await tx.selectFrom('users').select(userColumns).where('id', '=', userId).executeTakeFirstOrThrow());
        for (const [i, id] of orderIds.entries()) {
          const values = { id, user_id: userId, total: 10.5 + i, status: 'new', placed_at: time(now) };
          order(await tx.insertInto('orders').values(values).returning(orderColumns).executeTakeFirstOrThrow());
        }
        for (const id of orderIds.slice(0, 2)) order(await tx.updateTable('orders').set({ status: 'paid' }).where('id', '=', id).returning(orderColumns).executeTakeFirstOrThrow());
        const listed = (await tx.selectFrom('orders').select(orderColumns).where('user_id', '=', userId).orderBy('placed_at', 'desc').limit(20).execute()).map(order);
        const { n } = await tx.selectFrom('orders').select((e) => e.fn.countAll().as('n')).where('user_id', '=', userId).where('status', '=', 'paid').executeTakeFirstOrThrow();
        user(await tx.updateTable('users').set({ changed_at: time(now) }).where('id', '=', userId).returning(userColumns).executeTakeFirstOrThrow());
        await tx.deleteFrom('orders').where('id', '=', orderIds[2]).execute();
        return { user: buyer.id, created: orderIds.length, listed: listed.length, paid: Number(n) };
      }),
    close: () => db.destroy(),
  };
}

function dialectOf(place: Place): SqliteDialect | PostgresDialect {
  if (place.kind === 'postgres') return new PostgresDialect({ pool: new pg.Pool({ ...place.connection, max: 10 }) });
  const database = new Database(place.file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) database.pragma(pragma);
  return new SqliteDialect({ database });
}

export const contender: Contender = { name: 'Kysely', role: 'peer', open };
