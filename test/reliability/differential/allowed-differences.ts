import { DataFlowError } from 'dataflow-ts';
import type { Db } from '../support/places.js';

/** Where SQLite and PostgreSQL may give different answers. Everything else must be the same on both. */
export interface AllowedDifference {
  readonly what: string;
  readonly why: string;
  /** An example, and what each answers. */
  try(db: Db): Promise<unknown>;
  readonly sqlite: unknown;
  readonly postgres: unknown;
}

export const allowedDifferences: readonly AllowedDifference[] = [
  {
    what: '`$regex` takes the expressions of each: JavaScript on SQLite, POSIX on PostgreSQL',
    why: 'SQLite has none of its own; PostgreSQL has no others',
    async try(db) {
      await db.models.Item.create({ id: 1, sku: 'a' });
      return (await db.models.Item.count({ filter: { sku: { $regex: '^\\p{L}$' } } }).catch(codeOf)) as unknown;
    },
    sqlite: { count: 1 },
    postgres: 'DF-103',
  },
  {
    what: 'an explicit id in an `autoIncrement()` model moves the counter on SQLite only',
    why: "SQLite counts on from the largest id, PostgreSQL's sequence does not look at the rows",
    async try(db) {
      await db.models.Job.create({ id: 7, key: 'a', step: 1 });
      return (await db.models.Job.create({ key: 'b', step: 1 })).id;
    },
    sqlite: 8,
    postgres: 1,
  },
  {
    what: 'a bulk call in which one row takes a unique value that another row of the call gives up may succeed or fail (DF-530)',
    why: 'in which order the rows of one call are written is not promised; nothing is written when it fails',
    async try(db) {
      await db.models.Item.bulkCreate({ data: [{ id: 1, sku: 'a' }] });
      return await db.models.Item.bulkUpsert({ data: [{ id: 1, sku: 'b' }, { id: 2, sku: 'a' }] }).catch(codeOf);
    },
    sqlite: 'DF-530',
    postgres: { inserted: 1, updated: 1 },
  },
  {
    what: 'a violated foreign key (DF-531) is named on PostgreSQL only',
    why: 'SQLite does not say which one it was',
    try: (db) => db.models.Transfer.create({ id: 't', fromId: 'nobody', toId: 'nobody', amount: 1 }).catch((error: DataFlowError) => error.context['field'] ?? 'unnamed'),
    sqlite: 'unnamed',
    postgres: 'fromId',
  },
  {
    what: 'of several constraints that the rows of one bulk call violate, either may be reported; foreign keys are looked at per row on SQLite',
    why: 'PostgreSQL checks foreign keys at the end of a statement, and DataFlow writes many rows in one',
    try: (db) => db.models.Transfer.bulkCreate({ data: [{ id: 't', fromId: 'x', toId: 'x', amount: 1 }, { id: 't', fromId: 'x', toId: 'x', amount: 1 }] }).catch(codeOf),
    sqlite: 'DF-531',
    postgres: 'DF-530',
  },
  {
    what: 'isolation levels below serializable let PostgreSQL transactions see what SQLite ones never do',
    why: 'SQLite has one writer at a time, so that every transaction is serializable; see the isolation test',
    async try(db) {
      await db.models.Account.create({ id: 'a', balance: 1 });
      return db.transaction(
        async (tx) => {
          await tx.models.Account.read({ id: 'a' });
          const outside = db.models.Account.update({ filter: { id: 'a' }, fields: { balance: 2 } });
          // On SQLite the update outside waits for this transaction's end.
          await Promise.race([outside, new Promise((resolve) => setTimeout(resolve, 200))]);
          const { balance } = await tx.models.Account.read({ id: 'a' });
          void outside.catch(() => undefined);
          return balance;
        },
        { isolation: 'read committed' },
      );
    },
    sqlite: 1,
    postgres: 2,
  },
];

function codeOf(error: unknown): string {
  if (error instanceof DataFlowError) return error.code;
  throw error;
}
