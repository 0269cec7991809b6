import { execFileSync } from 'node:child_process';
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Driver, Statement } from '../../../runtime/src/drivers/driver.js';
import { poolTimeout } from '../../../runtime/src/drivers/pool-timeout.js';
import type { PostgresSettings } from '../../../runtime/src/drivers/postgres/driver.js';
import { openPostgres } from '../../../runtime/src/drivers/postgres/open.js';
import { rowsOf } from './places.js';

/** URL of the test server, undefined when there is none. */
export const server = process.env['DATAFLOW_TEST_POSTGRES'];
/** What the server knows the sessions of `open` by. */
export const name = `pool test ${process.pid}`;
export const table = `pool_${process.pid}`;

export const insert: Statement = { text: `INSERT INTO "${table}" (id) VALUES ($1)`, kind: 'write', returns: false, fixed: true };
export const read: Statement = { text: `SELECT count(*) FROM "${table}"`, kind: 'read', returns: true, fixed: true };
export const pid: Statement = { text: 'SELECT pg_backend_pid()', kind: 'read', returns: true, fixed: true };
export const sleep: Statement = { text: 'SELECT pg_sleep($1)', kind: 'read', returns: true };

const opened: Driver[] = [];

/** A driver of three connections, closed after the test. */
export function open(settings: Partial<PostgresSettings> = {}): Driver {
  const driver = openPostgres({ url: url(server!), max: 3, acquireTimeoutMs: 5000, idleTimeoutMs: 10_000, onTimeout: poolTimeout, ...settings });
  opened.push(driver);
  return driver;
}

export function url(base: string): string {
  return `${base}?application_name=${encodeURIComponent(name)}`;
}

/** Beside the pool that is tested. */
export let admin: Driver;
/** How many sessions of `open` there are in the server. */
export const backends = async (): Promise<number> => Number((await rowsOf(admin, 'SELECT count(*) FROM pg_stat_activity WHERE application_name = ?', [name]))[0]![0]);
export const rows = async (): Promise<number> => Number((await admin.execute(read, [])).rows[0]![0]);

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 500) assert.unreachable('it never came true');
    await later(10);
  }
}

/** Ends all sessions of the pool while this process sees nothing of it. */
export function terminateUnseen(): void {
  const script = `const { Client } = require('pg'); (async () => { const c = new Client(process.argv[1]); await c.connect();
    await c.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1', [process.argv[2]]); await c.end(); })()`;
  execFileSync(process.execPath, ['-e', script, server!, name]);
}

/** Makes the table and empties it before each test. */
export function prepare(test: Test): void {
  test.before(async () => {
    admin = openPostgres({ url: server!, max: 1, acquireTimeoutMs: 5000, idleTimeoutMs: 60_000, onTimeout: poolTimeout });
    await rowsOf(admin, `CREATE TABLE "${table}" (id integer PRIMARY KEY)`);
  });
  test.before.each(async () => {
    await rowsOf(admin, `TRUNCATE "${table}"`);
  });
  // What a failed test left behind is not to disturb the others.
  test.after.each(async () => {
    await Promise.all(opened.splice(0).map((driver) => driver.close(10)));
  });
  test.after(async () => {
    await rowsOf(admin, `DROP TABLE "${table}"`);
    await admin.close();
  });
}
