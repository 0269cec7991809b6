import { dirname } from 'node:path';
import type { DriverValue, RawValue, Result, Statement } from '../driver.js';
import { connectionPragmas, transactionControl, type SyncSqliteAdapter, type SyncSqliteConnection } from './connection.js';
import { patternsOf, regexp } from './regex.js';
import { runSeveral } from './several.js';

/** The part of the package `better-sqlite3` that is used. */
interface BetterSqlite3 {
  new (file: string): BetterDatabase;
}
interface BetterDatabase {
  prepare(text: string): BetterStatement;
  function(name: string, options: { deterministic: boolean }, body: (...args: never[]) => unknown): void;
  exec(sql: string): void;
  close(): void;
}
interface BetterStatement {
  raw(on: boolean): BetterStatement;
  all(...values: readonly unknown[]): (readonly RawValue[])[];
  get(...values: readonly unknown[]): readonly RawValue[] | undefined;
  run(...values: readonly unknown[]): { changes: number };
}

interface Prepared {
  readonly statement: BetterStatement;
  readonly regex: boolean;
}

export function betterSqlite3Adapter(module: unknown): SyncSqliteAdapter {
  const Database = module as BetterSqlite3;
  return { name: 'better-sqlite3', synchronous: true, open: (file) => new BetterConnection(opened(Database, file)) };
}

function opened(Database: BetterSqlite3, file: string): BetterDatabase {
  try {
    return new Database(file);
  } catch (error) {
    // For a missing folder the package has an error of its own, without SQLite's code.
    if (error instanceof TypeError && file !== ':memory:' && !process.getBuiltinModule('node:fs').existsSync(dirname(file))) throw Object.assign(error, { code: 'SQLITE_CANTOPEN' });
    throw error;
  }
}

const noRows: readonly (readonly RawValue[])[] = [];

class BetterConnection implements SyncSqliteConnection {
  readonly #database: BetterDatabase;
  readonly #prepared = new WeakMap<Statement, Prepared>();
  readonly #control = new Map<string, BetterStatement>();

  constructor(database: BetterDatabase) {
    this.#database = database;
    for (const pragma of connectionPragmas) database.exec(pragma);
    database.function('regexp', { deterministic: true }, regexp);
  }

  execute(statement: Statement, values: readonly DriverValue[]): Result {
    const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
    const bound = prepared.regex ? patternsOf(values) : values;
    if (statement.returns) {
      if (statement.single === true) {
        const row = prepared.statement.get(...bound);
        return { rows: row === undefined ? noRows : [row], changes: 0 };
      }
      const rows = prepared.statement.all(...bound);
      return { rows, changes: statement.kind === 'write' ? rows.length : 0 };
    }
    return { rows: noRows, changes: prepared.statement.run(...bound).changes };
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): readonly number[] {
    const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
    const { statement: made } = prepared;
    const changes = new Array<number>(rows.length).fill(1);
    for (let i = runSeveral(statement, rows, (many, values) => this.execute(many, values)); i < rows.length; i++) changes[i] = made.run(...rows[i]!).changes;
    return changes;
  }

  run(sql: string): void {
    if (!transactionControl.has(sql)) return this.#database.exec(sql);
    let control = this.#control.get(sql);
    if (control === undefined) this.#control.set(sql, (control = this.#database.prepare(sql)));
    control.run();
  }

  close(): void {
    this.#database.close();
  }

  #prepare(statement: Statement): Prepared {
    const made = this.#database.prepare(statement.text);
    if (statement.returns) made.raw(true);
    const prepared = { statement: made, regex: statement.text.includes('REGEXP') };
    this.#prepared.set(statement, prepared);
    return prepared;
  }
}
