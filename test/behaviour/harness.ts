import { rmSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFlow, DataFlowError, type DataFlowOptions } from 'dataflow-ts';
import pg from 'pg';
import { suite, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { schema, type Models } from './.dataflow/index.js';

export type Db = DataFlow<Models>;
export type Code = DataFlowError['code'];

/** A driver the suite runs on. */
export interface Target {
  readonly name: string;
  /** Opens an empty database, with further options. Closing it removes what it left behind. */
  open(options?: DataFlowOptions<Models>): Promise<Db>;
}

interface Place {
  readonly db: Db;
}

const sqliteInMemory = (driver: 'sqlite3' | 'node:sqlite' | 'better-sqlite3'): Target => ({
  name: driver,
  open: async (options) => new DataFlow({ url: ':memory:', schema, driver, ...options }),
});

const sqliteInFile = (driver: 'sqlite3' | 'node:sqlite' | 'better-sqlite3'): Target => ({
  name: `${driver}-file`,
  open: async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'dataflow-behaviour-'));
    const db = new DataFlow({ url: `sqlite:///${join(folder, 'test.db')}`, schema, driver, ...options });
    return onClose(db, async () => rmSync(folder, { recursive: true, force: true }));
  },
});

const postgres = (server: string): Target => ({
  name: 'postgres',
  open: async (options) => {
    const name = `behaviour_${process.pid}_${counter++}`;
    await asSuperuser(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const db = new DataFlow({ url: url.href, schema, ...options });
    return onClose(db, () => asSuperuser(server, `DROP DATABASE ${name} WITH (FORCE)`));
  },
});

let counter = 0;

async function asSuperuser(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function onClose(db: Db, after: () => Promise<void>): Db {
  const close = db.close.bind(db);
  db.close = async () => {
    await close();
    await after();
  };
  return db;
}

/** The drivers that can run here, or the one named by the environment variable DRIVER, which then must be there. */
export function targets(): Target[] {
  const all: Target[] = [];
  for (const driver of ['sqlite3', 'node:sqlite', 'better-sqlite3'] as const) {
    if (canLoad(driver)) all.push(sqliteInMemory(driver), sqliteInFile(driver));
  }
  const server = process.env['DATAFLOW_TEST_POSTGRES'];
  if (server !== undefined) all.push(postgres(server));
  const wanted = process.env['DRIVER'];
  if (wanted === undefined) return all;
  const chosen = all.filter(({ name }) => name === wanted || name === `${wanted}-file`);
  if (chosen.length === 0) throw new Error(`DRIVER=${wanted} cannot run here; these can: ${all.map(({ name }) => name).join(', ')}`);
  return chosen;
}

function canLoad(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

/** A suite with an empty database of its own. */
export function suiteOn(target: Target, title: string): Test<Place> {
  const test = suite<Place>(`${target.name}: ${title}`);
  let db: Db | undefined;
  test.before(async (context) => {
    db = await target.open();
    Object.assign(context, { db });
  });
  test.after(async () => {
    await db?.close();
  });
  return test;
}

/** A text no other call of this process has given: ids of rows that must not meet. */
export function fresh(prefix = 'x'): string {
  return `${prefix}-${++counter}`;
}

/** Values of a user whom no other test knows. */
export function aUser<F extends object>(fields?: F): { id: string; name: string; email: string } & F {
  const id = fresh('u');
  return { id, name: 'Alice', email: `${id}@x.io`, ...fields } as { id: string; name: string; email: string } & F;
}

/** Asserts that the work fails with this code, in one line of text without gaps, and gives the error. */
export async function fails(code: Code, work: () => unknown): Promise<DataFlowError> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    if (error.code !== code) assert.unreachable(`expected ${code}, but got ${error.message}`);
    // A path into JSON data, at the end, is as long as the data has it.
    assert.ok(error.message.replace(/ at [.[].*$/, '').length <= 120, `longer than a line: ${error.message}`);
    assert.not.match(error.enhancedMessage(), /\{(?:node|place|name|model|field|expected|received)\}/);
    return error;
  }
  return assert.unreachable(`expected ${code}, but it went through: ${typeof result}`) as never;
}

/** Calls with parameters that the types forbid, as JavaScript users and untyped data do. */
export function untyped(operations: object): Record<string, (params: unknown) => Promise<never>> {
  return operations as Record<string, (params: unknown) => Promise<never>>;
}

/** What it says: the ids of some rows, sorted. */
export function idsOf(rows: readonly { id: unknown }[]): string[] {
  return rows.map(({ id }) => String(id)).sort();
}
