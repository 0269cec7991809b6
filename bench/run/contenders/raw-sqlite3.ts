import sqlite3, { type Statement } from 'sqlite3';
import type { Contender, Operations, Place, User } from '../contender.js';
import { sqliteStatements as sql, type StatementName } from '../sql.js';

/** Rows per INSERT: what fits well below SQLite's limit of 32,766 parameters. */
const rowsAtOnce = 250;

/**
 * The asynchronous package. It queues concurrent calls on one statement, so each text has a list of free handles, one per
 * call in flight. `all` and not `get`, which steps once and leaves the statement open.
 */
class Handles {
  readonly #db: sqlite3.Database;
  readonly #text: string;
  readonly #free: Statement[] = [];
  readonly #all: Statement[] = [];

  constructor(db: sqlite3.Database, text: string) {
    this.#db = db;
    this.#text = text;
  }

  all(values: readonly unknown[]): Promise<Record<string, unknown>[]> {
    return new Promise((resolve, reject) => {
      const statement = this.#take();
      statement.all(values, (error: Error | null, rows: Record<string, unknown>[]) => {
        this.#free.push(statement);
        if (error) reject(error);
        else resolve(rows);
      });
    });
  }

  run(values: readonly unknown[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const statement = this.#take();
      const free = this.#free;
      statement.run(values, function (error: Error | null) {
        free.push(statement);
        if (error) reject(error);
        else resolve(this.changes);
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((statement) => new Promise<void>((resolve) => statement.finalize(() => resolve()))));
  }

  #take(): Statement {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const made = this.#db.prepare(this.#text);
    this.#all.push(made);
    return made;
  }
}

async function open(place: Place): Promise<Operations> {
  if (place.kind !== 'sqlite') throw new Error('SQLite only');
  const db = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(place.file, (error) => (error ? reject(error) : resolve(opened)));
  });
  const exec = (text: string) => new Promise<void>((resolve, reject) => db.exec(text, (error) => (error ? reject(error) : resolve())));
  await exec('pragma journal_mode = WAL; pragma synchronous = NORMAL; pragma foreign_keys = ON; pragma cache_size = -16000');
  const handles: Handles[] = [];
  const of = (text: string): Handles => {
    const made = new Handles(db, text);
    handles.push(made);
    return made;
  };
  const s = Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, of(text)])) as Record<StatementName, Handles>;
  const [begin, commit, rollback] = [of('begin'), of('commit'), of('rollback')];
  const values = Array<string>(rowsAtOnce).fill('(?,?,?,?,?,?,?)').join(',');
  const insertMany = of(`insert into users(id, name, email, age, active, joined_at, changed_at) values${values}`);

  const user = (row: Record<string, unknown>): User => {
    row['active'] = row['active'] === 1;
    row['joinedAt'] = new Date(row['joinedAt'] as number);
    row['changedAt'] = new Date(row['changedAt'] as number);
    return row as unknown as User;
  };
  const order = (row: Record<string, unknown>): unknown => {
    row['placedAt'] = new Date(row['placedAt'] as number);
    return row;
  };
  const bind = (row: User) => [row.id, row.name, row.email, row.age, row.active ? 1 : 0, row.joinedAt.getTime(), row.changedAt.getTime()];
  const first = async (handle: Handles, given: readonly unknown[]) => (await handle.all(given))[0]!;
  const atomically = async <T>(work: () => Promise<T>): Promise<T> => {
    await begin.run([]);
    try {
      const result = await work();
      await commit.run([]);
      return result;
    } catch (error) {
      await rollback.run([]);
      throw error;
    }
  };

  return {
    create: async (row) => user(await first(s.create, bind(row))),
    read: async (id) => {
      const row = await first(s.read, [id]);
      return row === undefined ? null : user(row);
    },
    update: async (id, { name, age, changedAt }) => user(await first(s.update, [name, age, changedAt.getTime(), id])),
    list: async (minAge) => (await s.list.all([1, minAge, 20])).map(user),
    count: async (age) => (await first(s.count, [1, age]))['n'] as number,
    upsert: async (row) => user(await first(s.upsert, bind(row))),
    remove: (id) => s.remove.run([id]),
    bulkCreate: (rows) =>
      atomically(async () => {
        let i = 0;
        for (; i + rowsAtOnce <= rows.length; i += rowsAtOnce) await insertMany.run(rows.slice(i, i + rowsAtOnce).flatMap(bind));
        for (; i < rows.length; i++) await s.insert.run(bind(rows[i]!));
        return rows.length;
      }),
    checkout: ({ userId, orderIds, now }) =>
      atomically(async () => {
        const time = now.getTime();
        const buyer = user(await first(s.read, [userId]));
        for (const [i, id] of orderIds.entries()) order(await first(s.createOrder, [id, userId, 10.5 + i, 'new', time]));
        for (const id of orderIds.slice(0, 2)) order(await first(s.updateOrder, ['paid', id]));
        const listed = (await s.listOrders.all([userId])).map(order);
        const paid = (await first(s.countOrders, [userId, 'paid']))['n'] as number;
        user(await first(s.touchUser, [time, userId]));
        await s.removeOrder.run([orderIds[2]]);
        return { user: buyer.id, created: orderIds.length, listed: listed.length, paid };
      }),
    close: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
      await new Promise<void>((resolve, reject) => db.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

export const contender: Contender = { name: 'raw sqlite3', role: 'raw', open };
