import { deepStrictEqual } from 'node:assert';
import type { Operations, User } from './contender.js';
import { epoch, seed, userOf } from './data.js';

/** Refuses a contender that gives wrong results: what is fast and wrong is not worth measuring. Leaves rows behind. */
export async function check(db: Operations): Promise<void> {
  const first = userOf(1, 'chk');
  same('create', await db.create({ ...first }), first);
  same('read', await db.read(first.id), first);
  same('read of a row that is not there', await db.read('nobody'), null);
  const change = { name: 'changed', age: 33, changedAt: new Date(epoch + 5) };
  same('update', await db.update(first.id, { ...change }), { ...first, ...change });
  same('read after update', await db.read(first.id), { ...first, ...change });

  const all = Array.from({ length: seed.users }, (_, i) => userOf(i));
  const latest = all.filter(({ active, age }) => active && age >= 30).sort((a, b) => b.joinedAt.getTime() - a.joinedAt.getTime()).slice(0, 20);
  deepStrictEqual((await db.list(30)).map(plain), latest, 'list');
  same('count', await db.count(40), all.filter(({ active, age }) => active && age === 40).length);

  const newer = { ...userOf(2, 'chk'), email: first.email, name: 'upserted', age: 50, changedAt: new Date(epoch + 9) };
  same('upsert of a taken email', await db.upsert({ ...newer }), { ...newer, id: first.id, active: first.active, joinedAt: first.joinedAt });
  same('upsert of a new row', await db.upsert(userOf(3, 'chk')), userOf(3, 'chk'));
  same('delete', Number(await db.remove(first.id)), 1);
  same('delete of a row that is not there', Number(await db.remove(first.id)), 0);

  same('bulk create', await db.bulkCreate(Array.from({ length: 2500 }, (_, i) => userOf(i, 'bulk'))), 2500);
  same('a row of bulk create', await db.read('bulk-2499'), userOf(2499, 'bulk'));
  const expected = { user: 'u-7', created: 3, listed: 4, paid: 3 };
  same('transaction', await db.checkout({ userId: 'u-7', orderIds: ['o-c-0', 'o-c-1', 'o-c-2'], now: new Date(epoch) }), expected);
  const workflow = db.workflow ?? db.checkout;
  same('workflow', await workflow({ userId: 'u-8', orderIds: ['o-w-0', 'o-w-1', 'o-w-2'], now: new Date(epoch) }), { ...expected, user: 'u-8' });
}

function same(what: string, given: unknown, expected: unknown): void {
  deepStrictEqual(isUser(given) ? plain(given) : given, expected, `wrong result of ${what}: ${JSON.stringify(given)} instead of ${JSON.stringify(expected)}`);
}

const isUser = (value: unknown): value is User => typeof value === 'object' && value !== null && 'email' in value;

/** Entities have methods and hidden properties; only the columns count. */
function plain({ id, name, email, age, active, joinedAt, changedAt }: User): User {
  return { id, name, email, age, active, joinedAt, changedAt };
}
