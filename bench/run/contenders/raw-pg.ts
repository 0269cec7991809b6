import pg from 'pg';
import type { CheckoutResult, Contender, Operations, Place, User } from '../contender.js';
import { postgresStatements as sql, type StatementName } from '../sql.js';

const columns = ['id', 'name', 'email', 'age', 'active', 'joinedAt', 'changedAt'] as const;
const insertMany = `insert into users(id, name, email, age, active, joined_at, changed_at)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[], $6::timestamptz[], $7::timestamptz[])`;

type Queryable = pg.Pool | pg.PoolClient;

/** @param named whether statements have names, so that a connection prepares each once */
export const opening = (named: boolean) => async (place: Place): Promise<Operations> => {
  if (place.kind !== 'postgres') throw new Error('PostgreSQL only');
  const pool = new pg.Pool({ ...place.connection, max: 10 });
  const query = (on: Queryable, name: StatementName, values: unknown[]) => on.query(named ? { name, text: sql[name], values } : { text: sql[name], values });
  const bind = (row: User) => [row.id, row.name, row.email, row.age, row.active, row.joinedAt, row.changedAt];
  const steps = async (on: Queryable, { userId, orderIds, now }: Parameters<Operations['checkout']>[0]): Promise<CheckoutResult> => {
    const buyer = (await query(on, 'read', [userId])).rows[0] as User;
    for (const [i, id] of orderIds.entries()) await query(on, 'createOrder', [id, userId, 10.5 + i, 'new', now]);
    for (const id of orderIds.slice(0, 2)) await query(on, 'updateOrder', ['paid', id]);
    const listed = (await query(on, 'listOrders', [userId])).rows;
    const paid = Number((await query(on, 'countOrders', [userId, 'paid'])).rows[0].n);
    await query(on, 'touchUser', [now, userId]);
    await query(on, 'removeOrder', [orderIds[2]]);
    return { user: buyer.id, created: orderIds.length, listed: listed.length, paid };
  };

  return {
    create: async (row) => (await query(pool, 'create', bind(row))).rows[0],
    read: async (id) => (await query(pool, 'read', [id])).rows[0] ?? null,
    update: async (id, { name, age, changedAt }) => (await query(pool, 'update', [name, age, changedAt, id])).rows[0],
    list: async (minAge) => (await query(pool, 'list', [true, minAge, 20])).rows,
    count: async (age) => Number((await query(pool, 'count', [true, age])).rows[0].n),
    upsert: async (row) => (await query(pool, 'upsert', bind(row))).rows[0],
    remove: async (id) => (await query(pool, 'remove', [id])).rowCount!,
    bulkCreate: async (rows) => (await pool.query({ ...(named && { name: 'insertMany' }), text: insertMany, values: columns.map((name) => rows.map((row) => row[name])) })).rowCount!,
    checkout: async (checkout) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await steps(client, checkout);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    workflow: (checkout) => steps(pool, checkout),
    close: () => pool.end(),
  };
};

export const open = opening(true);
export const contender: Contender = { name: 'raw pg, prepared statements', role: 'base', open };
