import type { Checkout, Operations, User } from './contender.js';
import { epoch, seed, userOf } from './data.js';

/** One kind of work: how its inputs are made, and what a contender does with each of them. */
export interface Workload<Input = unknown> {
  readonly name: string;
  /** What `perform` is called with in a round, the same for every contender. */
  inputs(round: number, random: Random): Input[];
  perform(operations: Operations, input: Input): Promise<unknown>;
  /** Whether a call can be made twice: then it is its own warm-up. */
  readonly repeatable: boolean;
  /** Calls at once. Default 1. */
  readonly atOnce?: number;
  /** Into how many slices a round is cut; contenders take turns slice by slice. Default 6. */
  readonly slices?: number;
  /** Rows of one call, when they are what is counted. */
  readonly rows?: number;
  /** SQL that every database gets before the round: rows to delete. */
  before?(round: number, dateOf: (date: Date) => string): string;
  /** Takes part only if the contender can. */
  readonly optional?: boolean;
}

/** A whole number below `n`. */
export type Random = (n: number) => number;

/** @param operations calls of the plainest workload in a round; others take a share or a multiple */
export function workloads(operations: number, bulkRows: number, atOnce: number): Workload<never>[] {
  const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
  const anyUser = (random: Random): string => `u-${random(seed.users)}`;
  const checkouts = (round: number, random: Random, kind: string): Checkout[] =>
    times(Math.ceil(operations / 4), (i) => ({
      userId: anyUser(random),
      orderIds: [0, 1, 2].map((k) => `o-${kind}-${round}-${i}-${k}`) as unknown as Checkout['orderIds'],
      now: new Date(epoch + round * 1e6 + i),
    }));
  const all: Workload<never>[] = [];
  const add = <Input>(workload: Workload<Input>): void => void all.push(workload as unknown as Workload<never>);

  add<User>({
    name: 'create', repeatable: false,
    inputs: (round) => times(operations, (i) => userOf(i, `n${round}`)),
    perform: (db, user) => db.create(user),
  });
  add<string>({
    name: 'read', repeatable: true,
    inputs: (_round, random) => times(operations * 2, () => anyUser(random)),
    perform: (db, id) => db.read(id),
  });
  add<[string, number, number]>({
    name: 'update', repeatable: true,
    inputs: (round, random) => times(operations, (i) => [anyUser(random), 18 + random(60), epoch + round * 1e6 + i]),
    perform: (db, [id, age, time]) => db.update(id, { name: `changed ${time}`, age, changedAt: new Date(time) }),
  });
  add<number>({
    name: 'list 20', repeatable: true,
    inputs: (_round, random) => times(operations, () => 18 + random(25)),
    perform: (db, minAge) => db.list(minAge),
  });
  add<number>({
    name: 'count', repeatable: true,
    inputs: (_round, random) => times(operations, () => 18 + random(60)),
    perform: (db, age) => db.count(age),
  });
  add<User>({
    name: 'upsert', repeatable: false,
    inputs: (round, random) =>
      times(operations, (i) => (i % 2 ? userOf(i, `x${round}`) : { ...userOf(random(seed.users)), name: `upserted ${i}`, changedAt: new Date(epoch + i) })),
    perform: (db, user) => db.upsert(user),
  });
  add<string>({
    name: 'delete', repeatable: false,
    before: (round, dateOf) => {
      const row = ({ id, name, email, age, active, joinedAt, changedAt }: User): string =>
        `('${id}', '${name}', '${email}', ${age}, ${active}, ${dateOf(joinedAt)}, ${dateOf(changedAt)})`;
      return `insert into users(id, name, email, age, active, joined_at, changed_at) values ${times(operations, (i) => row(userOf(i, `d${round}`))).join(', ')}`;
    },
    inputs: (round) => times(operations, (i) => `d${round}-${i}`),
    perform: (db, id) => db.remove(id),
  });
  add<Checkout>({
    name: 'transaction of 10', repeatable: false,
    inputs: (round, random) => checkouts(round, random, 't'),
    perform: (db, checkout) => db.checkout(checkout),
  });
  add<readonly User[]>({
    name: `bulk create ${bulkRows.toLocaleString('en-US')}`, repeatable: false, rows: bulkRows, slices: 1,
    inputs: (round) => [times(bulkRows, (i) => userOf(i, `b${round}`))],
    perform: (db, users) => db.bulkCreate(users),
  });
  add<string>({
    name: `read, ${atOnce} at once`, repeatable: true, atOnce,
    inputs: (_round, random) => times(operations * 8, () => anyUser(random)),
    perform: (db, id) => db.read(id),
  });
  add<Checkout>({
    name: 'workflow of 10 nodes', repeatable: false, optional: true,
    inputs: (round, random) => checkouts(round, random, 'w'),
    perform: (db, checkout) => db.workflow!(checkout),
  });
  return all;
}

/** What brings a database back to its seed after a round (updated rows stay updated, alike everywhere). */
export const undo = `delete from orders where id like 'o-%'; delete from users where id not like 'u-%'`;
