import type { DriverValue, RawValue, Result, Statement } from '../driver.js';
import { connectionPragmas, transactionControl, type SyncSqliteAdapter, type SyncSqliteConnection } from './connection.js';
import { patternsOf, regexp } from './regex.js';
import { runSeveral } from './several.js';

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
  all(...values: readonly unknown[]): readonly Row[];
  get(...values: readonly unknown[]): Row | undefined;
  run(...values: readonly unknown[]): { changes: number };
}

type Row = readonly RawValue[] | Readonly<Record<string, RawValue>>;

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

const noRows: readonly (readonly RawValue[])[] = [];

class NodeConnection implements SyncSqliteConnection {
  readonly #database: NodeDatabase;
  readonly #prepared = new WeakMap<Statement, Prepared>();
  readonly #control = new Map<string, NodeStatement>();

  constructor(database: NodeDatabase) {
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
        return { rows: row === undefined ? noRows : arraysOf(prepared, [row]), changes: 0 };
      }
      const rows = arraysOf(prepared, prepared.statement.all(...bound));
      return { rows, changes: statement.kind === 'write' ? rows.length : 0 };
    }
    return { rows: noRows, changes: prepared.statement.run(...bound).changes };
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): readonly number[] {
    const { statement: made } = this.#prepared.get(statement) ?? this.#prepare(statement);
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
    made.setReturnArrays?.(true);
    const prepared = { statement: made, regex: statement.text.includes('REGEXP'), arrays: made.setReturnArrays !== undefined };
    this.#prepared.set(statement, prepared);
    return prepared;
  }
}

function arraysOf({ arrays }: Prepared, rows: readonly Row[]): readonly (readonly RawValue[])[] {
  return arrays ? (rows as readonly (readonly RawValue[])[]) : rows.map((row) => Object.values(row));
}
