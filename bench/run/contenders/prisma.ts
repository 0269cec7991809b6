import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Contender, Operations, Place } from '../contender.js';
import { PrismaClient as PostgresClient } from '../../generated/prisma-postgres/client.js';
import { PrismaClient as SqliteClient } from '../../generated/prisma-sqlite/client.js';

function connect(place: Place): SqliteClient {
  if (place.kind === 'sqlite') return new SqliteClient({ adapter: new PrismaBetterSqlite3({ url: `file:${place.file}` }, { timestampFormat: 'unixepoch-ms' }) });
  // The two clients have the same types, as their schemas have the same models.
  return new PostgresClient({ adapter: new PrismaPg({ ...place.connection, max: 10 }) }) as unknown as SqliteClient;
}

async function open(place: Place): Promise<Operations> {
  const db = connect(place);
  await db.$connect();
  return {
    create: async (data) => db.user.create({ data }),
    read: async (id) => db.user.findUnique({ where: { id } }),
    update: async (id, data) => db.user.update({ where: { id }, data }),
    list: async (minAge) => db.user.findMany({ where: { active: true, age: { gte: minAge } }, orderBy: { joinedAt: 'desc' }, take: 20 }),
    count: async (age) => db.user.count({ where: { active: true, age } }),
    upsert: async (row) => db.user.upsert({ where: { email: row.email }, create: row, update: { name: row.name, age: row.age, changedAt: row.changedAt } }),
    remove: async (id) => (await db.user.deleteMany({ where: { id } })).count,
    bulkCreate: async (rows) => (await db.user.createMany({ data: [...rows] })).count,
    checkout: ({ userId, orderIds, now }) =>
      db.$transaction(async (tx) => {
        const user = await tx.user.findUniqueOrThrow({ where: { id: userId } });
        for (const [i, id] of orderIds.entries()) await tx.order.create({ data: { id, userId, total: 10.5 + i, status: 'new', placedAt: now } });
        for (const id of orderIds.slice(0, 2)) await tx.order.update({ where: { id }, data: { status: 'paid' } });
        const listed = await tx.order.findMany({ where: { userId }, orderBy: { placedAt: 'desc' }, take: 20 });
        const paid = await tx.order.count({ where: { userId, status: 'paid' } });
        await tx.user.update({ where: { id: userId }, data: { changedAt: now } });
        await tx.order.deleteMany({ where: { id: orderIds[2] } });
        return { user: user.id, created: orderIds.length, listed: listed.length, paid };
      }),
    close: () => db.$disconnect(),
  };
}

export const contender: Contender = { name: 'Prisma 7', role: 'peer', open };
