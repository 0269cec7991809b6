/** The hand-written SQL of the raw contenders. */
const user = 'id, name, email, age, active, joined_at as "joinedAt", changed_at as "changedAt"';
const order = 'id, user_id as "userId", total, status, placed_at as "placedAt"';

/** @param at the n-th placeholder, from 1: `?`, or `$1` */
export function statements(at: (n: number) => string) {
  const list = (count: number): string => Array.from({ length: count }, (_, i) => at(i + 1)).join(', ');
  const insertUser = `insert into users(id, name, email, age, active, joined_at, changed_at) values(${list(7)})`;
  return {
    insert: insertUser,
    create: `${insertUser} returning ${user}`,
    read: `select ${user} from users where id = ${at(1)}`,
    update: `update users set name = ${at(1)}, age = ${at(2)}, changed_at = ${at(3)} where id = ${at(4)} returning ${user}`,
    list: `select ${user} from users where active = ${at(1)} and age >= ${at(2)} order by joined_at desc limit ${at(3)}`,
    count: `select count(*) as n from users where active = ${at(1)} and age = ${at(2)}`,
    upsert: `${insertUser} on conflict(email) do update set name = excluded.name, age = excluded.age, changed_at = excluded.changed_at returning ${user}`,
    remove: `delete from users where id = ${at(1)}`,
    createOrder: `insert into orders(id, user_id, total, status, placed_at) values(${list(5)}) returning ${order}`,
    updateOrder: `update orders set status = ${at(1)} where id = ${at(2)} returning ${order}`,
    listOrders: `select ${order} from orders where user_id = ${at(1)} order by placed_at desc limit 20`,
    countOrders: `select count(*) as n from orders where user_id = ${at(1)} and status = ${at(2)}`,
    touchUser: `update users set changed_at = ${at(1)} where id = ${at(2)} returning ${user}`,
    removeOrder: `delete from orders where id = ${at(1)}`,
  };
}

export type StatementName = keyof ReturnType<typeof statements>;
export const sqliteStatements = statements(() => '?');
export const postgresStatements = statements((n) => `$${n}`);
