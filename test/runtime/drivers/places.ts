import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver, DriverValue, Executor, RawValue, Statement } from '../../../runtime/src/drivers/driver.js';
import { loadPackage } from '../../../runtime/src/drivers/load-package.js';
import { openPostgres } from '../../../runtime/src/drivers/postgres/open.js';
import { openSqlite, sqliteAdapters } from '../../../runtime/src/drivers/sqlite/open.js';

export interface Limits {
  readonly max?: number;
  readonly acquireTimeoutMs?: number;
}

/** A kind of database that drivers can be opened on here; those of one place share the data. */
export interface Place {
  readonly name: string;
  readonly dialect: 'sqlite' | 'postgres';
  /** Whether others may read while a transaction is open, and several drivers see the same data. */
  readonly shared: boolean;
  open(limits?: Limits): Driver;
  remove(): void;
}

export const timedOut = (waitedMs: number): Error => new Error(`waited ${waitedMs} ms`);

/** Everything that can run on this machine: SQLite by each package present, and PostgreSQL when DATAFLOW_TEST_POSTGRES names a server. */
export function places(): Place[] {
  const all: Place[] = [];
  for (const adapter of sqliteAdapters) {
    if ('error' in loadPackage(adapter)) continue;
    all.push(memory(adapter), file(adapter));
  }
  const url = process.env['DATAFLOW_TEST_POSTGRES'];
  if (url !== undefined) all.push(postgres(url));
  return all;
}

function memory(adapter: (typeof sqliteAdapters)[number]): Place {
  return {
    name: `${adapter} in memory`,
    dialect: 'sqlite',
    shared: false,
    open: ({ acquireTimeoutMs = 5000 } = {}) =>
      openSqlite({ file: ':memory:', inMemory: true, readers: 0, acquireTimeoutMs, onTimeout: timedOut }, adapter),
    remove: () => undefined,
  };
}

function file(adapter: (typeof sqliteAdapters)[number]): Place {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-drivers-'));
  return {
    name: `${adapter} on a file`,
    dialect: 'sqlite',
    shared: true,
    open: ({ max = 5, acquireTimeoutMs = 5000 } = {}) =>
      openSqlite({ file: join(folder, 'test.db'), inMemory: false, readers: Math.min(4, max - 1), acquireTimeoutMs, onTimeout: timedOut }, adapter),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function postgres(url: string): Place {
  return {
    name: 'pg',
    dialect: 'postgres',
    shared: true,
    open: ({ max = 5, acquireTimeoutMs = 5000 } = {}) => openPostgres({ url, max, acquireTimeoutMs, idleTimeoutMs: 10_000, onTimeout: timedOut }),
    remove: () => undefined,
  };
}

/** `?` of the text become `$1 …` on PostgreSQL. */
export function sql(dialect: Place['dialect'], text: string, kind: Statement['kind'], returns: boolean): Statement {
  let count = 0;
  return { text: dialect === 'postgres' ? text.replace(/\?/g, () => `$${++count}`) : text, kind, returns };
}

/** Runs SQL once; gives rows. */
export async function rowsOf(executor: Executor, text: string, values: readonly DriverValue[] = []): Promise<readonly (readonly RawValue[])[]> {
  const returns = /^SELECT|RETURNING/.test(text);
  return (await executor.execute(sql(executor.dialect, text, text.startsWith('SELECT') ? 'read' : 'write', returns), values)).rows;
}

export async function errorOf(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it went through');
}
