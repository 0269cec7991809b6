import { LRUCache } from 'lru-cache';
import { wasCancelled } from '../cancelled.js';
import type { DriverValue, RawValue, Result, Statement } from '../driver.js';
import { connectionPragmas, type AsyncSqliteAdapter, type SqliteConnection } from './connection.js';
import { isRegexMatch } from './regex.js';
import { Interrupts } from './interrupts.js';
import { resolveRegexes } from './regex-rewrite.js';
import { joined } from './several.js';

/** The part of the package `sqlite3` that is used. */
interface Sqlite3 {
  readonly Database: new (file: string, done: (error: Error | null) => void) => Sqlite3Database;
}
interface Sqlite3Database {
  prepare(text: string, done: (error: Error | null) => void): Sqlite3Statement;
  exec(sql: string, done: (error: Error | null) => void): void;
  /** Cancels whatever runs on the connection. */
  interrupt(): void;
  close(done: (error: Error | null) => void): void;
}
interface Sqlite3Statement {
  all(values: unknown[], done: (error: Error | null, rows: Record<string, RawValue>[]) => void): void;
  run(values: unknown[], done: (this: { changes: number }, error: Error | null) => void): void;
  finalize(): void;
}

/** Statements kept prepared per connection. `sqlite3` cannot close a connection that has some left, so they are counted. */
const preparedMax = 1000;

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
  readonly #interrupts: Interrupts;
  readonly #prepared = new LRUCache<Statement, Prepared>({
    max: preparedMax,
    dispose: (prepared) => {
      if (!prepared.failed) prepared.statement.finalize();
    },
  });

  constructor(database: Sqlite3Database) {
    this.#database = database;
    this.#interrupts = new Interrupts(() => database.interrupt());
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (values.some(isRegexMatch)) return resolveRegexes(this, statement, values, signal);
    return this.#interrupts.cancelling ? this.#later(statement, values, signal) : this.#send(statement, values, signal);
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    const changes: number[] = [];
    const { several } = statement;
    // One after the other: after an error that ended the transaction (a full disk), what was sent ahead would run outside of it, and stay.
    for (let start = 0; start < rows.length; ) {
      if (several !== undefined && start + several.rows <= rows.length) {
        await this.execute(several.statement, joined(rows, start, several.rows), signal);
        for (let i = 0; i < several.rows; i++) changes.push(1);
        start += several.rows;
      } else {
        changes.push((await this.execute(statement, rows[start++]!, signal)).changes);
      }
    }
    return changes;
  }

  async run(sql: string): Promise<void> {
    if (this.#interrupts.cancelling) await this.#interrupts.settled();
    return new Promise((resolve, reject) => this.#database.exec(sql, (error) => (error ? reject(error) : resolve())));
  }

  close(): Promise<void> {
    this.#prepared.clear();
    return new Promise((resolve, reject) => this.#database.close((error) => (error ? reject(error) : resolve())));
  }

  async #later(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    await this.#interrupts.settled();
    signal?.throwIfAborted();
    return this.#send(statement, values, signal);
  }

  #send(statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
      const cancellable = signal && this.#interrupts.begin(signal);
      const failed = (error: Error): void => {
        if (cancellable !== undefined) this.#interrupts.end(cancellable);
        // Hit by the interruption of another statement. It took no effect, and a transaction, of which that would not be true, has no
        // other beside it.
        if (wasCancelled(error) && cancellable?.cancelled !== true) this.#later(statement, values, signal).then(resolve, reject);
        else reject(error);
      };
      const done = (result: Result): void => {
        if (cancellable !== undefined) this.#interrupts.end(cancellable);
        resolve(result);
      };
      prepared.waiting?.add(failed);
      if (statement.returns) {
        prepared.statement.all(bindable(values), (error, found) => {
          // The package resets no statement: an EXPLAIN that was read to its end would stay active, and no COMMIT could follow.
          if (statement.fixed === false) this.#prepared.delete(statement);
          if (error) return failed(error);
          const rows = found.map((row) => Object.values(row));
          done({ rows, changes: statement.kind === 'write' ? rows.length : 0 });
        });
      } else {
        prepared.statement.run(bindable(values), function (error) {
          if (error) failed(error);
          else done({ rows: [], changes: this.changes });
        });
      }
    });
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
