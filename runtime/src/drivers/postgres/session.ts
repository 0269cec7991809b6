import { dfError } from '../../errors/dataflow-error.js';
import type { Connection } from './connection.js';
import { plain } from './statements.js';
import type { QueryConfig } from './pg.js';

/** Limits that the server keeps, in milliseconds; 0 is none, or what the server or the role has. */
export interface ServerTimeouts {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly idleInTransactionMs: number;
}

/** What rows are read back under, whatever the server's or the role's settings are. */
const reported = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET standard_conforming_strings = on";
const unreported = "SET bytea_output = 'hex'; SET extra_float_digits = 1";

const look = plain("SELECT current_setting('bytea_output'), current_setting('extra_float_digits')");

/** Statements that set the limits: for a session, or with `SET LOCAL` for a transaction. */
export function limitStatements(set: 'SET' | 'SET LOCAL', { statementMs, lockMs, idleInTransactionMs }: ServerTimeouts): string[] {
  const limits = { statement_timeout: statementMs, lock_timeout: lockMs, idle_in_transaction_session_timeout: idleInTransactionMs };
  return Object.entries(limits).filter(([, ms]) => ms > 0).map(([name, ms]) => `${set} ${name} = ${ms}`);
}

/** Makes a new session ready, in one round trip. */
export function sessionSettings(timeouts: ServerTimeouts): QueryConfig {
  return plain([reported, unreported, ...limitStatements('SET', timeouts)].join('; '));
}

const pooledSettings = plain(reported);

/**
 * Makes a new session with a PgBouncer ready, which lends a server's connection for a transaction. It remembers for its client what
 * the server reports of its settings; the others must be right already, on the server or for the role. DF-410 when they are not.
 */
export async function setUpPooled(connection: Connection): Promise<void> {
  await connection.query(pooledSettings, []);
  const [[bytes, digits] = []] = (await connection.query(look, [])).rows;
  if (bytes !== 'hex') throw unsuited('bytea_output', bytes, 'hex');
  if (Number(digits) < 1) throw unsuited('extra_float_digits', digits, '1');
}

const recovering = plain('SELECT pg_is_in_recovery()');

/** DF-411 when the server is no streaming replica: whether its rows are up to date nobody can tell. */
export async function refuseUnlessReplica(connection: Connection): Promise<void> {
  if ((await connection.query(recovering, [])).rows[0]?.[0] !== 't') throw dfError('DF-411', {});
}

function unsuited(setting: string, value: string | null | undefined, right: string): Error {
  return dfError('DF-410', { setting, value: String(value), right });
}
