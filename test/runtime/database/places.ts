import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Code } from '../../../runtime/src/errors/catalog.js';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { DataFlowOptions } from '../../../runtime/src/database/options.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { openSqlite, sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';
import * as assert from 'uvu/assert';
import type { Models } from './models.js';

/** An empty database; `open` may be called several times, and gives databases that share the data unless it is in memory. */
export interface Place {
  readonly name: string;
  readonly shared: boolean;
  /** Of PostgreSQL. */
  readonly url?: string;
  open(options?: Omit<DataFlowOptions<Models>, 'url' | 'driver'>): DataFlow<Models>;
  /** Runs SQL beside DataFlow. */
  sql(text: string): Promise<readonly unknown[]>;
  remove(): Promise<void>;
}

/** @param title tells the databases of several calls apart */
export async function places(title = 'main'): Promise<Place[]> {
  const all: Place[] = [];
  for (const driver of sqliteAdapters) {
    if ('error' in loadPackage(driver)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'dataflow-database-'));
    const url = `sqlite:///${join(folder, 'test.db')}`;
    const none = async (): Promise<never> => assert.unreachable() as never;
    all.push({ name: `${driver} in memory`, shared: false, open: (options) => new DataFlow({ ...options, url: ':memory:', driver }), sql: none, remove: async () => undefined });
    all.push({
      name: `${driver} on a file`,
      shared: true,
      open: (options) => new DataFlow({ ...options, url, driver }),
      sql: (text) => sqliteSql(join(folder, 'test.db'), driver, text),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    });
  }
  const server = process.env['DATAFLOW_TEST_POSTGRES'];
  if (server !== undefined) {
    const name = `database_${process.pid}_${title}`;
    await postgresSql(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    all.push({
      name: 'postgres',
      shared: true,
      url: url.href,
      open: (options) => new DataFlow({ ...options, url: url.href }),
      sql: (text) => postgresSql(url.href, text),
      remove: async () => void (await postgresSql(server, `DROP DATABASE ${name} WITH (FORCE)`)),
    });
  }
  return all;
}

export async function postgresSql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Through the same package: two copies of SQLite in one process must not open one file. */
async function sqliteSql(file: string, adapter: (typeof sqliteAdapters)[number], text: string): Promise<readonly unknown[]> {
  const driver = openSqlite({ file, inMemory: false, readers: 0, acquireTimeoutMs: 5000, onTimeout: () => new Error('locked') }, adapter);
  try {
    const returns = text.startsWith('SELECT');
    return (await driver.execute({ text, kind: returns ? 'read' : 'write', returns }, [])).rows;
  } finally {
    await driver.close();
  }
}

/** Asserts that the work fails with this code, and gives the error. */
export async function fails(code: Code, work: () => unknown): Promise<DataFlowError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    assert.is(error.code, code, error.message);
    return error;
  }
  return assert.unreachable(`expected ${code}, but it went through`) as never;
}

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
