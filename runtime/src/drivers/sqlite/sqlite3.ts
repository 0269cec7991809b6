import { LRUCache } from 'lru-cache';
import type { DriverValue, RawValue, Result, Statement } from '../driver.js';
import { connectionPragmas, type AsyncSqliteAdapter, type SqliteConnection } from './connection.js';
import { isRegexMatch } from './regex.js';
import { resolveRegexes } from './regex-rewrite.js';

/** The part of the package `sqlite3` that is used. */
interface Sqlite3 {
  readonly Database: new (file: string, done: (error: Error | null) => void) => Sqlite3Database;
}
interface Sqlite3Database {
  prepare(text: string, done: (error: Error | null) => void): Sqlite3Statement;
  exec(sql: string, done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
}
interface Sqlite3Statement {
  all(values: unknown[], done: (error: Error | null, rows: Record<string, RawValue>[]) => void): void;
  run(values: unknown[], done: (this: { changes: number }, error: Error | null) => void): void;
  finalize(): void;
}

/** Statements kept prepared per connection. `sqlite3` cannot close a connection that has some left, so they are counted. */
const preparedMax = 1000;
/** Statements of one executeMany under way at once: enough to keep the thread busy, bounded in memory. */
const manyAtOnce = 256;

export function sqlite3Adapter(module: unknown): AsyncSqliteAdapter {
  const { Database } = module as Sqlite3;
  return {
    name: 'sqlite3',
    synchronous: false,
    async open(file) {
      const database = await new Promise<Sqlite3Database>((resolve, reject) => {
        const opened: Sqlite3Database = new Database(file, (error) => (error ? reject(error) : resolve(opened)));
      });
      const connection = new Sqlite3Connection(database);
      for (const pragma of connectionPragmas) await connection.run(pragma);
      return connection;
    },
  };
}

class Sqlite3Connection implements SqliteConnection {
  readonly #database: Sqlite3Database;
  readonly #prepared = new LRUCache<Statement, Prepared>({
    max: preparedMax,
    dispose: (prepared) => {
      if (!prepared.failed) prepared.statement.finalize();
    },
  });

  constructor(database: Sqlite3Database) {
    this.#database = database;
  }

  execute(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    if (values.some(isRegexMatch)) return resolveRegexes(this, statement, values);
    return new Promise((resolve, reject) => {
      const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
      prepared.waiting?.add(reject);
      if (statement.returns) {
        prepared.statement.all(bindable(values), (error, found) => {
          if (error) return reject(error);
          const rows = found.map((row) => Object.values(row));
          resolve({ rows, changes: statement.kind === 'write' ? rows.length : 0 });
        });
      } else {
        prepared.statement.run(bindable(values), function (error) {
          if (error) reject(error);
          else resolve({ rows: [], changes: this.changes });
        });
      }
    });
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): Promise<readonly number[]> {
    const changes: number[] = [];
    for (let start = 0; start < rows.length; start += manyAtOnce) {
      // allSettled, so that nothing of a failed batch is still under way when the caller rolls back.
      const batch = await Promise.allSettled(rows.slice(start, start + manyAtOnce).map((values) => this.execute(statement, values)));
      for (const outcome of batch) {
        if (outcome.status === 'rejected') throw outcome.reason;
        changes.push(outcome.value.changes);
      }
    }
    return changes;
  }

  run(sql: string): Promise<void> {
    return new Promise((resolve, reject) => this.#database.exec(sql, (error) => (error ? reject(error) : resolve())));
  }

  close(): Promise<void> {
    this.#prepared.clear();
    return new Promise((resolve, reject) => this.#database.close((error) => (error ? reject(error) : resolve())));
  }

  #prepare(statement: Statement): Prepared {
    const waiting = new Set<(error: Error) => void>();
    const made: Sqlite3Statement = this.#database.prepare(statement.text, (error) => {
      delete prepared.waiting;
      if (!error) return;
      prepared.failed = true;
      this.#prepared.delete(statement);
      for (const reject of waiting) reject(error);
    });
    const prepared: Prepared = { statement: made, failed: false, waiting };
    this.#prepared.set(statement, prepared);
    return prepared;
  }
}

interface Prepared {
  readonly statement: Sqlite3Statement;
  failed: boolean;
  /** Until it is known whether the text is good: calls on a statement that could not be prepared never come back by themselves. */
  waiting?: Set<(error: Error) => void>;
}

/** `sqlite3` would bind a bigint as null; the column's affinity makes an integer of its text. */
function bindable(values: readonly DriverValue[]): unknown[] {
  return values.map((value) => (typeof value === 'bigint' ? String(value) : value));
}
