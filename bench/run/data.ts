import type { Place, User } from './contender.js';

/** Rows every database begins with. */
export const seed = { users: 10_000, orders: 10_000 } as const;

export const epoch = Date.UTC(2024, 0, 1);

/** The i-th user of a family of users whose ids begin with `prefix`. */
export function userOf(i: number, prefix = 'u'): User {
  const time = new Date(epoch + i * 1000);
  return { id: `${prefix}-${i}`, name: `Name ${i}`, email: `${prefix}${i}@example.com`, age: 18 + ((i * 7919) % 60), active: i % 3 !== 0, joinedAt: time, changedAt: time };
}

const indexes = `
  create index users_active_joined on users(active, joined_at);
  create index users_age_active on users(age, active);
  create index orders_user on orders(user_id);`;

/** Tables as one would write them by hand. DataFlow brings its own for SQLite, whose decimals are text and whose indexes end with id. */
export const tables: Readonly<Record<Place['kind'], string>> = {
  sqlite: `
    create table users(id text primary key, name text not null, email text not null unique, age integer not null,
      active integer not null, joined_at integer not null, changed_at integer not null);
    create table orders(id text primary key, user_id text not null references users(id), total numeric not null,
      status text not null, placed_at integer not null);${indexes}`,
  postgres: `
    create table users(id text primary key, name text not null, email text not null unique, age int not null,
      active boolean not null, joined_at timestamptz not null, changed_at timestamptz not null);
    create table orders(id text primary key, user_id text not null references users(id), total numeric not null,
      status text not null, placed_at timestamptz not null);${indexes}`,
};
