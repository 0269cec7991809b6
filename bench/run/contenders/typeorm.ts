import 'reflect-metadata';
import { DataSource, EntitySchema, MoreThanOrEqual, type DataSourceOptions, type EntitySchemaColumnOptions } from 'typeorm';
import type { Contender, Operations, Place, User } from '../contender.js';

const rowsAtOnce = 1000;

interface Order {
  id: string;
  userId: string;
  total: number;
  status: string;
  placedAt: Date;
}

/** The repository; where the row must come back, what the driver returns, or a second statement. */
async function open(place: Place): Promise<Operations> {
  const sqlite = place.kind === 'sqlite';
  const date = (name: string): EntitySchemaColumnOptions =>
    sqlite
      ? { name, type: 'integer', transformer: { to: (value: unknown) => (value instanceof Date ? value.getTime() : value), from: (value: number) => new Date(value) } }
      : { name, type: 'timestamptz' };
  const users = new EntitySchema<User>({
    name: 'User', tableName: 'users',
    columns: {
      id: { type: 'text', primary: true }, name: { type: 'text' }, email: { type: 'text', unique: true }, age: { type: 'integer' },
      active: { type: 'boolean' }, joinedAt: date('joined_at'), changedAt: date('changed_at'),
    },
  });
  const orders = new EntitySchema<Order>({
    name: 'Order', tableName: 'orders',
    columns: { id: { type: 'text', primary: true }, userId: { name: 'user_id', type: 'text' }, total: { type: 'numeric' }, status: { type: 'text' }, placedAt: date('placed_at') },
  });
  const source = new DataSource(optionsOf(place, [users, orders]));
  await source.initialize();
  const repository = source.getRepository(users);

  return {
    // save() is a SELECT and an INSERT in a transaction; insert() is the cheapest way that hands an entity back.
    create: async (row) => {
      const entity = repository.create(row);
      await repository.insert(entity);
      return entity;
    },
    read: (id) => repository.findOneBy({ id }),
    update: async (id, change) => {
      await repository.update({ id }, change);
      return repository.findOneByOrFail({ id });
    },
    list: (minAge) => repository.find({ where: { active: true, age: MoreThanOrEqual(minAge) }, order: { joinedAt: 'DESC' }, take: 20 }),
    count: (age) => repository.countBy({ active: true, age }),
    upsert: async (row) => {
      await source.createQueryBuilder().insert().into(users).values({ ...row }).orUpdate(['name', 'age', 'changed_at'], ['email']).execute();
      return repository.findOneByOrFail({ email: row.email });
    },
    remove: async (id) => (await repository.delete({ id })).affected!,
    bulkCreate: (rows) =>
      source.transaction(async (manager) => {
        for (let i = 0; i < rows.length; i += rowsAtOnce) {
          await manager.createQueryBuilder().insert().into(users).values(rows.slice(i, i + rowsAtOnce)).updateEntity(false).execute();
        }
        return rows.length;
      }),
    checkout: ({ userId, orderIds, now }) =>
      source.transaction(async (manager) => {
        const [buyers, bought] = [manager.getRepository(users), manager.getRepository(orders)];
        const buyer = await buyers.findOneByOrFail({ id: userId });
        for (const [i, id] of orderIds.entries()) await bought.insert({ id, userId, total: 10.5 + i, status: 'new', placedAt: now });
        for (const id of orderIds.slice(0, 2)) await bought.update({ id }, { status: 'paid' });
        const listed = await bought.find({ where: { userId }, order: { placedAt: 'DESC' }, take: 20 });
        const paid = await bought.countBy({ userId, status: 'paid' });
        await buyers.update({ id: userId }, { changedAt: now });
        await bought.delete({ id: orderIds[2] });
        return { user: buyer.id, created: orderIds.length, listed: listed.length, paid };
      }),
    close: () => source.destroy(),
  };
}

function optionsOf(place: Place, entities: EntitySchema[]): DataSourceOptions {
  if (place.kind === 'sqlite') {
    return { type: 'better-sqlite3', database: place.file, enableWAL: true, prepareDatabase: (db: { pragma(text: string): void }) => db.pragma('synchronous = NORMAL'), entities } as DataSourceOptions;
  }
  const { user, ...connection } = place.connection;
  return { type: 'postgres', ...connection, username: user, poolSize: 10, entities, installExtensions: false };
}

export const contender: Contender = { name: 'TypeORM', role: 'peer', open };
