import { sqliteStatements, type StatementName } from '../sql.js';

/** What the synchronous packages better-sqlite3 and node:sqlite have in common. */
export interface SyncDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SyncStatement;
  close(): unknown;
}

export interface SyncStatement {
  all(...values: readonly unknown[]): unknown[];
  get(...values: readonly unknown[]): unknown;
  run(...values: readonly unknown[]): { readonly changes: number | bigint };
}

/** A contender's connection. */
export interface RawSqlite {
  /** The statements of `sql.ts`, prepared. */
  readonly statements: Readonly<Record<StatementName, SyncStatement>>;
  /** Gives `work` as a function that runs it in a transaction of its own. */
  transaction<Input, Output>(work: (input: Input) => Output): (input: Input) => Output;
  close(): unknown;
}

/** Opens a file as every contender does. */
export function connect<Database extends SyncDatabase>(Database: new (file: string) => Database, file: string): Database {
  const db = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) db.exec(`pragma ${pragma}`);
  return db;
}

export function prepareAll<Statement>(prepare: (text: string) => Statement): Record<StatementName, Statement> {
  return Object.fromEntries(Object.entries(sqliteStatements).map(([name, text]) => [name, prepare(text)])) as Record<StatementName, Statement>;
}
