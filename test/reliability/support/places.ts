import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFlow, DataFlowError, type DataFlowOptions, type DataFlowErrorCode } from 'dataflow-ts';
import pg from 'pg';
import type sqlite3 from 'sqlite3';
import * as assert from 'uvu/assert';
import { schema, type Models } from '../.dataflow/index.js';

export type Db = DataFlow<Models>;
export type Adapter = 'sqlite3' | 'node:sqlite' | 'better-sqlite3' | 'pg';
type Options = Omit<DataFlowOptions<Models>, 'schema' | 'driver'>;

/** A database on this machine, and a way to it that does not lead through DataFlow. */
export interface Place {
  readonly name: Adapter;
  readonly dialect: 'sqlite' | 'postgres';
  readonly url: string;
  /** Opens it through DataFlow; several see the same data. */
  open(options?: Options): Db;
  /** Runs SQL on the bare package: `?` on SQLite, `$1` on PostgreSQL. Rows are arrays of what the package gives. */
  raw(text: string, values?: readonly unknown[]): Promise<unknown[][]>;
  /** Closes the bare connection and removes the data. */
  remove(): Promise<void>;
}

const require = createRequire(import.meta.url);
let counter = 0;

/**
 * The databases to test on: SQLite in a file, by each package that is there, and PostgreSQL when DATAFLOW_TEST_POSTGRES
 * names a server. DRIVER picks one.
 */
export function adapters(): Adapter[] {
  const all = (['sqlite3', 'node:sqlite', 'better-sqlite3'] as Adapter[]).filter(canLoad);
  if (process.env['DATAFLOW_TEST_POSTGRES'] !== undefined) all.push('pg');
  const wanted = process.env['DRIVER'];
  if (wanted !== undefined && !all.includes(wanted as Adapter)) throw new Error(`DRIVER=${wanted} cannot run here; these can: ${all.join(', ')}`);
  return wanted === undefined ? all : [wanted as Adapter];
}

function canLoad(name: string): boolean {
  try {
    require(name);
    return true;
  } catch {
    return false;
  }
}

/** An empty database. */
export async function openPlace(adapter: Adapter): Promise<Place> {
  return adapter === 'pg' ? postgresPlace(process.env['DATAFLOW_TEST_POSTGRES']!) : sqlitePlace(adapter);
}

export async function withPlace(adapter: Adapter, work: (place: Place) => Promise<void>): Promise<void> {
  const place = await openPlace(adapter);
  try {
    await work(place);
  } finally {
    await place.remove();
  }
}

async function sqlitePlace(adapter: Exclude<Adapter, 'pg'>): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-reliability-'));
  const file = join(folder, 'test.db');
  const url = `sqlite:///${file}`;
  let bare: Bare | undefined;
  return {
    name: adapter,
    dialect: 'sqlite',
    url,
    open: (options) => new DataFlow({ url, ...options, schema, driver: adapter }),
    raw: async (text, values = []) => (bare ??= await bareSqlite(adapter, file)).run(text, values),
    async remove() {
      await bare?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresPlace(server: string): Promise<Place> {
  const name = `reliability_${process.pid}_${counter++}`;
  await postgresSql(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const bare = new pg.Pool({ connectionString: url.href, max: 2 });
  bare.on('error', () => undefined);
  return {
    name: 'pg',
    dialect: 'postgres',
    url: url.href,
    open: (options) => new DataFlow({ url: url.href, ...options, schema }),
    raw: async (text, values = []) => (await bare.query({ text, values: [...values], rowMode: 'array' })).rows,
    async remove() {
      await bare.end();
      await postgresSql(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Runs SQL on a connection of its own. */
export async function postgresSql(url: string, text: string, values: unknown[] = []): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, values, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

interface Bare {
  run(text: string, values: readonly unknown[]): Promise<unknown[][]>;
  close(): Promise<void>;
}

/** Through the same package as DataFlow: two copies of SQLite in one process must not open one file. */
async function bareSqlite(adapter: Exclude<Adapter, 'pg'>, file: string): Promise<Bare> {
  const pragma = 'PRAGMA busy_timeout = 10000';
  if (adapter === 'sqlite3') {
    const { Database } = require('sqlite3') as typeof sqlite3;
    const db = new Database(file);
    const run = (text: string, values: readonly unknown[]): Promise<unknown[][]> =>
      new Promise((resolve, reject) => {
        db.all(text, values, (error: Error | null, rows: object[]) => (error ? reject(error) : resolve(rows.map((row) => Object.values(row)))));
      });
    await run(pragma, []);
    return { run, close: () => new Promise((resolve, reject) => db.close((error) => (error ? reject(error) : resolve()))) };
  }
  const loaded = require(adapter) as { DatabaseSync: new (file: string) => SyncDatabase } & (new (file: string) => SyncDatabase);
  const db = adapter === 'node:sqlite' ? new loaded.DatabaseSync(file) : new loaded(file);
  db.exec(pragma);
  return {
    run: async (text, values) => {
      const statement = db.prepare(text);
      // better-sqlite3 has `all` for what returns rows only; node:sqlite takes both.
      if (statement.reader === false) return void statement.run(...values), [];
      return statement.all(...values).map((row) => Object.values(row));
    },
    close: async () => db.close(),
  };
}

interface SyncDatabase {
  exec(sql: string): void;
  prepare(text: string): { readonly reader?: boolean; all(...values: unknown[]): object[]; run(...values: unknown[]): unknown };
  close(): void;
}

/** Asserts that the work fails with one of these codes, in a single coded error, and gives it. */
export async function fails(codes: DataFlowErrorCode | readonly DataFlowErrorCode[], work: () => unknown): Promise<DataFlowError> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    const wanted = typeof codes === 'string' ? [codes] : codes;
    if (!wanted.includes(error.code)) throw new Error(`expected ${wanted.join(' or ')}, but got ${error.message}`, { cause: error });
    return error;
  }
  return assert.unreachable(`expected ${String(codes)}, but it went through: ${typeof result}`) as never;
}
