import { DataFlowError, type IsolationLevel } from 'dataflow-ts';
import type { Db } from '../support/places.js';
import type { Action, Txn } from './checker.js';

export interface Workload {
  readonly isolation: IsolationLevel;
  readonly transactions: number;
  /** Lists there are; few, so that transactions meet. */
  readonly keys: number;
  /** Transactions at once. */
  readonly atOnce: number;
  readonly random: () => number;
  /** Whether rows that are going to be changed are locked when they are read. */
  readonly lock?: boolean;
}

export interface History {
  readonly txns: readonly Txn[];
  readonly final: ReadonlyMap<string, readonly number[]>;
  /** Runs that were rolled back and begun again. */
  readonly repeated: number;
}

type Tx = Pick<Db, 'models'>;

/** What a transaction did so far, and its way to do more. */
export class Recorder {
  readonly #actions: Action[] = [];
  readonly #tx: Tx;
  readonly #lock: boolean;

  constructor(tx: Tx, lock = false) {
    this.#tx = tx;
    this.#lock = lock;
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  async read(key: string, lock = false): Promise<readonly number[]> {
    const { items } = await this.#tx.models.Register.read({ id: key, ...(lock && { lock: 'update' as const }) });
    this.#actions.push({ read: key, list: items });
    return items;
  }

  /** Reads the list and writes it back with one value more, as programs do. */
  async append(key: string, value: number): Promise<void> {
    await this.write(key, await this.read(key, this.#lock), value);
  }

  /** Writes a list that was read before, with one value more. */
  async write(key: string, list: readonly number[], value: number): Promise<void> {
    await this.#tx.models.Register.update({ filter: { id: key }, fields: { items: [...list, value] } });
    this.#actions.push({ append: key, value });
  }
}

/** Empties the lists and makes as many as are needed. */
export async function makeLists(db: Db, keys: number): Promise<void> {
  await db.models.Register.bulkDelete({ filter: {}, all: true });
  await db.models.Register.bulkCreate({ data: Array.from({ length: keys }, (_, i) => ({ id: `k${i}`, items: [] })) });
}

export async function finalLists(db: Db): Promise<Map<string, readonly number[]>> {
  return new Map((await db.models.Register.list({ limit: 1000 })).records.map(({ id, items }) => [id, items]));
}

/** Random transactions of reads and appends, spread over several DataFlows on one database. */
export async function runWorkload(dbs: readonly Db[], { isolation, transactions, keys, atOnce, random, lock }: Workload): Promise<History> {
  await makeLists(dbs[0]!, keys);
  const txns: Txn[] = [];
  let next = 0;
  let started = 0;
  let value = 0;
  const one = async (db: Db): Promise<void> => {
    const plan = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({ key: `k${Math.floor(random() * keys)}`, append: random() < 0.5 }));
    const attempts: Recorder[] = [];
    let committed = false;
    try {
      await db.transaction(
        async (tx) => {
          const recorder = new Recorder(tx as never, lock);
          attempts.push(recorder);
          for (const { key, append } of plan) {
            if (append) await recorder.append(key, ++value);
            else await recorder.read(key);
            if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
          }
        },
        { isolation, retries: 50 },
      );
      committed = true;
    } catch (error) {
      // What could not be brought to an end in spite of all attempts is a rollback more.
      if (!(error instanceof DataFlowError) || !['DF-536', 'DF-546'].includes(error.code)) throw error;
    }
    attempts.forEach(({ actions }, i) => txns.push({ id: next++, committed: committed && i === attempts.length - 1, actions }));
  };
  const client = async (db: Db): Promise<void> => {
    while (started++ < transactions) await one(db);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, i) => client(dbs[i % dbs.length]!)));
  return { txns, final: await finalLists(dbs[0]!), repeated: txns.filter((txn) => !txn.committed).length };
}

/** Random numbers that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
