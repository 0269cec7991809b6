import type { DriverValue, RawValue, Result, Statement } from '../driver.js';
import { connectionPragmas, type SyncSqliteAdapter, type SyncSqliteConnection } from './connection.js';
import { patternsOf, regexp } from './regex.js';

/** The part of the module `node:sqlite` that is used (the types of Node 20 do not know it). */
interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => NodeDatabase;
}
interface NodeDatabase {
  prepare(text: string): NodeStatement;
  function(name: string, options: { deterministic: boolean }, body: (...args: never[]) => unknown): void;
  exec(sql: string): void;
  close(): void;
}
interface NodeStatement {
  /** Since Node 24.0 and 22.16. */
  setReturnArrays?(on: boolean): void;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { changes: number | bigint };
}

interface Prepared {
  readonly statement: NodeStatement;
  readonly regex: boolean;
  /** Whether rows come as arrays, not as objects. */
  readonly arrays: boolean;
}

export function nodeSqliteAdapter(module: unknown): SyncSqliteAdapter {
  const { DatabaseSync } = module as NodeSqlite;
  return { name: 'node:sqlite', synchronous: true, open: (file) => new NodeConnection(new DatabaseSync(file)) };
}

class NodeConnection implements SyncSqliteConnection {
  readonly #database: NodeDatabase;
  readonly #prepared = new WeakMap<Statement, Prepared>();

  constructor(database: NodeDatabase) {
    this.#database = database;
    for (const pragma of connectionPragmas) database.exec(pragma);
    database.function('regexp', { deterministic: true }, regexp);
  }

  execute(statement: Statement, values: readonly DriverValue[]): Result {
    const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
    const bound = prepared.regex ? patternsOf(values) : values;
    if (statement.returns) {
      const found = prepared.statement.all(...bound);
      const rows = prepared.arrays ? (found as RawValue[][]) : found.map((row) => Object.values(row as Record<string, RawValue>));
      return { rows, changes: statement.kind === 'write' ? rows.length : 0 };
    }
    return { rows: [], changes: Number(prepared.statement.run(...bound).changes) };
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): readonly number[] {
    const prepared = this.#prepared.get(statement) ?? this.#prepare(statement);
    return rows.map((values) => Number(prepared.statement.run(...values).changes));
  }

  run(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }

  #prepare(statement: Statement): Prepared {
    const made = this.#database.prepare(statement.text);
    made.setReturnArrays?.(true);
    const prepared = { statement: made, regex: statement.text.includes('REGEXP'), arrays: made.setReturnArrays !== undefined };
    this.#prepared.set(statement, prepared);
    return prepared;
  }
}
